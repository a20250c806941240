import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import { openAlike } from '../kpi/open-spells.ts';
import { isSummed } from '../kpi/pass-part.ts';
import type { Digests, Evaluated, World } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';
import type { Evaluations } from './evaluations.ts';
import { valuesIn, type Grid } from './grid.ts';
import { asksBlame, kindsByOwnFacts } from './own-facts.ts';
import { unpacked } from './packed-values.ts';
import type { SharedWorld } from './shared-world.ts';

export type { Grid } from './grid.ts';

/** Scopes that are worth a pass of their own. */
const FEW_SCOPES = 16;
/** Pieces a thread, so that none waits long for the last one. */
const PIECES = 2;

/**
 * Evaluates grids in other threads, over the memory that both see, which must not change until all have ended. For each grid,
 * where not all is wanted, without the others; the same whatever the number of threads. `world` is the shared one as this
 * thread sees it, for lists that are asked for later.
 */
export function evaluateBeside(
  evaluations: Evaluations,
  shared: SharedWorld,
  world: World,
  grids: readonly Grid[],
  digests: Digests,
): Promise<Evaluated[]>[] {
  const { threads } = evaluations;
  return grids.map(async (grid) => {
    const again = (scope: Scope, period: Period): Evaluated | undefined => evaluate(grid.kpi, world, [scope], [period])[0];
    const pieces = scopesApart(grid, threads * PIECES);
    const [shares, cost] = [sharesOf(grid, threads), costOf(grid, shared) / pieces.length];
    const made = await Promise.all(
      pieces.map(({ kpi, scopes, periods, wanted }) => {
        const kpis = [{ id: kpi.id, wanted }];
        return evaluations.values(shared, { kpis, scopes, periods, digests, shares, cost, alike: openAlike(kpi) });
      }),
    );
    return pieces.flatMap((piece, at) => {
      const values = made[at]?.values[0];
      if (values === undefined) throw new Error(`${grid.kpi.id} was not evaluated`);
      return unpacked(piece, values, again);
    });
  });
}

/** About how long it takes: rows, twice where each value is kept. What is derived is about as long as what it comes from. */
function costOf({ kpi }: Grid, { tables }: SharedWorld): number {
  const { measure } = kpi;
  const kind = 'of' in measure ? measure.of : null;
  const own = kind === null ? undefined : tables[kind];
  const rows = own?.length ?? Math.max(0, ...Object.values(tables).map(({ length }) => length)) / 2;
  return isSummed(kpi) ? rows : rows * 2;
}

/** The organisation is the sum of all in the same pass, and what may be shown of people depends on everyone. */
const isOfAll = ({ kpi, scopes }: Grid): boolean => kpi.isPersonal || scopes.includes('organisation');

/** What people bore cannot be cut by scope; where it adds up, it is found in several shares of the rows. */
const sharesOf = ({ kpi }: Grid, threads: number): number => (kpi.isPersonal && isSummed(kpi) ? threads : 1);

/** Less than this share of the values, and those of teams and services need little of all rows. */
const FEW_WANTED = 1 / 3;

/** Whether few values are wanted, the organisation's first: those take all rows by themselves, and the others only their own. */
function wantsFew(grid: Grid): boolean {
  const { kpi, scopes, periods } = grid;
  if (scopes[0] !== 'organisation' || scopes.length < FEW_SCOPES) return false;
  // What must be derived first would be derived in two threads.
  if (kindsByOwnFacts(kpi, () => undefined) === null || asksBlame(kpi, () => undefined)) return false;
  return valuesIn(grid) < scopes.length * periods.length * FEW_WANTED;
}

/** Teams are apart in tables, so that each pass reads its own. */
function scopesApart(grid: Grid, pieces: number): Grid[] {
  const { scopes } = grid;
  if (wantsFew(grid)) return [part(grid, 0, 1), part(grid, 1, scopes.length)];
  if (isOfAll(grid) || scopes.length < FEW_SCOPES) return [grid];
  const size = Math.ceil(scopes.length / pieces);
  return Array.from({ length: Math.ceil(scopes.length / size) }, (_, nth) => part(grid, nth * size, size));
}

/** So many of its scopes, from one on. */
const part = ({ kpi, scopes, periods, wanted }: Grid, from: number, size: number): Grid => ({
  kpi,
  scopes: scopes.slice(from, from + size),
  periods,
  wanted: wanted?.slice(from * periods.length, (from + size) * periods.length),
});

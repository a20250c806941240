import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import { isSummed } from '../kpi/pass-part.ts';
import type { Digests, Evaluated, World } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';
import type { Evaluations } from './evaluations.ts';
import type { Grid } from './grid.ts';
import { unpacked } from './packed-values.ts';
import type { SharedWorld } from './shared-world.ts';

export type { Grid } from './grid.ts';

/** Scopes that are worth a pass of their own. */
const FEW_SCOPES = 16;
/** Pieces a thread, so that none waits long for the last one. */
const PIECES = 2;

/**
 * Evaluates grids in other threads, over the memory that both see: in the order given and, where not all is wanted, without
 * the others; the same whatever the number of threads. `world` is the shared one as this thread sees it, for lists that are asked for later.
 */
export async function evaluateBeside(
  evaluations: Evaluations,
  shared: SharedWorld,
  world: World,
  grids: readonly Grid[],
  digests: Digests,
): Promise<Evaluated[][]> {
  const { threads } = evaluations;
  const pieces = grids.flatMap((grid, index) =>
    scopesApart(grid, threads * PIECES).map((piece) => ({ ...piece, index, shares: sharesOf(grid, threads) })),
  );
  const made = await evaluations.values(
    shared,
    pieces.map(({ kpi, scopes, periods, wanted, shares }) => ({ kpi: kpi.id, scopes, periods, wanted, digests, shares })),
  );
  const results = grids.map((): Evaluated[] => []);
  pieces.forEach(({ index, ...piece }, at) => {
    const values = made[at];
    if (values === undefined) throw new Error(`${piece.kpi.id} was not evaluated`);
    const again = (scope: Scope, period: Period): Evaluated | undefined => evaluate(piece.kpi, world, [scope], [period])[0];
    for (const one of unpacked(piece, values, again)) results[index]?.push(one);
  });
  return results;
}

/** The organisation is the sum of all in the same pass, and what may be shown of people depends on everyone. */
const isOfAll = ({ kpi, scopes }: Grid): boolean => kpi.isPersonal || scopes.includes('organisation');

/** What is of all, and adds up, can be found in several shares of the rows. */
const sharesOf = (grid: Grid, threads: number): number => (isOfAll(grid) && isSummed(grid.kpi) ? threads : 1);

/** Teams are apart in tables, so that each pass reads its own. */
function scopesApart(grid: Grid, pieces: number): Grid[] {
  const { kpi, scopes, periods, wanted } = grid;
  if (isOfAll(grid) || scopes.length < FEW_SCOPES) return [grid];
  const size = Math.ceil(scopes.length / pieces);
  return Array.from({ length: Math.ceil(scopes.length / size) }, (_, nth) => ({
    kpi,
    scopes: scopes.slice(nth * size, (nth + 1) * size),
    periods,
    wanted: wanted?.slice(nth * size * periods.length, (nth + 1) * size * periods.length),
  }));
}

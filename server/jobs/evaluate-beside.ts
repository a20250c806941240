import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Digests, Evaluated, World } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';
import type { Evaluations } from './evaluations.ts';
import { unpacked } from './packed-values.ts';
import type { SharedWorld } from './shared-world.ts';

/** What is to be evaluated of one KPI. */
export interface Grid {
  readonly kpi: Kpi;
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
}

/** Scopes that are worth a pass of their own. */
const FEW_SCOPES = 16;
/** Pieces a thread, so that none waits long for the last one. */
const PIECES = 2;

/**
 * Evaluates grids in other threads, over the memory that both see: in the order given, the same whatever the number of
 * threads. `world` is the shared one as this thread sees it, for lists that are asked for later.
 */
export async function evaluateBeside(
  evaluations: Evaluations,
  shared: SharedWorld,
  world: World,
  grids: readonly Grid[],
  digests: Digests,
): Promise<Evaluated[][]> {
  const pieces = grids.flatMap((grid, index) =>
    scopesApart(grid, evaluations.threads * PIECES).map((scopes) => ({ ...grid, scopes, index })),
  );
  const made = await evaluations.values(
    shared,
    pieces.map(({ kpi, scopes, periods }) => ({ kpi: kpi.id, scopes, periods, digests })),
  );
  const results = grids.map((): Evaluated[] => []);
  pieces.forEach(({ kpi, scopes, periods, index }, at) => {
    const values = made[at];
    if (values === undefined) throw new Error(`${kpi.id} was not evaluated`);
    const again = (scope: Scope, period: Period): Evaluated | undefined => evaluate(kpi, world, [scope], [period])[0];
    for (const one of unpacked(kpi, scopes, periods, values, again)) results[index]?.push(one);
  });
  return results;
}

/**
 * Teams are apart in tables, so that each pass reads its own. The organisation is the sum of all in the same pass, and
 * what may be shown of people depends on everyone: those stay together.
 */
function scopesApart({ kpi, scopes }: Grid, pieces: number): (readonly Scope[])[] {
  if (kpi.isPersonal || scopes.length < FEW_SCOPES || scopes.includes('organisation')) return [scopes];
  const size = Math.ceil(scopes.length / pieces);
  return Array.from({ length: Math.ceil(scopes.length / size) }, (_, nth) => scopes.slice(nth * size, (nth + 1) * size));
}

import type { Scope } from '../event/organisation.ts';
import type { World } from '../kpi/world.ts';
import type { SnapshotRow } from '../store/store.ts';
import type { Period } from '../time/period.ts';
import type { Grid } from './grid.ts';
import { inOrder, type Plan } from './measure-plan.ts';
import type { ValueStore } from './memory-values.ts';
import { asksBlame } from './own-facts.ts';
import { fromPlace, placeOf, type Touched } from './touched.ts';

/** Values of which the latest revisions are read before what they are held against is known: about 50 MB of them. */
const READ_AHEAD = 50_000;

/** What of a plan is measured: for every scope, and where changes touch it. */
export interface Step {
  readonly plan: Plan;
  readonly scopes: readonly Scope[];
  readonly touched: Touched | null;
  readonly whole: readonly Period[];
  readonly some: readonly Period[];
}

/** Latest revisions of what changes touch, by `placeOf`. */
export async function movedIn(store: ValueStore, { plan, touched, some }: Step): Promise<ReadonlyMap<string, SnapshotRow>> {
  const asked = new Set(some.map(({ id }) => id));
  const places = [...(touched?.places.keys() ?? [])].map(fromPlace).filter(({ period }) => asked.has(period));
  return byPlace(await store.latestOf(plan.kpi.id, places));
}

/** The same of several, one after the other, as much as may be held. */
export async function readAhead(store: ValueStore, steps: readonly Step[]): Promise<Map<Step, ReadonlyMap<string, SnapshotRow>>> {
  const read = new Map<Step, ReadonlyMap<string, SnapshotRow>>();
  let held = 0;
  for (const step of steps) {
    held += step.touched?.places.size ?? 0;
    if (held > READ_AHEAD) break;
    read.set(step, await movedIn(store, step));
  }
  return read;
}

/** Everything that is measured of a step, in one pass. */
export function gridOf({ plan, scopes, touched, whole, some }: Step): Grid {
  if (touched === null || some.length === 0) return { kpi: plan.kpi, scopes, periods: whole };
  const periods = [...whole, ...some].sort(inOrder);
  const all = whole.length === 0 ? touched.scopes : scopes;
  const wanted = new Uint8Array(all.length * periods.length);
  const rows = new Map<string, number>(all.map((scope, row) => [scope, row * periods.length]));
  const columns = new Map(periods.map(({ id }, column) => [id, column]));
  for (const { id } of whole) for (const row of rows.values()) wanted[row + (columns.get(id) ?? 0)] = 1;
  for (const { scope, period } of [...touched.places.keys()].map(fromPlace)) {
    const [row, column] = [rows.get(scope), columns.get(period)];
    if (row !== undefined && column !== undefined) wanted[row + column] = 1;
  }
  return { kpi: plan.kpi, scopes: all, periods, wanted };
}

/** Those for which something holds, and the others. */
export function parted<V>(values: readonly V[], holds: (value: V) => boolean): readonly [V[], V[]] {
  const [those, others]: [V[], V[]] = [[], []];
  for (const value of values) (holds(value) ? those : others).push(value);
  return [those, others];
}

/**
 * Threads begin with what takes longest, where every row brings a value. What became of deployments is found out last, because
 * that takes longer than all else that is looked for meanwhile.
 */
export function inTurn(plans: readonly Plan[], world: World): Plan[] {
  const [last, others] = parted(plans, ({ kpi }) => asksBlame(kpi, (id) => world.kpi(id)));
  const [first, next] = parted(others, ({ kpi }) => kpi.measure.type === 'duration');
  return [...first, ...next, ...last];
}

/** By scope and period. */
export const byPlace = (rows: readonly SnapshotRow[]): Map<string, SnapshotRow> =>
  new Map(rows.map((row) => [placeOf(row.scope, row.period), row]));

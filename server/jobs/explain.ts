import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated } from '../kpi/world.ts';
import type { Cause, SnapshotRow } from '../store/store.ts';
import type { Period } from '../time/period.ts';
import { causesOf, linkedIds, touchesPeriod, uidsBehind, type ItemChange } from './changes.ts';

export interface Explained {
  readonly causes: Cause[];
  /** Uids of the items that moved it, ascending. */
  readonly moved: string[];
}

/**
 * Why a settled value came out different. `changes`: those that moved this very value where that is known
 * (`areItsOwn`), else those that may have.
 */
export function explain(
  kpi: Kpi,
  before: SnapshotRow,
  evaluated: Evaluated,
  period: Period,
  changes: readonly ItemChange[],
  areItsOwn: boolean,
  reorganised: Cause | null,
): Explained {
  const causes = new Set<Cause>();
  if (before.definition !== kpi.definition) causes.add('redefined');
  if (reorganised !== null) causes.add(reorganised);
  const moved = areItsOwn ? changes : movedAmong(changes, evaluated, period);
  for (const change of moved) for (const cause of causesOf(change)) causes.add(cause);
  if (causes.size === 0) causes.add('late');
  return { causes: [...causes].sort(), moved: moved.map((change) => change.uid).sort() };
}

/** Changes of items in the list, of what those are linked with, and of any that speak of the period. */
function movedAmong(changes: readonly ItemChange[], evaluated: Evaluated, period: Period): ItemChange[] {
  if (changes.length === 0) return [];
  const evidence = new Set(evaluated.evidence().flatMap(({ uid }) => uidsBehind(uid)));
  const ids = new Set([...evidence].map((uid) => uid.split(':').slice(2).join(':')));
  return changes.filter(
    (change) =>
      evidence.has(change.uid) ||
      touchesPeriod(change, period) ||
      linkedIds(change).some((id) => ids.has(id) || evidence.has(id)),
  );
}

import type { MeasurementRow, SnapshotQuery, SnapshotRow, Store } from '../store/store.ts';
import { parsePeriod } from '../time/calendar.ts';
import type { Calendar } from '../time/period.ts';
import type { StoredSeries } from './engine.ts';

/** False while a value was only pinned by a publication and has not settled yet. */
export const isSettled = (snapshot: SnapshotRow): boolean =>
  !(snapshot.causes.length === 1 && snapshot.causes[0] === 'published');

/** Two measurements say the same when nothing a reader or a later check could see differs. */
export const isSame = (before: MeasurementRow, after: MeasurementRow): boolean =>
  before.firstDay === after.firstDay &&
  before.value === after.value &&
  before.emptiness === after.emptiness &&
  before.count === after.count &&
  isSameList(before.digest, after.digest);

/** Digests name how they were made; of two that were made otherwise, neither says that a list moved. */
const isSameList = (before: string, after: string): boolean => before === after || methodOf(before) !== methodOf(after);

const methodOf = (digest: string): string => digest.slice(0, digest.indexOf(':') + 1);

/**
 * Which of the two stands for a period: a settled value always; where one was published early, the
 * live one once it says something else, because it was measured later. The one rule for reviews,
 * series and evidence.
 */
export const isShownOver = (snapshot: SnapshotRow, live: MeasurementRow): boolean =>
  isSettled(snapshot) || isSame(snapshot, live);

/**
 * What stands for each period of a query; with `knownAt` only revisions, because live values had none.
 * Live values of periods that the calendar no longer has are left out.
 */
export async function shownSeries(store: Store, query: SnapshotQuery, calendar: Calendar): Promise<StoredSeries> {
  const snapshots = await store.latestSnapshots(query);
  if (query.knownAt !== undefined) return { live: [], snapshots };
  const keyOf = (row: MeasurementRow): string => `${row.kpi}|${row.scope}|${row.period}`;
  const pinned = new Map(snapshots.map((row) => [keyOf(row), row]));
  const live = (await store.measurements(query)).filter((row) => {
    if (parsePeriod(calendar, row.period)?.firstDay !== row.firstDay) return false;
    const snapshot = pinned.get(keyOf(row));
    return snapshot === undefined || !isShownOver(snapshot, row);
  });
  const isReplaced = new Set(live.map(keyOf));
  return { live, snapshots: snapshots.filter((row) => !isReplaced.has(keyOf(row))) };
}

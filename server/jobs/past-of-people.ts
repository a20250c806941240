import type { Kpi } from '../kpi/kpi.ts';
import type { ReviewRestatement } from '../review/input.ts';
import type { MeasurementRow, SnapshotRow } from '../store/store.ts';
import type { StoredSeries } from './engine.ts';

/**
 * What was once told of people and is told otherwise since: one who was recorded late stands alone
 * between the two. So of a personal number only what still stands is told of the past, and everything
 * else reads hidden, whether it is asked for as known then or as an earlier revision.
 */

type Number = Pick<MeasurementRow, 'value' | 'emptiness' | 'count'>;

/** Whether two tell the same. */
export const tellsTheSame = (one: Number, other: Number): boolean =>
  one.value === other.value && one.emptiness === other.emptiness && one.count === other.count;

/** A series as known then, without what has moved since. */
export function withoutMoved(kpi: Kpi | undefined, then: StoredSeries, now: StoredSeries): StoredSeries {
  if (kpi !== undefined && !kpi.isPersonal) return then;
  const keyOf = ({ scope, period }: MeasurementRow): string => `${scope}|${period}`;
  const standing = new Map([...now.live, ...now.snapshots].map((row) => [keyOf(row), row]));
  const shown = <Row extends MeasurementRow>(row: Row): Row => {
    const current = standing.get(keyOf(row));
    return current !== undefined && tellsTheSame(row, current) ? row : hiddenRow(row);
  };
  return { live: then.live.map(shown), snapshots: then.snapshots.map(shown) };
}

/** Revisions, the last as it stands, earlier ones only where they told the same. */
export function withoutEarlier(kpi: Kpi | undefined, revisions: readonly SnapshotRow[]): readonly SnapshotRow[] {
  const last = revisions.at(-1);
  if (last === undefined || (kpi !== undefined && !kpi.isPersonal)) return revisions;
  return revisions.map((row) => (tellsTheSame(row, last) ? row : hiddenRow(row)));
}

/** Restatements, of what people bore without what was told before: that it moved, why and how much is told. */
export function withoutBefore(kpi: Kpi, restatements: readonly ReviewRestatement[]): readonly ReviewRestatement[] {
  if (!kpi.isPersonal) return restatements;
  return restatements.map((one) =>
    tellsTheSame(one.before, one.after) ? one : { ...one, before: { value: null, emptiness: 'hidden', count: 0 } },
  );
}

const hiddenRow = <Row extends MeasurementRow>(row: Row): Row => ({
  ...row,
  value: null,
  emptiness: 'hidden',
  count: 0,
  exclusions: [],
  also: {},
  limits: null,
  digest: '',
});

import type { MeasurementRow, SnapshotRow } from '../store/store.ts';

/** False while a value was only pinned by a publication and has not settled yet. */
export const isSettled = (snapshot: SnapshotRow): boolean =>
  !(snapshot.causes.length === 1 && snapshot.causes[0] === 'published');

/**
 * Which of the two stands for a period: a settled value always; where one was published early, the
 * live one once it knows more. The one rule for reviews, series and evidence.
 */
export const isShownOver = (snapshot: SnapshotRow, live: MeasurementRow): boolean =>
  isSettled(snapshot) || snapshot.watermark >= live.watermark;

import type { KpiCard, Review } from '../review/schema.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';

/**
 * Pins what a review shows: every point on the page that has no revision yet gets its first one, and
 * the finished review itself, to-date boxes included, is kept with the run.
 */
export async function publishReview(
  store: Store,
  review: Review,
  at: Instant,
): Promise<{ readonly at: Instant; readonly pinned: number }> {
  const shown = new Set(review.cards.flatMap((card) => pointsOf(card).map((point) => `${card.id}|${point.period}`)));
  const scope = review.scope.id;
  const settled = new Set((await store.latestSnapshots({ scope })).map((row) => `${row.kpi}|${row.period}`));
  const live = (await store.measurements({ scope })).filter(
    (row) => shown.has(`${row.kpi}|${row.period}`) && !settled.has(`${row.kpi}|${row.period}`),
  );
  const run = await store.recordRun({ kind: 'publish', at, watermark: review.watermark, detail: JSON.stringify(review) });
  if (live.length > 0) await store.appendSnapshots(live.map((row) => firstRevision(row, run, at)));
  await store.recordPublication({ review: review.week.id, scope, at, watermark: review.watermark, run });
  return { at, pinned: live.length };
}

const pointsOf = (card: KpiCard) => [card.current, ...card.weeks, ...card.priorWeeks, ...card.months, ...card.priorMonths];

const firstRevision = (row: MeasurementRow, run: number, at: Instant): SnapshotRow => ({
  ...row,
  revision: 1,
  run,
  recordedAt: at,
  causes: ['published'],
  moved: [],
  movedCount: 0,
});

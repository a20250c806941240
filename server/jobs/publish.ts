import type { KpiCard, Review } from '../review/schema.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { RunDetail } from './measured-with.ts';

/**
 * Pins what a review shows: every point on the page that has no revision yet gets its first one, and
 * the finished review itself, to-date boxes included, is kept with the run. `review` was made of
 * values measured at `at`.
 */
export async function publishReview(
  store: Store,
  review: Review,
  at: Instant,
  log: Pick<RunDetail, 'with' | 'pull'>,
): Promise<{ readonly at: Instant; readonly pinned: number }> {
  const shown = new Set(review.cards.flatMap((card) => pointsOf(card).map((point) => `${card.id}|${point.period}`)));
  const { watermark } = review;
  const scope = review.scope.id;
  const settled = new Set((await store.latestSnapshots({ scope })).map((row) => `${row.kpi}|${row.period}`));
  const live = (await store.measurements({ scope })).filter((row) => {
    const name = `${row.kpi}|${row.period}`;
    // What an earlier measuring left behind is no longer measured, and not shown by this one.
    return shown.has(name) && !settled.has(name) && row.watermark === watermark;
  });
  const detail: RunDetail = { ...log, scope, pinned: live.map(({ kpi, period }) => [kpi, period] as const), review };
  await store.commitRun(
    { kind: 'publish', at, watermark, detail: JSON.stringify(detail) },
    {
      snapshots: live.map((row) => firstRevision(row, at)),
      publication: { review: review.week.id, scope, at, watermark },
    },
  );
  return { at, pinned: live.length };
}

const pointsOf = (card: KpiCard) => [card.current, ...card.weeks, ...card.priorWeeks, ...card.months, ...card.priorMonths];

/** A live value as the revision that a publication pins. */
export const firstRevision = (row: MeasurementRow, at: Instant): SnapshotRow => ({
  ...row,
  revision: 1,
  run: 0,
  recordedAt: at,
  causes: ['published'],
  moved: [],
  movedCount: 0,
});

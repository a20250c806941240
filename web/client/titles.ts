import type { OnCallHealth, Review } from '../../server/api/contract.ts';

/** What stands in the tab and in the history of the browser. */
export const reviewTitle = (review: Review): string =>
  `${review.week.label}, ${review.scope.label} · ${review.organisation} · Quarterdeck`;
export const onCallTitle = (health: OnCallHealth): string =>
  `On-call, ${health.scope.label}, ${health.period.label} · ${health.organisation} · Quarterdeck`;
export const CATALOGUE_TITLE = 'KPIs · Quarterdeck';
export const SOURCES_TITLE = 'Sources · Quarterdeck';

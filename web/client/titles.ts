import type { HandOver, KpiPage, OnCallHealth, Report, Review } from '../../server/api/contract.ts';

/** What stands in the tab and in the history of the browser. */
export const reviewTitle = (review: Review): string =>
  `${review.week.label}, ${review.scope.label} · ${review.organisation} · Quarterdeck`;
export const onCallTitle = (health: OnCallHealth): string =>
  `On-call, ${health.scope.label}, ${health.period.label} · ${health.organisation} · Quarterdeck`;
export const handOverTitle = (handOver: HandOver): string =>
  `Hand-over, ${handOver.team.label} · ${handOver.organisation} · Quarterdeck`;
/** Says nothing of whose or which it is: tabs and histories are looked at by others. */
export const SHIFT_TITLE = 'A shift · Quarterdeck';
export const kpiTitle = (page: KpiPage): string => `${page.card.name}, ${page.scope.label} · ${page.organisation} · Quarterdeck`;
export const reportTitle = (report: Report): string =>
  `Health report ${report.quarter.label}, ${report.scope.label} · ${report.organisation} · Quarterdeck`;
export const CATALOGUE_TITLE = 'KPIs · Quarterdeck';
export const SOURCES_TITLE = 'Sources · Quarterdeck';

import { render } from 'svelte/server';
import App from './App.svelte';
import { isCatalogue, isHandOver, isKpiPage, isOnCall, isReport, isReview, isShift, isSources, paths } from './client/api.ts';
import { carried, FIRST_ANSWER_ID, holdFirstAnswer } from './client/first-answer.ts';
import { pages } from './client/pages.svelte.ts';
import { drawnRoute, parseRoute, teamOf, type Route } from './client/route.ts';
import { router } from './client/router.svelte.ts';
import CataloguePage from './pages/CataloguePage.svelte';
import HandOverPage from './pages/HandOverPage.svelte';
import KpiPage from './pages/KpiPage.svelte';
import OnCallPage from './pages/OnCallPage.svelte';
import ReportPage from './pages/ReportPage.svelte';
import ReviewPage from './pages/ReviewPage.svelte';
import ShiftPage from './pages/ShiftPage.svelte';
import SourcesPage from './pages/SourcesPage.svelte';
import {
  CATALOGUE_TITLE,
  handOverTitle,
  kpiTitle,
  onCallTitle,
  reportTitle,
  reviewTitle,
  SHIFT_TITLE,
  SOURCES_TITLE,
} from './client/titles.ts';

pages.hold({
  review: ReviewPage,
  'on-call': OnCallPage,
  'hand-over': HandOverPage,
  shift: ShiftPage,
  kpi: KpiPage,
  report: ReportPage,
  kpis: CataloguePage,
  sources: SourcesPage,
});

const ROOT = '<div id="app"></div>';
const TITLE = /<title>[^<]*<\/title>/;
const NO_SCRIPT = /(<noscript>)[^<]*(?=<\/noscript>)/;

/** The page as its first response carries it: drawn by the same components, and with the answer it was drawn from. */
export interface FirstPageAsked {
  /** The built index page. */
  readonly template: string;
  /** Path and query: `/review/2026-W46?scope=team:payments`. */
  readonly address: string;
  /** What the API answers for this page, as JSON. */
  readonly answer: string;
}

/** The whole document; null where this address shows nothing of that answer. Draws charts as room for them, nothing else is left out. */
export function firstPage({ template, address, answer }: FirstPageAsked): string | null {
  const route = drawnRoute(parseRoute(new URL(address, 'http://quarterdeck.invalid')));
  const value: unknown = JSON.parse(answer);
  const shown = shownOn(route, value);
  if (shown === null) return null;
  holdFirstAnswer({ path: shown.path, answer: value });
  router.current = route;
  const { body } = render(App);
  const data = carried({ path: shown.path, answer: value });
  const drawn = `<div id="app">${body}</div>\n    <script type="application/json" id="${FIRST_ANSWER_ID}">${data}</script>`;
  // Replacements as functions: in a text, `$&` and its like would be read as patterns.
  return template
    .replace(TITLE, () => `<title>${escaped(shown.title)}</title>`)
    .replace(ROOT, () => drawn)
    .replace(
      NO_SCRIPT,
      (_all, tag: string) =>
        `${tag}Words and numbers need no JavaScript; charts, evidence and everything that is pressed do. Instants are in UTC.`,
    );
}

function shownOn(route: Route, value: unknown): { readonly path: string; readonly title: string } | null {
  if (route.page === 'review' && isReview(value))
    return { path: paths.review(route.week, route.scope), title: reviewTitle(value) };
  if (route.page === 'on-call' && isOnCall(value))
    return { path: paths.onCall(teamOf(route.scope), route.period), title: onCallTitle(value) };
  if (route.page === 'hand-over' && isHandOver(value))
    return { path: paths.handOver(teamOf(route.scope)), title: handOverTitle(value) };
  if (route.page === 'shift' && route.shift !== null && isShift(value))
    return { path: paths.shift(route.shift), title: SHIFT_TITLE };
  if (route.page === 'kpi' && route.kpi !== null && isKpiPage(value))
    return { path: paths.kpiPage(route.kpi.id, route.scope), title: kpiTitle(value) };
  if (route.page === 'report' && isReport(value))
    return { path: paths.report(route.scope, route.period), title: reportTitle(value) };
  if (route.page === 'kpis' && isCatalogue(value)) return { path: paths.kpis(), title: CATALOGUE_TITLE };
  if (route.page === 'sources' && isSources(value)) return { path: paths.sources(), title: SOURCES_TITLE };
  return null;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * What the address bar says: the page, the week, the scope, the open panels. Pure, so that a deep
 * link, the back button and a click go through the same two functions.
 */
export type PageName = 'review' | 'on-call' | 'kpis' | 'sources' | 'unknown';

/** Panels that open below a KPI card; several cards may have theirs open. */
export const PANELS = ['xmr', 'definition', 'table'] as const;
export type Panel = (typeof PANELS)[number];

export interface Route {
  readonly page: PageName;
  /** `2026-W46`; null for the last complete week. Not checked here: the server knows the calendar. */
  readonly week: string | null;
  readonly scope: string;
  /** `2026-Q3`; null for the quarter of the last complete week. Of the on-call page. */
  readonly period: string | null;
  /** `kpi~scope~period` of the open drawer. */
  readonly evidence: string | null;
  /** KPI ids with this panel open. */
  readonly panels: Readonly<Record<Panel, readonly string[]>>;
  readonly isPresenting: boolean;
  /** The selected agenda item or catalogue entry: an element id, without `#`. */
  readonly anchor: string | null;
}

export const WHOLE = 'organisation';

const NO_PANELS: Route['panels'] = { xmr: [], definition: [], table: [] };
export const HOME: Route = {
  page: 'review',
  week: null,
  scope: WHOLE,
  period: null,
  evidence: null,
  panels: NO_PANELS,
  isPresenting: false,
  anchor: null,
};

/** Reads an address. Never throws: what cannot be read is a page `unknown`. */
export function parseRoute(url: { readonly pathname: string; readonly search: string; readonly hash: string }): Route {
  const query = new URLSearchParams(url.search);
  const anchor = decoded(url.hash.replace(/^#/, '')) || query.get('kpi') || null;
  const [first, second, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  const common: Route = {
    ...HOME,
    scope: query.get('scope') || WHOLE,
    evidence: query.get('evidence') || null,
    panels: { xmr: listOf(query, 'xmr'), definition: listOf(query, 'definition'), table: listOf(query, 'table') },
    isPresenting: query.has('present'),
    anchor,
  };
  if (rest.length > 0) return { ...common, page: 'unknown' };
  if (first === undefined) return common;
  if (first === 'review') {
    const week = second === undefined ? null : decoded(second);
    return week === '' ? { ...common, page: 'unknown' } : { ...common, week: week === 'latest' ? null : week };
  }
  if (first === 'on-call') {
    const team = second === undefined ? WHOLE : decoded(second);
    if (team === '') return { ...common, page: 'unknown' };
    return { ...common, page: 'on-call', scope: team === WHOLE ? WHOLE : `team:${team}`, period: query.get('period') || null };
  }
  if ((first === 'kpis' || first === 'sources') && second === undefined) return { ...common, page: first };
  return { ...common, page: 'unknown' };
}

/** The address of a route; `parseRoute` gives the same route back. */
export function formatRoute(route: Route): string {
  const hash = route.anchor === null ? '' : `#${encodeURIComponent(route.anchor)}`;
  if (route.page === 'kpis' || route.page === 'sources') return `/${route.page}${hash}`;
  if (route.page === 'on-call') {
    const query = [
      ...(route.period === null ? [] : [`period=${encoded(route.period)}`]),
      ...(route.evidence === null ? [] : [`evidence=${encoded(route.evidence)}`]),
    ].join('&');
    return `/on-call/${encodeURIComponent(teamOf(route.scope))}${query === '' ? '' : `?${query}`}${hash}`;
  }
  const query = [
    ...(route.scope === WHOLE ? [] : [`scope=${encoded(route.scope)}`]),
    ...(route.evidence === null ? [] : [`evidence=${encoded(route.evidence)}`]),
    ...PANELS.filter((panel) => route.panels[panel].length > 0).map(
      (panel) => `${panel}=${route.panels[panel].map(encoded).join(',')}`,
    ),
    ...(route.isPresenting ? ['present'] : []),
  ].join('&');
  const path = route.week === null ? '/' : `/review/${encodeURIComponent(route.week)}`;
  return `${path}${query === '' ? '' : `?${query}`}${hash}`;
}

/** What a server knows of an address when it draws its page: page, week and scope. The rest opens in the browser. */
export const drawnRoute = ({ page, week, scope, period }: Route): Route => ({ ...HOME, page, week, scope, period });

/** The on-call page of a team (`organisation` for all) over a quarter. */
export const onCallRoute = (team: string, period: string | null): Route => ({
  ...HOME,
  page: 'on-call',
  scope: team === WHOLE ? WHOLE : `team:${team}`,
  period,
});

/** A team as the address of its on-call page names it. */
export const teamOf = (scope: string): string => scope.replace(/^team:/, '');

/** The same review elsewhere: another week or scope keeps what was selected and opened, but no evidence. */
export const reviewRoute = (from: Route, change: { readonly week?: string | null; readonly scope?: string }): Route => ({
  ...from,
  page: 'review',
  evidence: null,
  ...change,
});

/** Opens a panel of a KPI, or closes it. */
export function togglePanel(route: Route, panel: Panel, kpi: string): Route {
  const open = route.panels[panel];
  const next = open.includes(kpi) ? open.filter((id) => id !== kpi) : [...open, kpi];
  return { ...route, anchor: kpi, panels: { ...route.panels, [panel]: next } };
}

/** `kpi~scope~period`, the name of a snapshot. */
export const evidenceId = (kpi: string, scope: string, period: string): string => `${kpi}~${scope}~${period}`;

function listOf(query: URLSearchParams, name: Panel): readonly string[] {
  return [...new Set((query.get(name) ?? '').split(',').filter((id) => id !== ''))];
}

/** Colons, commas and tildes may stand in a query as they are, and read better so. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%7E', '~');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

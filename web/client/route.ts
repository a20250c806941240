import { kpiPlace, readKpiPlace, writeKpiPlace, type KpiPlace } from './kpi-place.ts';

/**
 * What the address bar says: the page, the week, the scope, the open panels. Pure, so that a deep
 * link, the back button and a click go through the same two functions.
 */
export type PageName = 'review' | 'on-call' | 'hand-over' | 'shift' | 'report' | 'kpi' | 'kpis' | 'sources' | 'unknown';

/** Panels that open below a KPI card; several cards may have theirs open. */
export const PANELS = ['xmr', 'definition', 'table'] as const;
export type Panel = (typeof PANELS)[number];

/** Meetings as calendars have them, in minutes. */
export const LENGTHS: readonly number[] = [30, 45, 60];

/** The screen with which presenting ends. */
export const SUMMING_UP = 'summing-up';

export interface Route {
  readonly page: PageName;
  /** `2026-W46`; null for the last complete week. Not checked here: the server knows the calendar. */
  readonly week: string | null;
  readonly scope: string;
  /** `2026-Q3`; null for the quarter of the last complete week, or for a report the last that is over. */
  readonly period: string | null;
  /** What opens a shift, for whoever has its link; null elsewhere. */
  readonly shift: string | null;
  /** Of the page of one KPI; null elsewhere. */
  readonly kpi: KpiPlace | null;
  /** `kpi~scope~period` of the open drawer. */
  readonly evidence: string | null;
  /** KPI ids with this panel open. */
  readonly panels: Readonly<Record<Panel, readonly string[]>>;
  readonly isPresenting: boolean;
  /** Length of the meeting; null: as long as its agenda asks for. */
  readonly minutes: number | null;
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
  shift: null,
  kpi: null,
  evidence: null,
  panels: NO_PANELS,
  isPresenting: false,
  minutes: null,
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
    minutes: lengthOf(query.get('minutes')),
    anchor,
  };
  if (first === 'on-call' && second !== undefined && second !== WHOLE && rest.join('/') === 'hand-over') {
    const team = decoded(second);
    return team === '' ? { ...common, page: 'unknown' } : { ...common, page: 'hand-over', scope: `team:${team}` };
  }
  if (rest.length > 0) return { ...common, page: 'unknown' };
  if (first === 'shift' && second !== undefined) {
    const shift = decoded(second);
    return shift === '' ? { ...common, page: 'unknown' } : { ...common, page: 'shift', shift };
  }
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
  if (first === 'report') {
    const quarter = second === undefined ? null : decoded(second);
    if (quarter === '') return { ...common, page: 'unknown' };
    return { ...common, page: 'report', period: quarter === 'latest' ? null : quarter };
  }
  if (first === 'kpi' && second !== undefined) {
    const id = decoded(second);
    return id === '' ? { ...common, page: 'unknown' } : { ...common, page: 'kpi', kpi: readKpiPlace(id, query) };
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
  if (route.page === 'hand-over') return `/on-call/${encodeURIComponent(teamOf(route.scope))}/hand-over${hash}`;
  if (route.page === 'shift' && route.shift !== null) return `/shift/${encodeURIComponent(route.shift)}${hash}`;
  if (route.page === 'report') {
    const path = route.period === null ? '/report' : `/report/${encodeURIComponent(route.period)}`;
    const query = [
      ...(route.scope === WHOLE ? [] : [`scope=${encoded(route.scope)}`]),
      ...(route.evidence === null ? [] : [`evidence=${encoded(route.evidence)}`]),
    ].join('&');
    return `${path}${query === '' ? '' : `?${query}`}${hash}`;
  }
  if (route.page === 'kpi' && route.kpi !== null) {
    const scope = route.scope === WHOLE ? [] : [`scope=${encoded(route.scope)}`];
    const query = [...scope, ...writeKpiPlace(route.kpi)].join('&');
    return `/kpi/${encodeURIComponent(route.kpi.id)}${query === '' ? '' : `?${query}`}${hash}`;
  }
  const query = [
    ...(route.scope === WHOLE ? [] : [`scope=${encoded(route.scope)}`]),
    ...(route.evidence === null ? [] : [`evidence=${encoded(route.evidence)}`]),
    ...PANELS.filter((panel) => route.panels[panel].length > 0).map(
      (panel) => `${panel}=${route.panels[panel].map(encoded).join(',')}`,
    ),
    ...(route.minutes === null ? [] : [`minutes=${route.minutes}`]),
    ...(route.isPresenting ? ['present'] : []),
  ].join('&');
  const path = route.week === null ? '/' : `/review/${encodeURIComponent(route.week)}`;
  return `${path}${query === '' ? '' : `?${query}`}${hash}`;
}

/** What a server knows of an address when it draws its page: page, week and scope. The rest opens in the browser. */
export const drawnRoute = ({ page, week, scope, period, shift, kpi }: Route): Route => ({
  ...HOME,
  page,
  week,
  scope,
  period,
  shift,
  kpi: kpi === null ? null : kpiPlace(kpi.id),
});

/** The page of a KPI in a scope. */
export const kpiRoute = (id: string, scope: string): Route => ({ ...HOME, page: 'kpi', scope, kpi: kpiPlace(id) });

/** The report of a scope over a quarter; null: the last that is over. */
export const reportRoute = (scope: string, period: string | null): Route => ({ ...HOME, page: 'report', scope, period });

/** The on-call page of a team (`organisation` for all) over a quarter. */
export const onCallRoute = (team: string, period: string | null): Route => ({
  ...HOME,
  page: 'on-call',
  scope: team === WHOLE ? WHOLE : `team:${team}`,
  period,
});

/** What a team hands over. */
export const handOverRoute = (team: string): Route => ({ ...HOME, page: 'hand-over', scope: `team:${team}` });

/** A team as the address of its on-call page names it. */
export const teamOf = (scope: string): string => scope.replace(/^team:/, '');

/** The same review elsewhere: another week or scope keeps what was selected and opened, but no evidence. */
export const reviewRoute = (from: Route, change: { readonly week?: string | null; readonly scope?: string }): Route => ({
  ...from,
  page: 'review',
  evidence: null,
  ...change,
});

/** The same page over what was probably meant. */
export const insteadRoute = (from: Route, { what, id }: { readonly what: 'scope' | 'period'; readonly id: string }): Route => ({
  ...from,
  evidence: null,
  ...(what === 'scope' ? { scope: id } : from.page === 'review' ? { week: id } : { period: id }),
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

const lengthOf = (text: string | null): number | null => LENGTHS.find((length) => String(length) === text) ?? null;

/** Colons, commas and tildes may stand in a query as they are, and read better so. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%7E', '~');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

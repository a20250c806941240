import type {
  ApiError,
  CatalogueAnswer,
  Distribution,
  EvidenceAnswer,
  HandOver,
  KpiPage,
  OnCallHealth,
  PreviewAnswer,
  Report,
  Review,
  ShiftPage,
  SlicesAnswer,
  SourceAnswer,
} from '../../server/api/contract.ts';

/** Why there is no answer. `preparing`: ask again, the message says how far it is. `offline`: nobody answered. */
export type Failure = {
  readonly kind: 'preparing' | 'offline' | 'refused';
  /** The server's closed code, or null where it did not speak. */
  readonly code: string | null;
  readonly message: string;
  readonly problems: ApiError['problems'];
  /** What was probably meant. */
  readonly instead?: ApiError['instead'];
};
export type Outcome<T> = { readonly isFine: true; readonly value: T } | { readonly isFine: false; readonly failure: Failure };

export type Fetch = (
  path: string,
  init?: { method?: string; headers?: Record<string, string>; signal?: AbortSignal; body?: string },
) => Promise<Response>;

/** What people write, as the API names it. */
export type Writing = 'comments' | 'actions' | 'annotations' | 'narratives';

const BASE = '/api/v1';
const part = encodeURIComponent;

/** Addresses of the API, for links that leave the page (CSV) as much as for asking. */
export const paths = {
  review: (week: string | null, scope: string): string => `${BASE}/reviews/${part(week ?? 'latest')}?scope=${part(scope)}`,
  publish: (week: string, scope: string): string => `${BASE}/reviews/${part(week)}/publish?scope=${part(scope)}`,
  onCall: (team: string, period: string | null): string =>
    `${BASE}/on-call/${part(team)}${period === null ? '' : `?period=${part(period)}`}`,
  handOver: (team: string): string => `${BASE}/on-call/${part(team)}/hand-over`,
  shift: (token: string): string => `${BASE}/shifts/${part(token)}`,
  onCallCsv: (team: string, period: string): string => `${BASE}/on-call/${part(team)}?period=${part(period)}&format=csv`,
  report: (scope: string, quarter: string | null): string => `${BASE}/reports/${part(quarter ?? 'latest')}?scope=${part(scope)}`,
  reportCsv: (scope: string, quarter: string): string => `${BASE}/reports/${part(quarter)}?scope=${part(scope)}&format=csv`,
  reportPdf: (scope: string, quarter: string, paper: string): string =>
    `${BASE}/reports/${part(quarter)}/pdf?scope=${part(scope)}&paper=${paper}`,
  minutes: (week: string, scope: string): string => `${BASE}/reviews/${part(week)}/minutes?scope=${part(scope)}`,
  kpis: (): string => `${BASE}/kpis`,
  kpiPage: (id: string, scope: string): string => `${BASE}/kpis/${part(id)}/page?scope=${part(scope)}`,
  distribution: (id: string, scope: string): string => `${BASE}/kpis/${part(id)}/distribution?scope=${part(scope)}`,
  slices: (id: string, scope: string, by: string, weeks: number): string =>
    `${BASE}/kpis/${part(id)}/slices?by=${part(by)}&scope=${part(scope)}&weeks=${weeks}`,
  preview: (): string => `${BASE}/kpis/preview`,
  snapshotsCsv: (id: string, scope: string): string => `${BASE}/kpis/${part(id)}/snapshots?scope=${part(scope)}&format=csv`,
  evidence: (id: string, offset: number, limit: number): string =>
    `${BASE}/snapshots/${part(id)}/evidence?offset=${offset}&limit=${limit}`,
  /** The list behind a number as it was known then. */
  evidenceThen: (id: string, knownAt: string, offset: number, limit: number): string =>
    `${BASE}/snapshots/${part(id)}/evidence?offset=${offset}&limit=${limit}&known_at=${part(knownAt)}`,
  evidenceThenCsv: (id: string, knownAt: string): string =>
    `${BASE}/snapshots/${part(id)}/evidence?format=csv&known_at=${part(knownAt)}`,
  evidenceCsv: (id: string): string => `${BASE}/snapshots/${part(id)}/evidence?format=csv`,
  sources: (): string => `${BASE}/sources`,
  written: (kind: Writing): string => `${BASE}/${kind}`,
  writtenOne: (kind: Writing, id: number): string => `${BASE}/${kind}/${id}`,
  writtenRevisions: (kind: Writing, id: number): string => `${BASE}/${kind}/${id}/revisions`,
  withdrawn: (kind: Writing, id: number, after: number, scope: string, author: string): string =>
    `${BASE}/${kind}/${id}?after=${after}&scope=${part(scope)}&author=${part(author)}`,
  pull: (source: string): string => `${BASE}/sources/${part(source)}/pulls`,
};

/** What an answer must have before it is taken for one: the server has checked the rest against its schema. */
type Recognise<T> = (value: unknown) => value is T;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const having =
  <T>(...names: (keyof T & string)[]): Recognise<T> =>
  (value): value is T =>
    isRecord(value) && names.every((name) => name in value);

export const isReview = having<Review>('organisation', 'scope', 'week', 'agenda', 'cards', 'routine');
export const isOnCall = having<OnCallHealth>('verdict', 'measures', 'hours', 'hidden', 'period');
export const isHandOver = having<HandOver>('team', 'shifts', 'alerts', 'open', 'risks');
export const isShift = having<ShiftPage>('rotation', 'verdict', 'hours', 'survey');
export const isKpiPage = having<KpiPage>('card', 'views', 'file', 'revisions');
export const isDistribution = having<Distribution>('dots', 'months', 'refused');
export const isSlices = having<SlicesAnswer>('slices', 'periods', 'by');
export const isPreview = having<PreviewAnswer>('problems', 'diff');
export const isReport = having<Report>('quarter', 'figures', 'scorecard', 'narratives', 'method');
export const isCatalogue = having<CatalogueAnswer>('kpis', 'settingsProblems');
export const isEvidence = having<EvidenceAnswer>('kpi', 'items', 'total', 'withheld');
export const isSources = (value: unknown): value is SourceAnswer[] =>
  Array.isArray(value) && value.every(having<SourceAnswer>('id', 'freshness', 'pulls'));
export const isPull = having<SourceAnswer['pulls'][number]>('startedAt', 'outcome');
export const isPublication = having<{ at: string; pinned: number }>('at', 'pinned');

export const isWritten = having<{ id: number; revision: number }>('id', 'revision');
/** What stood there, revision by revision. */
export interface CommentRevision {
  readonly revision: number;
  readonly author: string;
  readonly at: string;
  readonly isWithdrawn: boolean;
  readonly body: { readonly text: string };
}
export const isHistory = (value: unknown): value is CommentRevision[] =>
  Array.isArray(value) && value.every(having<CommentRevision>('revision', 'author', 'at', 'isWithdrawn', 'body'));
/** An answer without a body. */
export const isNothing = (value: unknown): value is undefined => value === undefined;

/** Asks once. Never throws, except the abort of its own signal. */
export async function ask<T>(
  fetch: Fetch,
  path: string,
  recognise: Recognise<T>,
  /** `send` travels as JSON. */
  { send, ...init }: { method?: string; signal?: AbortSignal; send?: unknown } = {},
): Promise<Outcome<T>> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { accept: 'application/json', ...(send === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(send === undefined ? {} : { body: JSON.stringify(send) }),
    });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    return failed('offline', null, 'The server does not answer. Is it running, and is this machine connected to it?');
  }
  const body = await bodyOf(response);
  if (response.ok) {
    if (recognise(body)) return { isFine: true, value: body };
    return failed('refused', null, 'The answer cannot be read. The page may be older than the server; load it again.');
  }
  if (!isApiError(body)) return failed('refused', null, `The server answered ${response.status} without saying why.`);
  return {
    isFine: false,
    failure: {
      kind: body.code === 'unavailable' ? 'preparing' : 'refused',
      code: body.code,
      message: body.message,
      problems: body.problems,
      instead: body.instead,
    },
  };
}

const failed = (kind: Failure['kind'], code: string | null, message: string): { isFine: false; failure: Failure } => ({
  isFine: false,
  failure: { kind, code, message, problems: [] },
});

const isApiError = (value: unknown): value is ApiError =>
  isRecord(value) &&
  typeof value['code'] === 'string' &&
  typeof value['message'] === 'string' &&
  Array.isArray(value['problems']);

async function bodyOf(response: Response): Promise<unknown> {
  try {
    const body: unknown = await response.json();
    return body;
  } catch {
    return undefined;
  }
}

import { KNOWN_THEN, KPIS, MONTHS, SERVICES, TEAMS, WEEKS } from './attacked-house.ts';

/** One thing that anybody can ask over HTTP. */
export interface Question {
  readonly path: string;
  readonly body?: string;
}

const SCOPES = ['organisation', ...TEAMS.map((team) => `team:${team}`), ...SERVICES.map((service) => `service:${service}`)];
const PERIODS = [
  ...WEEKS.map(({ id }) => id),
  ...MONTHS.map(({ id }) => id),
  '2026-Q3',
  '2026-Q4',
  '2026',
  ...WEEKS.flatMap(({ id }) => [`${id}-MTD`, `${id}-QTD`, `${id}-YTD`]),
];

/** Drafts of definitions that nobody has reviewed. */
const DRAFTS = [
  'count: { of: interruptions }\n  where: { during: nights }',
  'count: { of: interruptions }\n  where: { during: days_off }',
  'count: { of: pages }\n  where: { during: nights }',
  'count: { of: pages }\n  where: { zone: Europe/Berlin }',
  'count: { of: nights }',
  'ratio: { of: shifts, where: { over_budget: true } }\n  counted_in: to',
  'score: { of: feedback, instrument: shift }\n  summarise: mean',
  'count: { of: feedback }',
];

const draft = (measure: string, index: number): string => `version: kpi/v1
id: draft-${index}
name: Draft
question: Who was it?
section: On-call
role: outcome
owner: Head of Operations
better: lower
measure:
  ${measure}
`;

/** A dry run of a draft over every scope. */
export const previewOf = (measure: string, index = 0): Question => ({
  path: '/kpis/preview',
  body: JSON.stringify({ text: draft(measure, index), scopes: SCOPES }),
});

const known = `known_at=${KNOWN_THEN}`;

/** Every question, of every kind: series, evidence, revisions, slices, reviews, on-call pages, dry runs; as files, and as known then. */
export const QUESTIONS: readonly Question[] = [
  ...KPIS.flatMap((kpi) =>
    SCOPES.flatMap((scope) =>
      ['', '&format=csv', `&${known}`, '&grain=month', `&grain=quarter&${known}`, `&format=csv&${known}`].map((rest) => ({
        path: `/kpis/${kpi}/snapshots?scope=${scope}${rest}`,
      })),
    ),
  ),
  ...KPIS.flatMap((kpi) =>
    SCOPES.flatMap((scope) =>
      PERIODS.flatMap((period) =>
        ['/evidence', `/evidence?${known}`, '/revisions'].map((rest) => ({
          path: `/snapshots/${kpi}~${scope}~${period}${rest}`,
        })),
      ),
    ),
  ),
  ...KPIS.flatMap((kpi) =>
    ['team', 'service', 'key', 'zone', 'responder'].map((by) => ({ path: `/kpis/${kpi}/slices?by=${by}&weeks=26` })),
  ),
  ...SCOPES.flatMap((scope) => WEEKS.map(({ id }) => ({ path: `/reviews/${id}?scope=${scope}` }))),
  ...['organisation', ...TEAMS].flatMap((team) =>
    ['', '?period=2026-Q3', '?period=2026-Q4', '?period=2026-Q3&format=csv', '?format=csv'].map((rest) => ({
      path: `/on-call/${team}${rest}`,
    })),
  ),
  ...TEAMS.map((team) => ({ path: `/on-call/${team}/hand-over` })),
  ...DRAFTS.map(previewOf),
];

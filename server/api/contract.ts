import { Type, type Static } from 'typebox';
import { ReviewSchema } from '../review/schema.ts';

/**
 * What travels over HTTP: one TypeBox object per answer gives the type, the validation and the
 * OpenAPI description. The web imports the types, nothing else of the server.
 */
const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export { ReviewSchema };
export { DistributionSchema, KpiPageSchema } from '../review/kpi-page-schema.ts';
export type { Distribution, HistoryView, KpiPage } from '../review/kpi-page-schema.ts';
export { OnCallSchema } from '../review/on-call-schema.ts';
export type { HourMap, LoudAlerts, OnCallHealth, OnCallSeries } from '../review/on-call-schema.ts';
export type { AgendaItem, Box, Judgement, KpiCard, Point, Review, Signal } from '../review/schema.ts';
export { HandOverSchema } from '../review/hand-over-schema.ts';
export type { HandOver } from '../review/hand-over-schema.ts';
export { ShiftAnswersSchema, ShiftSchema } from '../review/shift-schema.ts';
export type { ShiftPage } from '../review/shift-schema.ts';
export { ReportSchema } from '../review/report-schema.ts';
export type { Figure, Narrative, Report, ReportTrend } from '../review/report-schema.ts';
export type { Block } from '../review/prose.ts';
export type { Action, Annotation, Comment } from '../review/talk.ts';

export const ProblemSchema = Type.Object(
  {
    path: Type.String(),
    line: Type.Optional(Type.Integer()),
    column: Type.Optional(Type.Integer()),
    file: Type.Optional(Type.String()),
    message: Type.String(),
  },
  strict,
);

export const ErrorSchema = Type.Object(
  {
    code: Type.Enum(
      [
        'not-found',
        'invalid',
        'unauthorised',
        'forbidden',
        'conflict',
        'unavailable',
        'too-large',
        'unsupported',
        'too-many',
        'internal',
      ],
      { description: 'Closed list' },
    ),
    message: Type.String(),
    problems: Type.Array(ProblemSchema),
  },
  strict,
);
export type ApiError = {
  code: string;
  message: string;
  problems: { path: string; line?: number; column?: number; file?: string; message: string }[];
};

/** What every route may answer in place of its own; 503 while a first history is made or the database is away. */
export const FAILURES = { '4xx': ErrorSchema, '5xx': ErrorSchema } as const;

/** Routes without parameters refuse what they would not read. */
export const NoQuery = Type.Object({}, strict);

/** An answer that is JSON, or CSV where `format=csv` or `Accept: text/csv` asks for it. */
export const jsonOrCsv = <T>(schema: T) => ({
  description: 'JSON, or CSV by `Accept` or `format=csv`',
  content: { 'application/json': { schema }, 'text/csv': { schema: Type.String() } },
});

export const EvidenceSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    scope: Type.String(),
    period: Type.String(),
    periodTitle: Type.String(),
    revision: nullable(Type.Integer()),
    watermark: Type.Integer(),
    value: nullable(Type.Number()),
    text: Type.String({ description: 'The value as people say it' }),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    isConfirmed: Type.Boolean({ description: 'Evaluated again, the list gives the digest that was stored with the number' }),
    withheld: nullable(Type.String({ description: 'Why the list is not shown' })),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          value: nullable(Type.Number()),
          valueText: Type.String(),
          at: nullable(Type.Number()),
          atText: Type.String(),
          excluded: nullable(Type.String()),
          team: nullable(Type.String()),
          service: nullable(Type.String()),
          severity: nullable(Type.Number()),
          state: nullable(Type.String()),
        },
        strict,
      ),
    ),
    total: Type.Integer(),
  },
  strict,
);
export type EvidenceAnswer = Static<typeof EvidenceSchema>;

export const QueueSchema = Type.Object(
  {
    kind: Type.String(),
    scope: Type.String(),
    at: Type.String({ description: 'ISO instant' }),
    knownAt: nullable(Type.String({ description: 'ISO instant; null for what is known now' })),
    depth: nullable(Type.Integer()),
    emptiness: nullable(Type.String({ description: 'Why there is no depth: before history, no data' })),
    onHold: nullable(Type.Integer()),
    p50: nullable(Type.Number({ description: 'Median age, seconds since first opened' })),
    p90: nullable(Type.Number()),
    oldest: nullable(Type.Number()),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          openedAt: nullable(Type.String()),
          age: nullable(Type.Number({ description: 'Seconds' })),
          state: nullable(Type.String()),
          team: nullable(Type.String()),
          service: nullable(Type.String()),
          severity: nullable(Type.Number()),
        },
        strict,
      ),
      { description: 'Oldest first' },
    ),
    total: Type.Integer(),
  },
  strict,
);
export type QueueAnswer = Static<typeof QueueSchema>;

export const SourceSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    kinds: Type.Array(Type.String()),
    series: Type.Array(Type.String()),
    schedule: nullable(Type.String()),
    nextRunAt: nullable(Type.String({ description: 'ISO instant' })),
    freshness: Type.Union([
      Type.Literal('fresh'),
      Type.Literal('stale'),
      Type.Literal('failing'),
      Type.Literal('never pulled'),
      Type.Literal('pulling'),
    ]),
    text: Type.String({ description: 'last complete pass 14 minutes ago; knows everything until 15 Nov 2026' }),
    progress: nullable(Type.String()),
    completeUntil: nullable(Type.String()),
    lastCompletedAt: nullable(Type.String()),
    lastErrorAt: nullable(Type.String()),
    lastError: nullable(Type.String()),
    rejectedCount: Type.Integer(),
    rejected: Type.Array(Type.String()),
    lacking: Type.Array(Type.Object({ series: Type.String(), until: nullable(Type.String()), why: Type.String() }, strict), {
      description: 'Series that are known less far than the rest, and why',
    }),
    spent: nullable(Type.String({ description: 'first read: 114 calls, 2,004 metrics, $0.02 to $0.09; last 30 days: …' })),
    pulls: Type.Array(
      Type.Object(
        {
          startedAt: Type.String(),
          seconds: Type.Number(),
          outcome: Type.String(),
          newEvents: Type.Integer(),
          newSamples: Type.Integer(),
          rejected: Type.Integer(),
          error: nullable(Type.String()),
          cost: nullable(
            Type.Object(
              {
                calls: Type.Integer(),
                leastMetrics: Type.Integer(),
                mostMetrics: Type.Integer(),
                bytesScanned: Type.Integer(),
                leastDollars: Type.Number(),
                mostDollars: Type.Number(),
                text: Type.String(),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type SourceAnswer = Static<typeof SourceSchema>;

export const KpiEntrySchema = Type.Object(
  {
    id: nullable(Type.String()),
    file: Type.String(),
    name: Type.String(),
    alsoCalled: nullable(Type.String()),
    question: nullable(Type.String()),
    section: Type.String(),
    role: nullable(Type.String()),
    owner: nullable(Type.String()),
    better: nullable(Type.String()),
    words: nullable(Type.String({ description: 'The definition read aloud' })),
    target: nullable(Type.String()),
    isLastGood: Type.Boolean({ description: 'The file is broken; its last good version is measured' }),
    isPersonal: Type.Boolean(),
    problems: Type.Array(ProblemSchema),
    text: Type.String({ description: 'The file as it stands' }),
  },
  strict,
);
export type KpiEntry = Static<typeof KpiEntrySchema>;

export const CatalogueSchema = Type.Object(
  { kpis: Type.Array(KpiEntrySchema), settingsProblems: Type.Array(ProblemSchema) },
  strict,
);
export type CatalogueAnswer = Static<typeof CatalogueSchema>;

export const SnapshotSchema = Type.Object(
  {
    id: Type.String({ description: 'kpi~scope~period, for /snapshots/{id}/evidence and /revisions' }),
    kpi: Type.String(),
    scope: Type.String(),
    period: Type.String(),
    revision: nullable(Type.Integer({ description: 'null: live, not settled yet' })),
    value: nullable(Type.Number()),
    emptiness: nullable(Type.String()),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    also: Type.Record(Type.String(), nullable(Type.Number())),
    isStale: Type.Boolean(),
    causes: Type.Array(Type.String()),
    recordedAt: nullable(Type.String()),
    watermark: Type.Integer(),
    definition: Type.String(),
    digest: Type.String(),
  },
  strict,
);
export type SnapshotAnswer = Static<typeof SnapshotSchema>;

export const OrganisationSchema = Type.Object(
  {
    name: Type.String(),
    zone: Type.String(),
    isDemo: Type.Boolean(),
    teams: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
    services: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), team: Type.String() }, strict)),
    latestWeek: nullable(Type.String({ description: 'Last complete week, e.g. 2026-W46' })),
    problems: Type.Array(ProblemSchema),
    notice: nullable(Type.String({ description: 'Why nothing new can be stored just now, e.g. a full disk' })),
  },
  strict,
);

const ReadingSchema = Type.Object(
  {
    value: nullable(Type.Number()),
    emptiness: nullable(Type.String()),
    text: Type.String({ description: 'The value as people say it, or why there is none' }),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    target: nullable(Type.String({ description: 'The target in force for the grain of the period' })),
    isMet: nullable(Type.Boolean()),
  },
  strict,
);
const SeenSchema = Type.Object(
  { value: nullable(Type.Number()), valueText: Type.String(), excluded: nullable(Type.String()) },
  strict,
);
const MovedSchema = Type.Object(
  {
    total: Type.Integer(),
    enters: Type.Integer({ description: 'Counted now and not before; less those that leave, the difference of the counts' }),
    leaves: Type.Integer(),
    changes: Type.Integer({ description: 'Counted by both, with another value' }),
    leftOutOtherwise: Type.Integer(),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          how: Type.Enum(['enters', 'leaves', 'changes', 'left out otherwise']),
          before: nullable(SeenSchema),
          after: nullable(SeenSchema),
        },
        strict,
      ),
      { description: 'At most 50' },
    ),
  },
  strict,
);

export const DiffSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    is: Type.Enum(['new', 'changed', 'same'], { description: '`same`: it means what it meant, however it is worded' }),
    words: Type.Object({ before: nullable(Type.String()), after: Type.String() }, strict),
    withheld: nullable(Type.String({ description: 'Why it is not evaluated' })),
    summary: Type.String(),
    isChanged: Type.Boolean(),
    scopes: Type.Array(
      Type.Object(
        {
          scope: Type.String(),
          summary: Type.String(),
          isChanged: Type.Boolean(),
          periods: Type.Array(
            Type.Object(
              {
                period: Type.String(),
                title: Type.String(),
                grain: Type.Enum(['week', 'month']),
                before: nullable(ReadingSchema),
                after: ReadingSchema,
                isChanged: Type.Boolean({ description: 'A number, an item or the verdict on the target differs' }),
                moved: nullable(MovedSchema),
              },
              strict,
            ),
            { description: 'The last 12 complete weeks, then months, oldest first' },
          ),
        },
        strict,
      ),
    ),
  },
  strict,
);

export const PreviewSchema = Type.Object(
  { problems: Type.Array(ProblemSchema), diff: nullable(DiffSchema) },
  { ...strict, description: 'Either problems, or what the definition would have said' },
);
export type PreviewAnswer = Static<typeof PreviewSchema>;

export const SlicesSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    by: Type.String(),
    scope: Type.String(),
    periods: Type.Array(Type.Object({ period: Type.String(), title: Type.String() }, strict)),
    slices: Type.Array(
      Type.Object(
        {
          value: nullable(Type.String({ description: 'Null for items without one, and for the others together' })),
          label: Type.String(),
          count: Type.Integer({ description: 'Items counted over all periods' }),
          readings: Type.Array(
            Type.Object(
              { value: nullable(Type.Number()), emptiness: nullable(Type.String()), text: Type.String(), count: Type.Integer() },
              strict,
            ),
            { description: 'One for each of `periods`' },
          ),
          past: nullable(
            Type.Object(
              {
                limits: nullable(
                  Type.Object(
                    { mean: Type.Number(), lower: nullable(Type.Number()), upper: nullable(Type.Number()) },
                    { ...strict, description: 'What is routine for it, from its own weeks' },
                  ),
                ),
                text: Type.String({ description: 'How its last week stands beside its own past: never beside its neighbours' }),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
      { description: 'The most frequent first; then those that are not set, and the others' },
    ),
  },
  strict,
);
export type SlicesAnswer = Static<typeof SlicesSchema>;

import { Type, type Static } from 'typebox';
import { ReviewSchema } from '../review/schema.ts';
import { nullable, ProblemSchema, strict } from './contract-failures.ts';

/**
 * What travels over HTTP: one TypeBox object per answer gives the type, the validation and the
 * OpenAPI description. The web imports the types, nothing else of the server. Whoever asks finds all of it here.
 */
export { FAILURES, NoQuery, jsonOrCsv } from './contract-failures.ts';
export type { ApiError } from './contract-failures.ts';
export { SnapshotSchema, EvidenceSchema, QueueSchema, SlicesSchema } from './contract-numbers.ts';
export type { SnapshotAnswer, EvidenceAnswer, QueueAnswer, SlicesAnswer } from './contract-numbers.ts';
export { PreviewSchema } from './contract-preview.ts';
export type { PreviewAnswer } from './contract-preview.ts';
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

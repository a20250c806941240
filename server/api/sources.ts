import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import { costText, type PullCost } from '../event/passes.ts';
import type { Engine, SourceStatus, Viewer } from '../jobs/engine.ts';
import type { PullRecord } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { FAILURES, NoQuery, SourceSchema, type SourceAnswer } from './contract.ts';

const isoOf = (instant: Instant | null | undefined): string | null =>
  instant === null || instant === undefined ? null : new Date(instant).toISOString();

export function sourceRoutes(app: FastifyInstance, engine: Engine): void {
  app.get(
    '/sources',
    {
      schema: {
        summary: 'Where data comes from, and how fresh it is',
        querystring: NoQuery,
        response: { 200: Type.Array(SourceSchema), ...FAILURES },
      },
    },
    async (request) => sourcesAnswer(engine, request.viewer),
  );

  app.post<{ Params: { id: string } }>(
    '/sources/:id/pulls',
    {
      schema: {
        summary: 'Pull now, then measure what changed',
        params: Type.Object({ id: Type.String({ maxLength: 120 }) }),
        querystring: NoQuery,
        response: { 200: SourceSchema.properties.pulls.items, ...FAILURES },
      },
    },
    async (request) => pullAnswer(await engine.pull(request.viewer, request.params.id)),
  );

  app.post(
    '/measurements',
    {
      schema: {
        summary: 'Measure what changed since the last run, settle what is due',
        querystring: NoQuery,
        response: {
          200: Type.Object(
            { measured: Type.Integer(), settled: Type.Integer(), restated: Type.Integer() },
            { additionalProperties: false },
          ),
          ...FAILURES,
        },
      },
    },
    async (request) => engine.measure(request.viewer),
  );
}

export const sourcesAnswer = async (engine: Engine, viewer: Viewer): Promise<SourceAnswer[]> =>
  (await engine.sources(viewer)).map(sourceAnswer);

const pullAnswer = (pull: PullRecord): SourceAnswer['pulls'][number] => ({
  startedAt: new Date(pull.startedAt).toISOString(),
  seconds: Math.max(0, pull.endedAt - pull.startedAt) / 1000,
  outcome: pull.outcome,
  newEvents: pull.newEvents,
  newSamples: pull.newSamples,
  rejected: pull.rejected,
  error: pull.error,
  cost: pull.cost === undefined ? null : costAnswer(pull.cost),
});

const costAnswer = ({ bytes, ...cost }: PullCost): NonNullable<SourceAnswer['pulls'][number]['cost']> => ({
  ...cost,
  bytesScanned: bytes,
  text: costText({ bytes, ...cost }),
});

const sourceAnswer = (source: SourceStatus): SourceAnswer => ({
  id: source.id,
  name: source.name,
  type: source.type,
  kinds: [...source.kinds],
  series: [...source.series],
  schedule: source.schedule,
  nextRunAt: isoOf(source.nextRunAt),
  freshness: source.freshness,
  text: source.text,
  progress: source.progress,
  completeUntil: isoOf(source.state?.completeUntil),
  lastCompletedAt: isoOf(source.state?.lastCompletedAt),
  lastErrorAt: isoOf(source.state?.lastErrorAt),
  lastError: source.state?.lastError ?? null,
  rejectedCount: source.state?.rejectedCount ?? 0,
  rejected: [...(source.state?.rejected ?? [])],
  lacking: (source.state?.lacking ?? []).map(({ series, until, why }) => ({ series, until: isoOf(until), why })),
  spent: source.spent,
  pulls: source.pulls.map(pullAnswer),
});

import { Type } from 'typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Engine, StoredSeries, Viewer } from '../jobs/engine.ts';
import type { MeasurementRow, SnapshotQuery, SnapshotRow } from '../store/store.ts';
import { parseDay } from '../time/day.ts';
import { parseInstant } from '../time/instant.ts';
import type { Instant } from '../time/period.ts';
import { EvidenceSchema, FAILURES, jsonOrCsv, NoQuery, SnapshotSchema, type SnapshotAnswer } from './contract.ts';
import { csvOf } from './csv.ts';
import { RequestError } from './errors.ts';
import type { FinishedAnswers } from './finished-answers.ts';

const Id = Type.Object({
  id: Type.String({ maxLength: 400, description: '`kpi~scope~period`, e.g. `time-to-restore~organisation~2026-W46`' }),
});
const GRAINS = ['week', 'month', 'quarter', 'year'] as const;
const Format = Type.Optional(Type.Enum(['csv'], { description: 'As `Accept: text/csv`' }));
const SeriesQuery = Type.Object(
  {
    scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
    grain: Type.Optional(Type.Enum([...GRAINS])),
    from: Type.Optional(Type.String({ maxLength: 10, description: 'First day, 2026-01-01' })),
    to: Type.Optional(Type.String({ maxLength: 10, description: 'Last first-day, inclusive' })),
    known_at: Type.Optional(Type.String({ maxLength: 40, description: 'Only what was known then: an ISO instant' })),
    format: Format,
  },
  { additionalProperties: false },
);
const Page = Type.Object(
  {
    offset: Type.Optional(Type.String({ pattern: '^\\d{1,7}$', default: '0', description: 'a whole number from 0 to 9999999' })),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', default: '100', description: 'a whole number from 1 to 1000' }),
    ),
    known_at: Type.Optional(Type.String({ maxLength: 40, description: 'The list as it was known then: an ISO instant' })),
    format: Format,
  },
  { additionalProperties: false },
);
type SeriesQuerystring = {
  scope: string;
  grain?: (typeof GRAINS)[number];
  from?: string;
  to?: string;
  known_at?: string;
  format?: 'csv';
};
type PageQuerystring = { offset: string; limit: string; known_at?: string; format?: 'csv' };

/** Rows a CSV download may hold; more are refused, because a shortened list would not say so. */
const CSV_ROWS = 100_000;

export function snapshotRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers): void {
  app.get<{ Params: { id: string }; Querystring: SeriesQuerystring }>(
    '/kpis/:id/snapshots',
    {
      schema: {
        summary: 'A series, settled and live; as known now or then',
        params: Id,
        querystring: SeriesQuery,
        response: {
          200: jsonOrCsv(Type.Array(SnapshotSchema)),
          304: Type.Null({ description: 'What If-None-Match names still holds' }),
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const query = queryOf(request.params.id, request.query);
      const make = async (): Promise<SnapshotAnswer[]> => answersOf(await engine.snapshots(request.viewer, query));
      if (!wantsCsv(request)) {
        // What was known then is made anew: it is asked for seldom, and at ever other instants.
        const key = query.knownAt === undefined ? seriesKey(await engine.revision(), request.viewer, query) : null;
        return finished.send(request, reply, { key, vary: 'accept', make });
      }
      void reply.header('vary', 'accept');
      const rows = await make();
      return sendCsv(
        reply,
        request.params.id,
        ['kpi', 'scope', 'period', 'revision', 'value', 'emptiness', 'count', 'stale', 'recorded_at'],
        rows.map((row) => [
          row.kpi,
          row.scope,
          row.period,
          row.revision,
          row.value,
          row.emptiness,
          row.count,
          row.isStale ? 'stale' : '',
          row.recordedAt,
        ]),
      );
    },
  );

  app.get<{ Params: { id: string }; Querystring: PageQuerystring }>(
    '/snapshots/:id/evidence',
    {
      schema: {
        summary: 'The very items behind a number',
        params: Id,
        querystring: Page,
        response: { 200: jsonOrCsv(EvidenceSchema), ...FAILURES },
      },
      serializerCompiler: () => (data) => (typeof data === 'string' ? data : JSON.stringify(data)),
    },
    async (request, reply) => {
      void reply.header('vary', 'accept');
      const [kpi, scope, period] = partsOf(request.params.id);
      const isCsv = wantsCsv(request);
      const offset = isCsv ? 0 : Number(request.query.offset);
      const limit = isCsv ? CSV_ROWS : Number(request.query.limit);
      const known = knownAtOf(request.query.known_at);
      const evidence = await engine.evidence(request.viewer, kpi, scope, period, { offset, limit }, known);
      if (!isCsv) return evidence;
      // An empty file would read as "nothing was there".
      if (evidence.withheld !== null) throw new RequestError('forbidden', evidence.withheld);
      if (evidence.total > CSV_ROWS)
        throw new RequestError(
          'too-large',
          `There are ${evidence.total} items, and a CSV holds ${CSV_ROWS}; page through the JSON.`,
        );
      return sendCsv(
        reply,
        request.params.id,
        ['item', 'value', 'at', 'team', 'service', 'severity', 'state', 'excluded'],
        evidence.items.map((item) => [
          item.uid,
          item.value,
          item.at === null ? null : new Date(item.at).toISOString(),
          item.team,
          item.service,
          item.severity,
          item.state,
          item.excluded,
        ]),
      );
    },
  );

  app.get<{ Params: { id: string } }>(
    '/snapshots/:id/revisions',
    {
      schema: {
        summary: 'Every revision ever written, oldest first',
        params: Id,
        querystring: NoQuery,
        response: { 200: Type.Array(SnapshotSchema), ...FAILURES },
      },
    },
    async (request) => {
      const [kpi, scope, period] = partsOf(request.params.id);
      return (await engine.revisions(request.viewer, kpi, scope, period)).map(snapshotAnswer);
    },
  );
}

type CsvRequest = FastifyRequest<{ Querystring: { format?: 'csv' } }>;

export const wantsCsv = (request: CsvRequest): boolean =>
  request.query.format === 'csv' || prefersCsv(request.headers.accept ?? '');

/** True where `Accept` weighs text/csv more than JSON (RFC 9110, 12.5.1). */
function prefersCsv(accept: string): boolean {
  const weightOf = (type: string): number => {
    const range = accept.split(',').find((part) => part.split(';')[0]?.trim().toLowerCase() === type);
    if (range === undefined) return 0;
    const weight = Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? '1');
    return Number.isFinite(weight) ? weight : 0;
  };
  return weightOf('text/csv') > weightOf('application/json');
}

export function sendCsv(reply: FastifyReply, id: string, ...table: Parameters<typeof csvOf>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName(id)}.csv"`)
    .send(csvOf(...table));
}

const fileName = (id: string): string => id.replaceAll(/[^A-Za-z0-9.~-]+/g, '-').slice(0, 120);

function partsOf(id: string): [kpi: string, scope: string, period: string] {
  const [kpi, scope, period, ...rest] = id.split('~');
  if (kpi === undefined || scope === undefined || period === undefined || rest.length > 0) {
    throw new RequestError(
      'invalid',
      `"${id.slice(0, 80)}" does not name a snapshot; write kpi~scope~period, e.g. time-to-restore~organisation~2026-W46.`,
    );
  }
  return [kpi, scope, period];
}

/** @throws RequestError where the text is no instant */
export function knownAtOf(text: string | undefined): Instant | undefined {
  const knownAt = text === undefined ? undefined : parseInstant(text);
  if (knownAt === null) throw new RequestError('invalid', `known_at: "${text}" is not an instant; write 2026-01-31T12:00Z.`);
  // Nothing was recorded before there were computers' clocks, and calendars end somewhere.
  return knownAt === undefined ? undefined : Math.max(0, knownAt);
}

function queryOf(kpi: string, query: SeriesQuerystring): SnapshotQuery {
  const dayOf = (name: 'from' | 'to'): number | undefined => {
    const text = query[name];
    if (text === undefined) return undefined;
    const day = parseDay(text);
    if (day === null) throw new RequestError('invalid', `${name}: "${text}" is not a day that exists; write 2026-01-31.`);
    return day;
  };
  const fromDay = dayOf('from');
  const toDay = dayOf('to');
  const knownAt = knownAtOf(query.known_at);
  return {
    kpi,
    scope: query.scope,
    ...(query.grain === undefined ? {} : { grain: query.grain }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
    ...(knownAt === undefined ? {} : { knownAt }),
  };
}

const seriesKey = (revision: string, { who }: Viewer, query: SnapshotQuery): string =>
  ['series', who, revision, query.kpi, query.scope, query.grain, query.fromDay, query.toDay].join('\n');

/** Settled and live rows of one answer, in the order of their periods. */
function answersOf({ live, snapshots }: StoredSeries): SnapshotAnswer[] {
  const rows = [
    ...live.map((row) => ({ row, answer: liveAnswer(row) })),
    ...snapshots.map((row) => ({ row, answer: snapshotAnswer(row) })),
  ];
  return rows
    .sort((a, b) => a.row.firstDay - b.row.firstDay || (a.row.grain < b.row.grain ? -1 : a.row.grain > b.row.grain ? 1 : 0))
    .map(({ answer }) => answer);
}

const liveAnswer = (row: MeasurementRow): SnapshotAnswer => ({
  id: `${row.kpi}~${row.scope}~${row.period}`,
  kpi: row.kpi,
  scope: row.scope,
  period: row.period,
  revision: null,
  value: row.value,
  emptiness: row.emptiness,
  count: row.count,
  exclusions: row.exclusions.map((exclusion) => ({ ...exclusion })),
  also: { ...row.also },
  isStale: row.isStale,
  causes: [],
  recordedAt: null,
  watermark: row.watermark,
  definition: row.definition,
  digest: row.digest,
});

const snapshotAnswer = (row: SnapshotRow): SnapshotAnswer => ({
  ...liveAnswer(row),
  revision: row.revision,
  causes: [...row.causes],
  recordedAt: new Date(row.recordedAt).toISOString(),
});

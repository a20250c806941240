import { Socket } from 'node:net';
import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, jsonOrCsv, ReportSchema } from './contract.ts';
import { RequestError } from './errors.ts';
import type { FinishedAnswers } from './finished-answers.ts';
import { digestOf, namesTag } from './negotiation.ts';
import { REPORT_HEADER, reportRows } from './report-csv.ts';
import { sendCsv, wantsCsv } from './snapshots.ts';

/** Prints a page of the web application; the composition root brings one. Throws PrintFault where it cannot. */
export interface Printer {
  /** `path`: path and query of the page; `paper`: as CSS names it. */
  print(path: string, paper: Paper): Promise<Uint8Array>;
}
export type Paper = 'a4' | 'letter';

/** Why nothing was printed, with what to do about it. */
export class PrintFault extends Error {
  override readonly name = 'PrintFault';
}

const Params = Type.Object({
  quarter: Type.String({ maxLength: 20, description: 'A quarter, 2026-Q3, or `latest`: the last one that is over' }),
});
const scope = Type.Optional(
  Type.String({
    maxLength: 200,
    default: 'organisation',
    description: '`organisation`, `team:payments` or `service:checkout`',
  }),
);
const Query = Type.Object(
  { scope, format: Type.Optional(Type.Enum(['csv'], { description: 'As `Accept: text/csv`' })) },
  { additionalProperties: false },
);
const PdfQuery = Type.Object(
  { scope, paper: Type.Optional(Type.Enum(['a4', 'letter'], { default: 'a4' })) },
  { additionalProperties: false },
);
/** Finished files that are kept: a report is read by many in the hour after it was made. */
const FILES_KEPT = 6;

export function reportRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers, printer: Printer | null): void {
  app.get<{ Params: { quarter: string }; Querystring: { scope: string; format?: 'csv' } }>(
    '/reports/:quarter',
    {
      schema: {
        summary: 'The quarterly health report, finished; as CSV every figure of it',
        params: Params,
        querystring: Query,
        response: {
          200: jsonOrCsv(ReportSchema),
          304: Type.Null({ description: 'What If-None-Match names still holds' }),
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const { quarter } = request.params;
      const make = () => engine.report(request.viewer, quarter === 'latest' ? null : quarter, request.query.scope);
      if (wantsCsv(request)) {
        void reply.header('vary', 'accept');
        const report = await make();
        return sendCsv(reply, `report~${report.scope.id}~${report.quarter.id}`, REPORT_HEADER, reportRows(report));
      }
      const key = ['report', request.viewer.who, await engine.revision(), quarter, request.query.scope].join('\n');
      return finished.send(request, reply, { key, vary: 'accept', make });
    },
  );

  const kept = new Map<string, Promise<Uint8Array>>();
  app.get<{ Params: { quarter: string }; Querystring: { scope: string; paper: Paper } }>(
    '/reports/:quarter/pdf',
    {
      schema: {
        summary: 'The page of the report, printed: takes some seconds, one at a time',
        params: Params,
        querystring: PdfQuery,
        response: {
          200: { description: 'PDF', content: { 'application/pdf': { schema: Type.String() } } },
          304: Type.Null({ description: 'What If-None-Match names still holds' }),
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const { quarter } = request.params;
      const { scope: of, paper } = request.query;
      const report = await engine.report(request.viewer, quarter === 'latest' ? null : quarter, of);
      const tag = digestOf([JSON.stringify(report), paper].join('\n'));
      void reply.header('etag', `"${tag}"`);
      if (namesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
      if (printer === null)
        throw new RequestError('unavailable', 'This server serves no pages, so it cannot print one. Run npm start.');
      // Nothing moves on the connection while the page is drawn.
      if (request.raw.socket instanceof Socket) request.raw.socket.setTimeout(0);
      const path = `/report/${encodeURIComponent(report.quarter.id)}?scope=${encodeURIComponent(of)}&paper=${paper}`;
      const name = `${report.organisation} ${report.scope.label} ${report.quarter.id}`.replace(/[^\w-]+/g, '-');
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="health-report-${name}.pdf"`)
        .send(Buffer.from(await printed(tag, () => printer.print(path, paper))));
    },
  );

  async function printed(tag: string, print: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const before = kept.get(tag);
    if (before !== undefined) return before;
    const printing = print();
    if (kept.size >= FILES_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(tag, printing);
    try {
      return await printing;
    } catch (error) {
      kept.delete(tag);
      if (error instanceof PrintFault) throw new RequestError('unavailable', error.message);
      throw error;
    }
  }
}

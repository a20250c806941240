import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, jsonOrCsv, OnCallSchema } from './contract.ts';
import type { FinishedAnswers } from './finished-answers.ts';
import { onCallRows, ON_CALL_HEADER } from './on-call-csv.ts';
import { sendCsv, wantsCsv } from './snapshots.ts';

const Params = Type.Object({
  team: Type.String({ maxLength: 100, description: 'A team of organisation.yaml, or `organisation`' }),
});
const Query = Type.Object(
  {
    period: Type.Optional(
      Type.String({ maxLength: 20, description: 'A quarter, 2026-Q3; without it that of the last complete week' }),
    ),
    format: Type.Optional(Type.Enum(['csv'], { description: 'As `Accept: text/csv`' })),
  },
  { additionalProperties: false },
);

export function onCallRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers): void {
  app.get<{ Params: { team: string }; Querystring: { period?: string; format?: 'csv' } }>(
    '/on-call/:team',
    {
      schema: {
        summary: 'On-call health of a team or the organisation over a quarter; what people bore in groups of five or more only',
        params: Params,
        querystring: Query,
        response: {
          200: jsonOrCsv(OnCallSchema),
          304: Type.Null({ description: 'What If-None-Match names still holds' }),
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const team = request.params.team === 'organisation' ? null : request.params.team;
      const period = request.query.period ?? null;
      const make = () => engine.onCall(request.viewer, team, period);
      if (wantsCsv(request)) {
        void reply.header('vary', 'accept');
        const health = await make();
        return sendCsv(reply, `on-call~${request.params.team}~${health.period.id}`, ON_CALL_HEADER, onCallRows(health));
      }
      const key = ['on-call', request.viewer.who, await engine.revision(), team ?? '', period ?? ''].join('\n');
      return finished.send(request, reply, { key, vary: 'accept', make });
    },
  );
}

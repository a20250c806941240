import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { DistributionSchema, FAILURES, KpiPageSchema } from './contract.ts';
import type { FinishedAnswers } from './finished-answers.ts';

const Params = Type.Object({ id: Type.String({ maxLength: 120 }) });
const Query = Type.Object(
  { scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })) },
  { additionalProperties: false },
);
const NOT_MODIFIED = Type.Null({ description: 'What If-None-Match names still holds' });

export function kpiPageRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers): void {
  app.get<{ Params: { id: string }; Querystring: { scope: string } }>(
    '/kpis/:id/page',
    {
      schema: {
        summary: 'One KPI in one scope: definition, all its history with limits, dated targets and restatements',
        params: Params,
        querystring: Query,
        response: { 200: KpiPageSchema, 304: NOT_MODIFIED, ...FAILURES },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { scope } = request.query;
      // Its words "14 minutes ago" are those of the review, whose tag changes with them.
      const { tag } = await engine.review(request.viewer, null, scope);
      // And what was said in earlier reviews is none of that review's words.
      const key = ['kpi', request.viewer.who, tag, await engine.revision(), id, scope].join('\n');
      return finished.send(request, reply, { key, make: () => engine.kpiPage(request.viewer, id, scope) });
    },
  );

  app.get<{ Params: { id: string }; Querystring: { scope: string } }>(
    '/kpis/:id/distribution',
    {
      schema: {
        summary: 'Every item of the last twelve months with what it contributed, median and ninth decile by month',
        params: Params,
        querystring: Query,
        response: { 200: DistributionSchema, 304: NOT_MODIFIED, ...FAILURES },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { scope } = request.query;
      const key = ['distribution', request.viewer.who, await engine.revision(), id, scope].join('\n');
      return finished.send(request, reply, { key, make: () => engine.distribution(request.viewer, id, scope) });
    },
  );
}

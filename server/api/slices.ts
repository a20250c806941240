import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, SlicesSchema } from './contract.ts';
import { RequestError } from './errors.ts';

const Query = Type.Object(
  {
    by: Type.String({ maxLength: 80, description: 'The field that cuts the number, e.g. `type`' }),
    scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
    period: Type.Optional(Type.String({ maxLength: 40, description: '`2026-W46`, `2026-10`, `2026-Q3`' })),
    weeks: Type.Optional(
      Type.String({
        pattern: '^([1-9]|[1-4]\\d|5[0-2])$',
        description: 'a whole number from 1 to 52; 12 where no period is given',
      }),
    ),
  },
  { additionalProperties: false },
);

export function sliceRoutes(app: FastifyInstance, engine: Engine): void {
  app.get<{ Params: { id: string }; Querystring: { by: string; scope: string; period?: string; weeks?: string } }>(
    '/kpis/:id/slices',
    {
      schema: {
        summary: 'A number cut by the values of a field, each with its own series',
        params: Type.Object({ id: Type.String({ maxLength: 120 }) }),
        querystring: Query,
        response: { 200: SlicesSchema, ...FAILURES },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const { by, scope, period, weeks } = request.query;
      if (period !== undefined && weeks !== undefined)
        throw new RequestError(
          'invalid',
          'Write period or weeks, not both: one period, or the weeks up to the last complete one.',
        );
      const periods = period === undefined ? { weeks: Number(weeks ?? '12') } : { period };
      return engine.slices(request.viewer, { kpi: request.params.id, by, scope, periods });
    },
  );
}

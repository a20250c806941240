import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, NoQuery, PreviewSchema } from './contract.ts';
import { problemOf } from './kpis.ts';

const Body = Type.Object(
  {
    text: Type.String({ maxLength: 65_536, description: 'A KPI file' }),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description:
          'Where it would stand, as /kpis names files; it is held against what that file says now, even under another id',
      }),
    ),
    scopes: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 10, default: ['organisation'] })),
  },
  { additionalProperties: false },
);

export function previewRoutes(app: FastifyInstance, engine: Engine): void {
  app.post<{ Body: { text: string; file?: string; scopes: string[] } }>(
    '/kpis/preview',
    {
      schema: {
        summary: 'What a definition would have said, beside the one that is measured; nothing is stored',
        querystring: NoQuery,
        body: Body,
        response: { 200: PreviewSchema, ...FAILURES },
      },
    },
    async (request, reply) => {
      const { text, file, scopes } = request.body;
      const { problems, diff } = await engine.preview(request.viewer, { text, file: file ?? null, scopes });
      const told = Buffer.from(`{"problems":${JSON.stringify(problems.map(problemOf))},"diff":`);
      const json = Buffer.concat([told, diff ?? Buffer.from('null'), Buffer.from('}')]);
      return reply.type('application/json; charset=utf-8').send(json);
    },
  );
}

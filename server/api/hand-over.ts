import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, HandOverSchema, NoQuery } from './contract.ts';
import type { FinishedAnswers } from './finished-answers.ts';

const Params = Type.Object({ team: Type.String({ maxLength: 100, description: 'A team of organisation.yaml' }) });

export function handOverRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers): void {
  app.get<{ Params: { team: string } }>(
    '/on-call/:team/hand-over',
    {
      schema: {
        summary:
          'What a team hands over: rotations by the day, the loudest alerts, open incidents, KPIs at risk; nobody is named',
        params: Params,
        querystring: NoQuery,
        response: {
          200: HandOverSchema,
          304: Type.Null({ description: 'What If-None-Match names still holds' }),
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const { team } = request.params;
      // Ages grow by the minute, so it is not kept.
      return finished.send(request, reply, { key: null, make: () => engine.handOver(request.viewer, team) });
    },
  );
}

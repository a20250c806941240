import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { parseInstant } from '../time/instant.ts';
import { FAILURES, QueueSchema, type QueueAnswer } from './contract.ts';
import { RequestError } from './errors.ts';
import { knownAtOf } from './snapshots.ts';

const Query = Type.Object(
  {
    scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
    at: Type.Optional(Type.String({ maxLength: 40, description: 'The instant at which the queue stood; now' })),
    known_at: Type.Optional(Type.String({ maxLength: 40, description: 'As it was known then; as it is known now' })),
    offset: Type.Optional(Type.String({ pattern: '^\\d{1,7}$', default: '0', description: 'a whole number from 0 to 9999999' })),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', default: '100', description: 'a whole number from 1 to 1000' }),
    ),
  },
  { additionalProperties: false },
);

export function queueRoutes(app: FastifyInstance, engine: Engine): void {
  app.get<{
    Params: { of: string };
    Querystring: { scope: string; at?: string; known_at?: string; offset: string; limit: string };
  }>(
    '/queues/:of',
    {
      schema: {
        summary: 'What was open at an instant, as known now or then: depth, ages, the items, oldest first',
        params: Type.Object({ of: Type.String({ maxLength: 40, description: 'tickets, incidents, requests or actions' }) }),
        querystring: Query,
        response: { 200: QueueSchema, ...FAILURES },
      },
    },
    async (request): Promise<QueueAnswer> => {
      const { scope, at, known_at, offset, limit } = request.query;
      const instant = at === undefined ? null : parseInstant(at);
      if (at !== undefined && instant === null)
        throw new RequestError('invalid', `at: "${at}" is not an instant; write 2026-01-31T12:00Z.`);
      const page = { offset: Number(offset), limit: Number(limit) };
      const queue = await engine.queue(request.viewer, {
        of: request.params.of,
        scope,
        at: instant === null ? null : Math.max(0, instant),
        knownAt: knownAtOf(known_at) ?? null,
        page,
      });
      const iso = (when: number | null): string | null => (when === null ? null : new Date(when).toISOString());
      return {
        ...queue,
        at: new Date(queue.at).toISOString(),
        knownAt: iso(queue.knownAt),
        items: queue.items.map(({ openedAt, ...item }) => ({ ...item, openedAt: iso(openedAt) })),
      };
    },
  );
}

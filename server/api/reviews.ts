import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { minutesMarkdown } from '../review/minutes.ts';
import { FAILURES, ReviewSchema } from './contract.ts';
import type { FinishedAnswers } from './finished-answers.ts';

const Params = Type.Object({
  week: Type.String({ maxLength: 20, description: '`2026-W46`, or `latest` for the last complete week' }),
});
const Query = Type.Object(
  {
    scope: Type.Optional(
      Type.String({
        maxLength: 200,
        default: 'organisation',
        description: '`organisation`, `team:payments` or `service:checkout`',
      }),
    ),
  },
  { additionalProperties: false },
);

export function reviewRoutes(app: FastifyInstance, engine: Engine, finished: FinishedAnswers): void {
  app.get<{ Params: { week: string }; Querystring: { scope: string } }>(
    '/reviews/:week',
    {
      schema: {
        summary: 'The weekly review, finished',
        params: Params,
        querystring: Query,
        response: { 200: ReviewSchema, 304: Type.Null({ description: 'What If-None-Match names still holds' }), ...FAILURES },
      },
    },
    async (request, reply) => {
      const { week } = request.params;
      const { review, tag } = await engine.review(request.viewer, week === 'latest' ? null : week, request.query.scope);
      return finished.send(request, reply, { key: `review ${tag}`, tag, make: () => review });
    },
  );

  app.get<{ Params: { week: string }; Querystring: { scope: string } }>(
    '/reviews/:week/minutes',
    {
      schema: {
        summary: 'The minutes of a review, as Markdown',
        params: Params,
        querystring: Query,
        response: {
          200: { description: 'Markdown', content: { 'text/markdown': { schema: Type.String() } } },
          ...FAILURES,
        },
      },
    },
    async (request, reply) => {
      const { week } = request.params;
      const { review } = await engine.review(request.viewer, week === 'latest' ? null : week, request.query.scope);
      return reply
        .type('text/markdown; charset=utf-8')
        .header(
          'content-disposition',
          `attachment; filename="review-${review.week.id}-${review.scope.id.replace(/[^\w-]+/g, '-')}.md"`,
        )
        .send(minutesMarkdown(review));
    },
  );

  app.post<{ Params: { week: string }; Querystring: { scope: string } }>(
    '/reviews/:week/publish',
    {
      schema: {
        summary: 'Pins what the review shows, to-date boxes included',
        params: Params,
        querystring: Query,
        response: {
          200: Type.Object({ at: Type.String(), pinned: Type.Integer() }, { additionalProperties: false }),
          ...FAILURES,
        },
      },
    },
    async (request) => {
      const { at, pinned } = await engine.publish(request.viewer, request.params.week, request.query.scope);
      return { at: new Date(at).toISOString(), pinned };
    },
  );
}

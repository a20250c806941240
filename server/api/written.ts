import { Type, type TSchema } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { BODIES, type BodyOf, type WrittenKind } from '../review/bodies.ts';
import type { Written } from '../review/talk.ts';
import { FAILURES, NoQuery } from './contract.ts';

const strict = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Params = Type.Object({ id: Type.String({ pattern: '^[1-9]\\d{0,14}$', description: 'Number of the entry' }) });
const READ = 'The revision that you read; refused (409) where another came in between';
const After = Type.Integer({ minimum: 1, description: READ });
const Author = Type.String({ minLength: 1, maxLength: 100, description: 'The team or role that writes' });
const Query = Type.Object(
  {
    scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
    kpi: Type.Optional(Name),
    period: Type.Optional(Name),
  },
  strict,
);

const answerOf = (body: TSchema) =>
  Type.Object(
    {
      id: Type.Integer(),
      revision: Type.Integer(),
      scope: Type.String(),
      kpi: Type.Union([Type.String(), Type.Null()]),
      period: Type.Union([Type.String(), Type.Null()]),
      author: Type.String(),
      at: Type.String({ description: 'ISO instant of this revision' }),
      firstAt: Type.String({ description: 'ISO instant of its first revision' }),
      body,
    },
    strict,
  );

const told = <Body>({ at, firstAt, ...rest }: Written<Body>) => ({
  ...rest,
  at: new Date(at).toISOString(),
  firstAt: new Date(firstAt).toISOString(),
});

/** Comments, actions, annotations and the texts of reports: written, edited with their history, withdrawn. */
export function writtenRoutes(app: FastifyInstance, engine: Engine): void {
  routesOf(app, engine, 'comment', 'comments');
  routesOf(app, engine, 'action', 'actions');
  routesOf(app, engine, 'annotation', 'annotations');
  routesOf(app, engine, 'narrative', 'narratives');
}

function routesOf<K extends WrittenKind>(app: FastifyInstance, engine: Engine, kind: K, plural: string): void {
  const Body = BODIES[kind];
  const Answer = answerOf(Body);

  app.get<{ Querystring: { scope: string; kpi?: string; period?: string } }>(
    `/${plural}`,
    { schema: { summary: `What stands, of one scope`, querystring: Query, response: { 200: Type.Array(Answer), ...FAILURES } } },
    async (request) => (await engine.written(request.viewer, kind, request.query)).map(told),
  );

  app.get<{ Params: { id: string } }>(
    `/${plural}/:id/revisions`,
    {
      schema: {
        summary: 'All revisions, oldest first',
        params: Params,
        querystring: NoQuery,
        response: {
          200: Type.Array(Type.Object({ ...Answer.properties, isWithdrawn: Type.Boolean() }, strict)),
          ...FAILURES,
        },
      },
    },
    async (request) => (await engine.writtenRevisions(request.viewer, kind, Number(request.params.id))).map(told),
  );

  app.post<{ Body: { scope: string; kpi: string | null; period: string | null; author: string; body: BodyOf<K> } }>(
    `/${plural}`,
    {
      schema: {
        summary: `A new ${kind}`,
        querystring: NoQuery,
        body: Type.Object(
          {
            scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
            kpi: Type.Optional(Type.Union([Name, Type.Null()], { default: null })),
            period: Type.Optional(Type.Union([Name, Type.Null()], { default: null, description: 'The reviewed week' })),
            author: Author,
            body: Body,
          },
          strict,
        ),
        response: { 201: Answer, ...FAILURES },
      },
    },
    async (request, reply) => {
      const written = await engine.write(request.viewer, kind, { ...request.body, entry: null, after: 0 });
      return reply.code(201).send(told(written));
    },
  );

  app.put<{ Params: { id: string }; Body: { after: number; scope: string; author: string; body: BodyOf<K> } }>(
    `/${plural}/:id`,
    {
      schema: {
        summary: 'Another revision of it; what stood before is kept',
        params: Params,
        querystring: NoQuery,
        body: Type.Object(
          {
            after: After,
            scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
            author: Author,
            body: Body,
          },
          strict,
        ),
        response: { 200: Answer, ...FAILURES },
      },
    },
    async (request) =>
      told(
        await engine.write(request.viewer, kind, { ...request.body, entry: Number(request.params.id), kpi: null, period: null }),
      ),
  );

  app.delete<{ Params: { id: string }; Querystring: { after: string; scope: string; author: string } }>(
    `/${plural}/:id`,
    {
      schema: {
        summary: 'Withdraws it; its history stays',
        params: Params,
        querystring: Type.Object(
          {
            after: Type.String({ pattern: '^[1-9]\\d{0,14}$', description: READ }),
            scope: Type.Optional(Type.String({ maxLength: 200, default: 'organisation' })),
            author: Author,
          },
          strict,
        ),
        response: { 204: Type.Null(), ...FAILURES },
      },
    },
    async (request, reply) => {
      const { after, scope, author } = request.query;
      await engine.write(request.viewer, kind, {
        entry: Number(request.params.id),
        after: Number(after),
        scope,
        kpi: null,
        period: null,
        author,
        body: null,
      });
      return reply.code(204).send();
    },
  );
}

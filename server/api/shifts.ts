import { Type } from 'typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { isScore, SHIFT_QUESTIONS, type ShiftAnswers } from '../event/shift-survey.ts';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, NoQuery, ShiftAnswersSchema, ShiftSchema, type ShiftPage } from './contract.ts';
import { RequestError } from './errors.ts';
import type { PostOffice } from './webhooks.ts';

const Params = Type.Object({ token: Type.String({ maxLength: 500, description: 'The last part of the link to the shift' }) });
const FORM = 'application/x-www-form-urlencoded';
const MISSING = 'Answer all three questions, each with a number from 1 to 5; nothing was kept.';

/** Whoever has the link has the shift: no answer may stay in a cache, be led on from, or be found. */
export const keptSecret = (reply: FastifyReply): FastifyReply =>
  reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' });

/** A link to a shift as a log may hold it. */
export const withoutToken = (url: string): string => url.replace(/(\/shifts?\/)[^/?#]+/g, '$1…');

/** The shift behind a link, under the API. */
export function shiftRoutes(api: FastifyInstance, engine: Engine, office: PostOffice | null): void {
  void api.register(async (app) => {
    app.addHook('onRequest', async (_request, reply) => void keptSecret(reply));
    app.get<{ Params: { token: string } }>(
      '/shifts/:token',
      {
        schema: {
          summary: 'A shift, for whoever has the link to it; every link that opens none gets the same answer',
          params: Params,
          querystring: NoQuery,
          response: { 200: ShiftSchema, ...FAILURES },
        },
      },
      async (request) => engine.shift(request.params.token),
    );
    app.put<{ Params: { token: string }; Body: ShiftAnswers }>(
      '/shifts/:token/answers',
      {
        schema: {
          summary: 'Answers the three questions about it, or changes the answers; answered once they are on disk',
          params: Params,
          querystring: NoQuery,
          body: ShiftAnswersSchema,
          response: { 200: ShiftSchema, ...FAILURES },
        },
      },
      async (request) => keepAnswer(engine, office, request.params.token, request.body),
    );
  });
}

/** The form of the page, which needs no script: it is answered with the page again. */
export function shiftFormRoute(app: FastifyInstance, engine: Engine, office: PostOffice | null): void {
  void app.register(async (own) => {
    own.addContentTypeParser<string>(FORM, { parseAs: 'string', bodyLimit: 4096 }, (_request, body, done) => done(null, body));
    own.addHook('onRequest', async (_request, reply) => void keptSecret(reply));
    own.post<{ Params: { token: string }; Body: unknown }>(
      '/shift/:token',
      { schema: { hide: true, params: Params, querystring: NoQuery } },
      async (request, reply) => {
        const { isReady, progress } = engine.readiness();
        if (!isReady) throw new RequestError('unavailable', progress);
        const { token } = request.params;
        await keepAnswer(engine, office, token, formAnswers(request.body));
        return reply.redirect(`/shift/${encodeURIComponent(token)}#thanks`, 303);
      },
    );
  });
}

async function keepAnswer(engine: Engine, office: PostOffice | null, token: string, answers: ShiftAnswers): Promise<ShiftPage> {
  const { source, body } = await engine.answerShift(token, answers);
  if (office === null) throw new RequestError('unavailable', 'Nothing can be answered here just now; try again later.');
  if ((await office.keep({ source, id: null, body, fault: null })) === 'no room')
    throw new RequestError('unavailable', 'So much waits to be read that this was not kept; try again in a minute.');
  return engine.shift(token);
}

function formAnswers(body: unknown): ShiftAnswers {
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  const [feeling, rest, pages] = SHIFT_QUESTIONS.map(({ name }) => {
    const values = form.getAll(name);
    return values.length === 1 && /^[1-5]$/.test(values[0] ?? '') ? Number(values[0]) : null;
  });
  if (!isScore(feeling) || !isScore(rest) || !isScore(pages)) throw new RequestError('invalid', MISSING);
  return { feeling, rest, pages };
}

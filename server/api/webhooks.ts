import { Type } from 'typebox';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Webhook } from '../sources/source.ts';
import { StoreError, type KeptPost, type NewPost } from '../store/store.ts';
import { FAILURES, NoQuery } from './contract.ts';
import { answerError, RequestError, sendError } from './errors.ts';
import { Refusals } from './webhook-refusals.ts';

/** Where posts go: the sources that take them, and what keeps them. */
export interface PostOffice {
  webhooks(): readonly { readonly source: string; readonly webhook: Webhook }[];
  /** Resolves once the post is on disk. Throws StoreError. */
  keep(post: Omit<NewPost, 'receivedAt'>): Promise<KeptPost>;
}

/** Under /api/v1. */
const PATH = '/sources/:id/events';
/** The same for all that may not post, so that nobody learns which sources there are. */
const CLOSED = 'Posting here takes the secret of the source in the header that its settings name; this is not it, or none.';

/** A foreign Host reaches this one route, and only under the names that a webhook is set up with. */
export function isPostFromOutside(request: FastifyRequest, office: PostOffice | null): boolean {
  if (office === null || request.method !== 'POST' || request.routeOptions.url !== `/api/v1${PATH}`) return false;
  const host = hostOf(request);
  return office.webhooks().some(({ webhook }) => webhook.hosts.includes(host));
}

const hostOf = (request: FastifyRequest): string => (request.headers.host ?? '').toLowerCase().replace(/:\d{1,5}$/, '');

/** @param isOurs whether a Host is this machine */
export function webhookRoutes(api: FastifyInstance, office: PostOffice | null, isOurs: (host: string) => boolean): void {
  const refusals = new Refusals(() => performance.now());
  void api.register(async (app) => {
    // The text itself is kept, so it is looked through and not taken apart here.
    app.removeAllContentTypeParsers();
    const looksThrough = app.getDefaultJsonParser('error', 'error');
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
      void looksThrough(request, body, (error) => done(error, body));
    });
    app.setErrorHandler((error: FastifyError | Error, request, reply) => answerPostError(error, request, reply));

    app.post<{ Params: { id: string }; Body: unknown }>(
      PATH,
      {
        schema: {
          summary: 'Post an event to a source, as an API destination of EventBridge does',
          description:
            'With the secret of the source in the header that its `webhook:` names (`x-quarterdeck-secret`). Answered once the event is on disk; it is read within a second. The same event again is known, and changes nothing.',
          params: Type.Object({ id: Type.String({ maxLength: 120 }) }),
          querystring: NoQuery,
          body: Type.Unsafe<string>({
            description: 'The event as EventBridge makes it: id, detail-type, account, region, time, detail',
          }),
          response: {
            200: Type.Object({ outcome: Type.Enum(['kept', 'known']) }, { additionalProperties: false }),
            ...FAILURES,
          },
        },
        // Before the body is read: nobody else's is.
        onRequest: async (request, reply) => {
          if ((await webhookFor(request, office, isOurs)) !== null) {
            if (request.headers['content-encoding'] === undefined) return;
            return sendError(reply, 'unsupported', 'An event is posted as it is, without a content-encoding.');
          }
          if (refusals.isTooMany()) return sendError(reply, 'too-many', 'Too many posts without the secret; try again later.');
          request.log.warn({ host: request.headers.host }, 'a post without the secret of a source was refused');
          return sendError(reply, 'unauthorised', CLOSED);
        },
      },
      async (request) => {
        const webhook = office?.webhooks().find(({ source }) => source === request.params.id)?.webhook;
        // It may have been taken out of the settings meanwhile.
        if (office === null || webhook === undefined) throw new RequestError('unauthorised', CLOSED);
        if (typeof request.body !== 'string') throw new RequestError('invalid', 'There is no body; an event in JSON is one.');
        const { id: source } = request.params;
        const identified = webhook.identify(request.body);
        if ('fault' in identified) {
          await office.keep({ source, id: null, body: '', fault: identified.fault });
          throw new RequestError('invalid', `This cannot be read: ${identified.fault}.`);
        }
        const outcome = await office.keep({ source, id: identified.id, body: request.body, fault: null });
        if (outcome === 'no room')
          throw new RequestError('unavailable', 'So much waits to be read that this was not kept; post it again.');
        return { outcome };
      },
    );
  });
}

/**
 * The webhook that a request may post to. All of them are asked, whichever is meant, so that an answer takes as long for a
 * source that is there as for one that is not.
 */
async function webhookFor(
  request: FastifyRequest<{ Params: { id: string } }>,
  office: PostOffice | null,
  isOurs: (host: string) => boolean,
): Promise<Webhook | null> {
  const host = hostOf(request);
  let found: Webhook | null = null;
  for (const { source, webhook } of office?.webhooks() ?? []) {
    const shown = request.headers[webhook.header];
    const isOpen = await webhook.opens(typeof shown === 'string' ? shown : '');
    const isLetThrough = isOurs(request.headers.host ?? '') || webhook.hosts.includes(host);
    if (isOpen && isLetThrough && source === request.params.id) found = webhook;
  }
  return found;
}

function answerPostError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if ('statusCode' in error && error.statusCode === 415)
    return sendError(reply, 'unsupported', 'An event is posted as application/json.');
  if (error instanceof StoreError && error.code !== 'invalid') {
    // Where the database is concerns nobody outside.
    request.log.error({ err: error }, 'a post could not be kept');
    return sendError(reply, 'unavailable', 'Nothing can be stored just now; post it again.');
  }
  return answerError(error, request, reply);
}

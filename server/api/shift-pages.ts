import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { EngineError, type Engine } from '../jobs/engine.ts';
import type { Pages } from './first-pages.ts';
import { encodingFor } from './negotiation.ts';
import { keptSecret } from './shifts.ts';

const unpack = promisify(gunzip);

/**
 * The page behind a link to a shift: drawn for one person, so it is drawn each time and kept nowhere. What opens nothing is the
 * same index page whatever is wrong with it; the application then says so.
 */
export function shiftPageRoutes(
  app: FastifyInstance,
  engine: Engine,
  pages: Pages | null,
  index: (reply: FastifyReply) => FastifyReply,
): void {
  app.get<{ Params: { token: string } }>('/shift/:token', { schema: { hide: true } }, async (request, reply) => {
    const { token } = request.params;
    if (!engine.readiness().isReady) return index(keptSecret(reply));
    try {
      const shift = await engine.shift(token);
      const drawn = (await pages?.draw(`/shift/${encodeURIComponent(token)}`, JSON.stringify(shift))) ?? null;
      if (drawn === null) return index(keptSecret(reply));
      const encoding = encodingFor(request.headers['accept-encoding']);
      if (encoding !== null) void reply.header('content-encoding', encoding);
      return await keptSecret(reply)
        .header('vary', 'accept-encoding')
        .type('text/html; charset=utf-8')
        .send(encoding === null ? await unpack(drawn.gzip) : drawn[encoding]);
    } catch (error) {
      if (error instanceof EngineError) return index(keptSecret(error.code === 'not-found' ? reply.code(404) : reply));
      request.log.error({ err: error }, 'a page could not be drawn; the browser draws it');
      return index(keptSecret(reply));
    }
  });
}

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { nothingHere, sendError } from './errors.ts';
import { isNavigation } from './plain-page.ts';

/** Paths that the web application draws itself; all of them answer with its index page. */
const PAGES = ['/', '/review', '/review/:week', '/kpis', '/sources'];

/**
 * Serves the built web application. Hashed assets never change; the index is asked for anew each
 * time. An address that nobody knows gets the index too, with status 404: the page says so and helps on.
 */
export async function webRoutes(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      const isHashed = /[\\/]assets[\\/]/.test(path);
      void response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const index = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-cache').sendFile('index.html');
  for (const page of PAGES) {
    app.get(page, { schema: { hide: true } }, async (_request, reply) => index(reply));
  }
  app.setNotFoundHandler((request, reply) => (isNavigation(request) ? index(reply.code(404)) : nothingHere(request, reply)));
}

/** Where the web application was not built (a server used for its API only). */
export function webMissing(app: FastifyInstance): void {
  for (const page of PAGES) {
    app.get(page, { schema: { hide: true } }, async (_request, reply) =>
      sendError(
        reply,
        'not-found',
        'The web application is not built. Run npm start, or npm run build first; the API is at /api/v1.',
      ),
    );
  }
  app.setNotFoundHandler(nothingHere);
}

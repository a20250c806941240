import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Viewer } from '../jobs/engine.ts';
import { sendError } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer;
  }
}

/** On every answer, those to requests that cannot be read included. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

/** Whoever opened our page from elsewhere keeps no hold of its window. */
const LET_GO = { 'cross-origin-opener-policy': 'same-origin' } as const;
/** Typed, bookmarked, or a link of our own: nobody opened it, and a browser need not begin a new process for it. */
const OPENED_BY_NOBODY: ReadonlySet<unknown> = new Set(['none', 'same-origin']);

/** Without sign-in the loopback viewer is nobody in the data: groups only. */
const NOBODY: Viewer = { who: 'loopback', roles: ['viewer', 'operator'], teams: [] };

/**
 * Every request gets a Viewer. Host must name this machine (a rebound DNS name does not), and a
 * request that changes something must come from our own origin.
 * @param isFromOutside lets a request of another Host through, such as a post to a webhook
 */
export function installSecurity(app: FastifyInstance, isFromOutside: (request: FastifyRequest) => boolean): void {
  app.decorateRequest('viewer', { getter: () => NOBODY });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS);
    if (!OPENED_BY_NOBODY.has(request.headers['sec-fetch-site'])) void reply.headers(LET_GO);
    const host = request.headers.host ?? '';
    if (!isLoopbackHost(host) && !isFromOutside(request)) {
      return sendError(reply, 'forbidden', `Host "${host.slice(0, 80)}" is not this machine. Use http://127.0.0.1 and the port.`);
    }
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    // A form of a page that is referred to by nobody names no origin; browsers say beside it where it came from.
    const isUnnamed = origin === 'null' && site === 'same-origin';
    const isForeignOrigin = origin !== undefined && !isUnnamed && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
    const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (isForeignOrigin || isForeignSite)
      return sendError(reply, 'forbidden', 'This request comes from another site; only our own pages may change something.');
  });
}

export function isLoopbackHost(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EngineError, type Engine, type EngineErrorCode } from '../jobs/engine.ts';
import { nothingHere, sendError } from './errors.ts';
import { FirstPages, type Pages, type PageWanted } from './first-pages.ts';
import { catalogueAnswer } from './kpis.ts';
import { digestOf } from './negotiation.ts';
import { isNavigation } from './plain-page.ts';
import { shiftPageRoutes } from './shift-pages.ts';
import { sourcesAnswer } from './sources.ts';

/** Paths that the web application draws itself; all of them answer with its index page. */
const PAGES = [
  '/',
  '/review',
  '/review/:week',
  '/on-call',
  '/on-call/:team',
  '/on-call/:team/hand-over',
  '/report',
  '/report/:quarter',
  '/kpis',
  '/kpi/:id',
  '/sources',
];

const LEADS_NOWHERE: ReadonlySet<EngineErrorCode> = new Set(['not-found', 'invalid']);
const WHOLE = 'organisation';

interface PageRequest {
  readonly Params: { readonly week?: string; readonly team?: string; readonly id?: string; readonly quarter?: string };
  readonly Querystring: { readonly scope?: unknown; readonly period?: unknown; readonly present?: unknown };
}

export interface WebOptions {
  readonly engine: Engine;
  /** Folder of the built web application. */
  readonly folder: string;
  /** Draws first pages; null to leave all drawing to the browser. */
  readonly pages: Pages | null;
}

/**
 * Serves the built web application. Hashed assets never change; pages are asked for anew each time,
 * and come drawn, with their words and numbers in them, where there is something to draw: not while a
 * first history is made, nor on a fault, of which the browser tells. An address that nobody knows gets
 * the index too, with status 404: the page says so and helps on.
 */
export async function webRoutes(app: FastifyInstance, { engine, folder, pages }: WebOptions): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    cacheControl: false,
    // As they were packed when they were built.
    preCompressed: true,
    setHeaders: (response, path) => {
      // A page that must not be kept has said so.
      if (response.hasHeader('cache-control')) return;
      const isHashed = /[\\/]assets[\\/]/.test(path);
      void response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const index = (reply: FastifyReply): FastifyReply =>
    (reply.hasHeader('cache-control') ? reply : reply.header('cache-control', 'no-cache')).sendFile('index.html');
  const first = pages === null ? null : new FirstPages(pages, readFileSync(join(folder, 'index.html'), 'utf8'));
  for (const page of PAGES) {
    app.get<PageRequest>(page, { schema: { hide: true } }, async (request, reply) => {
      if (first === null || !engine.readiness().isReady) return index(reply);
      try {
        const wanted = await wantedOn(page, request, engine);
        return wanted !== null && (await first.send(request, reply, wanted)) ? reply : index(reply);
      } catch (error) {
        // A week that is none is no address either; the browser asks again and says what was wrong.
        if (error instanceof EngineError) return index(LEADS_NOWHERE.has(error.code) ? reply.code(404) : reply);
        request.log.error({ err: error }, 'a page could not be drawn; the browser draws it');
        return index(reply);
      }
    });
  }
  shiftPageRoutes(app, engine, pages, index);
  app.setNotFoundHandler((request, reply) => (isNavigation(request) ? index(reply.code(404)) : nothingHere(request, reply)));
}

/**
 * What a page shows, read as the browser will read its address. Null where the address is not plain.
 * @throws EngineError where there is no such week or scope
 */
async function wantedOn(page: string, request: FastifyRequest<PageRequest>, engine: Engine): Promise<PageWanted | null> {
  const { viewer } = request;
  if (page === '/kpis') return asJson('/kpis', catalogueAnswer(engine, viewer));
  if (page === '/sources') return asJson('/sources', await sourcesAnswer(engine, viewer));
  if (page === '/on-call/:team/hand-over') {
    const { team = '' } = request.params;
    return asJson(`/on-call/${encodeURIComponent(team)}/hand-over`, await engine.handOver(viewer, team));
  }
  if (page.startsWith('/on-call')) {
    const { team = WHOLE } = request.params;
    const { period } = request.query;
    if (period !== undefined && (typeof period !== 'string' || period.length > 20)) return null;
    const health = await engine.onCall(viewer, team === WHOLE ? null : team, period ?? null);
    return asJson(
      `/on-call/${encodeURIComponent(team)}${period === undefined ? '' : `?period=${encodeURIComponent(period)}`}`,
      health,
    );
  }
  if (page === '/kpi/:id') {
    const { scope = WHOLE } = request.query;
    const { id = '' } = request.params;
    if (typeof scope !== 'string' || scope === '' || scope.length > 200 || id.length > 120) return null;
    const path = `/kpi/${encodeURIComponent(id)}`;
    return asJson(scope === WHOLE ? path : `${path}?scope=${encodeURIComponent(scope)}`, await engine.kpiPage(viewer, id, scope));
  }
  if (page.startsWith('/report')) {
    const { scope: of = WHOLE } = request.query;
    if (typeof of !== 'string' || of === '' || of.length > 200) return null;
    const { quarter } = request.params;
    const report = await engine.report(viewer, quarter === undefined || quarter === 'latest' ? null : quarter, of);
    const path = quarter === undefined ? '/report' : `/report/${encodeURIComponent(quarter)}`;
    return asJson(of === WHOLE ? path : `${path}?scope=${encodeURIComponent(of)}`, report);
  }
  const { scope = WHOLE, present } = request.query;
  // Presenting shows one item on a page of its own kind, which only the browser lays out.
  if (present !== undefined) return null;
  if (typeof scope !== 'string' || scope === '' || scope.length > 200) return null;
  const week = request.params.week === 'latest' ? null : (request.params.week ?? null);
  const { review, contentTag } = await engine.review(viewer, week, scope);
  const path = week === null ? '/' : `/review/${encodeURIComponent(week)}`;
  return {
    address: scope === WHOLE ? path : `${path}?scope=${encodeURIComponent(scope)}`,
    tag: contentTag,
    answer: () => JSON.stringify(review),
  };
}

function asJson(address: string, answer: unknown): PageWanted {
  const json = JSON.stringify(answer);
  return { address, tag: digestOf(json), answer: () => json };
}

/** Where the web application was not built (a server used for its API only). */
export function webMissing(app: FastifyInstance): void {
  for (const page of [...PAGES, '/shift/:token']) {
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

import { Socket } from 'node:net';
import compress from '@fastify/compress';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { LogLevel } from '../config.ts';
import type { Engine } from '../jobs/engine.ts';
import { installErrors, RequestError, sendError } from './errors.ts';
import type { Pages } from './first-pages.ts';
import { FinishedAnswers } from './finished-answers.ts';
import { handOverRoutes } from './hand-over.ts';
import { healthRoutes } from './health.ts';
import { kpiPageRoutes } from './kpi-pages.ts';
import { kpiRoutes } from './kpis.ts';
import { onCallRoutes } from './on-call.ts';
import { organisationRoutes } from './organisation.ts';
import { queueRoutes } from './queues.ts';
import { previewRoutes } from './preview.ts';
import { reportRoutes, type Printer } from './reports.ts';
import { reviewRoutes } from './reviews.ts';
import { installSecurity, isLoopbackHost } from './security.ts';
import { shiftFormRoute, shiftRoutes, withoutToken } from './shifts.ts';
import { sliceRoutes } from './slices.ts';
import { snapshotRoutes } from './snapshots.ts';
import { sourceRoutes } from './sources.ts';
import { answerUnreadable, answerUnroutable } from './unreadable.ts';
import { writtenRoutes } from './written.ts';
import { webMissing, webRoutes } from './web.ts';
import { isPostFromOutside, webhookRoutes, type PostOffice } from './webhooks.ts';

export interface ServerOptions {
  readonly engine: Engine;
  /** Folder of the built web application, or null to serve the API only. */
  readonly webFolder: string | null;
  /** Draws its first pages; without it the browser draws all of them. */
  readonly pages?: Pages | null;
  /** Takes what is posted to sources; without it nobody may post. */
  readonly posts?: PostOffice | null;
  /** Prints reports; without it there is no PDF. */
  readonly printer?: Printer | null;
  readonly logLevel: LogLevel;
  readonly version: string;
}

/** A connection on which nothing moves for this long is closed, except while a long task is under way. */
const IDLE_MS = 30_000;
/** Answers while a history is being made, too: they need none of it. */
const ALWAYS_ON = new Set(['/api/v1/openapi.json', '/api/v1/schemas/kpi.json']);

/** The HTTP side. Handlers parse, call, return; what they may ask is `Engine`. */
export async function buildServer({
  engine,
  webFolder,
  pages = null,
  posts = null,
  printer = null,
  logLevel,
  version,
}: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger:
      logLevel === 'silent' ? false : { level: logLevel === 'info' ? 'warn' : logLevel, serializers: { req: loggedRequest } },
    bodyLimit: 1024 * 1024,
    requestTimeout: 15_000,
    connectionTimeout: IDLE_MS,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    // Nothing is coerced, nothing stripped in silence: a wrong request is told so.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: true, verbose: true } },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
  });
  app.server.headersTimeout = 10_000;
  app.server.maxConnections = 1000;

  installErrors(app);
  installSecurity(app, (request) => isPostFromOutside(request, posts));
  await app.register(compress, { threshold: 2048, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 4 } } });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Quarterdeck',
        description: 'Operations health reviews as code',
        version,
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
    },
  });
  await app.register(
    async (api) => {
      installApiManners(api, engine);
      const finished = new FinishedAnswers();
      organisationRoutes(api, engine);
      reviewRoutes(api, engine, finished);
      kpiRoutes(api, engine);
      kpiPageRoutes(api, engine, finished);
      previewRoutes(api, engine);
      sliceRoutes(api, engine);
      snapshotRoutes(api, engine, finished);
      onCallRoutes(api, engine, finished);
      handOverRoutes(api, engine, finished);
      shiftRoutes(api, engine, posts);
      reportRoutes(api, engine, finished, webFolder === null ? null : printer);
      queueRoutes(api, engine);
      sourceRoutes(api, engine);
      webhookRoutes(api, posts, isLoopbackHost);
      writtenRoutes(api, engine);
      api.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  healthRoutes(app, engine);
  shiftFormRoute(app, engine, posts);
  if (webFolder === null) webMissing(app);
  else await webRoutes(app, { engine, folder: webFolder, pages });
  return app;
}

/** What a log says of a request: links to shifts open them, so none is written down. */
const loggedRequest = ({ method, url, host }: FastifyRequest): Record<string, string> => ({
  method,
  url: withoutToken(url),
  host,
});

/** What holds for every route of the API. */
function installApiManners(api: FastifyInstance, engine: Engine): void {
  api.addHook('onRequest', async (request, reply) => {
    // Answers change with every pull: whoever keeps one asks whether it still holds.
    void reply.header('cache-control', 'no-cache');
    const { isReady, progress } = engine.readiness();
    if (!isReady && !ALWAYS_ON.has(request.routeOptions.url ?? '')) return sendError(reply, 'unavailable', progress);
    // A pull may take minutes, in which nothing moves on the connection.
    if (request.method === 'POST') setIdleLimit(request, 0);
  });
  api.addHook('onResponse', async (request) => {
    if (request.method === 'POST') setIdleLimit(request, IDLE_MS);
  });
  api.addHook('preValidation', async (request) => {
    if (request.routeOptions.schema?.body !== undefined) return;
    if (request.body !== undefined && request.body !== null && request.body !== '')
      throw new RequestError('invalid', 'This request takes no body; everything it needs is in its address.');
  });
}

/** A request that was injected, not received, has no connection. */
function setIdleLimit(request: FastifyRequest, ms: number): void {
  if (request.raw.socket instanceof Socket) request.raw.socket.setTimeout(ms);
}

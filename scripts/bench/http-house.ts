import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { buildServer } from '../../server/api/server.ts';
import { readConfig } from '../../server/config.ts';
import { openEngine, version } from '../../server/main.ts';
import { PageDrawer } from '../../server/page-drawer.ts';
import { startAt, writeCursor } from '../../server/sources/demo/cursor.ts';
import { lastCompleteWeek, shiftPeriod } from '../../server/time/calendar.ts';

const WEB = resolve('.dist/web');
const DRAWING = { template: `${WEB}/index.html`, program: resolve('.dist/web-server/first-page.js') };
/** A Wednesday: the week before it is closed and not settled yet. */
const NOW = Date.parse('2026-11-18T09:00:00Z');

const REVIEW = '/api/v1/reviews/2026-W46';
const PAGE = '/review/2026-W46';

/** What the load is given. */
export interface Addresses {
  readonly root: string;
  /** The review as the API answers it, and as its page comes. */
  readonly review: string;
  readonly page: string;
  /** The same bytes of the review, by a route that does nothing else. */
  readonly bare: string;
  /** The same bytes of both in files. */
  readonly reviewFile: string;
  readonly pageFile: string;
}

/**
 * A server of its own: the product with the demo organisation and 60 KPIs, and beside it a bare Fastify that answers
 * with the very bytes that the product gave once: from memory, and from files, packed as they are there, too.
 */
async function main(folder: string, weeks: number, databaseUrl: string): Promise<void> {
  const kpiFolder = join(folder, 'kpis');
  cpSync('kpis', kpiFolder, { recursive: true });
  const config = readConfig({
    QUARTERDECK_DATA: join(folder, 'data'),
    QUARTERDECK_KPIS: kpiFolder,
    LOG_LEVEL: 'silent',
    ...(databaseUrl === '' ? {} : { DATABASE_URL: databaseUrl }),
  });
  const startedAt = performance.now();
  // It moves on, so that "14 minutes ago" does, too.
  const clock = (): number => NOW + Math.round(performance.now() - startedAt);
  const { engine } = await openEngine(config, clock, () => undefined);
  await engine.exclusively(async () => {
    const { calendar } = engine.organisationNow;
    const nextDay = shiftPeriod(calendar, lastCompleteWeek(calendar, NOW), 1 - weeks).firstDay;
    await engine.beginAt(() => writeCursor({ ...startAt(calendar, NOW), nextDay }));
    for (const source of engine.configuredSources) await engine.pullOnly(source);
    await engine.measureNow('all');
  });
  const product = await buildServer({ engine, webFolder: WEB, pages: new PageDrawer(DRAWING), logLevel: 'silent', version });
  const address = await product.listen({ host: '127.0.0.1', port: 0 });

  const bare = fastify();
  const files = join(folder, 'files');
  mkdirSync(files);
  for (const [name, url] of [
    ['review.json', REVIEW],
    ['page.html', PAGE],
  ] as const) {
    writeFileSync(join(files, name), await bytesOf(product, url, 'identity'));
    writeFileSync(join(files, `${name}.br`), await bytesOf(product, url, 'br'));
  }
  await bare.register(fastifyStatic, { root: files, prefix: '/files/', preCompressed: true });
  for (const encoding of ['identity', 'br'] as const) {
    const bytes = await bytesOf(product, REVIEW, encoding);
    bare.get(`/${encoding}`, (_, reply) => {
      if (encoding === 'br') void reply.header('content-encoding', 'br');
      return reply.type('application/json; charset=utf-8').send(bytes);
    });
  }
  const bareAddress = await bare.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({
    root: address,
    review: `${address}${REVIEW}`,
    page: `${address}${PAGE}`,
    bare: bareAddress,
    reviewFile: `${bareAddress}/files/review.json`,
    pageFile: `${bareAddress}/files/page.html`,
  } satisfies Addresses);
}

/** What the product answers there. */
async function bytesOf(product: FastifyInstance, url: string, encoding: string): Promise<Buffer> {
  const { statusCode, rawPayload } = await product.inject({ url, headers: { host: '127.0.0.1', 'accept-encoding': encoding } });
  if (statusCode !== 200 || rawPayload.length < 10_000)
    throw new Error(`${url} answered ${statusCode} with ${rawPayload.length} bytes`);
  return rawPayload;
}

process.on('disconnect', () => process.exit(0));
const [, , folder = '', weeks = '', databaseUrl = ''] = process.argv;
await main(folder, Number(weeks), databaseUrl);

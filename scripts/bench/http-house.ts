import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastify from 'fastify';
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

/** What the load is given. */
export interface Addresses {
  readonly root: string;
  readonly product: string;
  readonly bare: string;
}

/**
 * A server of its own: the product with the demo organisation and 60 KPIs, and beside it a bare Fastify that answers
 * each address with the very bytes that the product gave there once.
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
  const isBuilt = existsSync(DRAWING.template) && existsSync(DRAWING.program);
  const web = isBuilt ? { webFolder: WEB, pages: new PageDrawer(DRAWING) } : { webFolder: null };
  const product = await buildServer({ engine, ...web, logLevel: 'silent', version });
  const address = await product.listen({ host: '127.0.0.1', port: 0 });

  const bare = fastify();
  for (const encoding of ['identity', 'br'] as const) {
    const answer = await product.inject({
      url: '/api/v1/reviews/2026-W46',
      headers: { host: '127.0.0.1', 'accept-encoding': encoding },
    });
    const cards: unknown = (await product.inject({ url: '/api/v1/reviews/2026-W46', headers: { host: '127.0.0.1' } })).json();
    if (answer.statusCode !== 200 || JSON.stringify(cards).length < 10_000) throw new Error(answer.body.slice(0, 500));
    bare.get(`/${encoding}`, (_, reply) => {
      if (encoding === 'br') void reply.header('content-encoding', 'br');
      return reply.type('application/json; charset=utf-8').send(answer.rawPayload);
    });
  }
  const bareAddress = await bare.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ root: address, product: `${address}/api/v1/reviews/2026-W46`, bare: bareAddress } satisfies Addresses);
}

process.on('disconnect', () => process.exit(0));
const [, , folder = '', weeks = '', databaseUrl = ''] = process.argv;
await main(folder, Number(weeks), databaseUrl);

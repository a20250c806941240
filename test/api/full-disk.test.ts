import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildServer } from '../../server/api/server.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import { digest } from '../../server/main.ts';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { openSqlite } from '../../server/store/sqlite.ts';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE } from '../jobs/small-house.ts';
import { HOST } from './api-house.ts';

it('says that the disk is full, shows what is stored all the same, and recovers by itself', async () => {
  const desk = new GivenSource('desk', ['incident']);
  const house = await smallHouse([desk], { 'time-to-restore.yaml': TIME_TO_RESTORE }, '2026-11-09T06:00:00Z');
  const now = (): number => house.now;
  // A database whose size we can limit, as a full disk does.
  const database = openSqlite(join(house.folder, 'small'), { mode: 'write', now });
  await migrate(database, now);
  const limit = (pages: number): unknown => database.connection.pragma(`max_page_count = ${pages}`);
  const engine = await QuarterdeckEngine.open({
    store: storeOn(database),
    kpiFolder: join(house.folder, 'kpis'),
    clock: now,
    pseudonym: (person) => person,
    digest,
    readSources: () => ({ sources: [desk], problems: [] }),
    log: () => undefined,
    zoneData: 'of the test',
    columnsMaker: 'of the test',
    demoType: 'demo',
  });
  const app = await buildServer({ engine, webFolder: null, logLevel: 'silent', version: '0.0.0' });
  const get = async (url: string) => (await app.inject({ method: 'GET', url, headers: { host: HOST } })).body;
  const pull = () => app.inject({ method: 'POST', url: '/api/v1/sources/desk/pulls', headers: { host: HOST } });
  const many = (name: string) => ({
    events: Array.from({ length: 2_000 }, (_, at) =>
      event('incident', `${name}${at}`, '2026-11-03T10:00:00Z', { state: 'opened' }),
    ),
    samples: [],
  });
  try {
    desk.next = [many('A')];
    expect((await pull()).json()).toMatchObject({ outcome: 'complete', newEvents: 2_000 });
    expect(JSON.parse(await get('/readyz'))).toEqual({ status: 'ready' });
    expect(JSON.parse(await get('/api/v1/organisation'))).toMatchObject({ notice: null });
    expect(await get('/metrics')).toContain('\nquarterdeck_can_store 1\n');

    limit(Number(database.connection.pragma('page_count', { simple: true })));
    desk.next = [many('B')];
    // The pass is on record as failed where there is room for that; else the request is refused.
    const refused = await pull();
    expect([200, 503]).toContain(refused.statusCode);
    expect(refused.body).toMatch(/disk .* is full; nothing of this was stored/);
    const notice = expect.stringMatching(
      /^Nothing new can be stored, so these numbers stay as they are: The disk .* is full/,
    ) as string;
    expect(JSON.parse(await get('/readyz'))).toEqual({ status: 'ready', notice });
    expect(JSON.parse(await get('/api/v1/organisation'))).toMatchObject({ notice });
    expect(await get('/metrics')).toContain('\nquarterdeck_can_store 0\n');
    expect((await app.inject({ method: 'GET', url: '/api/v1/reviews/latest', headers: { host: HOST } })).statusCode).toBe(200);

    limit(1_000_000);
    expect(JSON.parse(await get('/api/v1/organisation'))).toMatchObject({ notice: null });
    desk.next = [many('B')];
    expect((await pull()).json()).toMatchObject({ outcome: 'complete', newEvents: 2_000 });
  } finally {
    await app.close();
    await engine.close();
    await database.close();
    await house.close();
  }
});

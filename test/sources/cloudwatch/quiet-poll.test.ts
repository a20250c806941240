import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { storeOn } from '../../../server/store/kysely-store.ts';
import { migrate } from '../../../server/store/migrate.ts';
import { openSqlite } from '../../../server/store/sqlite.ts';
import { address, callsOf, HOUR, metricHouse, MINUTE, NOW } from './house.ts';

const REGIONS = ['eu-central-1', 'eu-west-1'];
/** Of three periods, so that a poll of each Region makes several calls. */
const SERIES = `- { name: hours, namespace: Shop, metric: Orders, statistics: [Sum] }
- { name: fives, namespace: Shop, metric: Orders, statistics: [Sum], period: 5 minutes }
- { name: minutes, namespace: Shop, metric: Orders, statistics: [Sum], period: 1 minute }`;

test('a poll of several calls that finds nothing new writes two rows: that it was, and how far its source has come', async () => {
  const house = await metricHouse();
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-quiet-'));
  const engine = openSqlite(folder, { mode: 'write', now: () => house.now });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await migrate(engine, () => house.now);
  const store = storeOn(engine);
  const rows = (): number => Number(engine.connection.prepare('select total_changes()').pluck().get());
  for (const region of REGIONS)
    house.server.state.cloudwatch.metrics.put(address('Orders', { region }), [
      { at: NOW - HOUR, value: 3 },
      { at: NOW + MINUTE, value: 4 },
    ]);
  const source = house.source({ '111122223333': REGIONS }, SERIES);
  expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', newSamples: 6 });
  house.now += HOUR;
  const [beforeBusy, calls] = [rows(), callsOf(house.server)];
  expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', newSamples: 6 });
  const beforeQuiet = rows();
  expect(beforeQuiet - beforeBusy).toBeGreaterThan(2);
  expect(callsOf(house.server) - calls).toBeGreaterThan(2 * REGIONS.length);
  house.now += MINUTE;
  expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', newSamples: 0 });
  expect(rows() - beforeQuiet).toBe(2);
  const [state] = await store.sourceStates();
  expect(state).toMatchObject({ lastStartedAt: house.now, lastCompletedAt: house.now });
});

test('a poll that ends in a fault keeps how far it came, though nothing was new', async () => {
  const house = await metricHouse();
  const store = await house.store();
  const source = house.source({ '111122223333': REGIONS }, SERIES);
  await house.pull(source, store);
  house.now += HOUR;
  house.server.fail({ as: 'denied', service: 'cloudwatch', region: 'eu-west-1', times: Infinity });
  const before = (await store.sourceStates())[0]?.cursor;
  expect((await house.pull(source, store)).outcome).toBe('failed');
  expect((await store.sourceStates())[0]?.cursor).not.toBe(before);
});

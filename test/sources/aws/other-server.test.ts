import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { projectItem } from '../../../server/event/projection.ts';
import { pullSource } from '../../../server/jobs/pull.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { makeCloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import type { Adapter } from '../../../server/sources/config.ts';
import { openStore } from '../../../server/store/open.ts';
import type { PullRecord, Store } from '../../../server/store/store.ts';
import { startOtherServer, type OtherServer } from './other-server.ts';
import { sourceOf } from './watch-house.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T22:47:31Z');
const LAST_HOUR = NOW - (NOW % HOUR);

/** A server of another kind, to which the environment leads, and a store. */
async function otherHouse(): Promise<{
  server: OtherServer;
  store: Store;
  pull: (adapter: Adapter, yaml: string) => Promise<PullRecord>;
}> {
  const server = await startOtherServer();
  onTestFinished(() => server.close());
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  }))
    vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-other-'));
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => NOW });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    server,
    store,
    pull: (adapter, yaml) =>
      pullSource(sourceOf(adapter, yaml, 'id: other, regions: [eu-central-1]'), {
        store,
        clock: () => NOW,
        pseudonym: (person) => person,
        signal: new AbortController().signal,
      }),
  };
}

const METRICS = (more = ''): string =>
  `type: cloudwatch, ${more}series: [{ name: orders, namespace: Shop, metric: Orders, statistics: [Sum] }, { name: faults, namespace: Shop, metric: Faults, statistics: [Sum] }]`;

describe('a server that is compatible with CloudWatch, found through AWS_ENDPOINT_URL', () => {
  test.each(['not found', 'missing action', 'nothing but xml', 'not implemented'] as const)(
    'and speaks the older protocol alone (JSON: %s) gives its metrics: asked once in JSON, then as it speaks',
    async (refusal) => {
      const { server, store, pull } = await otherHouse();
      server.refusal = refusal;
      server.metrics.set('Orders', new Map(Array.from({ length: 12 }, (_, nth) => [LAST_HOUR - (nth + 1) * HOUR, nth])));
      server.metrics.set('Faults', new Map([[LAST_HOUR - 3 * HOUR, 7]]));
      const record = await pull(cloudwatchAdapter, METRICS());
      expect(record).toMatchObject({ outcome: 'complete', error: null, newSamples: 13, rejected: 0 });
      expect(record.completeUntil).toBe(Date.parse('2026-11-21T21:50Z'));
      expect(
        (await store.samples('orders', -Infinity, Infinity)).map(({ at, value }) => `${(LAST_HOUR - at) / HOUR} ${value}`),
      ).toEqual(Array.from({ length: 12 }, (_, nth) => `${12 - nth} ${11 - nth}`));
      expect(server.asked.filter((one) => one === 'json').length).toBeLessThanOrEqual(refusal === 'not implemented' ? 8 : 1);
      const before = server.asked.length;
      await pull(cloudwatchAdapter, METRICS());
      expect(server.asked.slice(before)).not.toContain('json');
    },
    30_000,
  );

  test('is spoken to as it is told to be, from the first call on', async () => {
    const { server, pull } = await otherHouse();
    expect(await pull(cloudwatchAdapter, METRICS('protocol: query, '))).toMatchObject({ outcome: 'complete', newSamples: 0 });
    expect([...new Set(server.asked)]).toEqual(['GetMetricData']);
  });

  test('tells of alarms, though the newest come first, without details, and it knows no kinds of alarms that are new', async () => {
    const { server, store, pull } = await otherHouse();
    const at = (minutes: number): number => NOW - minutes * 60_000;
    server.history.push(
      { alarm: 'slow', at: at(300), from: 'OK', to: 'ALARM' },
      { alarm: 'slow', at: at(270), from: 'ALARM', to: 'OK' },
      { alarm: 'full', at: at(200), from: 'INSUFFICIENT_DATA', to: 'ALARM' },
      { alarm: 'slow', at: at(100), from: 'OK', to: 'ALARM' },
      { alarm: 'slow', at: at(90), from: 'ALARM', to: 'OK' },
    );
    const record = await pull(cloudWatchAlarmsAdapter, 'type: cloudwatch-alarms');
    expect(record).toMatchObject({ outcome: 'complete', error: null, rejected: 0, completeUntil: NOW });
    const found: string[] = [];
    for await (const chunk of store.allEvents(['alert']))
      for (const [uid, events] of chunk) {
        const item = projectItem(uid, events);
        if (item === null || item.last.cancelled !== undefined) continue;
        const { key, raised, cleared } = item.fields;
        const ago = (instant: unknown): string => (typeof instant === 'number' ? String((NOW - instant) / 60_000) : 'still');
        found.push(`${String(key)} ${ago(raised)} ${ago(cleared)}`);
      }
    expect(found.sort()).toEqual(['full 200 still', 'slow 100 90', 'slow 300 270']);
  });

  test.each([
    ['2026-11-21 20:00:00.000', '2026-11-21 21:00:00.000'],
    ['2026-11-21T20:00:00Z', '2026-11-21T21:00:00Z'],
    [String(Date.parse('2026-11-21T20:00Z')), String(Date.parse('2026-11-21T21:00Z'))],
    [String(Date.parse('2026-11-21T20:00Z') / 1_000), String(Date.parse('2026-11-21T21:00Z') / 1_000)],
  ])('answers a query of logs at once, and may write instants as %s', async (one, other) => {
    const { server, store, pull } = await otherHouse();
    server.logRows = [
      { 'bin(1h)': other, n: '4' },
      { 'bin(1h)': one, n: '3' },
    ];
    const logs = makeCloudWatchLogsAdapter(() => Promise.resolve());
    const record = await pull(
      logs,
      "type: cloudwatch-logs, history: 2 hours, series: [{ name: requests, log_groups: [/shop/web], query: 'stats count(*) as n by bin(1h)', columns: { n: requests } }]",
    );
    expect(record).toMatchObject({ outcome: 'complete', error: null, rejected: 0 });
    expect((await store.samples('requests', -Infinity, Infinity)).map(({ value }) => value)).toEqual([3, 4]);
    expect(server.asked).toContain('StartQuery');
  });
});

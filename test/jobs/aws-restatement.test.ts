import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startAwsServer } from '../../scripts/aws-server/server.ts';
import { buildServer } from '../../server/api/server.ts';
import { readConfig } from '../../server/config.ts';
import { openEngine, type Running } from '../../server/main.ts';

const HOUR = 3_600_000;
const ACCOUNT = '111122223333';
const VIEWER = { who: 'test', roles: [], teams: [] };
const WEEK = '2026-W46';

const ORGANISATION = `version: organisation/v1
name: Late house
zone: UTC
week_starts: monday
teams:
  store: { name: Store, zone: UTC }
`;
const ORDERS = `version: kpi/v1
id: orders
name: Orders
question: How much is ordered?
section: Customers
role: outcome
owner: Store
better: higher
measure: { level: { series: orders, statistic: sum } }
unit: { type: count, label: orders }
settles_after: 1 day
`;

const at = (text: string): number => Date.parse(text);
/** Where each late point belongs, when CloudWatch has it, and what it adds. */
const LATE = [
  // Found by the poll that follows: it reads three hours again.
  { of: '2026-11-11T10:20Z', from: '2026-11-11T11:40Z', value: 10 },
  // Four hours late, so found in the night, when three days are read again.
  { of: '2026-11-15T22:20Z', from: '2026-11-16T02:00Z', value: 100 },
  // Later than that: found at the close of the next week, when two weeks are read again.
  { of: '2026-11-14T08:00Z', from: '2026-11-17T01:00Z', value: 1_000 },
  { of: '2026-11-12T05:00Z', from: '2026-11-18T13:00Z', value: 10_000 },
];

/** The product on a clock of its own, in a folder of its own. */
async function productAt(endpoint: string, clock: () => number): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-late-'));
  const kpis = join(folder, 'kpis');
  mkdirSync(kpis);
  writeFileSync(join(kpis, 'organisation.yaml'), ORGANISATION);
  writeFileSync(join(kpis, 'orders.yaml'), ORDERS);
  writeFileSync(
    join(kpis, 'sources.yaml'),
    `version: sources/v1
sources:
  - id: metrics
    type: cloudwatch
    regions: [eu-central-1]
    endpoint: ${endpoint}
    series: [{ name: orders, namespace: Shop, metric: Orders, statistics: [Sum], as: { service: checkout } }]
`,
  );
  const config = readConfig({ QUARTERDECK_DATA: join(folder, 'data'), QUARTERDECK_KPIS: kpis, LOG_LEVEL: 'silent' });
  const running = await openEngine(config, clock, () => undefined);
  onTestFinished(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return running;
}

const pointsOf = async ({ store }: Running): Promise<string[]> =>
  (await store.samples('orders', -Infinity, Infinity)).map((point) => `${new Date(point.at).toISOString()} ${point.value}`);

test('a week of polling with late points ends as what one read finds, and what was published meanwhile is restated', async () => {
  let now = at('2026-11-09T00:07Z');
  const aws = await startAwsServer({ now: () => now });
  onTestFinished(() => aws.close());
  for (const [name, value] of Object.entries(aws.environment(ACCOUNT))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const metric = { account: ACCOUNT, region: 'eu-central-1', namespace: 'Shop', metric: 'Orders', dimensions: {} };
  // One order every 20 minutes of the week: 504.
  const onTime = Array.from({ length: 7 * 72 }, (_, nth) => ({ at: at('2026-11-09T00:00Z') + nth * (HOUR / 3), value: 1 }));
  const late = LATE.map(({ of, from, value }) => ({ at: at(of) + 60_000, from: at(from), value }));
  aws.state.cloudwatch.metrics.put(metric, [...onTime, ...late]);

  const product = await productAt(aws.url, () => now);
  const app = await buildServer({ engine: product.engine, webFolder: null, logLevel: 'silent', version: '0.0.0' });
  onTestFinished(() => app.close());
  const answer = async (path: string): Promise<unknown> => {
    const { statusCode, body } = await app.inject({ url: `/api/v1/${path}`, headers: { host: '127.0.0.1:4680' } });
    expect(statusCode).toBe(200);
    return JSON.parse(body);
  };
  const pollUntil = async (end: string): Promise<void> => {
    for (; now <= at(end); now += 3 * HOUR)
      expect(await product.engine.pull(VIEWER, 'metrics')).toMatchObject({ outcome: 'complete', rejected: 0 });
    now -= 3 * HOUR;
  };
  const revisions = () => answer(`snapshots/orders~organisation~${WEEK}/revisions`);
  const published = { revision: 1, value: 514, causes: ['published'] };
  const settled = { revision: 2, value: 614, causes: ['settled'] };

  await pollUntil('2026-11-16T09:07Z');
  await product.engine.publish(VIEWER, WEEK, 'organisation');
  expect(await revisions()).toMatchObject([published]);

  now += 3 * HOUR;
  await pollUntil('2026-11-22T21:07Z');
  expect(await revisions()).toMatchObject([published, settled]);

  now += 3 * HOUR;
  await pollUntil('2026-11-23T03:07Z');
  expect(await revisions()).toMatchObject([published, settled, { revision: 3, value: 11_614, causes: ['late'] }]);
  // The meeting that comes is told of it: old value, new value, cause.
  expect(await answer('reviews/2026-W47')).toMatchObject({
    agenda: [{ kpi: 'orders', reason: 'restated', why: 'Week 46 now reads 11\u202f614, was 614 (late).' }],
    cards: [
      {
        id: 'orders',
        revisions: [{ period: WEEK, before: '614', after: '11\u202f614', causes: ['late'], at: '2026-11-23T00:07:00.000Z' }],
      },
    ],
  });

  const once = await productAt(aws.url, () => now);
  await once.engine.pull(VIEWER, 'metrics');
  expect(await pointsOf(product)).toEqual(await pointsOf(once));
  expect(await pointsOf(once)).toHaveLength(7 * 24);
});

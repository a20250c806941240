import { expect, test } from 'vitest';
import { discoverSeries } from '../../../server/sources/cloudwatch/discover.ts';
import { address, HOUR, metricHouse } from './house.ts';

const MONITORING = '111122223333';
const OWNER = '444455556666';

test('a monitoring account reads what other accounts own: the same metric of two accounts is two series, each with its account', async () => {
  const house = await metricHouse();
  house.server.state.cloudwatch.link(MONITORING, OWNER);
  for (const [account, value] of [
    [MONITORING, 1],
    [OWNER, 2],
  ] as const) {
    house.server.state.cloudwatch.metrics.generate(address('Orders', { account }), { everyMs: HOUR, value: () => value });
    house.server.state.cloudwatch.metrics.generate(address('Age', { account, dimensions: { Queue: 'mail' } }), {
      everyMs: HOUR,
      value: () => 10 * value,
    });
  }
  const source = house.source(
    { [MONITORING]: ['eu-central-1'] },
    `- { name: orders, namespace: Shop, metric: Orders, statistics: [Sum] }
- { name: orders, namespace: Shop, metric: Orders, statistics: [Sum], account: '${OWNER}' }
- { name: age, search: '{Shop,Queue} MetricName="Age"', label: { queue: Queue }, statistics: [Maximum], account: '${OWNER}' }`,
  );
  const store = await house.store();
  expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', rejected: 0 });
  const lines = new Set<string>();
  for (const series of ['orders', 'age'])
    for (const { dimensions, value } of await store.samples(series, -Infinity, Infinity))
      lines.add(`${series} ${dimensions} ${value}`);
  expect([...lines].sort()).toEqual([
    `age account=${OWNER},queue=mail,region=eu-central-1 20`,
    `orders account=${MONITORING},region=eu-central-1 1`,
    `orders account=${OWNER},region=eu-central-1 2`,
  ]);

  const proposed = await discoverSeries(
    source.aws?.places ?? [],
    { namespace: 'Shop', metric: 'Orders' },
    new AbortController().signal,
  );
  expect(proposed.match(/^ {2}account: .*$/gm)).toEqual([`  account: '${OWNER}'`]);
  expect(proposed.match(/^- name: .*$/gm)).toHaveLength(2);
});

test.each([
  [`- { name: a, namespace: Shop, metric: Orders, statistics: [Sum], account: '12' }`, "'12' is no account"],
  [
    `- { name: a, namespace: Shop, metric: Orders, statistics: [Sum] }\n- { name: a, namespace: Shop, metric: Orders, statistics: [Sum], account: '${MONITORING}' }`,
    "'a' is told twice",
  ],
])('an account that owns nothing new is refused: %s', async (series, said) => {
  const house = await metricHouse();
  expect(() => house.source({ [MONITORING]: ['eu-central-1'] }, series)).toThrow(said);
});

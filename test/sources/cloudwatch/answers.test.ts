import { describe, expect, test } from 'vitest';
import { address, DAY, HOUR, LAST_HOUR, metricHouse, MINUTE, NOW, type MetricHouse } from './house.ts';

const PLACE = { '111122223333': ['eu-central-1'] };
const entry = (name: string, more = ''): string =>
  `- { name: ${name}, namespace: Shop, metric: ${name}, statistics: [Sum]${more} }`;

function publish({ server }: MetricHouse, names: readonly string[], rest: Parameters<typeof address>[1] = {}): void {
  for (const name of names)
    server.state.cloudwatch.metrics.generate(address(name, rest), {
      everyMs: 20 * MINUTE,
      since: LAST_HOUR - 2 * DAY,
      value: () => 1,
    });
}

describe('an answer', () => {
  test.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    'with %s for one series names it, vouches for the others, and for nothing new of it until it is whole',
    async (as) => {
      const house = await metricHouse();
      publish(house, ['a', 'b', 'c']);
      const source = house.source(PLACE, ['a', 'b', 'c'].map((name) => entry(name)).join('\n'));
      const store = await house.store();
      await house.pull(source, store);
      const fault = { as, of: { metric: 'b' }, hasToken: false } as const;
      house.server.state.cloudwatch.seriesFaults.add(fault);
      house.now += 2 * HOUR;
      const record = await house.pull(source, store);
      expect(record).toMatchObject({ outcome: 'complete', rejected: 1, completeUntil: Date.parse('2026-11-21T23:50Z') });
      expect(record.lacking).toEqual([
        { series: 'b', until: Date.parse('2026-11-21T21:50Z'), why: expect.stringContaining(`is not complete: ${as}`) },
      ]);
      const [state] = await store.sourceStates();
      expect(state?.rejected[0]).toContain(`111122223333 eu-central-1, b (sum): is not complete: ${as}`);
      expect(await store.samples('c', LAST_HOUR, Infinity)).toHaveLength(2);

      house.now += 5 * HOUR;
      const healed = await house.pull(source, store);
      expect(healed).toMatchObject({ rejected: 0, completeUntil: Date.parse('2026-11-22T04:50Z') });
      expect(healed.lacking).toBeUndefined();
      expect(await store.samples('b', LAST_HOUR, Infinity)).toHaveLength(7);
    },
  );

  test('that is partial goes on with its token', async () => {
    const house = await metricHouse();
    publish(house, ['a', 'b']);
    for (const as of ['PartialData', 'InternalError'] as const)
      house.server.state.cloudwatch.seriesFaults.add({ as, of: { metric: 'b' }, times: 2 });
    const store = await house.store();
    const source = house.source(PLACE, ['a', 'b'].map((name) => entry(name)).join('\n'));
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', rejected: 0 });
    expect(await store.samples('b', -Infinity, Infinity)).toEqual(
      (await store.samples('a', -Infinity, Infinity)).map((point) => ({ ...point })),
    );
  });

  test.each(['by-series', 'by-time'] as const)('of many pages is read to the last, filled %s', async (paging) => {
    const house = await metricHouse();
    house.server.state.cloudwatch.paging = paging;
    publish(house, ['a']);
    const statistics = '[Sum, Average, Minimum, Maximum, p50, p95]';
    const source = house.source(PLACE, `- { name: a, namespace: Shop, metric: a, statistics: ${statistics}, period: 1 minute }`);
    const store = await house.store();
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', rejected: 0 });
    const points = await store.samples('a', -Infinity, Infinity);
    expect(points).toHaveLength(6 * (2 * 24 * 3 + 3));
    expect([...new Set(points.map(({ statistic }) => statistic))]).toEqual([
      'average',
      'maximum',
      'minimum',
      'p50',
      'p95',
      'sum',
    ]);
    // 125,562 slots of the last two weeks take a second page.
    expect(house.server.calls.some(({ input }) => input?.has('NextToken'))).toBe(true);
  });

  test('that is a page of a proxy is a fault, never an empty answer', async () => {
    const house = await metricHouse();
    publish(house, ['a']);
    house.server.fail({ service: 'cloudwatch', as: 'html' });
    const record = await house.pull(house.source(PLACE, entry('a')), await house.store());
    expect(record).toMatchObject({ outcome: 'failed', completeUntil: null, newSamples: 0 });
    expect(record.error).toContain('is no AWS service');
  });

  test('that comes after the clock was corrected and the service had been too busy is as good as any', async () => {
    const house = await metricHouse();
    publish(house, ['a']);
    house.server.skew(20 * MINUTE);
    house.server.fail({ service: 'cloudwatch', as: 'throttle', times: 1 });
    const record = await house.pull(house.source(PLACE, entry('a')), await house.store());
    expect(record).toMatchObject({ outcome: 'complete', newSamples: 48 });
    const answers = house.server.calls.filter(({ action }) => action === 'GetMetricData').map(({ answer }) => answer);
    // The signature was of another time, once; then the clock was right and the service busy.
    expect(answers).toHaveLength(3);
    expect(answers.at(-1)).toBe('ok');
  });

  test('that refuses one query for what it says is asked again without it', async () => {
    const house = await metricHouse();
    publish(house, ['a', 'b', 'c']);
    const wrong = "- { name: wrong, search: '{Shop} (', label: queue, statistics: [Sum] }";
    const source = house.source(PLACE, [entry('a'), entry('b'), wrong, entry('c')].join('\n'));
    const store = await house.store();
    expect(await house.pull(source, store)).toMatchObject({
      outcome: 'complete',
      rejected: 1,
      completeUntil: Date.parse('2026-11-21T21:50Z'),
      lacking: [{ series: 'wrong', until: null }],
    });
    expect(await store.seriesNames()).toEqual(['a', 'b', 'c']);
    const [state] = await store.sourceStates();
    expect(state?.rejected[0]).toContain('111122223333 eu-central-1, wrong: cloudwatch:GetMetricData was refused');
  });
});

describe('several accounts', () => {
  test('advance by themselves: one that is denied stops no other, and is told with what it lacks', async () => {
    const house = await metricHouse();
    publish(house, ['a']);
    publish(house, ['a'], { account: '444455556666' });
    house.server.fail({ service: 'cloudwatch', account: '444455556666', as: 'denied', times: 2 });
    const source = house.source({ ...PLACE, '444455556666': ['eu-central-1'] }, entry('a'));
    const store = await house.store();
    const record = await house.pull(source, store);
    expect(record).toMatchObject({ outcome: 'failed', newSamples: 48 });
    expect(record.error).toContain(
      '444455556666 eu-central-1: the role arn:aws:iam::444455556666:role/quarterdeck may not call cloudwatch:GetMetricData',
    );
    house.now += HOUR;
    // Still denied: the other one goes on.
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'failed', newSamples: 1 });
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', newSamples: 49 });
    const lines = new Set((await store.samples('a', -Infinity, Infinity)).map(({ dimensions }) => dimensions));
    expect([...lines]).toEqual(['account=111122223333,region=eu-central-1', 'account=444455556666,region=eu-central-1']);
  });

  test('a role that cannot be taken is told as that', async () => {
    const house = await metricHouse();
    const source = house.source(PLACE, entry('a'));
    house.server.state.sts.role('arn:aws:iam::111122223333:role/quarterdeck', {
      externalId: 'another',
      accounts: ['999900001111'],
    });
    const record = await house.pull(source, await house.store());
    expect(record.error).toContain('the role arn:aws:iam::111122223333:role/quarterdeck cannot be taken');
    expect(record.error).toContain("the external id 'review'");
  });
});

describe('a search', () => {
  const search = (label: string): string =>
    `- { name: age, search: '{Shop,Queue,Team} MetricName="Age"', statistics: [Maximum], label: ${label} }`;
  const queues = (house: MetricHouse): void => {
    for (const dimensions of [
      { Queue: 'mail', Team: 'search' },
      { Queue: 'orders, old', Team: 'search' },
      { Queue: 'orders', Team: 'shop' },
    ])
      publish(house, ['Age'], { dimensions });
  };

  test('gives each found series the dimensions that its label names', async () => {
    const house = await metricHouse();
    queues(house);
    const store = await house.store();
    expect(await house.pull(house.source(PLACE, search('{ queue: Queue, team: Team }')), store)).toMatchObject({ rejected: 0 });
    const lines = new Set((await store.samples('age', -Infinity, Infinity)).map(({ dimensions }) => dimensions));
    expect([...lines]).toEqual([
      'account=111122223333,queue=mail,region=eu-central-1,team=search',
      'account=111122223333,queue=orders%2C old,region=eu-central-1,team=search',
      'account=111122223333,queue=orders,region=eu-central-1,team=shop',
    ]);
  });

  test('whose label leaves series alike says so, and vouches for none', async () => {
    const house = await metricHouse();
    queues(house);
    const store = await house.store();
    const record = await house.pull(house.source(PLACE, search('Team')), store);
    expect(record).toMatchObject({ outcome: 'complete', completeUntil: null });
    const [state] = await store.sourceStates();
    expect(state?.rejected[0]).toContain('age (maximum): found series have the same label. Tell them apart');
  });

  test('that finds nothing has no points, and is known', async () => {
    const house = await metricHouse();
    const record = await house.pull(house.source(PLACE, search('{ queue: Queue, team: Team }')), await house.store());
    expect(record).toMatchObject({ outcome: 'complete', rejected: 0, completeUntil: Date.parse('2026-11-21T21:50Z') });
  });
});

test('an expression is worked out by CloudWatch of metrics that nobody is told', async () => {
  const house = await metricHouse();
  publish(house, ['web', 'api']);
  const series = `- name: errors
  expression: web + 2 * api
  with:
    web: { namespace: Shop, metric: web, statistic: Sum }
    api: { namespace: Shop, metric: api, statistic: Sum }
  statistics: [Sum]
${entry('web')}`;
  const store = await house.store();
  expect(await house.pull(house.source(PLACE, series), store)).toMatchObject({ outcome: 'complete', rejected: 0 });
  const points = await store.samples('errors', NOW - DAY, LAST_HOUR);
  expect([...new Set(points.map(({ value, statistic }) => `${value} ${statistic}`))]).toEqual(['9 sum']);
  expect(await store.seriesNames()).toEqual(['errors', 'web']);
});

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../server/kpi/evaluate.ts';
import type { Kpi } from '../../../server/kpi/kpi.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { seriesColumns } from '../../../server/jobs/series-cache.ts';
import type { Store } from '../../../server/store/store.ts';
import { parsePeriod } from '../../../server/time/calendar.ts';
import { quantile } from '../../../server/stats/quantile.ts';
import { ORGANISATION, kpiOf, plainWorld } from '../../kpi/support/plain.ts';
import { DAY, HOUR, LAST_HOUR, MINUTE, address, callsOf, metricHouse, pointsIn } from './house.ts';

const entry = (histogram: string, more = ''): string => `
- name: checkout-latency
  namespace: Shop
  metric: Latency
  histogram: ${histogram}
  as: { service: checkout }${more}`;

const source = (series: string): ReturnType<typeof parseSources> =>
  parseSources(
    `version: sources/v1\nsources:\n  - id: metrics\n    type: cloudwatch\n    regions: [eu-central-1]\n    series:\n${series.trim().replaceAll(/^(?=.)/gm, '      ')}\n`,
    'sources.yaml',
    [cloudwatchAdapter],
  );

describe('a histogram in sources.yaml', () => {
  test.each([
    ['no edges', '[]', 'it has no edges'],
    ['an edge that is no number', '[fast]', "'fast' is no edge of a bucket"],
    ['an edge at 0', '[0, 100]', "'0' is no edge of a bucket"],
    ['edges out of order', '[100, 50]', '50 does not lie above what stands before it'],
    ['an edge that stands twice', '[100, 100]', '100 does not lie above what stands before it'],
    ['too many edges', `[${Array.from({ length: 21 }, (_, index) => index + 1).join(', ')}]`, 'these are 21 edges'],
  ])('is refused with %s, with what helps', (_, edges, message) => {
    const { problems } = source(entry(edges));
    expect(problems.map((problem) => [problem.path, problem.message])).toEqual([['sources.0.series.0.histogram', message]]);
    expect(problems[0]?.fix).toContain('histogram: [100, 250, 500, 1000]');
  });

  test('is refused beside an expression, and beside a count of the same values', () => {
    const expression = `
- name: faults
  expression: a
  with: { a: { namespace: Shop, metric: Faults, statistic: Sum } }
  histogram: [1]`;
    expect(source(expression).problems[0]?.message).toContain('an expression has one value at a time');
    expect(source(entry('[100]', '\n  statistics: [SampleCount]')).problems[0]?.message).toBe(
      'SampleCount counts what the others measure',
    );
    expect(source(entry('[100]', '\n  statistics: [Average, p99]')).problems).toEqual([]);
  });
});

const level = (statistic: 'p90' | 'share', atMost?: number): Kpi =>
  kpiOf({ type: 'level', series: 'checkout-latency', statistic, ...(atMost === undefined ? {} : { atMost }) });
const week = parsePeriod(ORGANISATION.calendar, '2026-W46');
const readWeek = async (store: Store, kpi: Kpi, untilBatch?: number) => {
  const points = await store.samples('checkout-latency', -Infinity, Infinity, untilBatch);
  const world = plainWorld({ series: seriesColumns('checkout-latency', points), now: LAST_HOUR });
  return evaluate(kpi, world, ['organisation'], week === null ? [] : [week])[0];
};

describe('a histogram of CloudWatch', () => {
  test('is counted there by hour and put together here: the percentile of a week of single values, within its bounds', async () => {
    const house = await metricHouse();
    const told = house.server.state.cloudwatch.metrics;
    const values: number[] = [];
    for (let hour = 0; hour < 24 * 14; hour += 1) {
      for (let call = 0; call < 5; call += 1) {
        const at = LAST_HOUR - (hour + 1) * HOUR + call * MINUTE;
        const value = 20 + ((hour * 7 + call * 131) % 900);
        told.put(address('Latency'), [{ at, value }]);
        if (week !== null && at >= week.start && at < week.end) values.push(value);
      }
    }
    const own = house.source({ '111122223333': ['eu-central-1'] }, entry('[100, 250, 500, 1000]'));
    const store = await house.store();
    expect(await house.pull(own, store)).toMatchObject({ outcome: 'complete' });
    const found = await readWeek(store, level('p90'));
    const exact = quantile(values, 0.9) ?? 0;
    expect(found?.count).toBe(values.length);
    expect([found?.also['at least'], found?.also['at most']]).toEqual([500, 1_000]);
    expect(exact).toBeGreaterThan(500);
    expect(exact).toBeLessThan(1_000);
    const share = await readWeek(store, level('share', 250));
    expect(share?.value).toBe(values.filter((value) => value <= 250).length / values.length);
  });

  test('asks for all buckets of a metric in one call', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.put(address('Latency'), [{ at: LAST_HOUR - HOUR, value: 100 }]);
    const own = house.source({ '111122223333': ['eu-central-1'] }, entry('[100, 250, 500, 1000]', '\n  statistics: [Average]'));
    const store = await house.store();
    await house.pull(own, store);
    expect(callsOf(house.server)).toBe(1);
    // The upper bound is within its bucket, and the average of the entry stands beside the counts.
    const points = (await pointsIn(store)).map((point) => point.replace(/ account.*Z/, '').replace(/\/\w+/, ''));
    expect(points.sort()).toEqual([
      'checkout-latency average 100',
      'checkout-latency bucket(1000:) 0',
      'checkout-latency bucket(100:250) 0',
      'checkout-latency bucket(250:500) 0',
      'checkout-latency bucket(500:1000) 0',
      'checkout-latency bucket(:) 1',
      'checkout-latency bucket(:100) 1',
    ]);
  });

  test('takes late values as corrections: what was known before is still told as it was', async () => {
    const house = await metricHouse();
    const at = LAST_HOUR - 9 * DAY;
    house.server.state.cloudwatch.metrics.put(address('Latency'), [{ at, value: 50 }]);
    const own = house.source({ '111122223333': ['eu-central-1'] }, entry('[100, 250]'));
    const store = await house.store();
    await house.pull(own, store);
    const before = await store.watermark();
    house.server.state.cloudwatch.metrics.put(address('Latency'), [{ at: at + MINUTE, value: 200 }]);
    house.now += 3 * DAY;
    await house.pull(own, store);
    const share = level('share', 100);
    expect((await readWeek(store, share))?.value).toBe(0.5);
    expect((await readWeek(store, share, before))?.value).toBe(1);
    expect((await readWeek(store, share, before))?.digest).not.toBe((await readWeek(store, share))?.digest);
  });

  test('with other edges than before is read anew, and counts between the old ones are not added to it', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.put(
      address('Latency'),
      [50, 200, 300].map((value) => ({ at: LAST_HOUR - 9 * DAY, value })),
    );
    const store = await house.store();
    const places = { '111122223333': ['eu-central-1'] };
    await house.pull(house.source(places, entry('[100, 250]')), store);
    house.now += HOUR;
    await house.pull(house.source(places, entry('[100, 280]')), store);
    const found = await readWeek(store, level('share', 280));
    expect([found?.value, found?.count, found?.also['at least']]).toEqual([2 / 3, 3, 2 / 3]);
    expect((await readWeek(store, level('share', 250)))?.also).toMatchObject({ 'at least': 2 / 3, 'at most': 2 / 3 });
  });
});

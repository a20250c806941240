import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, callsOf, DAY, HOUR, LAST_HOUR, metricHouse, MINUTE, NOW, pointsIn, type MetricHouse } from './house.ts';

const PLACES = { '111122223333': ['eu-central-1', 'us-east-1'], '444455556666': ['eu-central-1'] };
const METRICS = Array.from({ length: 30 }, (_, nth) => `m${nth}`);
const entriesOf = (metrics: readonly string[]): string =>
  metrics.map((metric) => `- { name: ${metric}, namespace: Shop, metric: ${metric}, statistics: [Sum] }`).join('\n');
const SERIES = entriesOf(METRICS);
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-south-1'];
/** 10,917 hours a series: nine series fill a call. */
const CALLS_A_PLACE = 4;

function publish({ server }: MetricHouse): void {
  for (const [account, regions] of Object.entries(PLACES))
    for (const region of regions)
      for (const [nth, metric] of METRICS.entries())
        server.state.cloudwatch.metrics.generate(address(metric, { account, region }), {
          everyMs: HOUR,
          since: LAST_HOUR - 20 * DAY,
          value: (at) => (at / HOUR) * 7 + nth + (account === '444455556666' ? 0.5 : 0) + (region === 'us-east-1' ? 0.25 : 0),
        });
}

const later = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
};

describe('the first read of a source', () => {
  test('that is cut off at random twenty times ends as one that was not: no gap, no double, no call more than those cut off', async () => {
    const house = await metricHouse();
    const places = { '111122223333': REGIONS, '444455556666': REGIONS };
    const metrics = Array.from({ length: 167 }, (_, nth) => `m${nth}`);
    for (const account of Object.keys(places))
      for (const [of, region] of REGIONS.entries())
        for (const [nth, metric] of metrics.entries())
          house.server.state.cloudwatch.metrics.generate(address(metric, { account, region }), {
            everyMs: HOUR,
            since: LAST_HOUR - 2 * DAY,
            value: (at) => (at / HOUR) * 7 + nth + of / 4 + (account === '444455556666' ? 1000 : 0),
          });
    const source = house.source(places, entriesOf(metrics));
    const points = 6 * 167 * 2 * 24;
    const whole = await house.store();
    expect(await house.pull(source, whole)).toMatchObject({ outcome: 'complete', rejected: 0, newSamples: points });
    const planned = callsOf(house.server);
    // 167 series of 10,916 hours, nine of which fill a page.
    expect(planned).toBe(6 * 19);

    const store = await house.store();
    const random = fc.sample(fc.record({ batches: fc.integer({ min: 1, max: 6 }), turns: fc.nat(3) }), 20);
    let [newSamples, cuts] = [0, 0];
    for (const { batches, turns } of random) {
      const stopping = new AbortController();
      let left = batches;
      const record = await house.pull(source, store, {
        signal: stopping.signal,
        onProgress: () => {
          left -= 1;
          // Between calls, or some turns later while calls are under way.
          if (left === 0) void later(turns).then(() => stopping.abort());
        },
      });
      newSamples += record.newSamples;
      if (record.outcome === 'failed') cuts += 1;
    }
    expect(cuts).toBeGreaterThan(10);
    const last = await house.pull(source, store);
    expect(last).toMatchObject({ outcome: 'complete', rejected: 0, completeUntil: Date.parse('2026-11-21T21:50Z') });
    expect(newSamples + last.newSamples).toBe(points);
    expect(await pointsIn(store)).toEqual(await pointsIn(whole));
    // Of each pass that was cut off the calls of four places may have been under way.
    expect(callsOf(house.server) - planned).toBeGreaterThanOrEqual(planned);
    expect(callsOf(house.server) - planned).toBeLessThanOrEqual(planned + cuts * 4);
    const [state] = await store.sourceStates();
    expect(state).toMatchObject({ completeUntil: Date.parse('2026-11-21T21:50Z'), historyFrom: Date.parse('2025-08-24T02:00Z') });
  });

  test('that is taken up weeks later leaves no gap, and reads at a coarser period what has decayed meanwhile', async () => {
    const house = await metricHouse();
    const metrics = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const metric of metrics)
      house.server.state.cloudwatch.metrics.generate(address(metric), { everyMs: MINUTE, since: NOW - 66 * DAY, value: () => 1 });
    const source = house.source(
      { '111122223333': ['eu-central-1'] },
      metrics
        .map((name) => `- { name: ${name}, namespace: Shop, metric: ${name}, statistics: [Sum], period: 1 minute }`)
        .join('\n'),
    );
    const store = await house.store();
    const stopping = new AbortController();
    await house.pull(source, store, {
      signal: stopping.signal,
      onProgress: (text) => (text.includes(': 1 of') ? stopping.abort() : undefined),
    });
    house.now = NOW + 20 * DAY;
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', rejected: 0 });
    for (const metric of metrics) {
      const points = await store.samples(metric, -Infinity, Infinity);
      // Every minute is told once, by a point of one, five or sixty of them; what lay on the border between two periods is not told.
      const told = points.reduce((sum, { value }) => sum + value, 0);
      const [first, last] = [points[0]?.at ?? 0, (points.at(-1)?.at ?? 0) + MINUTE];
      expect(first).toBe(NOW - 66 * DAY - ((NOW - 66 * DAY) % HOUR));
      expect(last).toBe(house.now - (house.now % MINUTE));
      const expected = (last - first) / MINUTE - ((NOW - 66 * DAY) % HOUR) / MINUTE;
      expect(Math.abs(expected - told)).toBeLessThan(6);
    }
  });

  test('reads at each age as finely as is left, so that nothing comes back empty', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.generate(address('a'), { everyMs: MINUTE, since: NOW - 100 * DAY, value: () => 1 });
    const source = house.source(
      { '111122223333': ['eu-central-1'] },
      '- { name: a, namespace: Shop, metric: a, statistics: [SampleCount], period: 1 minute, as: { service: checkout } }',
    );
    const store = await house.store();
    expect((await house.pull(source, store)).outcome).toBe('complete');
    const points = await store.samples('a', -Infinity, Infinity);
    expect([...new Set(points.map(({ value }) => value))].filter((value) => value > 13).sort((a, b) => a - b)).toEqual([60]);
    const at = (days: number): number => points.find((point) => point.at >= NOW - days * DAY)?.value ?? 0;
    expect([at(90), at(40), at(10)]).toEqual([60, 5, 1]);
    expect(points.every(({ dimensions }) => dimensions === 'account=111122223333,region=eu-central-1,service=checkout')).toBe(
      true,
    );
  });

  test('goes on where a credential expired in the middle', async () => {
    const house = await metricHouse();
    publish(house);
    const source = house.source({ '111122223333': ['eu-central-1'] }, SERIES);
    const store = await house.store();
    house.server.fail({ service: 'cloudwatch', action: 'GetMetricData', as: 'expired', after: 2, times: 1 });
    const failed = await house.pull(source, store);
    expect(failed).toMatchObject({ outcome: 'failed', completeUntil: null });
    expect(failed.error).toContain('had expired');
    expect((await house.pull(source, store)).outcome).toBe('complete');
    expect(callsOf(house.server)).toBe(CALLS_A_PLACE + 1);
  });

  test('is made for series that come later, and for those alone', async () => {
    const house = await metricHouse();
    publish(house);
    const places = { '111122223333': ['eu-central-1'] };
    const store = await house.store();
    const [first = '', ...others] = SERIES.split('\n');
    await house.pull(house.source(places, others.join('\n')), store);
    const before = house.server.calls.length;
    house.now += HOUR;
    await house.pull(house.source(places, SERIES), store);
    expect(await store.samples('m0', -Infinity, Infinity)).toHaveLength(20 * 24 + 1);
    const asked = house.server.calls.slice(before).filter((call) => call.action === 'GetMetricData');
    expect(asked.map(({ input }) => input?.children('MetricDataQueries').length)).toEqual([1, 29]);
    expect(first).toContain('m0');
  });

  test('is estimated without a call: calls, metrics and dollars, by place and in all', async () => {
    const house = await metricHouse();
    const dry = await house
      .source(PLACES, `${SERIES}\n- { name: x, namespace: Shop, metric: x, statistics: [p50, p90, p95, p99, Average, Maximum] }`)
      .dryRun({ cursor: null, now: NOW, pseudonym: (person) => person, signal: new AbortController().signal }, 5);
    expect(house.server.calls).toEqual([]);
    expect(dry.rows.map(({ place }) => place)).toEqual([
      'all',
      '111122223333 eu-central-1',
      '111122223333 us-east-1',
      '444455556666 eu-central-1',
    ]);
    expect(dry.rows[0]).toEqual({
      place: 'all',
      'first read': '12 calls',
      billed: '96 to 108 metrics',
      costs: 'less than $0.01',
      'each poll': '3 calls',
      'billed each': '96 to 108 metrics',
      'costs each': 'less than $0.01',
    });
  });
});

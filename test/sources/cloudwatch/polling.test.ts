import { describe, expect, test } from 'vitest';
import type { Point } from '../../../scripts/aws-server/cloudwatch/metric-store.ts';
import { address, callsOf, DAY, HOUR, metricHouse, MINUTE, NOW, pointsIn } from './house.ts';

const PLACE = { '111122223333': ['eu-central-1'] };
const SERIES = `- { name: hourly, namespace: Shop, metric: Orders, statistics: [Sum, p90], as: { service: checkout } }
- { name: fine, namespace: Shop, metric: Latency, statistics: [Average, Maximum], period: 5 minutes }`;

/** Published every few minutes; of some values it is known only later: minutes, hours, a day, a week. */
const published = (everyMs: number): Point[] =>
  Array.from({ length: (9 * DAY) / everyMs }, (_, nth): Point => {
    const at = NOW - DAY + nth * everyMs;
    const lateMs =
      nth % 97 === 0 ? 6 * DAY : nth % 41 === 0 ? 30 * HOUR : nth % 11 === 0 ? 2 * HOUR : nth % 3 === 0 ? 8 * MINUTE : 0;
    return { at, value: ((nth * 7919) % 101) + 1, from: at + lateMs };
  });

describe('a week of polling', () => {
  test('with points that come late ends with what one read at the end finds', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.put(address('Orders'), published(11 * MINUTE));
    house.server.state.cloudwatch.metrics.put(address('Latency'), published(3 * MINUTE));
    const source = house.source(PLACE, SERIES);
    const polled = await house.store();
    let revised = 0;
    // Every three hours until the second Monday, when two weeks are read again.
    for (house.now = NOW; house.now < NOW + 16 * DAY; house.now += 3 * HOUR) {
      // A night without polls, and a weekend.
      const hours = (house.now - NOW) / HOUR;
      if ((hours > 40 && hours < 52) || (hours > 150 && hours < 200)) continue;
      const record = await house.pull(source, polled);
      expect(record.outcome).toBe('complete');
      if (house.now > NOW + 9 * DAY) revised += record.newSamples;
    }
    const once = await house.store();
    expect((await house.pull(source, once)).outcome).toBe('complete');
    const points = await pointsIn(polled);
    // Later points of the fine series were read by polls at 5 minutes; of what is older than that both know hours.
    expect(points.length).toBeGreaterThan(2 * 9 * 24 + 2 * 9 * 288 - 50);
    expect(points).toEqual(await pointsIn(once));
    expect(revised).toBeGreaterThan(0);
  });
});

describe('a poll', () => {
  test('in which nothing changed writes nothing, in one call', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.put(address('Orders'), published(11 * MINUTE).slice(0, 90));
    const source = house.source(PLACE, SERIES.split('\n')[0] ?? '');
    const store = await house.store();
    await house.pull(source, store);
    house.now += HOUR;
    await house.pull(source, store);
    const [before, batches] = [callsOf(house.server), await store.watermark()];
    house.now += 5 * MINUTE;
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', newSamples: 0 });
    expect(await store.watermark()).toBe(batches);
    expect(callsOf(house.server) - before).toBe(1);
  });

  test('keeps what a point said before beside what it says now', async () => {
    const house = await metricHouse();
    const at = Date.parse('2026-11-21T21:20Z');
    house.server.state.cloudwatch.metrics.put(address('Orders'), [
      { at, value: 3 },
      { at: at + MINUTE, value: 4, from: NOW + MINUTE },
    ]);
    const source = house.source(PLACE, '- { name: hourly, namespace: Shop, metric: Orders, statistics: [Sum] }');
    const store = await house.store();
    await house.pull(source, store);
    const first = await store.watermark();
    house.now += HOUR;
    expect((await house.pull(source, store)).newSamples).toBe(1);
    const known = async (batch?: number): Promise<number[]> =>
      (await store.samples('hourly', -Infinity, Infinity, batch)).map(({ value }) => value);
    expect([await known(first), await known()]).toEqual([[3], [7]]);
  });

  test('vouches for what it asked, less ten minutes, from the first read on', async () => {
    const house = await metricHouse();
    const source = house.source(PLACE, '- { name: hourly, namespace: Shop, metric: Orders, statistics: [Sum] }');
    const store = await house.store();
    // A metric that nobody published yet is known to have no points.
    expect((await house.pull(source, store)).completeUntil).toBe(Date.parse('2026-11-21T21:50Z'));
    house.now += 2 * HOUR;
    expect((await house.pull(source, store)).completeUntil).toBe(Date.parse('2026-11-21T23:50Z'));
    const [, poll] = house.server.calls.filter(({ action }) => action === 'GetMetricData').map(({ input }) => input);
    // From where the first read ended, and with the new day three days again.
    expect(poll?.instant('StartTime')).toBe(Date.parse('2026-11-19T00:00Z'));
    expect(poll?.instant('EndTime')).toBe(Date.parse('2026-11-22T00:00Z'));
    expect(poll?.text('ScanBy')).toBe('TimestampAscending');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedAgain, gapsWithout, isWaiting } from '../../../server/sources/cloudwatch/trouble.ts';
import type { Trouble } from '../../../server/sources/cloudwatch/cursor.ts';
import { address, callsOf, DAY, HOUR, LAST_HOUR, metricHouse, MINUTE, NOW, type MetricHouse } from './house.ts';

const PLACE = { '111122223333': ['eu-central-1'] };
const entry = (name: string, more = ''): string =>
  `- { name: ${name}, namespace: Shop, metric: ${name}, statistics: [Sum]${more} }`;

function publish({ server }: MetricHouse, names: readonly string[], everyMs = HOUR): void {
  for (const name of names)
    server.state.cloudwatch.metrics.generate(address(name), { everyMs, since: LAST_HOUR - 2 * DAY, value: () => 1 });
}

describe('a series that is forbidden for good', () => {
  test('holds up no other one on first connect, and is told with the reason as long as it lasts', async () => {
    const house = await metricHouse();
    publish(house, ['a', 'b']);
    house.server.state.cloudwatch.seriesFaults.add({ as: 'Forbidden', of: { metric: 'b' }, times: Infinity });
    const source = house.source(PLACE, ['a', 'b'].map((name) => entry(name)).join('\n'));
    const store = await house.store();
    for (const [hours, until] of [
      [0, '2026-11-21T21:50Z'],
      [1, '2026-11-21T22:50Z'],
      [6, '2026-11-22T03:50Z'],
    ] as const) {
      house.now = NOW + hours * HOUR;
      const record = await house.pull(source, store);
      expect(record).toMatchObject({ outcome: 'complete', completeUntil: Date.parse(until) });
      expect(record.lacking).toEqual([
        {
          series: 'b',
          until: null,
          why: expect.stringMatching(
            /^111122223333 eu-central-1: is not complete: Forbidden: .*\. Allow cloudwatch:GetMetricData for it/,
          ),
        },
      ]);
    }
    expect(await store.samples('a', LAST_HOUR - DAY, Infinity)).toHaveLength(24 + 6);
  });

  test('is asked for less and less: three days of hourly passes make seven calls for it', async () => {
    const house = await metricHouse();
    publish(house, ['a', 'b']);
    const source = house.source(PLACE, ['a', 'b'].map((name) => entry(name)).join('\n'));
    const store = await house.store();
    house.server.state.cloudwatch.seriesFaults.add({ as: 'Forbidden', of: { metric: 'b' }, times: Infinity });
    await house.pull(source, store);
    const first = callsOf(house.server);
    for (let hour = 1; hour <= 3 * 24; hour += 1) {
      house.now = NOW + hour * HOUR;
      await house.pull(source, store);
    }
    expect(first).toBe(1);
    // One call a pass for the other one; and for it after 0, 1, 2, 4, 8, 16 hours, and once a day.
    expect(callsOf(house.server) - first - 3 * 24).toBe(7);
  });

  test('is whole from the first pass on that may read it, with its history', async () => {
    const house = await metricHouse();
    publish(house, ['a', 'b']);
    const source = house.source(PLACE, ['a', 'b'].map((name) => entry(name)).join('\n'));
    const store = await house.store();
    const fault = { as: 'Forbidden', of: { metric: 'b' }, times: 2 } as const;
    house.server.state.cloudwatch.seriesFaults.add(fault);
    for (const hours of [0, 1]) {
      house.now = NOW + hours * HOUR;
      await house.pull(source, store);
    }
    house.now = NOW + 3 * HOUR;
    const record = await house.pull(source, store);
    expect(record).toMatchObject({ rejected: 0, completeUntil: Date.parse('2026-11-22T00:50Z') });
    expect(record.lacking).toBeUndefined();
    const points = async (name: string): Promise<string[]> =>
      (await store.samples(name, -Infinity, Infinity)).map(({ at, value }) => `${at} ${value}`);
    expect(await points('b')).toEqual(await points('a'));
  });
});

test('a history of which one stretch failed goes on from where it stands: that stretch alone is read again', async () => {
  const house = await metricHouse();
  house.server.state.cloudwatch.metrics.generate(address('a'), { everyMs: MINUTE, since: NOW - 100 * DAY, value: () => 1 });
  const source = house.source(PLACE, entry('a', ', period: 5 minutes'));
  const store = await house.store();
  house.server.state.cloudwatch.seriesFaults.add({ as: 'InternalError', of: { metric: 'a' }, hasToken: false, times: 1 });
  await house.pull(source, store);
  const asked = (): string[] =>
    house.server.calls.flatMap(({ action, input }) =>
      action === 'GetMetricData' && input !== undefined && input !== null
        ? [
            `${new Date(input.instant('StartTime') ?? 0).toISOString()} to ${new Date(input.instant('EndTime') ?? 0).toISOString()}`,
          ]
        : [],
    );
  const before = asked();
  expect(before).toHaveLength(2);
  house.now = NOW + HOUR;
  const record = await house.pull(source, store);
  expect(record).toMatchObject({ outcome: 'complete', completeUntil: Date.parse('2026-11-21T23:35Z') });
  expect(record.lacking).toBeUndefined();
  const [again = '', ...rest] = asked().slice(before.length);
  // The newest stretch failed; what has decayed of it meanwhile is read by the hour.
  expect(again.slice(-24)).toBe(before[0]?.slice(-24));
  expect(rest.every((one) => one.slice(0, 24) >= '2026-11-07T00:00:00.000Z')).toBe(true);
  const points = await store.samples('a', NOW - 60 * DAY, Infinity);
  expect(points.filter(({ value }) => value === 5).length).toBeGreaterThan(59 * 288);
});

describe('a trouble', () => {
  test('lets an hour pass, then two, then four, up to a day', () => {
    let trouble: Trouble | undefined;
    const pauses = Array.from({ length: 9 }, () => {
      trouble = failedAgain(trouble, 'no', NOW);
      return Math.round((trouble.next - NOW) / HOUR);
    });
    expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 24, 24, 24]);
    expect(isWaiting(trouble, NOW + 24 * HOUR)).toBe(false);
  });

  test('keeps of its gaps what no stretch has filled, and nothing else', () => {
    const span = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })).map(([at, length]) => [at, at + length] as const);
    fc.assert(
      fc.property(fc.array(span), span, (gaps, [start, end]) => {
        const isIn = (spans: readonly (readonly [number, number])[], at: number): boolean =>
          spans.some(([from, until]) => from <= at && at < until);
        const left = gapsWithout(gaps, { start, end });
        for (let at = 0; at < 90; at += 1) expect(isIn(left, at)).toBe(isIn(gaps, at) && !(start <= at && at < end));
        expect(left.every(([from, until]) => from < until)).toBe(true);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { coverageOf, isStale, untilOf } from '../../../server/jobs/coverage.ts';
import { sourceStatus } from '../../../server/jobs/source-status.ts';
import { findZone } from '../../../server/time/zone.ts';
import { address, HOUR, metricHouse, NOW } from './house.ts';

const zone = findZone('Etc/UTC');
if (zone === null) throw new Error('There is no UTC');
const PLACE = { '111122223333': ['eu-central-1'] };
const entry = (name: string): string => `- { name: ${name}, namespace: Shop, metric: ${name}, statistics: [Sum] }`;

describe('what numbers may rest on a source of which one series is forbidden', () => {
  test('is every other series, from the first connect on; the forbidden one has no data, and the page says why', async () => {
    const house = await metricHouse();
    for (const name of ['requests', 'faults'])
      house.server.state.cloudwatch.metrics.generate(address(name), { everyMs: HOUR, value: () => 1 });
    house.server.state.cloudwatch.seriesFaults.add({ as: 'Forbidden', of: { metric: 'faults' }, times: Infinity });
    const source = house.source(PLACE, ['requests', 'faults'].map(entry).join('\n'));
    const store = await house.store();
    await house.pull(source, store);
    const [reach] = await store.reaches([source.id]);
    const known = [{ source, state: reach ?? null }];
    const until = Date.parse('2026-11-21T21:50Z');
    const basis = (series: readonly string[]) => ({ kinds: [], series, linked: [], blaming: [], reachMs: 0 });
    expect(coverageOf(basis(['requests']), known).until).toBe(until);
    expect(coverageOf(basis(['faults']), known)).toEqual({ from: null, until: null });
    // A ratio of both has no data, either.
    expect(untilOf(reach ?? null, basis(['requests', 'faults']))).toBeNull();
    const lastHour = { id: 'x', grain: 'week', start: NOW - 3 * HOUR, end: NOW - 2 * HOUR, firstDay: 0, endDay: 1 } as const;
    expect(isStale(basis(['requests']), known, lastHour, NOW)).toBe(false);
    expect(isStale(basis(['faults']), known, lastHour, NOW)).toBe(true);

    const [state] = await store.sourceStates();
    const status = sourceStatus(source, state ?? null, [], zone, NOW, null);
    expect(status).toMatchObject({
      freshness: 'fresh',
      spent: expect.stringMatching(/^first read: 1 call, 2 metrics, less than \$0\.01; last 30 days: 1 call/),
    });
    expect(status.text).toContain('1 series is known less far: faults');
  });

  test('is nothing where all of it is forbidden: the source is stale, not fresh', async () => {
    const house = await metricHouse();
    house.server.state.cloudwatch.metrics.generate(address('faults'), { everyMs: HOUR, value: () => 1 });
    house.server.state.cloudwatch.seriesFaults.add({ as: 'Forbidden', of: { metric: 'faults' }, times: Infinity });
    const source = house.source(PLACE, entry('faults'));
    const store = await house.store();
    expect(await house.pull(source, store)).toMatchObject({ outcome: 'complete', completeUntil: null });
    const [state] = await store.sourceStates();
    expect(sourceStatus(source, state ?? null, [], zone, NOW, null).freshness).toBe('stale');
  });
});

test('what reading cost is kept with each pass, and over the passes of a first read that was cut off', async () => {
  const house = await metricHouse();
  const names = Array.from({ length: 30 }, (_, nth) => `m${nth}`);
  for (const name of names) house.server.state.cloudwatch.metrics.generate(address(name), { everyMs: HOUR, value: () => 1 });
  const source = house.source(PLACE, names.map(entry).join('\n'));
  const store = await house.store();
  const stopping = new AbortController();
  const cut = await house.pull(source, store, {
    signal: stopping.signal,
    onProgress: (text) => (text.includes(': 2 of') ? stopping.abort() : undefined),
  });
  expect(cut.outcome).toBe('failed');
  const rest = await house.pull(source, store);
  expect([cut.cost?.calls, rest.cost?.calls]).toEqual([2, 2]);
  const [first] = await store.sourceStates();
  expect(first?.spent?.first).toMatchObject({ calls: 4, leastMetrics: 30, mostMetrics: 30, bytes: 0 });
  expect(first?.spent?.first?.leastDollars).toBeCloseTo(30 * 0.00001, 10);
  house.now += 26 * HOUR;
  const poll = await house.pull(source, store);
  expect(poll.cost).toMatchObject({ calls: 1, leastMetrics: 30 });
  const [state] = await store.sourceStates();
  // Later passes are none of the first read.
  expect(state?.spent?.first?.calls).toBe(4);
  expect(state?.spent?.days.map(([, { calls }]) => calls)).toEqual([4, 1]);
  expect((await store.pulls(source.id, 3)).map(({ cost }) => cost?.calls)).toEqual([1, 2, 2]);
});

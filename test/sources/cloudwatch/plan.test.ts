import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fewestCalls,
  planCalls,
  POINTS_PER_CALL,
  QUERIES_PER_CALL,
  type Group,
} from '../../../server/sources/cloudwatch/plan.ts';

interface Named extends Group {
  readonly nth: number;
}

const single = (points: number, nth: number): Named => ({ nth, queries: 1, points });
const sumOf = (groups: readonly Group[], of: keyof Group): number => groups.reduce((sum, group) => sum + group[of], 0);

/** Series of one length after the other: [points, how many]. Told apart from the series, so that a counterexample can be read. */
type Lengths = readonly (readonly [points: number, series: number])[];
const series = (lengths: Lengths): Named[] =>
  lengths.flatMap(([points, times]) => Array.from({ length: times }, () => points)).map(single);

const usual = fc.constantFrom(1, 12, 36, 168, 201, 288, 864, 1440, 2016);
const points = fc.oneof(fc.integer({ min: 1, max: 2016 }), usual, fc.integer({ min: 1900, max: 2016 }));
/** What organisations ask for: each series has a length of its own, or one of a few usual ones. */
const mixes = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 2016 }), usual), fc.integer({ min: 1, max: 20 })), {
  minLength: 1,
  maxLength: 300,
});
/** Thousands of the same odd length beside others. */
const repeated = fc.array(fc.tuple(points, fc.integer({ min: 1, max: 2500 })), { minLength: 1, maxLength: 6 });

function checked(lengths: Lengths): { readonly calls: number; readonly fewest: number; readonly groups: readonly Named[] } {
  const groups = series(lengths);
  const calls = planCalls(groups);
  const nths = calls.flatMap((call) => call.map(({ nth }) => nth));
  expect(nths).toHaveLength(groups.length);
  expect(new Set(nths).size).toBe(groups.length);
  expect(calls.every((call) => call.length <= QUERIES_PER_CALL && sumOf(call, 'points') <= POINTS_PER_CALL)).toBe(true);
  return { calls: calls.length, fewest: fewestCalls(groups), groups };
}

describe('a plan of calls', () => {
  test('holds each series once, in calls that one page answers, at most one more than the fewest', () => {
    const beyond = { none: 0, one: 0 };
    fc.assert(
      fc.property(mixes, (lengths) => {
        const { calls, fewest } = checked(lengths);
        beyond[calls === fewest ? 'none' : 'one'] += 1;
        expect(calls).toBeLessThanOrEqual(fewest + 1);
      }),
      { numRuns: 2000 },
    );
    // Seldom needed: mixes are no luck, and neither is the bound.
    expect(beyond.none).toBeGreaterThan(1500);
  });

  test('wastes less than one series a call, where so many have the same odd length that nothing can fill the rest', () => {
    fc.assert(
      fc.property(repeated, (lengths) => {
        const { calls, groups } = checked(lengths);
        const most = Math.max(...groups.map((group) => group.points));
        const filled = Math.max(groups.length / QUERIES_PER_CALL, sumOf(groups, 'points') / (POINTS_PER_CALL - most + 1));
        expect(calls).toBeLessThanOrEqual(Math.ceil(filled) + 1);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [500, 201, 1],
    [500, 168, 1],
    [350, 288, 1],
    [70, 1440, 1],
    [71, 1440, 2],
    [1000, 8760, 91],
    [10, 50_400, 5],
    [10, 50_401, 10],
  ])('%i series of %i points take %i calls', (series, each, calls) => {
    expect(planCalls(Array.from({ length: series }, (_, nth) => single(each, nth)))).toHaveLength(calls);
  });

  test('puts small series beside large ones, so that no call is full of points and empty of queries', () => {
    const large = Array.from({ length: 500 }, (_, nth) => single(2016, nth));
    const small = Array.from({ length: 4000 }, (_, nth) => single(1, 500 + nth));
    expect(fewestCalls([...large, ...small])).toBe(11);
    expect(planCalls([...large, ...small])).toHaveLength(11);
  });

  test('keeps the statistics of a metric in one call', () => {
    const groups = Array.from({ length: 101 }, (_, nth): Named => ({ nth, queries: 5, points: 5 * 168 }));
    const calls = planCalls(groups);
    expect(calls).toHaveLength(2);
    expect(calls.every((call) => sumOf(call, 'queries') <= QUERIES_PER_CALL)).toBe(true);
  });

  test('gives what no page holds a call of its own, and of nothing makes no call', () => {
    expect(planCalls([single(200_000, 0), single(10, 1), single(300_000, 2)]).map((call) => call.map(({ nth }) => nth))).toEqual([
      [2],
      [0],
      [1],
    ]);
    expect(planCalls([])).toEqual([]);
  });

  test('depends on the groups alone, and keeps their order in a call', () => {
    const groups = Array.from({ length: 1200 }, (_, nth) => single(1 + ((nth * 7919) % 2016), nth));
    expect(planCalls(groups)).toEqual(planCalls(groups));
    for (const call of planCalls(groups))
      expect(call.map(({ nth }) => nth)).toEqual(call.map(({ nth }) => nth).sort((a, b) => a - b));
  });
});

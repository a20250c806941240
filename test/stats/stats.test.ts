import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gini } from '../../server/stats/gini.ts';
import { changesOf, limitsFrom, stretches, xmr } from '../../server/stats/limits.ts';
import type { ProcessPoint } from '../../server/stats/limits.ts';
import { quantile, quantileOfSorted, quantilesOf, select } from '../../server/stats/quantile.ts';
import { judge } from '../../server/stats/signals.ts';

const noBounds = { lower: null, upper: null };
const fromZero = { lower: 0, upper: null };
const share = { lower: 0, upper: 1 };

function point(index: number, value: number | null, rest: Partial<ProcessPoint> = {}): ProcessPoint {
  return { period: `P${index}`, value, isJudged: value !== null, isUnsettled: false, startsStretch: false, ...rest };
}
const series = (values: readonly (number | null)[]): ProcessPoint[] => values.map((value, index) => point(index, value));
const waves = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 12 : 10));
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('quantiles', () => {
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.9, 3.7],
    [[7], 0.3, 7],
    [[3, 1, 2], 0, 1],
    [[3, 1, 2], 1, 3],
  ])('of %j at %d is %d, as R and NumPy have it', (values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected, 12);
  });

  it('of nothing is no number', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([], 0)).toBeNull();
    expect(quantile([], 1)).toBeNull();
  });

  it('lies in 0 to 1', () => {
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });

  it('lies between its neighbours in the sorted list, and leaves the list alone', () => {
    const values = fc.array(fc.oneof(finite, fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 700 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
        const before = [...list];
        const sorted = [...list].sort((first, second) => first - second);
        const position = (list.length - 1) * p;
        const low = sorted[Math.floor(position)] ?? 0;
        const high = sorted[Math.ceil(position)] ?? 0;
        expect(quantile(list, p)).toBeCloseTo(low + (position - Math.floor(position)) * (high - low), 6);
        expect(list).toEqual(before);
        expect(quantileOfSorted(sorted, p)).toBe(quantile(list, p));
      }),
      { numRuns: 300 },
    );
  });

  it('of several shares by selection are those of the sorted list, from the same values in another order', () => {
    const values = fc.array(fc.oneof(finite, fc.integer({ min: 0, max: 5 })), { maxLength: 500 });
    const shares = fc.uniqueArray(fc.oneof(fc.constantFrom(0, 0.5, 0.9, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(values, shares, (list, asked) => {
        const ascending = [...asked].sort((one, other) => one - other);
        const sorted = Float64Array.from(list).sort();
        const selected = Float64Array.from(list);
        expect(quantilesOf(selected, ascending)).toEqual(ascending.map((p) => quantileOfSorted(sorted, p)));
        expect(selected.sort()).toEqual(sorted);
      }),
      { numRuns: 2000 },
    );
    expect(() => quantilesOf(Float64Array.of(1), [1.1])).toThrow(RangeError);
  });

  it('of many whole numbers are those of the sorted list, however large they are and however many are alike', () => {
    const near = fc
      .integer({ min: 0, max: 29 })
      .chain((doublings) =>
        fc.oneof(
          fc.integer({ min: 2 ** doublings - 1, max: 2 ** doublings + 1 }),
          fc.integer({ min: 2 ** doublings, max: 2 ** (doublings + 1) - 1 }),
        ),
      );
    const whole = fc.constantFrom(
      near,
      fc.oneof({ arbitrary: near, weight: 9 }, fc.integer({ min: -(2 ** 30), max: 3 })),
      fc.oneof(fc.constant(7), fc.integer({ min: 1000, max: 1100 }), near),
    );
    const shares = fc.uniqueArray(fc.oneof(fc.constantFrom(0, 0.5, 0.9, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: 5,
    });
    const lists = whole.chain((each) => fc.array(each, { minLength: 30, maxLength: 400, size: 'max' }));
    fc.assert(
      fc.property(lists, shares, (list, asked) => {
        const ascending = [...asked].sort((one, other) => one - other);
        const sorted = Int32Array.from(list).sort();
        const selected = Int32Array.from(list);
        expect(quantilesOf(selected, ascending)).toEqual(ascending.map((p) => quantileOfSorted(sorted, p)));
        expect(selected.sort()).toEqual(sorted);
      }),
      { numRuns: 1000 },
    );
    expect(() => quantilesOf(new Int32Array(100), [1.1])).toThrow(RangeError);
  });

  it('are selected where they would stand, whatever the values are laid out as', () => {
    const layouts: readonly ((index: number, length: number) => number)[] = [
      (index) => index,
      (index, length) => length - index,
      () => 4,
      (index, length) => Math.min(index, length - index),
      (index) => index % 7,
      (index) => (index % 2 === 0 ? index : -index),
    ];
    for (const layout of layouts) {
      for (const length of [1, 2, 13, 1000, 20_000]) {
        const values = Float64Array.from({ length }, (_, index) => layout(index, length));
        const sorted = values.toSorted();
        for (const index of [0, length >> 1, length - 1]) {
          expect(select(values, index)).toBe(sorted[index]);
          expect(values[index]).toBe(sorted[index]);
          expect(values.subarray(0, index).every((value) => value <= (sorted[index] ?? 0))).toBe(true);
          expect(values.subarray(index).every((value) => value >= (sorted[index] ?? 0))).toBe(true);
        }
      }
    }
  });

  it('of a million sorted, reversed or equal values takes no quadratic time', () => {
    const count = 1_000_000;
    const started = performance.now();
    expect(
      quantile(
        Float64Array.from({ length: count }, (_, index) => index),
        0.5,
      ),
    ).toBe((count - 1) / 2);
    expect(
      quantile(
        Float64Array.from({ length: count }, (_, index) => count - index),
        0.9,
      ),
    ).toBeCloseTo(0.9 * (count - 1) + 1, 6);
    expect(quantile(new Float64Array(count).fill(4), 0.5)).toBe(4);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('the Gini coefficient', () => {
  it.each([
    [[5, 5, 5], 0],
    [[0, 0, 0, 12], 0.75],
    [[1, 2, 3, 4], 0.25],
    [[9], 0],
  ])('of %j is %d', (values, expected) => {
    expect(gini(values)).toBeCloseTo(expected, 12);
  });

  it('is no number where there is nothing to share', () => {
    expect([gini([]), gini([0, 0])]).toEqual([null, null]);
  });

  it('refuses what is no share', () => {
    expect(() => gini([1, -1])).toThrow(RangeError);
    expect(() => gini([1, Number.NaN])).toThrow(RangeError);
  });

  it('equals half the mean absolute difference over the mean, in any order and scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 90 }),
        (values, factor) => {
          const total = values.reduce((sum, value) => sum + value, 0);
          fc.pre(total > 0);
          const differences = values
            .flatMap((first) => values.map((second) => Math.abs(first - second)))
            .reduce((sum, value) => sum + value, 0);
          const expected = differences / (2 * values.length * total);
          expect(gini(values)).toBeCloseTo(expected, 10);
          expect(gini(values.map((value) => value * factor).reverse())).toBeCloseTo(expected, 10);
        },
      ),
    );
  });
});

describe('process limits', () => {
  it('are the mean plus and minus 2.66 times the mean moving range', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 60 }), (values) => {
        const found = xmr(values, noBounds);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const ranges = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
        const width = (2.66 * ranges.reduce((sum, value) => sum + value, 0)) / ranges.length;
        expect(found?.mean).toBeCloseTo(mean, 4);
        expect(found?.upper).toBeCloseTo(mean + width, 4);
        expect(found?.lower).toBeCloseTo(mean - width, 4);
      }),
    );
  });

  it('let no moving range span a gap', () => {
    expect(xmr([1, null, 9, 10], noBounds)?.meanMovingRange).toBe(1);
    expect(xmr([1, null, 9, null, 4], noBounds)).toBeNull();
  });

  it('do not exist beyond the possible', () => {
    expect(xmr([1, 9], fromZero)).toMatchObject({ lower: null, upper: 5 + 2.66 * 8 });
    expect(xmr([0.9, 0.8], share)).toMatchObject({ upper: null });
    expect(xmr([0, 0], fromZero)).toMatchObject({ lower: 0, upper: 0 });
  });

  it('need twelve points, are provisional below 24, and then frozen', () => {
    const limits = (count: number) => stretches(series(waves(count)), noBounds)[0];
    expect(limits(11)).toMatchObject({ limits: null, count: 11 });
    expect(limits(12)?.limits).toMatchObject({ isProvisional: true, count: 12, from: 'P0', to: 'P11' });
    expect(limits(23)?.limits).toMatchObject({ isProvisional: true, count: 23 });
    expect(limits(24)?.limits).toMatchObject({ isProvisional: false, count: 24, to: 'P23' });
  });

  it('once frozen are not moved by anything that follows', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 40 }), (after) => {
        expect(stretches(series([...waves(24), ...after]), noBounds)[0]?.limits).toEqual(
          stretches(series(waves(24)), noBounds)[0]?.limits,
        );
      }),
    );
  });

  it('begin anew at a divider', () => {
    const points = series([...waves(24), ...waves(24).map((value) => value + 100)]).map((each, index) => ({
      ...each,
      startsStretch: index === 24,
    }));
    const found = stretches(points, noBounds);
    expect(found.map(({ start, end, limits }) => [start, end, limits?.mean])).toEqual([
      [0, 24, 11],
      [24, 48, 111],
    ]);
  });

  it('are not made from points that are unsettled, running, too small or empty, nor do these hide the gap they leave', () => {
    const values = waves(24);
    const odd = [point(90, 500, { isUnsettled: true }), point(91, 700, { isJudged: false }), point(92, null)];
    const points = [...series(values.slice(0, 12)), ...odd, ...series(values.slice(12))];
    expect(stretches(points, noBounds)[0]?.limits).toMatchObject({ mean: 11, meanMovingRange: 2, count: 24 });
  });

  it('of an empty series are no stretch at all', () => {
    expect(stretches([], noBounds)).toEqual([]);
  });
});

describe('signals', () => {
  it('never come from the lines themselves: a constant series has none', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 12, max: 80 }), (value, count) => {
        expect(judge(series(Array(count).fill(value)), noBounds, null).signals).toEqual([]);
      }),
    );
  });

  it('turn around with the series, and keep under shift and scale', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -90, max: 90 }), (list, factor, shift) => {
        const signals = judge(series(list), noBounds, 'P20').signals;
        expect(judge(series(list.map((value) => value * factor + shift)), noBounds, 'P20').signals).toEqual(signals);
        const key = (each: { rule: string; side: string; since: string; until: string }, side: string) =>
          `${each.rule} ${side} ${each.since} ${each.until}`;
        const turned = judge(series(list.map((value) => -value)), noBounds, 'P20').signals;
        expect(turned.map((each) => key(each, each.side === 'above' ? 'below' : 'above')).sort()).toEqual(
          signals.map((each) => key(each, each.side)).sort(),
        );
      }),
    );
  });

  it('are news only in the period in which they complete', () => {
    const points = series([...waves(24), 20, 21]);
    const news = (period: string) => judge(points, noBounds, period).signals.filter(({ isNews }) => isNews);
    expect(news('P24')).toHaveLength(1);
    expect(news('P25')).toHaveLength(0);
    expect(judge(points, noBounds, 'P25').signals[0]).toMatchObject({ period: 'P24', until: 'P25', length: 2 });
  });

  it('come from unsettled points, too, but not from unjudged ones', () => {
    const withLast = (rest: Partial<ProcessPoint>) =>
      judge([...series(waves(24)), point(24, 40, rest)], noBounds, 'P24').signals.length;
    expect([withLast({}), withLast({ isUnsettled: true }), withLast({ isJudged: false })]).toEqual([1, 1, 0]);
  });

  it('pass over points that are not judged: these neither join nor break a run', () => {
    const run = [...waves(24).reverse().slice(1), ...Array<number>(7).fill(12)];
    const points = series(run);
    points.splice(26, 0, point(99, null), point(98, 3, { isJudged: false }));
    expect(judge(points, noBounds, null).signals.filter(({ rule }) => rule === '8 in a row')).toHaveLength(1);
  });

  it('skip the side whose limit does not exist, save for runs', () => {
    const values = [
      ...Array<number>(12)
        .fill(0)
        .flatMap(() => [4, 0]),
      4,
      ...Array<number>(9).fill(0),
    ];
    const signals = judge(series(values), fromZero, null).signals;
    expect(signals.map(({ rule, side }) => `${rule} ${side}`)).toEqual(['8 in a row below']);
  });

  it('do not reach across a divider', () => {
    const values = [...waves(24), ...Array<number>(6).fill(12), ...Array<number>(6).fill(12), ...waves(24)];
    const points = series(values).map((each, index) => ({ ...each, startsStretch: index === 30 }));
    expect(judge(series(values), noBounds, null).signals.some(({ rule }) => rule === '8 in a row')).toBe(true);
    expect(judge(points, noBounds, null).signals.filter(({ since }) => Number(since.slice(1)) < 30)).toEqual([]);
  });

  it('are none where there are no limits yet', () => {
    expect(judge(series([1, 1, 1, 50, 1, 1]), noBounds, null)).toMatchObject({
      signals: [],
      stretches: [{ limits: null, count: 6 }],
    });
  });
});

describe('levels that carry over', () => {
  it('are judged on their change, which a gap leaves unknown', () => {
    const points = [point(0, 5), point(1, 8), point(2, null), point(3, 4), point(4, 4, { isUnsettled: true }), point(5, 9)];
    expect(changesOf(points).map(({ value, isJudged, isUnsettled }) => [value, isJudged, isUnsettled])).toEqual([
      [null, false, false],
      [3, true, false],
      [null, false, false],
      [null, false, false],
      [0, true, true],
      [5, true, true],
    ]);
  });

  it('call no slow steady drift a run of eight', () => {
    const drift = Array.from({ length: 60 }, (_, index) => 100 + index + (index % 2));
    expect(judge(series(drift), noBounds, null).signals.length).toBeGreaterThan(0);
    expect(judge(changesOf(series(drift)), noBounds, null).signals).toEqual([]);
  });
});

describe('kept limits', () => {
  it('have the moving range that made them, as far as a limit tells it', () => {
    const [stretch] = stretches(series(waves(24)), noBounds);
    const made = stretch?.limits;
    if (made === null || made === undefined) throw new Error('24 points make limits');
    const { mean, lower, upper, isProvisional, from, to } = made;
    const keeping = { mean, isProvisional, from, to };
    for (const kept of [
      { lower, upper },
      { lower: null, upper },
      { lower, upper: null },
    ])
      expect(limitsFrom({ ...keeping, ...kept }).meanMovingRange).toBeCloseTo(made.meanMovingRange, 12);
    expect(limitsFrom({ ...keeping, lower: null, upper: null })).toMatchObject({ meanMovingRange: 0, count: 24 });
  });
});

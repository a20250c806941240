import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileOfCounts, shareOfCounts, type Counts } from '../../server/stats/histogram.ts';
import { quantile } from '../../server/stats/quantile.ts';

const countsOf = (edges: readonly number[], values: readonly number[]): Counts => ({
  edges: Float64Array.from(edges),
  atMost: edges.map((edge) => values.filter((value) => value <= edge).length),
  total: values.length,
});

const edgesOf = fc
  .uniqueArray(fc.integer({ min: -20, max: 100 }), { minLength: 1, maxLength: 8 })
  .map((edges) => edges.sort((one, other) => one - other));
const valuesOf = fc.array(fc.oneof(fc.integer({ min: -40, max: 150 }), fc.double({ min: -40, max: 150, noNaN: true })), {
  minLength: 1,
  maxLength: 60,
});

describe('a percentile of counted values', () => {
  it('lies between bounds that hold the percentile of the values themselves, and never beyond the last edge', () => {
    let crossing = 0;
    fc.assert(
      fc.property(edgesOf, valuesOf, fc.integer({ min: 1, max: 999 }), (edges, values, permille) => {
        const exact = quantile(values, permille / 1_000) ?? Number.NaN;
        const found = quantileOfCounts(countsOf(edges, values), permille / 1_000);
        const { value = Number.NaN, atLeast = null, atMost = null } = found ?? {};
        const slack = 1e-9;
        for (const each of [exact, value]) {
          expect(each).toBeGreaterThanOrEqual((atLeast ?? -Infinity) - slack);
          expect(each).toBeLessThanOrEqual((atMost ?? Infinity) + slack);
        }
        expect(value).toBeLessThanOrEqual(edges.at(-1) ?? 0);
        // No wider than the two buckets that the values on either side lie in.
        const between = edges.filter((edge) => edge > (atLeast ?? -Infinity) && edge < (atMost ?? Infinity));
        if (between.length > 0) crossing += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(crossing).toBeGreaterThan(10);
  });

  it('is guessed within its bucket, evenly', () => {
    const counts = { edges: Float64Array.of(100, 250, 500), atMost: [50, 80, 100], total: 100 };
    // The 90th of 100 is the value between the tenth and eleventh of the twenty above 250.
    const found = quantileOfCounts(counts, 0.9);
    expect(found).toMatchObject({ atLeast: 250, atMost: 500 });
    expect(found?.value).toBeCloseTo(250 + 250 * (9.6 / 20), 9);
    expect(quantileOfCounts(counts, 0.1)).toMatchObject({ atLeast: null, atMost: 100 });
  });

  it('is not told above the last edge: it is known to be more', () => {
    const counts = { edges: Float64Array.of(100, 1_000), atMost: [10, 20], total: 40 };
    expect(quantileOfCounts(counts, 0.9)).toEqual({ value: 1_000, atLeast: 1_000, atMost: null });
  });

  it('is null where nothing was counted, and where no edge is known', () => {
    expect(quantileOfCounts({ edges: Float64Array.of(1), atMost: [0], total: 0 }, 0.5)).toBeNull();
    expect(quantileOfCounts({ edges: Float64Array.of(1), atMost: [Number.NaN], total: 3 }, 0.5)).toBeNull();
    expect(shareOfCounts({ edges: Float64Array.of(1), atMost: [0], total: 0 }, 1)).toBeNull();
  });

  it('passes over edges that are not known, with wider bounds', () => {
    const counts = { edges: Float64Array.of(100, 250, 500), atMost: [10, Number.NaN, 40], total: 40 };
    expect(quantileOfCounts(counts, 0.5)).toMatchObject({ atLeast: 100, atMost: 500 });
  });
});

describe('a share of counted values', () => {
  it('is exact at an edge, and lies between the edges around any other bound', () => {
    fc.assert(
      fc.property(edgesOf, valuesOf, fc.integer({ min: -50, max: 160 }), (edges, values, bound) => {
        const exact = values.filter((value) => value <= bound).length / values.length;
        const found = shareOfCounts(countsOf(edges, values), bound);
        const { value = -1, atLeast, atMost } = found ?? {};
        if (edges.includes(bound)) expect(found).toEqual({ value: exact, atLeast: exact, atMost: exact });
        for (const each of [exact, value]) {
          expect(each).toBeGreaterThanOrEqual((atLeast ?? 0) - 1e-12);
          expect(each).toBeLessThanOrEqual((atMost ?? 1) + 1e-12);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gini, giniByChance } from '../../server/stats/gini.ts';

/** A linear congruential generator (Numerical Recipes): the same draws whenever the tests run. */
const drawsFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

describe('the Gini coefficient that chance alone gives', () => {
  it.each([
    [1, 2],
    [2, 2],
    [5, 2],
    [3, 3],
    [4, 3],
    [5, 4],
    [6, 3],
    [2, 7],
    [1, 1],
    [4, 1],
  ])('is the mean over all ways in which %i items can fall on %i people', (items, people) => {
    let sum = 0;
    const ways = people ** items;
    for (let way = 0; way < ways; way += 1) {
      const counts = new Array<number>(people).fill(0);
      for (let item = 0, rest = way; item < items; item += 1, rest = Math.floor(rest / people)) {
        const person = rest % people;
        counts[person] = (counts[person] ?? 0) + 1;
      }
      sum += gini(counts) ?? 0;
    }
    expect(giniByChance(items, people)).toBeCloseTo(sum / ways, 10);
  });

  it.each([
    [40, 8],
    [7, 30],
    [300, 12],
    [1000, 2],
  ])('is what letting %i items fall on %i people gives again and again', (items, people) => {
    const draw = drawsFrom(items * 1000 + people);
    const values = Array.from({ length: 4000 }, () => {
      const counts = new Array<number>(people).fill(0);
      for (let item = 0; item < items; item += 1) {
        const person = Math.floor(draw() * people);
        counts[person] = (counts[person] ?? 0) + 1;
      }
      return gini(counts) ?? 0;
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    // Four standard errors: the seed is fixed, so this either holds or does not.
    expect(Math.abs(giniByChance(items, people) - mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
  });

  it('lies in 0 to 1, falls with more items, and stands many of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 200 }), (items, people) => {
        const expected = giniByChance(items, people);
        expect(expected).toBeGreaterThanOrEqual(0);
        expect(expected).toBeLessThan(1);
        expect(giniByChance(items + 2, people)).toBeLessThanOrEqual(expected + 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});

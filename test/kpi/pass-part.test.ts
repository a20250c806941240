import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluateParts, evaluateShare } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { isSummed, shareOf } from '../../server/kpi/pass-part.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { SCOPES, drawn, worldOfDrawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { lie, lyingAs } from './support/other-rows.ts';

const told = (all: readonly Evaluated[]): unknown =>
  all.map(({ scope, period, value, emptiness, count, exclusions, also, digest }) => [
    scope,
    period,
    value,
    emptiness,
    count,
    exclusions,
    also,
    digest,
  ]);

describe('a pass in shares of its rows', () => {
  const summed = MEASURES.filter(isSummed);

  it('finds what one pass over all of them finds, in whatever order the shares come', () => {
    let counted = 0;
    fc.assert(
      fc.property(
        drawn,
        lie(drawn.map(({ items }) => items)),
        fc.constantFrom(...summed),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (each, lies, one, of, isPersonal) => {
          const kpi: Kpi = { ...one, where: [...one.where, ...each.where], isPersonal };
          const columns = lyingAs(lies, each.items);
          const world = { ...worldOfDrawn(each), columns: () => columns };
          const shares = Array.from({ length: of }, (_, nth) =>
            evaluateShare(kpi, world, SCOPES, each.periods, 'at once', { nth, of }),
          ).reverse();
          const made = evaluateParts(kpi, world, SCOPES, each.periods, 'at once', undefined, shares);
          expect(told(made)).toEqual(told(evaluate(kpi, world, SCOPES, each.periods, 'at once')));
          counted += made.reduce((sum, { count }) => sum + count, 0);
        },
      ),
      { numRuns: 1000 },
    );
    expect(new Set(summed.map(({ measure }) => measure.type))).toEqual(new Set(['count', 'ratio', 'depth']));
    expect(counted).toBeGreaterThan(1000);
  });

  it('is of equal shares, which hold every row once', () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 })), { maxLength: 8 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 5 }), (gapsAndRows, of) => {
        const ranges: number[] = [];
        let at = 0;
        for (const [gap, rows] of gapsAndRows) ranges.push((at += gap), (at += rows));
        const rowsIn = (all: Int32Array): number[] => {
          const rows: number[] = [];
          for (let index = 0; index < all.length; index += 2)
            for (let row = all[index] ?? 0; row < (all[index + 1] ?? 0); row += 1) rows.push(row);
          return rows;
        };
        const shares = Array.from({ length: of }, (_, nth) => rowsIn(shareOf(Int32Array.from(ranges), { nth, of })));
        expect(shares.flat()).toEqual(rowsIn(Int32Array.from(ranges)));
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what its parts do not add up to, and parts of other rows', () => {
    const [each] = fc.sample(
      drawn.filter(({ items }) => items.length > 1),
      { numRuns: 1, seed: 4 },
    );
    if (each === undefined) throw new Error('nothing was drawn');
    const world = worldOfDrawn(each);
    const share = { nth: 0, of: 1 };
    for (const kpi of MEASURES.filter((one) => !isSummed(one)))
      expect(() => evaluateShare(kpi, world, SCOPES, each.periods, 'at once', share)).toThrow('cannot be evaluated in parts');
    const [kpi] = summed;
    if (kpi === undefined) throw new Error('nothing adds up');
    const parts = [evaluateShare(kpi, world, SCOPES, each.periods, 'at once', share)];
    const fewer = worldOfDrawn({ ...each, items: each.items.slice(1) });
    expect(() => evaluateParts(kpi, fewer, SCOPES, each.periods, 'at once', undefined, parts)).toThrow('is none of');
  });
});

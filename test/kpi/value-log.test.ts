import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueLog } from '../../server/kpi/value-log.ts';
import { quantile, quantilesOf } from '../../server/stats/quantile.ts';

const SLOTS = 5;
const BOUND = 2 ** 30;
const whole = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(BOUND - 1, BOUND, -BOUND, -BOUND - 1, 2 ** 31, -(2 ** 40)),
);
const value = fc.oneof({ arbitrary: whole, weight: 9 }, { arbitrary: fc.constantFrom(0.5, -1.25, 1e-9, 1e300), weight: 1 });
const entry = fc.record({ slot: fc.integer({ min: -1, max: SLOTS - 1 }), value });
/** Some hundred at a time, so that there are several chunks; whole ones first, others later. */
const batches = fc.array(fc.array(entry, { maxLength: 300 }), { maxLength: 6 });

const ascending = (values: ArrayLike<number>): number[] => Array.from(values).sort((one, other) => one - other);

describe('values as they are found', () => {
  it('come back by slot, each as it was given, and their quantiles are those of all of them', () => {
    let wide = 0;
    fc.assert(
      fc.property(batches, (all) => {
        const log = new ValueLog();
        const counts = new Int32Array(SLOTS);
        for (const batch of all) {
          for (const { slot } of batch) if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1;
          const slots = Int32Array.from(batch, ({ slot }) => slot);
          log.addAll(
            slots,
            Float64Array.from(batch, (each) => each.value),
            batch.length,
          );
        }
        const sorted = log.sorted(counts);
        const given = (slot: number): number[] =>
          ascending(all.flat().flatMap((each) => (each.slot === slot ? [each.value] : [])));
        for (let slot = 0; slot < SLOTS; slot += 1) {
          sorted.begin();
          sorted.take(slot, slot + 1);
          expect(ascending(sorted.taken())).toEqual(given(slot));
          const own = sorted.of(slot);
          if (own instanceof Float64Array) wide += 1;
          expect(sorted.lengthOf(slot, slot + 1)).toBe(own.length);
          expect(quantilesOf(own, [0.5, 0.9])).toEqual([0.5, 0.9].map((share) => quantile(given(slot), share)));
          expect(ascending(own)).toEqual(given(slot));
        }
        sorted.begin();
        sorted.take(1, 3);
        sorted.take(4, 5);
        expect(ascending(sorted.taken())).toEqual(ascending([1, 2, 4].flatMap(given)));
      }),
      { numRuns: 300 },
    );
    expect(wide).toBeGreaterThan(100);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueLog } from '../../server/kpi/value-log.ts';
import { quantile, quantilesOf } from '../../server/stats/quantile.ts';

const SLOTS = 5;
const BOUND = 2 ** 30;
const whole = fc.integer({ min: -50, max: 50 });
/** Whole numbers alone, some of which differ by more than 32 bits hold; and others among them. */
const value = fc.constantFrom(
  fc.oneof({ arbitrary: whole, weight: 3 }, fc.constantFrom(BOUND - 1, -BOUND)),
  fc.oneof({ arbitrary: whole, weight: 3 }, fc.constantFrom(BOUND - 1, BOUND, -BOUND, -BOUND - 1)),
  fc.oneof({ arbitrary: whole, weight: 50 }, fc.constantFrom(0.5, -1.25, 1e-9, 1e300, 2 ** 31, -(2 ** 40))),
);
/** Some hundred at a time, so that there are several chunks. */
const batches = value.chain((one) =>
  fc.array(
    fc.array(fc.record({ slot: fc.integer({ min: -1, max: SLOTS - 1 }), value: one }), { minLength: 200, maxLength: 300 }),
    {
      maxLength: 6,
    },
  ),
);

const isWhole = (each: number): boolean => Number.isInteger(each) && each >= -BOUND && each < BOUND;

const ascending = (values: ArrayLike<number>): number[] => Array.from(values).sort((one, other) => one - other);

describe('values as they are found', () => {
  it('come back by slot, each as it was given, and their quantiles are those of all of them', () => {
    let [direct, narrow, wide] = [0, 0, 0];
    fc.assert(
      fc.property(batches, (all) => {
        const log = new ValueLog();
        const counts = new Int32Array(SLOTS);
        for (const batch of all) {
          for (const { slot } of batch) if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1;
          const slots = Int32Array.from(batch, ({ slot }) => slot);
          const values = Float64Array.from(batch, (each) => each.value);
          const room = batch.length % 2 === 0 && batch.every((each) => isWhole(each.value)) ? log.roomFor(batch.length) : null;
          if (room === null) {
            log.addAll(slots, values, batch.length);
            continue;
          }
          const written = batch.filter(({ slot }) => slot >= 0);
          written.forEach((each, index) => {
            room.slots[room.first + index] = each.slot;
            room.values[room.first + index] = each.value;
          });
          log.wrote(written.length);
          direct += 1;
        }
        const sorted = log.sorted(counts);
        const totals = new Float64Array(SLOTS).fill(1);
        sorted.addTo(totals);
        for (let slot = 0; slot < SLOTS; slot += 1) {
          const found = all.flat().flatMap((each) => (each.slot === slot ? [each.value] : []));
          expect(totals[slot]).toBe(found.reduce((sum, each) => sum + each, 1));
        }
        const given = (slot: number): number[] =>
          ascending(all.flat().flatMap((each) => (each.slot === slot ? [each.value] : [])));
        for (let slot = 0; slot < SLOTS; slot += 1) {
          sorted.begin();
          sorted.take(slot, slot + 1);
          expect(ascending(sorted.taken())).toEqual(given(slot));
          const own = sorted.of(slot);
          if (own instanceof Float64Array) wide += 1;
          else if (own.length > 30) narrow += 1;
          expect(sorted.lengthOf(slot, slot + 1)).toBe(own.length);
          expect(quantilesOf(own, [0.5, 0.9])).toEqual([0.5, 0.9].map((share) => quantile(given(slot), share)));
          expect(ascending(own)).toEqual(given(slot));
        }
        sorted.begin();
        sorted.take(1, 3);
        sorted.take(4, 5);
        expect(ascending(sorted.taken())).toEqual(ascending([1, 2, 4].flatMap(given)));
        // What comes after has the same memory.
        sorted.release();
      }),
      { numRuns: 150 },
    );
    expect([direct > 20, narrow > 100, wide > 100]).toEqual([true, true, true]);
  });

  it('give no room for whole ones alone once one was not', () => {
    const log = new ValueLog();
    expect(log.roomFor(1)).not.toBeNull();
    log.addAll(Int32Array.of(-1), Float64Array.of(0.5), 1);
    expect(log.roomFor(1)).not.toBeNull();
    log.addAll(Int32Array.of(0), Float64Array.of(0.5), 1);
    expect(log.roomFor(1)).toBeNull();
    expect([...log.sorted(Int32Array.of(1)).of(0)]).toEqual([0.5]);
  });
});

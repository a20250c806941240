import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangesWithout } from '../../server/kpi/row-ranges.ts';

const rowsIn = (ranges: Int32Array, dead: Uint8Array | null): number[] => {
  const rows: number[] = [];
  for (let index = 0; index < ranges.length; index += 2)
    for (let row = ranges[index] ?? 0; row < (ranges[index + 1] ?? 0); row += 1) if (dead?.[row] !== 1) rows.push(row);
  return rows;
};

describe('ranges of rows', () => {
  it('go around dead rows, first and last ones included', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (bounds, marks) => {
          const sorted = bounds.toSorted((one, other) => one - other);
          const ranges = Int32Array.from(sorted.slice(0, sorted.length - (sorted.length % 2)));
          const dead = Uint8Array.from(marks, Number);
          const without = rangesWithout(ranges, dead);
          expect(without.dead).toBeNull();
          expect(rowsIn(without.ranges, null)).toEqual(rowsIn(ranges, dead));
        },
      ),
    );
    expect(rangesWithout(Int32Array.of(0, 4), null)).toEqual({ ranges: Int32Array.of(0, 4), dead: null });
  });

  it('stay as they are, with the marks of dead rows, where those are many', () => {
    const dead = Uint8Array.from({ length: 20_000 }, (_, row) => row % 2);
    expect(rangesWithout(Int32Array.of(0, 20_000), dead)).toEqual({ ranges: Int32Array.of(0, 20_000), dead });
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settleTies, sortedBy } from '../../server/event/row-order.ts';

const second = fc.oneof(
  fc.integer({ min: -2147483648, max: 2147483647 }),
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 800_000_000, max: 800_010_000 }),
);

it('rows are sorted by any seconds, and those of one second stay in the order given', () => {
  fc.assert(
    fc.property(fc.array(second, { maxLength: 60 }), fc.array(fc.nat({ max: 59 }), { maxLength: 60 }), (keys, chosen) => {
      const rows = chosen.filter((row) => row < keys.length);
      const expected = rows.toSorted((one, other) => (keys[one] ?? 0) - (keys[other] ?? 0));
      expect([...sortedBy(Int32Array.from(rows), Int32Array.from(keys))]).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

it('ties are settled by uid, after what is compared first, and no other uid is read', () => {
  const uids = ['c', 'b', 'a', 'z', 'y'];
  const asked = new Set<number>();
  const reading = {
    length: uids.length,
    at: (row: number) => {
      asked.add(row);
      return uids[row];
    },
  };
  const rows = Int32Array.of(3, 0, 1, 2, 4);
  settleTies(rows, reading, (one, other) => one < 3 && other < 3);
  expect([...rows]).toEqual([3, 2, 1, 0, 4]);
  expect([...asked].sort()).toEqual([0, 1, 2]);
  settleTies(
    rows,
    reading,
    () => true,
    (one, other) => Number(one === 1) - Number(other === 1),
  );
  expect([...rows]).toEqual([2, 0, 4, 3, 1]);
});

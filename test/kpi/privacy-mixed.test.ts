import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MixedTable } from '../../server/kpi/privacy-mixed.ts';

const COLUMNS = 4;

/** Who was there: rows are told as a whole, columns are told of all rows together. */
const cells = fc.array(
  fc.record({
    row: fc.nat({ max: 2 }),
    column: fc.nat({ max: COLUMNS - 1 }),
    from: fc.nat({ max: 12 }),
    count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 8 })),
  }),
  { minLength: 1, maxLength: 8 },
);
type Cells = typeof cells extends fc.Arbitrary<infer T> ? T : never;

const peopleIn = (all: Cells, isIn: (row: number, column: number) => boolean): Set<number> =>
  new Set(
    all.flatMap(({ row, column, from, count }) =>
      isIn(row, column) ? Array.from({ length: count }, (_, index) => row * 10 + from + index) : [],
    ),
  );

const tableOf = (all: Cells): MixedTable => {
  const mixed = new MixedTable(COLUMNS);
  for (const { row, column } of all)
    for (const person of peopleIn(all, (one, other) => one === row && other === column)) mixed.add(column, row, person);
  return mixed;
};

/** Tries every cut of the columns in two, and in every row both sides of it. */
const leavesFew = (all: Cells): boolean => {
  for (let side = 1; side < 2 ** COLUMNS - 1; side += 1)
    for (let choice = 0; choice < 8; choice += 1) {
      const isOn = (row: number, column: number): boolean => ((side >> column) & 1) === ((choice >> row) & 1);
      const isCut = [0, 1, 2].some((row) =>
        [0, 1].every((of) => peopleIn(all, (own, column) => own === row && ((side >> column) & 1) === of).size > 0),
      );
      const left = peopleIn(all, isOn).size;
      if (isCut && left < 5) return true;
    }
  return false;
};

describe('what is told of rows and of columns', () => {
  it('is never said to be safe where a mixed subtraction leaves one to four, and seldom to be unsafe where none does', () => {
    const found = { safe: 0, few: 0, careful: 0 };
    fc.assert(
      fc.property(cells, (all) => {
        const [isSafe, isFew] = [tableOf(all).isSafe(), leavesFew(all)];
        if (isSafe) expect(isFew).toBe(false);
        if (isSafe) found.safe += 1;
        else if (isFew) found.few += 1;
        else found.careful += 1;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(found.safe, found.few)).toBeGreaterThan(300);
    expect(found.careful).toBeLessThan(found.few / 5);
  });

  it('leaves a few of both where one row is in all but one column and another in that one alone', () => {
    const one = { row: 0, from: 0 };
    const other = { row: 1, from: 0 };
    const both = [
      { ...one, column: 0, count: 6 },
      { ...one, column: 1, count: 1 },
      { ...other, column: 0, count: 1 },
      { ...other, column: 1, count: 6 },
    ];
    expect(tableOf(both).isSafe()).toBe(false);
    expect(tableOf(both.map((each) => ({ ...each, count: 6 }))).isSafe()).toBe(true);
    expect(tableOf([...both.slice(0, 1), ...both.slice(3)]).isSafe()).toBe(true);
  });

  it('is told of a row by some of the columns as well where five are in those', () => {
    const told = (count: number): boolean => {
      const table = tableOf([
        { row: 0, column: 0, from: 0, count },
        { row: 0, column: 1, from: 0, count: 6 },
        { row: 1, column: 2, from: 0, count: 6 },
      ]);
      return table.isSafe((row) => ({ sets: row === 0 ? [0b001, 0b010] : [], beside: -1 }));
    };
    expect([2, 4, 5].map(told)).toEqual([false, false, true]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenItems } from '../../../server/sources/files/seen-items.ts';

describe('items seen in a file', () => {
  it('are told by their first line and content, however many there are and in whatever order they come back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4_000), fc.nat(5)), { minLength: 1, maxLength: 6_000, size: 'max' }), (rows) => {
        const seen = new SeenItems();
        const expected = new Map<string, { line: number; content: number }>();
        for (const [line, [id, content]] of rows.entries()) {
          const item = `INC${id}`;
          expect(seen.firstOf(item, line, content)).toEqual(expected.get(item) ?? null);
          if (!expected.has(item)) expected.set(item, { line, content });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are forgotten from the half millionth on, and those before are still known', () => {
    const seen = new SeenItems();
    for (let row = 0; row < 500_000; row += 1) seen.firstOf(`INC${row}`, row, row);
    expect(seen.firstOf('LATE', 1, 1)).toBeNull();
    expect(seen.firstOf('LATE', 2, 2)).toBeNull();
    expect([0, 1_023, 1_024, 499_999].map((row) => seen.firstOf(`INC${row}`, 7, 7)?.line)).toEqual([0, 1_023, 1_024, 499_999]);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairIndex } from '../../server/kpi/pair-index.ts';

const part = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.integer({ min: -1, max: 2_000_000 }));

it('pairs are numbered as they are first met, and found by that number only', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part), { maxLength: 600 }), (pairs) => {
      const index = new PairIndex();
      const numbers = new Map<string, number>();
      for (const [first, second] of pairs) {
        const key = `${first} ${second}`;
        expect(index.find(first, second)).toBe(numbers.get(key) ?? -1);
        if (!numbers.has(key)) numbers.set(key, numbers.size);
        expect(index.numberOf(first, second)).toBe(numbers.get(key));
      }
      expect(index.length).toBe(numbers.size);
      const told = Array.from({ length: index.length }, (_, number) => `${index.first[number]} ${index.second[number]}`);
      expect(told).toEqual([...numbers.keys()]);
    }),
    { numRuns: 200 },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIGH_SEED, LOW_SEED, hashText } from '../../server/event/uid-hash.ts';
import { EMPTY_HASH, LANES, ListHash, hashEntries, highOfReason, lowOfReason, printed } from '../../server/kpi/list-hash.ts';
import { Placings } from '../../server/kpi/placings.ts';
import { addLanes } from '../../server/kpi/slots.ts';

interface Entry {
  readonly uid: string;
  readonly what: number | string;
}

const hashOf = (entries: readonly Entry[]): string => {
  const list = new ListHash();
  for (const { uid, what } of entries) {
    const [high, low] = [hashText(uid, HIGH_SEED), hashText(uid, LOW_SEED)];
    if (typeof what === 'number') list.addValue(high, low, what);
    else list.addReason(high, low, what);
  }
  return list.toString();
};

const what = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.constantFrom(0, 1),
  fc.double({ noNaN: true }),
  fc.constantFrom('still open', 'merged', '1'),
);
const entries = fc.uniqueArray(fc.record({ uid: fc.string({ minLength: 1, maxLength: 8 }), what }), {
  minLength: 2,
  maxLength: 12,
  selector: ({ uid }) => uid,
});
const lists = entries.chain((all) =>
  fc.record({ all: fc.constant(all), other: fc.shuffledSubarray(all, { minLength: all.length }) }),
);
const isSame = (one: number | string, other: number | string): boolean => one === other;

describe('the hash of a list', () => {
  it('is the same in every order', () => {
    fc.assert(
      fc.property(lists, ({ all, other }) => {
        expect(hashOf(other)).toBe(hashOf(all));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same where many entries of several lists are hashed at once, and those that are in none are not', () => {
    const listed = fc.record({
      uid: fc.string({ maxLength: 8 }),
      what: fc.oneof(what, fc.constant(-0)),
      list: fc.integer({ min: -1, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(listed, { maxLength: 20 }), (all) => {
        const reasons = ['', ...new Set(all.flatMap((one) => (typeof one.what === 'string' ? one.what : [])))];
        const found = new Placings();
        const hashes = {
          high: Int32Array.from(all, ({ uid }) => hashText(uid, HIGH_SEED)),
          low: Int32Array.from(all, ({ uid }) => hashText(uid, LOW_SEED)),
        };
        all.forEach((one, index) => {
          found.row[index] = index;
          found.cell[index] = one.list;
          found.value[index] = typeof one.what === 'number' ? one.what : Number.NaN;
          found.reason[index] = typeof one.what === 'number' ? 0 : reasons.indexOf(one.what);
        });
        found.length = all.length;
        const hashed = new Int32Array(all.length * LANES);
        const lanes = new Int32Array(3 * LANES);
        hashEntries(found, hashes, reasons.length === 1, reasons.map(lowOfReason), reasons.map(highOfReason), hashed);
        addLanes(found.cell, all.length, hashed, lanes);
        for (const list of [0, 1, 2]) {
          const own = all.filter((one) => one.list === list);
          expect(printed(own.length, lanes.slice(list * LANES, (list + 1) * LANES))).toBe(hashOf(own));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is another where two items swap what goes with them, and where one is dropped, doubled, renamed or changed', () => {
    fc.assert(
      fc.property(lists, what, ({ other: [first, second, ...rest] }, changed) => {
        if (first === undefined || second === undefined) throw new Error('too few');
        const hash = hashOf([first, second, ...rest]);
        const swapped = [{ uid: first.uid, what: second.what }, { uid: second.uid, what: first.what }, ...rest];
        if (!isSame(first.what, second.what)) expect(hashOf(swapped)).not.toBe(hash);
        if (!isSame(first.what, changed)) expect(hashOf([{ uid: first.uid, what: changed }, second, ...rest])).not.toBe(hash);
        expect(hashOf([second, ...rest])).not.toBe(hash);
        expect(hashOf([first, first, second, ...rest])).not.toBe(hash);
        expect(hashOf([first, first, ...rest])).not.toBe(hash);
        expect(hashOf([{ uid: `${first.uid}'`, what: first.what }, second, ...rest])).not.toBe(hash);
      }),
      { numRuns: 5000 },
    );
  });

  it('knows one zero, tells a value from a reason, and is always as long', () => {
    expect(hashOf([{ uid: 'a', what: -0 }])).toBe(hashOf([{ uid: 'a', what: 0 }]));
    expect(hashOf([{ uid: 'a', what: '1' }])).not.toBe(hashOf([{ uid: 'a', what: 1 }]));
    expect(hashOf([])).toBe(EMPTY_HASH);
    expect(EMPTY_HASH).toMatch(/^m2:[0-9a-f]{40}$/);
    expect(hashOf([{ uid: 'a', what: 1 }])).toHaveLength(EMPTY_HASH.length);
  });

  it('is another for each of a hundred thousand lists that are much alike', () => {
    const seen = new Set<string>();
    for (let one = 0; one < 400; one += 1)
      for (let other = 0; other < 250; other += 1)
        seen.add(
          hashOf([
            { uid: 'desk:ticket:1', what: one },
            { uid: 'desk:ticket:2', what: other },
          ]),
        );
    expect(seen.size).toBe(100_000);
  });
});

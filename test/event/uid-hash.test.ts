import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../../server/event/uid-hash.ts';

describe('hashes of uids', () => {
  it('tell hundreds of thousands of uids apart, neighbours and near ones too', () => {
    const seen = new Set<string>();
    const count = 300_000;
    for (let number = 0; number < count; number += 1) {
      const uid = `desk:ticket:INC${String(number).padStart(7, '0')}`;
      seen.add(`${hashText(uid, HIGH_SEED)} ${hashText(uid, LOW_SEED)}`);
    }
    expect(seen.size).toBe(count);
  });

  it('differ wherever one character does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(), (text, place) => {
        const at = place % text.length;
        const other = `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`;
        expect([hashText(other, HIGH_SEED), hashText(other, LOW_SEED)]).not.toEqual([
          hashText(text, HIGH_SEED),
          hashText(text, LOW_SEED),
        ]);
      }),
    );
  });

  it('mix with a value so that equal sums of values do not make equal sums of hashes', () => {
    const sum = (values: readonly number[]): number => values.reduce((total, value) => (total + mixed(7, value)) | 0, 0);
    expect(sum([1, 4])).not.toBe(sum([2, 3]));
  });
});

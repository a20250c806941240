import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_LENGTH } from '../../../server/event/key.ts';
import { DatedKey } from '../../../server/sources/files/dated-key.ts';
import { keyOfText } from '../../../server/sources/files/fact.ts';

const written = (key: DatedKey | null, instant: number): string | null => {
  const into = new Uint8Array(KEY_LENGTH + 2);
  return key?.write(instant, into, 1) === true ? String.fromCharCode(...into.subarray(1, 1 + KEY_LENGTH)) : null;
};

describe('keys of texts that differ in an instant', () => {
  it('are those of the whole text', () => {
    const part = fc.string({ unit: 'binary-ascii', maxLength: 21 }).map((text) => text.replace(/[^\x20-\x7e]/g, '"'));
    const instant = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
    fc.assert(
      fc.property(part, part, fc.array(instant), (before, after, instants) => {
        const key = DatedKey.of(before, after);
        for (const at of instants) expect(written(key, at)).toBe(keyOfText(`${before}${at}${after}`));
      }),
    );
  });

  it('are left to others where the text is long or no ASCII, and the instant of another time', () => {
    expect(DatedKey.of('x'.repeat(43), '')).toBeNull();
    expect(DatedKey.of('é', '')).toBeNull();
    const key = DatedKey.of('x'.repeat(42), '');
    expect(key).not.toBeNull();
    for (const at of [0, -1_700_000_000_000, 999_999_999_999, 10_000_000_000_000, NaN]) expect(written(key, at)).toBeNull();
  });
});

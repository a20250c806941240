import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../../../server/sources/aws/name-rules.ts';

describe('a pattern of names', () => {
  it('takes a star for any characters, none included, and a question mark for one', () => {
    expect(fits('checkout-*', 'checkout-errors')).toBe(true);
    expect(fits('checkout-*', 'checkout-')).toBe(true);
    expect(fits('checkout-*', 'checkout')).toBe(false);
    expect(fits('*-5xx-*', 'api-5xx-high')).toBe(true);
    expect(fits('a?c', 'abc')).toBe(true);
    expect(fits('a?c', 'ac')).toBe(false);
    expect(fits('', '')).toBe(true);
    expect(fits('*', '')).toBe(true);
  });

  it('takes all other characters for themselves', () => {
    expect(fits('a.c', 'abc')).toBe(false);
    expect(fits('[a]+', '[a]+')).toBe(true);
  });

  it('agrees with the regular expression that it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (sign, name) => {
        const expression = new RegExp(`^${sign.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(fits(sign, name)).toBe(expression.test(name));
      }),
    );
  });
});

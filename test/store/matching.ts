import { expect } from 'vitest';

/**
 * For `toMatchObject`, where a regular expression by itself matches whatever is there: it has no
 * properties of its own, so nothing of it is compared.
 */
export const matching = (words: RegExp): unknown => expect.stringMatching(words);

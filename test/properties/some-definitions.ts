import fc from 'fast-check';
import { DEFINITIONS } from './house.ts';

/** What a combination is made of must stand beside it. */
const PARTS: Readonly<Record<string, readonly string[]>> = { part: ['severe', 'depth'] };

/** A few of the definitions at a time: over many runs all of them, in all company. */
export const someDefinitions: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .subarray(Object.keys(DEFINITIONS), { minLength: 1, maxLength: 3 })
  .map((names) => [...new Set(names.flatMap((name) => [name, ...(PARTS[name] ?? [])]))])
  .map((names) => Object.fromEntries(names.map((name) => [name, DEFINITIONS[name] ?? ''])));

import { crc32 } from 'node:zlib';
import { StoreError } from './store.ts';

/**
 * CRC-32 of what a row holds. No text in the database has a NUL, so that is what parts them.
 * @param values of the row in a fixed order, without the sum itself
 */
export const rowSum = (values: readonly (string | number | null)[]): number =>
  crc32(values.map((value) => (value === null ? '\0' : String(value))).join('\0'));

/**
 * @param sum as it was stored; null in rows from before there were sums
 * @throws StoreError `corrupt` where a row is not what was written
 */
export function checkSum(sum: number | null, found: () => number, place: () => string): void {
  if (sum === null || sum === found()) return;
  throw new StoreError(
    'corrupt',
    `The database is damaged: ${place()} is not what was stored.`,
    'Stop what uses it and run `quarterdeck restore FILE --replace` with the last good backup; sources deliver again what is newer.',
  );
}

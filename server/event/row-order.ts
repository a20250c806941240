import type { Uids } from './columns.ts';
import { compareText } from './facts.ts';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * These rows ascending by the key that each has; those of one key stay in the order given. A radix sort, because a
 * comparison a pair takes seconds for millions of rows.
 */
export function sortedBy(rows: Int32Array, keys: ArrayLike<number>): Int32Array {
  const { length } = rows;
  let [least, most, isSorted] = [Infinity, -Infinity, true];
  for (let place = 0, before = -Infinity; place < length; place += 1) {
    const key = keys[rows[place] ?? 0] ?? 0;
    if (key < before) isSorted = false;
    if (key < least) least = key;
    if (key > most) most = key;
    before = key;
  }
  if (isSorted) return rows;
  // Keys travel with their rows, so that each pass reads memory in order.
  let [sorted, places] = [rows, new Uint32Array(length)];
  for (let place = 0; place < length; place += 1) places[place] = (keys[rows[place] ?? 0] ?? 0) - least;
  for (let shift = 0; shift < 32 && (most - least) >>> shift > 0; shift += DIGIT_BITS) {
    const next = new Int32Array(DIGITS + 1);
    for (const key of places) {
      const digit = (key >>> shift) & (DIGITS - 1);
      next[digit + 1] = (next[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit += 1) next[digit + 1] = (next[digit + 1] ?? 0) + (next[digit] ?? 0);
    const [movedRows, movedKeys] = [new Int32Array(length), new Uint32Array(length)];
    for (let place = 0; place < length; place += 1) {
      const key = places[place] ?? 0;
      const digit = (key >>> shift) & (DIGITS - 1);
      const to = next[digit] ?? 0;
      next[digit] = to + 1;
      movedRows[to] = sorted[place] ?? 0;
      movedKeys[to] = key;
    }
    [sorted, places] = [movedRows, movedKeys];
  }
  return sorted;
}

/** Puts neighbours that are alike in the order of their uids (after another, where one is given), in place: no uid is read but theirs. */
export function settleTies(
  rows: Int32Array,
  uids: Uids,
  isAlike: (one: number, other: number) => boolean,
  compare: (one: number, other: number) => number = () => 0,
): void {
  for (let first = 0, next = 1; first < rows.length; first = next, next += 1) {
    while (next < rows.length && isAlike(rows[first] ?? 0, rows[next] ?? 0)) next += 1;
    if (next - first === 1) continue;
    const tied = Array.from(rows.subarray(first, next), (row) => ({ row, uid: uids.at(row) ?? '' }));
    tied.sort((one, other) => compare(one.row, other.row) || compareText(one.uid, other.uid));
    for (let place = first; place < next; place += 1) rows[place] = tied[place - first]?.row ?? 0;
  }
}

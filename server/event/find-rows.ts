import type { ItemColumns, Uids } from './columns.ts';
import { HIGH_SEED, LOW_SEED, hashText, hashesOf } from './uid-hash.ts';

/**
 * The row that stands under each of these uids; -1 where there is none. All rows are passed once, whatever is asked for: the
 * few uids asked for are what is kept in a table, not the millions that there are, and no uid is read but those found.
 */
export function findRows(columns: ItemColumns, asked: readonly string[]): Int32Array {
  const found = new Int32Array(asked.length).fill(-1);
  if (asked.length === 0 || columns.length === 0) return found;
  let size = 16;
  while (size < asked.length * 4) size *= 2;
  const [table, last] = [new Int32Array(size).fill(-1), size - 1];
  const [high, low] = [new Int32Array(asked.length), new Int32Array(asked.length)];
  asked.forEach((uid, index) => {
    high[index] = hashText(uid, HIGH_SEED);
    low[index] = hashText(uid, LOW_SEED);
    let slot = (low[index] ?? 0) & last;
    while ((table[slot] ?? -1) >= 0) slot = (slot + 1) & last;
    table[slot] = index;
  });
  const hashes = hashesOf(columns);
  const { length, dead, uids } = columns;
  for (let row = 0; row < length; row += 1) {
    const hash = hashes.low[row] ?? 0;
    let slot = hash & last;
    for (let index = table[slot] ?? -1; index >= 0; index = table[slot] ?? -1) {
      if (low[index] === hash && high[index] === hashes.high[row] && dead?.[row] !== 1 && uids.at(row) === asked[index])
        found[index] = row;
      slot = (slot + 1) & last;
    }
  }
  return found;
}

const known = new WeakMap<Uids, readonly string[]>();

/** Ids of the sources that uids name. */
export function sourcesOf(uids: Uids): readonly string[] {
  if (uids.sources !== undefined) return uids.sources;
  let sources = known.get(uids);
  if (sources === undefined) {
    const all = new Set<string>();
    let prefix = '\n';
    for (let row = 0; row < uids.length; row += 1) {
      const uid = uids.at(row) ?? '';
      if (uid.startsWith(prefix)) continue;
      prefix = uid.slice(0, uid.indexOf(':') + 1);
      all.add(sourceOf(uid));
    }
    known.set(uids, (sources = [...all]));
  }
  return sources;
}

export const sourceOf = (uid: string): string => uid.slice(0, uid.indexOf(':'));

import type { ItemColumns } from './columns.ts';

/** A 64-bit hash of each uid, in two halves. */
export interface UidHashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

const known = new WeakMap<ItemColumns, UidHashes>();

/** Hashes of all uids, computed once for columns that do not bring them. */
export function hashesOf(columns: ItemColumns): UidHashes {
  if (columns.hashes !== null) return columns.hashes;
  let hashes = known.get(columns);
  if (hashes === undefined) {
    const { length, uids } = columns;
    hashes = { high: new Int32Array(length), low: new Int32Array(length) };
    for (let row = 0; row < length; row += 1) {
      const uid = uids.at(row) ?? '';
      hashes.high[row] = hashText(uid, HIGH_SEED);
      hashes.low[row] = hashText(uid, LOW_SEED);
    }
    known.set(columns, hashes);
  }
  return hashes;
}

export const HIGH_SEED = 0x2f0b4c47;
export const LOW_SEED = 0x51ed270b;

/** MurmurHash3 (Appleby, 32 bit) over the code units of a text, two a block. It tells texts apart; it hides nothing. */
export function hashText(text: string, seed: number): number {
  let hash = seed;
  const even = text.length & ~1;
  for (let at = 0; at < even; at += 2) {
    hash ^= scrambled(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (even < text.length) hash ^= scrambled(text.charCodeAt(even));
  return finished(hash ^ (text.length * 2));
}

/** Of two numbers one, evenly spread (the finalizer of MurmurHash3): for hashes of what goes with a uid. */
export const mixed = (hash: number, value: number): number => finished(Math.imul(hash, 0x1b873593) ^ scrambled(value | 0));

function scrambled(block: number): number {
  const once = Math.imul(block, 0xcc9e2d51);
  return Math.imul((once << 15) | (once >>> 17), 0x1b873593);
}

function finished(hash: number): number {
  let mixing = hash ^ (hash >>> 16);
  mixing = Math.imul(mixing, 0x85ebca6b);
  mixing ^= mixing >>> 13;
  mixing = Math.imul(mixing, 0xc2b2ae35);
  return mixing ^ (mixing >>> 16);
}

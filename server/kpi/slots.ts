import { LANES } from './list-hash.ts';

// Loops over what was found, each over little memory with few names: they run for every row of millions.

/** Adds the hashes of entries, `LANES` words each, where each has a slot. */
export const addLanes = (slots: Int32Array, length: number, hashed: Int32Array, lanes: Int32Array): void => {
  // Neighbours often have the same slot: what they come to is added to its lanes once.
  let own = -1;
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let index = 0; index <= length; index += 1) {
    const slot = index < length ? (slots[index] ?? -1) : -1;
    if (slot !== own) {
      if (own >= 0) {
        const to = own * LANES;
        lanes[to] = (lanes[to] ?? 0) + one;
        lanes[to + 1] = (lanes[to + 1] ?? 0) + two;
        lanes[to + 2] = (lanes[to + 2] ?? 0) + three;
        lanes[to + 3] = (lanes[to + 3] ?? 0) + four;
      }
      one = two = three = four = 0;
      own = slot;
    }
    if (slot < 0) continue;
    const from = index * LANES;
    one = (one + (hashed[from] ?? 0)) | 0;
    two = (two + (hashed[from + 1] ?? 0)) | 0;
    three = (three + (hashed[from + 2] ?? 0)) | 0;
    four = (four + (hashed[from + 3] ?? 0)) | 0;
  }
};

/** Where each is added: -1 for nowhere. Scopes from `asked` on are elsewhere, too. */
export const slotsOf = (
  cell: Int32Array,
  length: number,
  scopes: Int32Array,
  elsewhere: number,
  asked: number,
  width: number,
  slots: Int32Array,
): void => {
  for (let index = 0; index < length; index += 1) {
    const own = cell[index] ?? -1;
    let scope = scopes[index] ?? -1;
    if (scope < 0 || scope >= asked) scope = elsewhere;
    slots[index] = own < 0 || scope < 0 ? -1 : scope * width + own;
  }
};

/** How many. */
export const count = (slots: Int32Array, length: number, counts: Int32Array): void => {
  for (let index = 0; index < length; index += 1) {
    const slot = slots[index] ?? -1;
    if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1;
  }
};

/** Their sum. */
export const total = (into: Float64Array, slots: Int32Array, of: Float64Array, length: number): void => {
  for (let index = 0; index < length; index += 1) {
    const slot = slots[index] ?? -1;
    if (slot >= 0) into[slot] = (into[slot] ?? 0) + (of[index] ?? 0);
  }
};

/** Whether all are 0. */
export const isNothing = (of: Int32Array): boolean => {
  for (let at = 0; at < of.length; at += 1) if (of[at] !== 0) return false;
  return true;
};

/** @throws Error where there are not as many */
export const addTo = (into: Int32Array | Float64Array, other: Int32Array | Float64Array): void => {
  if (into.length !== other.length) throw new Error(`sums of ${other.length} slots cannot be added to ${into.length}`);
  for (let at = 0; at < into.length; at += 1) into[at] = (into[at] ?? 0) + (other[at] ?? 0);
};

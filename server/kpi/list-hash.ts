import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../event/uid-hash.ts';

/**
 * A hash of a list in which order does not matter and how often something stands in it does: what each
 * entry is hashed to is added up, modulo 2^32 in each of four lanes. Lists can be hashed in parts, and a
 * change is told by what it took away and what it added. It tells lists apart; it hides nothing.
 */
export const LANES = 4;

/** Names the method in what is stored: were it ever another, old and new would be told apart. */
const METHOD = 'm2:';

const NUMBER = new Float64Array(1);
const WORDS = new Int32Array(NUMBER.buffer);

/** Halves of a number's bits, each by itself, because hot loops return no pairs. -0 is 0. */
export const lowBits = (value: number): number => {
  NUMBER[0] = value + 0;
  return WORDS[0] ?? 0;
};
export const highBits = (value: number): number => {
  NUMBER[0] = value + 0;
  return WORDS[1] ?? 0;
};

/** What goes with a uid instead of a value: the reason it was left out for. */
export const lowOfText = (text: string): number => hashText(text, LOW_SEED ^ REASON);
export const highOfText = (text: string): number => hashText(text, HIGH_SEED ^ REASON);
const REASON = 0x3c6ef372;

/** An entry in 64 bits: its uid (as hashed) with what goes with it. Both halves of that are in each. */
export const highMixed = (high: number, valueLow: number, valueHigh: number): number =>
  mixed(high, valueHigh + Math.imul(valueLow, 0x85ebca77));
export const lowMixed = (low: number, valueLow: number, valueHigh: number): number =>
  mixed(low, valueLow + Math.imul(valueHigh, 0x9e3779b1));
/** The other two lanes of an entry. Both are needed: sums of 64 bits alone would meet too soon in long lists. */
export const crossed = (one: number, other: number): number => {
  const mixing = Math.imul(one ^ ((other << 16) | (other >>> 16)), 0xc2b2ae3d);
  return mixing ^ (mixing >>> 15);
};

/** Adds an entry, `times` over (-1 takes it away), to the lanes that begin at `at`. */
export const addEntry = (lanes: Int32Array, at: number, high: number, low: number, times = 1): void => {
  lanes[at] = (lanes[at] ?? 0) + Math.imul(times, high);
  lanes[at + 1] = (lanes[at + 1] ?? 0) + Math.imul(times, low);
  lanes[at + 2] = (lanes[at + 2] ?? 0) + Math.imul(times, crossed(high, low));
  lanes[at + 3] = (lanes[at + 3] ?? 0) + Math.imul(times, crossed(low, high));
};

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** The hash as it is stored: always as long, whatever the list. `count`: all entries of the list. */
export const printed = (count: number, lanes: Int32Array, at = 0): string => {
  let text = METHOD + hex(count);
  for (let lane = 0; lane < LANES; lane += 1) text += hex(lanes[at + lane] ?? 0);
  return text;
};

/** The hash of a list that is made entry by entry. */
export class ListHash {
  readonly #lanes = new Int32Array(LANES);
  #count = 0;

  /** `high` and `low`: the hash of a uid. */
  addValue(high: number, low: number, value: number): void {
    this.#add(high, low, lowBits(value), highBits(value));
  }

  addReason(high: number, low: number, reason: string): void {
    this.#add(high, low, lowOfText(reason), highOfText(reason));
  }

  #add(high: number, low: number, beside: number, besideHigh: number): void {
    addEntry(this.#lanes, 0, highMixed(high, beside, besideHigh), lowMixed(low, beside, besideHigh));
    this.#count += 1;
  }

  toString(): string {
    return printed(this.#count, this.#lanes);
  }
}

/** Of a list without entries. */
export const EMPTY_HASH = printed(0, new Int32Array(LANES));

/** The hash of what is known by its text: hashes of other lists, say. */
export const hashOfText = (text: string): string =>
  printed(1, Int32Array.of(highOfText(text), lowOfText(text), hashText(text, HIGH_SEED), hashText(text, LOW_SEED)));

import { HIGH_SEED, LOW_SEED, hashText, type UidHashes } from '../event/uid-hash.ts';
import type { Placings } from './placings.ts';

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

/** What goes with a uid instead of a value, the reason it was left out for, in two words like those of a number. */
export const lowOfReason = (reason: string): number => hashText(reason, LOW_SEED ^ REASON);
export const highOfReason = (reason: string): number => hashText(reason, HIGH_SEED ^ REASON);
const REASON = 0x3c6ef372;

/**
 * One entry in four words: a uid, as hashed, with its value or reason. They are held in an object that is used
 * again, because this runs for every row. The first two are a multiplicative hash each (multiply, shift,
 * multiply; constants of MurmurHash3 and xxHash) of one half of the uid's hash with all of the value; the
 * others are products of these two, so that no two lanes add up alike.
 */
export class EntryHash {
  one = 0;
  two = 0;
  three = 0;
  four = 0;

  /** `high` and `low` are the uid's hash. -0 is 0. */
  ofValue(high: number, low: number, value: number): void {
    NUMBER[0] = value + 0;
    this.ofWords(high, low, WORDS[0] ?? 0, WORDS[1] ?? 0);
  }

  ofWords(high: number, low: number, valueLow: number, valueHigh: number): void {
    const value = (Math.imul(valueHigh, 0x9e3779b1) + valueLow) | 0;
    let one = Math.imul(high ^ value, 0x85ebca6b);
    one = Math.imul(one ^ (one >>> 15), 0xc2b2ae35);
    let two = Math.imul(low + ((value << 16) | (value >>> 16)), 0xcc9e2d51);
    two = Math.imul(two ^ (two >>> 13), 0x1b873593);
    this.one = one;
    this.two = two;
    this.three = Math.imul(one ^ (two >>> 16), two | 1);
    this.four = Math.imul(two ^ (one >>> 16), one | 1);
  }

  /** To the lanes that begin at `at`. */
  addTo(lanes: Int32Array, at: number): void {
    lanes[at] = (lanes[at] ?? 0) + this.one;
    lanes[at + 1] = (lanes[at + 1] ?? 0) + this.two;
    lanes[at + 2] = (lanes[at + 2] ?? 0) + this.three;
    lanes[at + 3] = (lanes[at + 3] ?? 0) + this.four;
  }

  takeFrom(lanes: Int32Array, at: number): void {
    lanes[at] = (lanes[at] ?? 0) - this.one;
    lanes[at + 1] = (lanes[at + 1] ?? 0) - this.two;
    lanes[at + 2] = (lanes[at + 2] ?? 0) - this.three;
    lanes[at + 3] = (lanes[at + 3] ?? 0) - this.four;
  }
}

type Entries = Readonly<Pick<Placings, 'length' | 'cell' | 'row' | 'reason' | 'value'>>;

/**
 * Hashes entries into `LANES` words each, as `EntryHash` does: of those that lie in a cell, the hash of the uid of their row with their
 * value, or with the words of the reason they were left out for. Apart from it, because names are local here and nothing is called.
 */
export const hashEntries = (
  { length, cell, row, reason, value }: Entries,
  { high, low }: UidHashes,
  isCounted: boolean,
  lowOfReasons: readonly number[],
  highOfReasons: readonly number[],
  hashed: Int32Array,
): void => {
  const words = new Int32Array(value.buffer, value.byteOffset, length * 2);
  for (let index = 0; index < length; index += 1) {
    if ((cell[index] ?? -1) < 0) continue;
    const why = isCounted ? 0 : (reason[index] ?? 0);
    let valueLow = words[index * 2] ?? 0;
    let valueHigh = words[index * 2 + 1] ?? 0;
    if (why !== 0) {
      valueLow = lowOfReasons[why] ?? 0;
      valueHigh = highOfReasons[why] ?? 0;
    } else if (valueLow === 0 && valueHigh === MINUS_0) valueHigh = 0;
    const own = row[index] ?? 0;
    const word = (Math.imul(valueHigh, 0x9e3779b1) + valueLow) | 0;
    let one = Math.imul((high[own] ?? 0) ^ word, 0x85ebca6b);
    one = Math.imul(one ^ (one >>> 15), 0xc2b2ae35);
    let two = Math.imul((low[own] ?? 0) + ((word << 16) | (word >>> 16)), 0xcc9e2d51);
    two = Math.imul(two ^ (two >>> 13), 0x1b873593);
    const at = index * LANES;
    hashed[at] = one;
    hashed[at + 1] = two;
    hashed[at + 2] = Math.imul(one ^ (two >>> 16), two | 1);
    hashed[at + 3] = Math.imul(two ^ (one >>> 16), one | 1);
  }
};

/** The upper half of -0, which is 0. */
const MINUS_0 = -2147483648;

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** The hash as it is stored: always as long, whatever the list. `count`: all entries of the list. */
export const printed = (count: number, lanes: Int32Array): string => METHOD + hex(count) + Array.from(lanes, hex).join('');

/** The hash of a list that is made entry by entry. */
export class ListHash {
  readonly #lanes = new Int32Array(LANES);
  readonly #entry = new EntryHash();
  #count = 0;

  /** `high` and `low`: the hash of a uid. */
  addValue(high: number, low: number, value: number): void {
    this.#entry.ofValue(high, low, value);
    this.#entry.addTo(this.#lanes, 0);
    this.#count += 1;
  }

  addReason(high: number, low: number, reason: string): void {
    this.#entry.ofWords(high, low, lowOfReason(reason), highOfReason(reason));
    this.#entry.addTo(this.#lanes, 0);
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
  printed(1, Int32Array.of(highOfReason(text), lowOfReason(text), hashText(text, HIGH_SEED), hashText(text, LOW_SEED)));

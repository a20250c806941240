import { HIGH_SEED, LOW_SEED, hashText } from '../../event/uid-hash.ts';

/** Items of one file that are remembered to find an id given twice. */
const REMEMBERED = 500_000;
const FIRST_CAPACITY = 1_024;

/**
 * Items of a file: the line that each first stood on, and a digest of what that said. By a hash of 64 bits instead of
 * their ids: of half a million two have the same once in a hundred million files, and texts take three times the memory.
 */
export class SeenItems {
  /** Open addressing: one more than the place of an item, 0 where there is none. */
  #slots = new Int32Array(2 * FIRST_CAPACITY);
  #high = new Int32Array(FIRST_CAPACITY);
  #low = new Int32Array(FIRST_CAPACITY);
  #lines = new Int32Array(FIRST_CAPACITY);
  #contents = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  /** The line and the content that the item was first given with, or null where it is new; then these are remembered. */
  firstOf(item: string, line: number, content: number): { readonly line: number; readonly content: number } | null {
    const high = hashText(item, HIGH_SEED);
    const low = hashText(item, LOW_SEED);
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const place = (this.#slots[slot] ?? 0) - 1;
      if (this.#low[place] === low && this.#high[place] === high)
        return { line: this.#lines[place] ?? 0, content: this.#contents[place] ?? 0 };
    }
    if (this.#count >= REMEMBERED) return null;
    const place = this.#count;
    if (place === this.#lines.length) {
      this.#grow(2 * place);
      return this.firstOf(item, line, content);
    }
    this.#slots[slot] = place + 1;
    this.#high[place] = high;
    this.#low[place] = low;
    this.#lines[place] = line;
    this.#contents[place] = content;
    this.#count += 1;
    return null;
  }

  #grow(capacity: number): void {
    const moved = <A extends Int32Array | Float64Array>(from: A, into: A): A => {
      into.set(from);
      return into;
    };
    this.#high = moved(this.#high, new Int32Array(capacity));
    this.#low = moved(this.#low, new Int32Array(capacity));
    this.#lines = moved(this.#lines, new Int32Array(capacity));
    this.#contents = moved(this.#contents, new Float64Array(capacity));
    this.#slots = new Int32Array(2 * capacity);
    const mask = this.#slots.length - 1;
    for (let place = 0; place < this.#count; place += 1) {
      let slot = (this.#low[place] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = place + 1;
    }
  }
}

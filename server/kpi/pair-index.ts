/** How many there is room for at first. */
const START = 64;

/** Numbers pairs of whole numbers in the order in which they are first met. */
export class PairIndex {
  length = 0;
  /** Both parts by number; longer than there are pairs. */
  first = new Int32Array(START);
  second = new Int32Array(START);
  /** Open addressing: one more than the number of the pair that lies there, 0 for free. At most half of them are taken. */
  #slots = new Int32Array(2 * START);

  /** The number of a pair, which gets one where it has none. */
  numberOf(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const found = (this.#slots[slot] ?? 0) - 1;
    if (found >= 0) return found;
    const number = this.length;
    this.length = number + 1;
    this.first[number] = first;
    this.second[number] = second;
    this.#slots[slot] = number + 1;
    if (this.length === this.first.length) this.#grow();
    return number;
  }

  /** The number of a pair; -1 where it has none. */
  find(first: number, second: number): number {
    return (this.#slots[this.#slotOf(first, second)] ?? 0) - 1;
  }

  /** Where a pair lies, or belongs. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    // Both parts are often small and ascending: multiplied apart, then folded (the finalizer of MurmurHash3).
    let slot = (Math.imul(first, 0x9e3779b1) + second) | 0;
    slot = Math.imul(slot ^ (slot >>> 16), 0x85ebca6b);
    slot = (slot ^ (slot >>> 13)) & mask;
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number < 0 || (this.first[number] === first && this.second[number] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const size = this.first.length * 2;
    const [first, second] = [new Int32Array(size), new Int32Array(size)];
    first.set(this.first);
    second.set(this.second);
    this.first = first;
    this.second = second;
    this.#slots = new Int32Array(2 * size);
    for (let number = 0; number < this.length; number += 1)
      this.#slots[this.#slotOf(first[number] ?? 0, second[number] ?? 0)] = number + 1;
  }
}

const SMALLEST = 256;
const LARGEST = 65_536;

/** Values as they are found, each with its slot, in chunks that are never copied. */
export class ValueLog {
  readonly #slots: Int32Array[] = [];
  readonly #values: Float64Array[] = [];
  #slot = new Int32Array(0);
  #value = new Float64Array(0);
  #next = 0;

  push(slot: number, value: number): void {
    if (this.#next === this.#slot.length) this.#begin();
    this.#slot[this.#next] = slot;
    this.#value[this.#next] = value;
    this.#next += 1;
  }

  #begin(): void {
    const size = Math.min(LARGEST, Math.max(SMALLEST, this.#slot.length * 2));
    this.#slot = new Int32Array(size);
    this.#value = new Float64Array(size);
    this.#slots.push(this.#slot);
    this.#values.push(this.#value);
    this.#next = 0;
  }

  /** All of them by slot (a counting sort); `counts` says how many each slot has. */
  sorted(counts: Int32Array): SortedValues {
    const start = new Int32Array(counts.length + 1);
    for (let slot = 0; slot < counts.length; slot += 1) start[slot + 1] = (start[slot] ?? 0) + (counts[slot] ?? 0);
    const next = start.slice();
    const values = new Float64Array(start[counts.length] ?? 0);
    this.#slots.forEach((slots, chunk) => {
      const own = this.#values[chunk] ?? NONE;
      const length = slots === this.#slot ? this.#next : slots.length;
      for (let index = 0; index < length; index += 1) {
        const slot = slots[index] ?? 0;
        const place = next[slot] ?? 0;
        values[place] = own[index] ?? 0;
        next[slot] = place + 1;
      }
    });
    return new SortedValues(start, values);
  }
}

const NONE = new Float64Array(0);

/** Values by slot, from which those of several slots are taken together, as a copy that may be changed. */
export class SortedValues {
  readonly #start: Int32Array;
  readonly #values: Float64Array;
  #scratch = new Float64Array(SMALLEST);
  #length = 0;

  constructor(start: Int32Array, values: Float64Array) {
    this.#start = start;
    this.#values = values;
  }

  begin(): void {
    this.#length = 0;
  }

  /** Adds those of slots `first` to `end`, the last not included. */
  take(first: number, end: number): void {
    const from = this.#start[first] ?? 0;
    const until = this.#start[end] ?? from;
    const length = this.#length + until - from;
    if (length > this.#scratch.length) {
      const wider = new Float64Array(Math.max(length, this.#scratch.length * 2));
      wider.set(this.#scratch);
      this.#scratch = wider;
    }
    for (let at = from, to = this.#length; at < until; at += 1, to += 1) this.#scratch[to] = this.#values[at] ?? 0;
    this.#length = length;
  }

  taken(): Float64Array {
    return this.#scratch.subarray(0, this.#length);
  }
}

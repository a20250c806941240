const SMALLEST = 256;
const LARGEST = 65_536;

/** Values, in no order. Whole numbers in 32 bits where all of them are, because those are found faster. */
export type Values = Float64Array | Int32Array;

interface Chunk {
  readonly slots: Int32Array;
  readonly wholes: Int32Array;
}

/** Where whole numbers of at most 31 bits may be written, each with its slot, from `first` on. */
export interface ValueRoom {
  readonly slots: Int32Array;
  readonly values: Int32Array;
  readonly first: number;
}

const chunkOf = (size: number): Chunk => ({ slots: new Int32Array(size), wholes: new Int32Array(size) });

/** Chunks that no log uses any more, of LARGEST each: new memory has to be cleared, and counts as garbage later. */
const free: Chunk[] = [];
/** 40 MB: five million values. */
const KEPT = 80;

/** What whole numbers were sorted into, for those of the next pass: the largest that nobody uses any more. */
let spare: Int32Array = new Int32Array(0);
/** 32 MB. */
const LARGEST_SPARE = 8_388_608;

const takeWhole = (length: number): Int32Array => {
  if (spare.length < length) return new Int32Array(length);
  const taken = spare.subarray(0, length);
  spare = new Int32Array(0);
  return taken;
};

/** Values as they are found, each with its slot, in chunks that are never copied. */
export class ValueLog {
  readonly #slots: Int32Array[] = [];
  /** Of each chunk: whole numbers, or values of any kind once there was one that is not whole. */
  readonly #whole: Int32Array[] = [];
  readonly #wide: (Float64Array | null)[] = [];
  /** How many are in each chunk but the last. */
  readonly #ends: number[] = [];
  #slot: Int32Array = new Int32Array(0);
  #value: Int32Array = new Int32Array(0);
  #any: Float64Array | null = null;
  #isWhole = true;
  #next = 0;

  /** Adds the first `length` values, where there is a slot for them. */
  addAll(slots: Int32Array, values: Float64Array, length: number): void {
    this.#makeRoom(length);
    const [own, wholes] = [this.#slot, this.#value];
    let isWhole = true;
    let at = this.#next;
    for (let index = 0; index < length; index += 1) {
      const slot = slots[index] ?? -1;
      if (slot < 0) continue;
      const value = values[index] ?? 0;
      const whole = value | 0;
      own[at] = slot;
      wholes[at] = whole;
      // Shifted to and fro, whole numbers of more than 31 bits become others: selectWhole takes none of them.
      isWhole &&= (whole << 1) >> 1 === value;
      at += 1;
    }
    this.#isWhole &&= isWhole;
    if (!this.#isWhole) this.#keepWide(slots, values, length);
    this.#next = at;
  }

  /** Room for as many; null where values are not whole any more. */
  roomFor(length: number): ValueRoom | null {
    if (!this.#isWhole) return null;
    this.#makeRoom(length);
    return { slots: this.#slot, values: this.#value, first: this.#next };
  }

  /** So many were written there. */
  wrote(length: number): void {
    this.#next += length;
  }

  /** The same as they are, from the first that is not whole on. */
  #keepWide(slots: Int32Array, values: Float64Array, length: number): void {
    const wide = (this.#any ??= Float64Array.from(this.#value));
    this.#wide[this.#wide.length - 1] = wide;
    let at = this.#next;
    for (let index = 0; index < length; index += 1) {
      if ((slots[index] ?? -1) < 0) continue;
      wide[at] = values[index] ?? 0;
      at += 1;
    }
  }

  #makeRoom(length: number): void {
    if (this.#next + length <= this.#slot.length) return;
    this.#ends[this.#ends.length - 1] = this.#next;
    const size = Math.min(LARGEST, Math.max(SMALLEST, this.#slot.length * 2, length));
    const { slots, wholes } = (size === LARGEST ? free.pop() : undefined) ?? chunkOf(size);
    this.#slot = slots;
    this.#value = wholes;
    this.#any = this.#isWhole ? null : new Float64Array(size);
    this.#slots.push(this.#slot);
    this.#whole.push(this.#value);
    this.#wide.push(this.#any);
    this.#ends.push(0);
    this.#next = 0;
  }

  /** All of them by slot (a counting sort); `counts` says how many each slot has. To be asked once, at the end. */
  sorted(counts: Int32Array): SortedValues {
    const start = new Int32Array(counts.length + 1);
    for (let slot = 0; slot < counts.length; slot += 1) start[slot + 1] = (start[slot] ?? 0) + (counts[slot] ?? 0);
    const next = start.slice();
    const length = start[counts.length] ?? 0;
    const values: Values = this.#isWhole ? takeWhole(length) : new Float64Array(length);
    this.#slots.forEach((slots, chunk) => {
      const end = slots === this.#slot ? this.#next : (this.#ends[chunk] ?? 0);
      const own = this.#wide[chunk] ?? this.#whole[chunk] ?? NONE;
      place(slots, own, end, next, values);
      const wholes = this.#whole[chunk];
      if (slots.length === LARGEST && wholes !== undefined && free.length < KEPT) free.push({ slots, wholes });
    });
    return new SortedValues(start, values);
  }
}

const NONE = new Int32Array(0);

const place = (slots: Int32Array, own: Values, end: number, next: Int32Array, values: Values): void => {
  // Neighbours often have the same slot: the place in another is looked up where one has not.
  if (end === 0) return;
  let known = slots[0] ?? 0;
  let at = next[known] ?? 0;
  for (let index = 0; index < end; index += 1) {
    const slot = slots[index] ?? 0;
    if (slot !== known) {
      next[known] = at;
      at = next[slot] ?? 0;
      known = slot;
    }
    values[at] = own[index] ?? 0;
    at += 1;
  }
  next[known] = at;
};

const sumUp = (start: Int32Array, values: Values, totals: Float64Array): void => {
  let at = 0;
  for (let slot = 0; slot < totals.length; slot += 1) {
    const end = start[slot + 1] ?? 0;
    let sum = totals[slot] ?? 0;
    for (; at < end; at += 1) sum += values[at] ?? 0;
    totals[slot] = sum;
  }
};

/** Values by slot, from which those of several slots are taken together, as a copy that may be changed. */
export class SortedValues {
  readonly #start: Int32Array;
  readonly #values: Values;
  #scratch: Values;
  #length = 0;

  constructor(start: Int32Array, values: Values) {
    this.#start = start;
    this.#values = values;
    this.#scratch = this.#room(SMALLEST);
  }

  /** Adds up those of each slot. */
  addTo(totals: Float64Array): void {
    sumUp(this.#start, this.#values, totals);
  }

  /** Gives the memory back: neither values nor copies of them may be read any more. */
  release(): void {
    const { buffer } = this.#values;
    if (!(this.#values instanceof Int32Array) || !(buffer instanceof ArrayBuffer)) return;
    const whole = new Int32Array(buffer);
    if (whole.length > spare.length && whole.length <= LARGEST_SPARE) spare = whole;
  }

  /** How many lie in slots `first` to `end`, the last not included. */
  lengthOf(first: number, end: number): number {
    return (this.#start[end] ?? 0) - (this.#start[first] ?? 0);
  }

  /** Those of one slot, to be put in another order at will. */
  of(slot: number): Values {
    return this.#values.subarray(this.#start[slot], this.#start[slot + 1]);
  }

  begin(): void {
    this.#length = 0;
  }

  /** Adds those of slots `first` to `end`, the last not included. */
  take(first: number, end: number): void {
    const from = this.#start[first] ?? 0;
    const until = this.#start[end] ?? from;
    if (from === until) return;
    const length = this.#length + until - from;
    if (length > this.#scratch.length) {
      const wider = this.#room(Math.max(length, this.#scratch.length * 2));
      wider.set(this.#scratch);
      this.#scratch = wider;
    }
    for (let at = from, to = this.#length; at < until; at += 1, to += 1) this.#scratch[to] = this.#values[at] ?? 0;
    this.#length = length;
  }

  taken(): Values {
    return this.#scratch.subarray(0, this.#length);
  }

  #room(length: number): Values {
    return this.#values instanceof Int32Array ? new Int32Array(length) : new Float64Array(length);
  }
}

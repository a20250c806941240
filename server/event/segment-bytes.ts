/** The first four bytes of a segment: its format, in the machine's own order. */
const FORMAT = 0x51_44_53_01;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const ALIGNMENT = 8;
const HEAD = 8;

export type Cells = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** Types of cells by the names they have in a header. */
const TYPES = new Map<string, { new (buffer: ArrayBufferLike, from: number, length: number): Cells; BYTES_PER_ELEMENT: number }>(
  [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float64Array].map((type) => [type.name, type]),
);
const nameOf = (cells: Cells): string => cells[Symbol.toStringTag];

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
const misshapen = (): RangeError => new RangeError('These bytes are no segment of columns of this version.');

/** Words, and arrays one after another, each at a place that suits any of them. */
export class SegmentWriter {
  readonly #words: (string | number)[] = [];
  readonly #arrays: Cells[] = [];

  word(word: string | number): void {
    this.#words.push(word);
  }

  cells(cells: Cells): void {
    this.#words.push(nameOf(cells), cells.length);
    this.#arrays.push(cells);
  }

  bytes(): Uint8Array {
    const words = new TextEncoder().encode(JSON.stringify(this.#words));
    const start = aligned(HEAD + words.length);
    const bytes = new Uint8Array(this.#arrays.reduce((end, { byteLength }) => end + aligned(byteLength), start));
    new Uint32Array(bytes.buffer, 0, 2).set([FORMAT, words.length]);
    bytes.set(words, HEAD);
    let at = start;
    for (const cells of this.#arrays) {
      bytes.set(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), at);
      at += aligned(cells.byteLength);
    }
    return bytes;
  }
}

/** Whether these bytes are a segment of the format that this version writes. */
export const isSegment = (bytes: Uint8Array): boolean =>
  bytes.length >= HEAD && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, IS_LITTLE_ENDIAN) === FORMAT;

/** Gives back words and arrays in the order in which they were written; RangeError where that is not how they were. */
export class SegmentReader {
  readonly #bytes: Uint8Array;
  readonly #words: readonly unknown[];
  #word = 0;
  #at: number;

  constructor(bytes: Uint8Array) {
    if (!isSegment(bytes)) throw misshapen();
    this.#bytes = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
    const length = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset + 4, 1)[0] ?? 0;
    const words: unknown = JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(HEAD, HEAD + length)));
    if (!Array.isArray(words)) throw misshapen();
    this.#words = words;
    this.#at = aligned(HEAD + length);
  }

  text(): string {
    const word = this.#words[this.#word++];
    if (typeof word !== 'string') throw misshapen();
    return word;
  }

  number(): number {
    const word = this.#words[this.#word++];
    if (typeof word !== 'number') throw misshapen();
    return word;
  }

  /** A view of the bytes. */
  cells(): Cells {
    const Type = TYPES.get(this.text());
    const length = this.number();
    if (Type === undefined) throw misshapen();
    const from = this.#at;
    this.#at += aligned(length * Type.BYTES_PER_ELEMENT);
    if (this.#at > this.#bytes.length) throw misshapen();
    return new Type(this.#bytes.buffer, this.#bytes.byteOffset + from, length);
  }

  int32(): Int32Array {
    const cells = this.cells();
    if (!(cells instanceof Int32Array)) throw misshapen();
    return cells;
  }

  uint8(): Uint8Array {
    const cells = this.cells();
    if (!(cells instanceof Uint8Array)) throw misshapen();
    return cells;
  }
}

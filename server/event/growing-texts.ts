import type { Uids } from './columns.ts';
import { PackedTexts, textOf } from './packed-texts.ts';
import { Several, type Memory } from './sheet.ts';

const encoder = new TextEncoder();
/** A text in a field has at most 65,536 units, of three bytes each at most. */
let scratch = new Uint8Array(256 * 1024);

function bytesOf(text: string): Uint8Array {
  if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 3);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** Texts one after another as UTF-8. They are well-formed, as the log refuses others. */
export class GrowingTexts {
  readonly #bytes: Several;
  /** What all that were ever appended begin with; null before the first. */
  #common: Uint8Array | null = null;

  constructor(memory: Memory = 'shared') {
    this.#bytes = new Several(memory);
  }

  get length(): number {
    return this.#bytes.start.length - 1;
  }

  /** As they can be handed to another thread. */
  get shared(): SharedTexts {
    const bytes = this.#bytes.entries.uint8('bytes') ?? new Uint8Array(0);
    return { start: this.#bytes.start, bytes, common: this.#common?.length ?? 0 };
  }

  reserve(texts: number, bytes: number): void {
    this.#bytes.reserve(texts, bytes);
  }

  append(texts: Uids): void {
    const { length } = texts;
    if (length === 0) return;
    const start = new Int32Array(length + 1);
    if (texts instanceof PackedTexts) {
      this.#beginsWith(encoder.encode(texts.prefix));
      this.#append(start, together(texts, start));
    } else {
      const parts = Array.from({ length }, (_, row) => encoder.encode(texts.at(row) ?? ''));
      for (const part of parts) this.#beginsWith(part);
      parts.forEach((part, row) => (start[row + 1] = (start[row] ?? 0) + part.length));
      const bytes = new Uint8Array(start[length] ?? 0);
      parts.forEach((part, row) => {
        bytes.set(part, start[row]);
      });
      this.#append(start, bytes);
    }
  }

  regroup(rows: Int32Array): void {
    this.#bytes.regroup(rows);
  }

  /** Of what is appended, all bytes that it begins with, or those of one text. */
  #beginsWith(bytes: Uint8Array): void {
    const common = (this.#common ??= bytes);
    let same = 0;
    while (same < common.length && common[same] === bytes[same]) same += 1;
    if (same < common.length) this.#common = common.slice(0, same);
  }

  #append(start: Int32Array, bytes: Uint8Array): void {
    this.#bytes.append(start, new Map([['bytes', { cells: bytes, unset: -1 }]]));
  }
}

/** Each text with the beginning that all have. */
function together({ prefix, bytes, offsets, length }: PackedTexts, start: Int32Array): Uint8Array {
  const first = encoder.encode(prefix);
  const all = new Uint8Array(first.length * length + bytes.length);
  let at = 0;
  for (let row = 0; row < length; row += 1) {
    for (let place = 0; place < first.length; place += 1, at += 1) all[at] = first[place] ?? 0;
    const end = offsets[row + 1] ?? 0;
    for (let place = offsets[row] ?? 0; place < end; place += 1, at += 1) all[at] = bytes[place] ?? 0;
    start[row + 1] = at;
  }
  return all;
}

export interface SharedTexts {
  readonly start: Int32Array;
  readonly bytes: Uint8Array;
  /** How many bytes all of them begin with alike; perhaps less than the most. */
  readonly common: number;
}

export const textAt = ({ start, bytes }: SharedTexts, index: number): string =>
  textOf(bytes, start[index] ?? 0, start[index + 1] ?? 0);

/** Many of them, made as one text where they are plain ASCII, as nearly all are. */
export function textsAt(texts: SharedTexts, indexes: Int32Array): string[] {
  const { start, bytes } = texts;
  let size = 0;
  for (const index of indexes) size += (start[index + 1] ?? 0) - (start[index] ?? 0);
  const together = new Uint8Array(size);
  let at = 0;
  for (const index of indexes) {
    const end = start[index + 1] ?? 0;
    for (let place = start[index] ?? 0; place < end; place += 1, at += 1) together[at] = bytes[place] ?? 0;
  }
  const all = textOf(together, 0, size);
  if (all.length !== size) return Array.from(indexes, (index) => textAt(texts, index));
  at = 0;
  return Array.from(indexes, (index) => all.slice(at, (at += (start[index + 1] ?? 0) - (start[index] ?? 0))));
}

/** The order of two of them by UTF-16 code unit, as texts are compared, without making them. */
export function compareTextsAt({ start, bytes }: SharedTexts, one: number, other: number): number {
  let at = start[one] ?? 0;
  let otherAt = start[other] ?? 0;
  const length = (start[one + 1] ?? 0) - at;
  const otherLength = (start[other + 1] ?? 0) - otherAt;
  const end = at + Math.min(length, otherLength);
  while (at < end && bytes[at] === bytes[otherAt]) {
    at += 1;
    otherAt += 1;
  }
  return at === end ? length - otherLength : inUnits(bytes[at] ?? 0) - inUnits(bytes[otherAt] ?? 0);
}

/** As many bytes as a number holds exactly. */
const KEY_BYTES = 6;
/** From here on, the order of bytes is not that of code units: such a key goes no further. */
const UNORDERED = 0xee;

/**
 * The bytes that follow what all of these texts begin with as one number each, whose order is that of `compareTextsAt`
 * where they differ. Several bytes are read at once, as there may be millions of texts. `keys` has room for them.
 */
export function keysAt(texts: SharedTexts, indexes: Int32Array, keys: Float64Array): void {
  const { start, bytes, common } = texts;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = 0; place < indexes.length; place += 1) {
    const index = indexes[place] ?? 0;
    const from = (start[index] ?? 0) + common;
    const end = start[index + 1] ?? 0;
    if (from + KEY_BYTES <= end) {
      const [high, low] = [view.getUint16(from), view.getInt32(from + 2)];
      if ((high & 0x8080) === 0 && (low & 0x80808080) === 0) {
        keys[place] = high * 0x100000000 + low;
        continue;
      }
    }
    keys[place] = keyOf(bytes, from, Math.min(from + KEY_BYTES, end));
  }
}

function keyOf(bytes: Uint8Array, from: number, end: number): number {
  let key = 0;
  let isOver = false;
  for (let at = from; at < from + KEY_BYTES; at += 1) {
    const byte = isOver || at >= end ? 0 : (bytes[at] ?? 0);
    key = key * 256 + Math.min(byte, UNORDERED);
    if (byte >= UNORDERED) isOver = true;
  }
  return key;
}

/** What begins with 0xEE or 0xEF comes after all that is written in two units, which begins with 0xF0 and on. */
const inUnits = (byte: number): number => (byte === 0xee || byte === 0xef ? byte + 16 : byte);

/** Whether a text is this one, without making it. */
function isText({ start, bytes }: SharedTexts, index: number, sought: Uint8Array): boolean {
  const from = start[index] ?? 0;
  if ((start[index + 1] ?? 0) - from !== sought.length) return false;
  for (let place = 0; place < sought.length; place += 1) if (bytes[from + place] !== sought[place]) return false;
  return true;
}

/** Texts numbered as they come: the dictionary of a growing column, of which there may be millions. */
export class GrowingDictionary {
  readonly texts = new GrowingTexts();
  /** By hash, open addressing: one more than the code, 0 where there is none. */
  #slots = new Int32Array(64);
  #count = 0;

  get length(): number {
    return this.#count;
  }

  /** The code of each of these texts, which are numbered where they are new. */
  codesOf(texts: Uids): Int32Array {
    const { length } = texts;
    const codes = new Int32Array(length);
    const fresh: string[] = [];
    const before = this.#count;
    let { shared } = this.texts;
    const take = (): void => {
      this.texts.append(fresh);
      fresh.length = 0;
      ({ shared } = this.texts);
    };
    for (let index = 0; index < length; index += 1) {
      const text = texts.at(index) ?? '';
      const bytes = bytesOf(text);
      if (2 * this.#count >= this.#slots.length) {
        take();
        this.#widen(shared);
      }
      let slot = hashBytes(bytes, 0, bytes.length) & (this.#slots.length - 1);
      for (; ; slot = (slot + 1) & (this.#slots.length - 1)) {
        const code = (this.#slots[slot] ?? 0) - 1;
        if (code < 0) {
          codes[index] = this.#count;
          this.#count += 1;
          this.#slots[slot] = this.#count;
          fresh.push(text);
          break;
        }
        const known = this.#count - fresh.length;
        if (code >= known ? fresh[code - known] === text : isText(shared, code, bytes)) {
          codes[index] = code;
          break;
        }
      }
    }
    if (this.#count > before) take();
    return codes;
  }

  #widen({ start, bytes }: SharedTexts): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let code = 0; code < this.#count; code += 1) {
      let slot = hashBytes(bytes, start[code] ?? 0, start[code + 1] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = code + 1;
    }
  }
}

/** FNV-1a, with its bits mixed at the end, because the low ones are all that is used. */
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

import type { Uids } from './columns.ts';

const encoder = new TextEncoder();
/** A mark of byte order is a character like any other here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of UTF-8 bytes, which may lie in shared memory. */
export const textOf = (bytes: Uint8Array, from: number, to: number): string => decoder.decode(bytes.subarray(from, to));

/** Texts as their common beginning and the UTF-8 of the rest, made into texts when asked for. */
export class PackedTexts implements Uids {
  readonly length: number;
  readonly prefix: string;
  readonly bytes: Uint8Array;
  /** Text i is `bytes` from offset i to offset i + 1. */
  readonly offsets: Uint16Array | Uint32Array;

  constructor(prefix: string, bytes: Uint8Array, offsets: Uint16Array | Uint32Array) {
    this.length = offsets.length - 1;
    this.prefix = prefix;
    this.bytes = bytes;
    this.offsets = offsets;
  }

  at(index: number): string | undefined {
    const from = this.offsets[index];
    const to = this.offsets[index + 1];
    return from === undefined || to === undefined ? undefined : this.prefix + textOf(this.bytes, from, to);
  }

  all(): string[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index) ?? '');
  }
}

/** @param texts ascending by code unit, well-formed */
export function packTexts(texts: readonly string[]): PackedTexts {
  const prefix = commonPrefix(texts[0] ?? '', texts.at(-1) ?? '');
  const rest = texts.map((text) => text.slice(prefix.length));
  const ends = new Uint32Array(texts.length + 1);
  // Ascii, nearly always: then bytes and code units are as many.
  const together = rest.join('');
  const bytes = encoder.encode(together);
  const isAscii = bytes.length === together.length;
  rest.forEach((text, index) => {
    ends[index + 1] = (ends[index] ?? 0) + (isAscii ? text.length : encoder.encode(text).length);
  });
  return new PackedTexts(prefix, bytes, bytes.length < 65_536 ? new Uint16Array(ends) : ends);
}

/** What all of a list begin with, given its first and last text; never half a character. */
function commonPrefix(first: string, last: string): string {
  let length = 0;
  while (length < first.length && length < last.length && first[length] === last[length]) length += 1;
  const unit = first.charCodeAt(length - 1);
  if (length > 0 && unit >= 0xd800 && unit < 0xdc00) length -= 1;
  return first.slice(0, length);
}

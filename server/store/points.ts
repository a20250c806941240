import { StoreError } from './store.ts';

const BYTES_PER_POINT = 16;

/** Instants and what is known of them, place by place; ascending, each instant once. */
export interface Points {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** Points from one place up to another as they are kept: pairs of little-endian doubles (epoch milliseconds, value). */
export function encodePoints({ at, values }: Points, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * BYTES_PER_POINT);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (let place = from; place < to; place += 1) {
    view.setFloat64(offset, at[place] ?? 0, true);
    view.setFloat64(offset + 8, values[place] ?? 0, true);
    offset += BYTES_PER_POINT;
  }
  return bytes;
}

/** Puts the points of a chunk over those already there: later chunks are revisions of earlier ones. */
export function decodePoints(chunk: Uint8Array, into: Map<number, number>): void {
  const view = viewOf(chunk);
  for (let offset = 0; offset < chunk.byteLength; offset += BYTES_PER_POINT) {
    into.set(view.getFloat64(offset, true), view.getFloat64(offset + 8, true));
  }
}

/** The points from one place up to another that a chunk does not have, or has with another value. */
export function pointsBeside(chunk: Uint8Array, { at, values }: Points, from: number, to: number): Points {
  const view = viewOf(chunk);
  const beside: { readonly at: number[]; readonly values: number[] } = { at: [], values: [] };
  let offset = 0;
  for (let place = from; place < to; place += 1) {
    const [instant, value] = [at[place] ?? 0, values[place] ?? 0];
    while (offset < chunk.byteLength && view.getFloat64(offset, true) < instant) offset += BYTES_PER_POINT;
    const isThere = offset < chunk.byteLength && view.getFloat64(offset, true) === instant;
    if (isThere && view.getFloat64(offset + 8, true) === value) continue;
    beside.at.push(instant);
    beside.values.push(value);
  }
  return beside;
}

function viewOf(chunk: Uint8Array): DataView {
  if (chunk.byteLength % BYTES_PER_POINT !== 0) {
    throw new StoreError('corrupt', 'A chunk of samples in the database is cut short.', 'Restore a backup.');
  }
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

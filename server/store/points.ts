import { StoreError } from './store.ts';

const BYTES_PER_POINT = 16;

/** Points as they are kept: pairs of little-endian doubles (epoch milliseconds, value), ascending by time. */
export function encodePoints(points: ReadonlyMap<number, number>): Uint8Array {
  const bytes = Buffer.allocUnsafe(points.size * BYTES_PER_POINT);
  let offset = 0;
  for (const at of [...points.keys()].sort((one, other) => one - other)) {
    offset = bytes.writeDoubleLE(at, offset);
    offset = bytes.writeDoubleLE(points.get(at) ?? 0, offset);
  }
  return bytes;
}

/** Puts the points of a chunk over those already there: later chunks are revisions of earlier ones. */
export function decodePoints(chunk: Uint8Array, into: Map<number, number>): void {
  if (chunk.byteLength % BYTES_PER_POINT !== 0) {
    throw new StoreError('corrupt', 'A chunk of samples in the database is cut short.', 'Restore a backup.');
  }
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let offset = 0; offset < chunk.byteLength; offset += BYTES_PER_POINT) {
    into.set(view.getFloat64(offset, true), view.getFloat64(offset + 8, true));
  }
}

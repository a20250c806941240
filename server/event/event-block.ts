import type { Instant } from '../time/period.ts';
import type { Kind } from './kinds.ts';

/**
 * Events in the order of the log, ascending by (item uid, key), each fact once, as columns: what the log
 * writes, and what crosses from one thread to another for the price of a few texts. Made by the store
 * (`blockOf`), which has checked that all of it can be kept. Columns of numbers are positions in `texts`,
 * where -1 says null.
 */
export interface EventBlock {
  readonly length: number;
  readonly texts: readonly string[];
  readonly kinds: readonly Kind[];
  /** Item uids, in `texts`. */
  readonly item: Int32Array;
  /** One behind the other; that of a row ends before its `keyEnd`, where the next begins. */
  readonly keys: string;
  readonly keyEnd: Int32Array;
  /** In `kinds`. */
  readonly kind: Uint8Array;
  readonly effectiveAt: Float64Array;
  readonly sequence: Float64Array;
  readonly origin: Int32Array;
  readonly state: Int32Array;
  /** Canonical JSON. */
  readonly fields: Int32Array;
  readonly supersedes: Int32Array;
  readonly slot: Int32Array;
}

export const keyAt = ({ keys, keyEnd }: Pick<EventBlock, 'keys' | 'keyEnd'>, row: number): string =>
  keys.slice(row === 0 ? 0 : keyEnd[row - 1], keyEnd[row]);

/** The rows of these numbers, ascending, as a block of their own. */
export function pickedBlock(block: EventBlock, rows: readonly number[]): EventBlock {
  const picked = (cells: Int32Array): Int32Array => Int32Array.from(rows, (row) => cells[row] ?? -1);
  const numbers = (cells: Float64Array): Float64Array => Float64Array.from(rows, (row) => cells[row] ?? 0);
  const keys = rows.map((row) => keyAt(block, row));
  let end = 0;
  return {
    length: rows.length,
    texts: block.texts,
    kinds: block.kinds,
    item: picked(block.item),
    keys: keys.join(''),
    keyEnd: Int32Array.from(keys, ({ length }) => (end += length)),
    kind: Uint8Array.from(rows, (row) => block.kind[row] ?? 0),
    effectiveAt: numbers(block.effectiveAt),
    sequence: numbers(block.sequence),
    origin: picked(block.origin),
    state: picked(block.state),
    fields: picked(block.fields),
    supersedes: picked(block.supersedes),
    slot: picked(block.slot),
  };
}

/** Rows of a block that speak of a later instant than this; for what is not planned ahead. */
export function rowsAfter(block: EventBlock, latest: Instant, isPlanned: (kind: Kind) => boolean): number[] {
  const planned = block.kinds.map(isPlanned);
  const found: number[] = [];
  for (let row = 0; row < block.length; row += 1) {
    if ((block.effectiveAt[row] ?? 0) > latest && planned[block.kind[row] ?? 0] !== true) found.push(row);
  }
  return found;
}

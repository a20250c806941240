import type { Codes, ItemColumns, Uids } from '../../server/event/columns.ts';
import type { Kind } from '../../server/event/kinds.ts';

/** Integers that are appended to, in memory that threads can share. */
export class Integers {
  #cells: Int32Array;
  length = 0;

  constructor(room: number) {
    this.#cells = sharedIntegers(room);
  }

  push(value: number): void {
    if (this.length === this.#cells.length) {
      const more = sharedIntegers(Math.ceil(this.length * 1.5) + 16);
      more.set(this.#cells);
      this.#cells = more;
    }
    this.#cells[this.length] = value;
    this.length += 1;
  }

  set(index: number, value: number): void {
    this.#cells[index] = value;
  }

  at(index: number): number {
    return this.#cells[index] ?? 0;
  }

  get cells(): Int32Array {
    return this.#cells.subarray(0, this.length);
  }
}

export const sharedIntegers = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));
export const sharedNumbers = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * length));
export const sharedBytes = (length: number): Int8Array => new Int8Array(new SharedArrayBuffer(length));

/** `desk:ticket:T17`, made when asked for: millions of texts would be most of the memory. */
export const uidsFor = (source: string, kind: Kind, letter: string, length: number): Uids => ({
  length,
  at: (row) => (row >= 0 && row < length ? `${source}:${kind}:${letter}${row}` : undefined),
  sources: [source],
});

/** Columns of a kind without states: one stretch a row, from `from` on. */
export function statelessColumns(
  kind: Kind,
  uids: Uids,
  from: Int32Array,
  teams: Codes,
  services: Codes,
  own: Pick<ItemColumns, 'instants' | 'codes'>,
): ItemColumns {
  const { length } = uids;
  const stretchStart = sharedIntegers(length + 1);
  for (let row = 0; row <= length; row += 1) stretchStart[row] = row;
  return {
    kind,
    length,
    dead: null,
    parts: null,
    uids,
    hashes: null,
    ...own,
    numbers: {},
    lists: {},
    stretchStart,
    stretchFrom: from,
    stretchTo: sharedIntegers(length).fill(-2147483648),
    stretchState: sharedBytes(length).fill(-1),
    stretchTeam: teams,
    stretchService: services,
    stretchSeverity: sharedBytes(length),
    isSnapshot: new Uint8Array(length),
  };
}

export const unset = (length: number): Codes => ({ dictionary: [], codes: sharedIntegers(length).fill(-1) });

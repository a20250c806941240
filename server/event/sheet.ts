import { giveBack } from './give-back.ts';

/** Cells of a table. */
export type SheetCells = Int8Array | Uint8Array | Int32Array | Float64Array;

/** Cells to be appended, and what stands for "not set" among them. */
export interface Given {
  readonly cells: SheetCells;
  readonly unset: number;
}

/**
 * Shared memory is what other threads can look at, and is given back when nobody holds it any more and somebody looks
 * for that, which may be late. What is this thread's own alone is given back as soon as its cells lie elsewhere.
 */
export type Memory = 'shared' | 'own';

const FIRST_CAPACITY = 256;
/** From so many rows on shared memory grows fourfold, as what it moved from is held for long; room takes no memory. */
const MANY = 65_536;
/**
 * Own memory is taken in pieces so large, once a column needs more than FEW_BYTES: from this size on the C library always
 * maps it by itself, and unmaps it when it is freed. Of smaller pieces it makes a heap, in which what a growing column
 * leaves stays behind as a hole, and a hole that is used again is cleared, which fills pages that nothing is written to.
 */
const MAPPED_BYTES = 32 * 1024 * 1024 + 4096;
const FEW_BYTES = 128 * 1024;

/**
 * Columns of equal length, with room to grow: pages never written to take no memory.
 * A column that nothing sets does not exist.
 */
export class Sheet {
  #memory: Memory;
  #length = 0;
  #capacity = 0;
  readonly #columns = new Map<string, { cells: SheetCells; readonly unset: number }>();

  /** @param memory what its cells lie in until they are first regrouped; from then on it is shared */
  constructor(memory: Memory = 'shared') {
    this.#memory = memory;
  }

  get length(): number {
    return this.#length;
  }

  get names(): Iterable<string> {
    return this.#columns.keys();
  }

  /** The cells of a column up to the length; null where nothing sets it. */
  cells(name: string): SheetCells | null {
    return this.#columns.get(name)?.cells.subarray(0, this.#length) ?? null;
  }

  int32(name: string): Int32Array | null {
    const cells = this.cells(name);
    return cells instanceof Int32Array ? cells : null;
  }

  uint8(name: string): Uint8Array | null {
    const cells = this.cells(name);
    return cells instanceof Uint8Array ? cells : null;
  }

  int8(name: string): Int8Array | null {
    const cells = this.cells(name);
    return cells instanceof Int8Array ? cells : null;
  }

  float64(name: string): Float64Array | null {
    const cells = this.cells(name);
    return cells instanceof Float64Array ? cells : null;
  }

  reserve(length: number): void {
    if (length <= this.#capacity) return;
    const times = this.#memory === 'shared' && this.#capacity >= MANY ? 4 : 2;
    this.#capacity = Math.max(length, times * this.#capacity, FIRST_CAPACITY);
    for (const column of this.#columns.values()) {
      const { cells } = column;
      if (cells.buffer.byteLength >= this.#capacity * cells.BYTES_PER_ELEMENT) {
        column.cells = cellsIn(cells.buffer, cells, this.#capacity);
        continue;
      }
      const grown = emptied(cells, this.#capacity, this.#memory);
      grown.set(cells.subarray(0, this.#length));
      this.#move(column, grown);
    }
  }

  /** Appends `count` rows; columns that are not given are not set in them. */
  append(count: number, given: ReadonlyMap<string, Given>): void {
    const at = this.#length;
    this.reserve(at + count);
    for (const [name, { cells, unset }] of given) {
      if (this.#columns.has(name) || cells.every((cell) => Object.is(cell, unset))) continue;
      const fresh = emptied(cells, this.#capacity, this.#memory);
      if (unset !== 0) fresh.fill(unset, 0, at);
      this.#columns.set(name, { cells: fresh, unset });
    }
    for (const [name, { cells, unset }] of this.#columns) {
      const source = given.get(name);
      if (source === undefined) cells.fill(unset, at, at + count);
      else cells.set(source.cells.subarray(0, count), at);
    }
    this.#length += count;
  }

  /** Sets 1 in a column of flags. */
  mark(name: string, rows: readonly number[]): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = { cells: emptied(new Uint8Array(0), this.#capacity, this.#memory), unset: 0 };
      this.#columns.set(name, column);
    }
    for (const row of rows) column.cells[row] = 1;
  }

  drop(name: string): void {
    this.#columns.delete(name);
  }

  /** Keeps these rows alone, in this order. */
  regroup(rows: Int32Array): void {
    this.#capacity = Math.max(rows.length, FIRST_CAPACITY);
    for (const column of this.#columns.values()) {
      const made = emptied(column.cells, this.#capacity, 'shared');
      const { cells } = column;
      for (let row = 0; row < rows.length; row += 1) made[row] = cells[rows[row] ?? 0] ?? 0;
      this.#move(column, made);
    }
    this.#length = rows.length;
    this.#memory = 'shared';
  }

  /** As regroup, where each row has several cells: those of row i from `start[i]` to `start[i + 1]`. */
  regroupSeveral(rows: Int32Array, start: Int32Array, length: number): void {
    this.#capacity = Math.max(length, FIRST_CAPACITY);
    for (const column of this.#columns.values()) {
      const made = emptied(column.cells, this.#capacity, 'shared');
      const { cells } = column;
      let at = 0;
      for (const row of rows) {
        const end = start[row + 1] ?? 0;
        for (let place = start[row] ?? 0; place < end; place += 1, at += 1) made[at] = cells[place] ?? 0;
      }
      this.#move(column, made);
    }
    this.#length = length;
    this.#memory = 'shared';
  }

  #move(column: { cells: SheetCells }, to: SheetCells): void {
    const { buffer } = column.cells;
    column.cells = to;
    if (this.#memory === 'own' && buffer instanceof ArrayBuffer) giveBack(buffer);
  }
}

/** Empty cells of the type that these have. */
function emptied(like: SheetCells, length: number, where: Memory): SheetCells {
  const size = length * like.BYTES_PER_ELEMENT;
  if (where === 'shared') return cellsIn(new SharedArrayBuffer(size), like, length);
  return cellsIn(new ArrayBuffer(size <= FEW_BYTES ? size : Math.max(size, MAPPED_BYTES)), like, length);
}

/** The cells at the beginning of this memory, of the type that these have. */
function cellsIn(memory: ArrayBufferLike, like: SheetCells, length: number): SheetCells {
  if (like instanceof Int32Array) return new Int32Array(memory, 0, length);
  if (like instanceof Float64Array) return new Float64Array(memory, 0, length);
  return like instanceof Int8Array ? new Int8Array(memory, 0, length) : new Uint8Array(memory, 0, length);
}

/** Rows with several entries each: stretches, lists, the bytes of a text. */
export class Several {
  readonly #starts: Sheet;
  readonly entries: Sheet;

  constructor(memory: Memory = 'shared') {
    this.#starts = new Sheet(memory);
    this.entries = new Sheet(memory);
    // Not NEVER, which would be taken for a column that nothing sets.
    this.#starts.append(1, new Map([['start', { cells: new Int32Array(1), unset: -1 }]]));
  }

  /** One more than there are rows. */
  get start(): Int32Array {
    return this.#starts.int32('start') ?? new Int32Array(1);
  }

  reserve(rows: number, entries: number): void {
    this.#starts.reserve(rows + 1);
    this.entries.reserve(entries);
  }

  /** @param start where the entries of each row begin, from 0, one more than there are rows */
  append(start: Int32Array, given: ReadonlyMap<string, Given>): void {
    const at = this.entries.length;
    const first = start[0] ?? 0;
    this.entries.append((start.at(-1) ?? 0) - first, given);
    const ends = new Int32Array(start.length - 1);
    for (let row = 0; row < ends.length; row += 1) ends[row] = at + (start[row + 1] ?? 0) - first;
    this.#starts.append(ends.length, new Map([['start', { cells: ends, unset: -1 }]]));
  }

  regroup(rows: Int32Array): void {
    const { start } = this;
    let length = 0;
    const ends = new Int32Array(rows.length);
    for (let row = 0; row < rows.length; row += 1) {
      const from = rows[row] ?? 0;
      ends[row] = length += (start[from + 1] ?? 0) - (start[from] ?? 0);
    }
    this.entries.regroupSeveral(rows, start, length);
    this.#starts.regroup(new Int32Array(1));
    this.#starts.append(ends.length, new Map([['start', { cells: ends, unset: -1 }]]));
  }
}

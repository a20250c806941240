import type { SeriesColumns } from '../event/columns.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { lowerBound } from './buckets.ts';
import type { Where } from './kpi.ts';
import { Group } from './level-group.ts';
import type { Across } from './level-points.ts';
import type { RowsByScope } from './level-rows.ts';
import { Selections } from './level-selections.ts';

/** How many lines of a scope live at an instant: from the first point of each to its last. Instants are asked in ascending order. */
export class Lives {
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  #begun = 0;
  #over = 0;

  constructor(columns: SeriesColumns, own: Int32Array, rows: RowsByScope) {
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    for (const row of own) {
      const line = rows.rankOf(row);
      const instant = columns.at[row] ?? 0;
      if (!first.has(line)) first.set(line, instant);
      last.set(line, instant);
    }
    this.#begins = Float64Array.from(first.values()).sort();
    this.#ends = Float64Array.from(last.values()).sort();
  }

  at(instant: number): number {
    while (this.#begun < this.#begins.length && (this.#begins[this.#begun] ?? 0) <= instant) this.#begun += 1;
    while (this.#over < this.#ends.length && (this.#ends[this.#over] ?? 0) < instant) this.#over += 1;
    return this.#begun - this.#over;
  }
}

/** One row for each line that has any between two instants: its first, or its last. */
export class Ends {
  readonly #columns: SeriesColumns;
  /** Those of a scope, ascending, and when they are. */
  readonly #own: Int32Array;
  readonly #at: Float64Array;
  readonly #rows: RowsByScope;
  /** By line: the latest search that met it. */
  readonly #met: Int32Array;
  #search = 0;

  constructor(columns: SeriesColumns, own: Int32Array, rows: RowsByScope) {
    this.#columns = columns;
    this.#own = own;
    this.#rows = rows;
    this.#at = Float64Array.from(own, (row) => columns.at[row] ?? 0);
    this.#met = new Int32Array(columns.dimensions.dictionary.length + 1);
  }

  /** Rows of lines with a point from `start` on and before `end`. */
  rows(which: 'first' | 'last', start: number, end: number): Int32Array {
    const from = lowerBound(this.#at, start);
    const to = lowerBound(this.#at, end);
    this.#search += 1;
    const found: number[] = [];
    for (let step = from; step < to; step += 1) {
      const row = this.#own[which === 'first' ? step : to - 1 - (step - from)] ?? 0;
      const line = this.#rows.rankOf(row);
      if (this.#met[line] === this.#search) continue;
      this.#met[line] = this.#search;
      found.push(row);
    }
    return Int32Array.from(found).sort();
  }

  /** What rows come to together. Null where there are none. */
  value(rows: Int32Array, across: Across): number | null {
    if (rows.length === 0) return null;
    const group = new Group();
    for (const row of rows) group.push(this.#rows.rankOf(row), this.valueOf(row));
    return group.value(across);
  }

  atOf(row: number): number {
    return this.#columns.at[row] ?? 0;
  }

  valueOf(row: number): number {
    return this.#columns.values[row] ?? Number.NaN;
  }

  dimensionsOf(row: number): string {
    const { dictionary, codes } = this.#columns.dimensions;
    return dictionary[codes[row] ?? -1] ?? '';
  }
}

const selections = new Selections<Ends>();

/** The lines of a scope; null where it has none. Kept for as long as the columns are. */
export const endsOf = (
  columns: SeriesColumns,
  where: readonly Where[],
  organisation: Organisation,
  scope: Scope,
): Ends | null => {
  const { rows, made } = selections.of(columns, where, organisation);
  let ends = made.get(scope);
  if (ends === undefined) {
    const own = rows.rowsOf(scope);
    if (own === undefined) return null;
    made.set(scope, (ends = new Ends(columns, own, rows)));
  }
  return ends;
};

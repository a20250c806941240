import { NEVER, type Codes, type ItemColumns, type ListColumn } from './columns.ts';
import { compareText } from './facts.ts';
import { SharedColumn, SharedUids } from './shared-table.ts';
import { hashesOf } from './uid-hash.ts';

/**
 * Some rows of columns, in the order given, as columns of their own: without what no row of them sets,
 * with the texts alone that they use, ascending by code unit.
 */
export function pickRows(columns: ItemColumns, rows: Int32Array, uids: readonly string[] = uidsOf(columns, rows)): ItemColumns {
  const { length } = rows;
  const { start: stretchStart, places: stretches } = placesOf(columns.stretchStart, rows);
  const hashes = hashesOf(columns);
  return {
    kind: columns.kind,
    length,
    dead: null,
    parts: null,
    uids,
    hashes: {
      high: gathered(hashes.high, rows, new Int32Array(length)),
      low: gathered(hashes.low, rows, new Int32Array(length)),
    },
    instants: picked(columns.instants, (instants) => {
      const cells = gathered(instants, rows, new Int32Array(length));
      return cells.every((at) => at === NEVER) ? null : cells;
    }),
    codes: picked(columns.codes, (codes) => {
      const cells = pickCodes(codes, rows);
      return cells.dictionary.length === 0 ? null : cells;
    }),
    numbers: picked(columns.numbers, (numbers) => {
      const cells = gathered(numbers, rows, new Float64Array(length));
      return cells.every(Number.isNaN) ? null : cells;
    }),
    lists: picked(columns.lists, (list) => pickList(list, rows)),
    stretchStart,
    stretchFrom: gathered(columns.stretchFrom, stretches, new Int32Array(stretches.length)),
    stretchTo: gathered(columns.stretchTo, stretches, new Int32Array(stretches.length)),
    stretchState: gathered(columns.stretchState, stretches, new Int8Array(stretches.length)),
    stretchTeam: pickCodes(columns.stretchTeam, stretches),
    stretchService: pickCodes(columns.stretchService, stretches),
    stretchSeverity: gathered(columns.stretchSeverity, stretches, new Int8Array(stretches.length)),
    isSnapshot: gathered(columns.isSnapshot, rows, new Uint8Array(length)),
  };
}

/** Uids of these rows. */
export const uidsOf = ({ uids }: ItemColumns, rows: Int32Array): readonly string[] =>
  uids instanceof SharedUids ? uids.of(rows) : Array.from(rows, (row) => uids.at(row) ?? '');

/** Where what belongs to some rows lies in columns of several values a row, and where it begins once they stand alone. */
function placesOf(start: Int32Array, rows: Int32Array): { readonly start: Int32Array; readonly places: Int32Array } {
  const starts = new Int32Array(rows.length + 1);
  for (let row = 0; row < rows.length; row += 1) {
    const from = rows[row] ?? 0;
    starts[row + 1] = (starts[row] ?? 0) + (start[from + 1] ?? 0) - (start[from] ?? 0);
  }
  const places = new Int32Array(starts[rows.length] ?? 0);
  for (let row = 0; row < rows.length; row += 1) {
    let from = start[rows[row] ?? 0] ?? 0;
    for (let to = starts[row] ?? 0; to < (starts[row + 1] ?? 0); to += 1, from += 1) places[to] = from;
  }
  return { start: starts, places };
}

function pickList({ start, columns }: ListColumn, rows: Int32Array): ListColumn | null {
  const { start: starts, places } = placesOf(start, rows);
  if (places.length === 0) return null;
  return {
    start: starts,
    columns: picked(columns, (cells) =>
      cells instanceof Int32Array
        ? gathered(cells, places, new Int32Array(places.length))
        : gathered(cells, places, new Float64Array(places.length)),
    ),
  };
}

interface Row {
  readonly length: number;
  [index: number]: number;
}

function gathered<A extends Row>(from: A, rows: Int32Array, into: A): A {
  for (let row = 0; row < rows.length; row += 1) into[row] = from[rows[row] ?? 0] ?? 0;
  return into;
}

/** By name, ascending, so that equal columns are equal to the byte. */
function picked<A, B>(columns: Readonly<Record<string, A>>, pick: (column: A) => B | null): Record<string, B> {
  const kept: [string, B][] = [];
  for (const name of Object.keys(columns).sort()) {
    const column = columns[name];
    const made = column === undefined ? null : pick(column);
    if (made !== null) kept.push([name, made]);
  }
  return Object.fromEntries(kept);
}

/** New codes by old ones, -1 between two uses: a table's dictionary may have millions of texts, a segment uses a few. */
let finals = new Int32Array(0);

function pickCodes(column: Codes, rows: Int32Array): Codes {
  const made = gathered(column.codes, rows, new Int32Array(rows.length));
  const isShared = column instanceof SharedColumn;
  const size = isShared ? column.size : column.dictionary.length;
  const textOf = (code: number): string => (isShared ? column.text(code) : (column.dictionary[code] ?? ''));
  if (finals.length < size) finals = new Int32Array(size * 2).fill(-1);
  const used: { readonly code: number; readonly text: string }[] = [];
  for (const code of made) {
    if (code < 0 || finals[code] === 0) continue;
    finals[code] = 0;
    used.push({ code, text: textOf(code) });
  }
  used.sort((one, other) => compareText(one.text, other.text));
  used.forEach(({ code }, index) => (finals[code] = index));
  for (let row = 0; row < made.length; row += 1) {
    const code = made[row] ?? -1;
    if (code >= 0) made[row] = finals[code] ?? -1;
  }
  for (const { code } of used) finals[code] = -1;
  return { dictionary: used.map(({ text }) => text), codes: made };
}

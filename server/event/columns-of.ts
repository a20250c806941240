import type { Instant } from '../time/period.ts';
import { NEVER, type Codes, type ItemColumns, type ListColumn } from './columns.ts';
import { compareText } from './facts.ts';
import type { Item } from './item.ts';
import {
  NO_ENTRIES,
  STRETCH_CELLS,
  entriesOf,
  layoutOf,
  secondsSince2000,
  writeRow,
  type Layout,
  type ListLayout,
  type Texts,
} from './item-row.ts';
import type { Kind } from './kinds.ts';

/**
 * Items of one kind as columns, one row an episode, ascending by uid (by code unit). The same items
 * give the same columns in whatever order they come. Instants are cut to whole seconds; those that
 * Int32 cannot hold (before 1931-12-14 or after 2068-01-19) are absent: `unrepresentable` names them.
 */
export function columnsOf(kind: Kind, items: readonly Item[]): ItemColumns {
  const builder = new ColumnsBuilder(kind);
  for (const item of items) builder.add(item);
  return builder.columns();
}

const FIRST_CELLS = 2_048;

/** Takes items one after another as cells and keeps nothing else of them, so that they live no longer than need be. */
export class ColumnsBuilder {
  readonly #kind: Kind;
  readonly #layout: Layout;
  readonly #rows: RowPlace[] = [];
  #cells = new Float64Array(FIRST_CELLS);
  #length = 0;
  /** Callers that give items in order save the most costly part. */
  #isSorted = true;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.#layout = layoutOf(kind);
  }

  add(item: Item): void {
    const { instants, numbers, codes } = this.#layout;
    let nth = 0;
    for (const episode of item.episodes) {
      nth += 1;
      const most = this.#length + instants.length + numbers.length + codes.length + STRETCH_CELLS * episode.stretches.length;
      if (most > this.#cells.length) {
        const grown = new Float64Array(Math.max(most, 2 * this.#cells.length));
        grown.set(this.#cells);
        this.#cells = grown;
      }
      const start = this.#length;
      const end = writeRow(item, episode, nth, this.#layout, this.#cells, start);
      this.#length = end;
      const { uid } = episode;
      if (uid < (this.#rows.at(-1)?.uid ?? '')) this.#isSorted = false;
      this.#rows.push({ uid, start, end, isSnapshot: item.isSnapshot, entries: entriesOf(item) });
    }
  }

  columns(): ItemColumns {
    const rows = this.#isSorted ? this.#rows : this.#rows.toSorted((one, other) => compareText(one.uid, other.uid));
    return columnsFrom(this.#kind, this.#layout, rows, this.#cells);
  }
}

/** A row among the cells of a builder. */
interface RowPlace {
  readonly uid: string;
  readonly start: number;
  readonly end: number;
  readonly isSnapshot: boolean;
  readonly entries: readonly number[];
}

function columnsFrom(kind: Kind, layout: Layout, rows: readonly RowPlace[], cells: Float64Array): ItemColumns {
  const { length } = rows;
  // Columns of one type share a block, so that the loops below see one array.
  const instants = new Int32Array(layout.instants.length * length);
  const numbers = new Float64Array(layout.numbers.length * length);
  const codes = new Int32Array(layout.codes.length * length);
  const uids: string[] = [];
  const isSnapshot = new Uint8Array(length);

  const firstNumber = layout.instants.length;
  const firstCode = firstNumber + layout.numbers.length;
  const firstStretch = firstCode + layout.codes.length;
  const stretchStart = new Int32Array(length + 1);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    const { start, end } = rows[row] ?? NO_ROW;
    count += (end - start - firstStretch) / STRETCH_CELLS;
    stretchStart[row + 1] = count;
  }
  const stretchFrom = new Int32Array(count);
  const stretchTo = new Int32Array(count);
  const stretchState = new Int8Array(count);
  const stretchSeverity = new Int8Array(count);
  const teams = new Int32Array(count);
  const services = new Int32Array(count);

  let stretch = 0;
  for (let row = 0; row < length; row += 1) {
    const { uid, isSnapshot: isFromSnapshot, start, end } = rows[row] ?? NO_ROW;
    uids.push(uid);
    if (isFromSnapshot) isSnapshot[row] = 1;
    let cell = start;
    for (let place = row; cell < start + firstNumber; cell += 1, place += length) instants[place] = cells[cell] ?? NEVER;
    for (let place = row; cell < start + firstCode; cell += 1, place += length) numbers[place] = cells[cell] ?? NaN;
    for (let place = row; cell < start + firstStretch; cell += 1, place += length) codes[place] = cells[cell] ?? -1;
    for (; cell < end; cell += STRETCH_CELLS) {
      stretchFrom[stretch] = cells[cell] ?? NEVER;
      stretchTo[stretch] = cells[cell + 1] ?? NEVER;
      stretchState[stretch] = cells[cell + 2] ?? -1;
      stretchSeverity[stretch] = cells[cell + 3] ?? 0;
      teams[stretch] = cells[cell + 4] ?? -1;
      services[stretch] = cells[cell + 5] ?? -1;
      stretch += 1;
    }
  }
  const { texts } = layout;
  return {
    kind,
    length,
    dead: null,
    parts: null,
    uids,
    hashes: null,
    instants: named(layout.instants, (index) => instants.slice(index * length, (index + 1) * length)),
    codes: named(layout.codes, (index) => inOrder(codes.slice(index * length, (index + 1) * length), texts)),
    numbers: named(layout.numbers, (index) => numbers.slice(index * length, (index + 1) * length)),
    lists: layout.list === null ? {} : listsOf(layout.list, rows),
    stretchStart,
    stretchFrom,
    stretchTo,
    stretchState,
    stretchTeam: inOrder(teams, texts),
    stretchService: inOrder(services, texts),
    stretchSeverity,
    isSnapshot,
  };
}

/** Dates of these items that columns cannot hold, so that they can be shown instead of missed. */
export function unrepresentable(items: readonly Item[]): { uid: string; name: string; at: Instant }[] {
  return items.flatMap((item) =>
    item.episodes.flatMap(({ uid, instants }) =>
      Object.entries(instants).flatMap(([name, at]) =>
        at !== undefined && secondsSince2000(at) === NEVER ? [{ uid, name, at }] : [],
      ),
    ),
  );
}

const NO_ROW: RowPlace = { uid: '', start: 0, end: 0, isSnapshot: false, entries: NO_ENTRIES };

const named = <C>(names: readonly string[], columnAt: (index: number) => C): Record<string, C> =>
  Object.fromEntries(names.map((name, index) => [name, columnAt(index)]));

/** The one list of a kind, by its name; none where no row has any. */
function listsOf({ name, columns, unit }: ListLayout, rows: readonly RowPlace[]): Record<string, ListColumn> {
  const start = new Int32Array(rows.length + 1);
  rows.forEach(({ entries }, row) => {
    start[row + 1] = (start[row] ?? 0) + entries.length / columns.length;
  });
  const count = start[rows.length] ?? 0;
  if (count === 0) return {};
  const made = columns.map(() => (unit === 'seconds' ? new Int32Array(count) : new Float64Array(count)));
  rows.forEach(({ entries }, row) => {
    let place = start[row] ?? 0;
    for (let cell = 0; cell < entries.length; place += 1)
      for (const column of made) {
        column[place] = entries[cell] ?? NEVER;
        cell += 1;
      }
  });
  return {
    [name]: { start, columns: Object.fromEntries(columns.map((each, index) => [each, made[index] ?? new Int32Array(0)])) },
  };
}

/** A column of text numbers as codes into the texts it uses, in the order of their code units: it must not tell who came first. */
function inOrder(column: Int32Array, texts: Texts): Codes {
  const { length } = column;
  const finals = new Int32Array(texts.all.length).fill(-1);
  const used: number[] = [];
  for (let row = 0; row < length; row += 1) {
    const number = column[row] ?? -1;
    if (number < 0 || finals[number] === 0) continue;
    finals[number] = 0;
    used.push(number);
  }
  if (used.length === 0) return { dictionary: [], codes: column };
  used.sort((one, other) => compareText(texts.all[one] ?? '', texts.all[other] ?? ''));
  used.forEach((number, code) => {
    finals[number] = code;
  });
  for (let row = 0; row < length; row += 1) {
    const number = column[row] ?? -1;
    if (number >= 0) column[row] = finals[number] ?? -1;
  }
  return { dictionary: used.map((number) => texts.all[number] ?? ''), codes: column };
}

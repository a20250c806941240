import type { Codes, ItemColumns, Part } from './columns.ts';
import { compareText } from './facts.ts';
import { appendedWith, homeKey, homeOf, isAppended, type Home } from './home.ts';
import { ItemIndex, itemUidOf } from './item-index.ts';
import type { Kind } from './kinds.ts';
import { NO_SPAN, widen } from './lasting.ts';
import { pickRows } from './pick-rows.ts';
import { packParts, TableReader, type SharedParts, type SharedTable } from './shared-table.ts';
import type { Memory } from './sheet.ts';
import { TableCells } from './table-cells.ts';

/** The share of a table that rows out of place (dead, or not yet where they belong) may be. */
const LOOSE_SHARE = 1 / 8;

/** The share of a table that segments of appended rows may be, before all is stored where it belongs. */
const HEAP_SHARE = 1 / 16;

let tables = 0;

/** A home and how many rows it has. */
interface Settled {
  readonly home: Home;
  readonly count: number;
}

/** What is to be stored so that the segments hold what the table does. */
export interface TableChanges {
  readonly put: readonly { readonly home: Home; readonly rows: Int32Array }[];
  readonly drop: readonly Home[];
}

/**
 * Items of one kind that grow in number and change: rows are appended, and those that stand for the same
 * item before are dead from then on. In shared memory, for other threads to look at while nothing is appended.
 */
export class ItemTable {
  readonly kind: Kind;
  readonly #table = (tables += 1);
  readonly #reader = new TableReader();
  #version = 0;
  #shared: SharedTable | null = null;

  readonly #cells: TableCells;

  /** Made when an item is first looked for: columns that are only read need none. */
  #index: ItemIndex | null = null;
  /** Parts in the order of their rows, each with the home of all its rows. */
  #placed: { readonly part: Part; readonly home: Home }[] = [];
  /** The place of each home in that list. */
  readonly #placeOf = new Map<string, number>();
  #packed: SharedParts | null = null;
  #young: Part | null = null;
  /** Rows of the young part by home; some may be dead. */
  readonly #youngAt = new Map<string, number[]>();
  readonly #changed = new Map<string, Home>();
  /** Heaps of appended rows that are stored, how many rows they have, and the first row that is in none. */
  #heaps: Home[] = [];
  #heaped = 0;
  #unstored = 0;
  /** Whether what changed since is nothing but rows from `#unstored` on. */
  #isAppendedOnly = true;

  /** @param memory 'own' where nobody else may see it until it is first compacted: then less of it is held meanwhile */
  constructor(kind: Kind, memory: Memory = 'shared') {
    this.kind = kind;
    this.#cells = new TableCells(kind, memory);
  }

  get length(): number {
    return this.#cells.length;
  }

  /** Rows that stand. */
  get count(): number {
    return this.#cells.length - this.#cells.deadCount;
  }

  /** Room for as many in all, so that memory need not be moved on the way. */
  reserve(rows: number, stretches: number): void {
    this.#cells.reserve(rows, stretches);
  }

  /** The table as it is now. What it gave before must not be read any more once the table has changed. */
  columns(): ItemColumns {
    return this.#reader.columns(this.share());
  }

  /** For a TableReader in another thread. */
  share(): SharedTable {
    this.#packed ??= packParts(
      this.#placed.map(({ part }) => part),
      this.#version,
    );
    return (this.#shared ??= {
      ...this.#cells.share(),
      table: this.#table,
      version: this.#version,
      placed: this.#packed,
      young: this.#young,
    });
  }

  /**
   * Takes in a segment: the rows of a home, of items that are not there yet. Before anything is appended
   * and once a home, or it counts as appended.
   */
  load(columns: ItemColumns, home: Home): void {
    if (isAppended(home)) {
      this.append(columns);
      this.#heaps.push(home);
      this.#heaped += columns.length;
      this.#unstored = this.length;
      return;
    }
    if (this.#young !== null || this.#placeOf.has(homeKey(home))) {
      this.append(columns);
      return;
    }
    if (columns.length === 0) return;
    const start = this.#copy(columns);
    const part = columns.parts?.[0];
    this.#placeOf.set(homeKey(home), this.#placed.length);
    this.#placed.push({
      home,
      part:
        part === undefined || columns.parts?.length !== 1
          ? this.#partFrom(start)
          : {
              ...part,
              start,
              end: this.length,
              teams: this.#cells.codesIn('team', columns.stretchTeam, part.teams),
              services: this.#cells.codesIn('service', columns.stretchService, part.services),
            },
    });
    this.#packed = null;
    this.#hasChanged();
    this.#unstored = this.length;
    this.#index?.add(this.columns(), start);
  }

  /**
   * Appends rows (or all that stand) and with each item all of its rows. Rows of the same items that were
   * there before are dead from now on, however many they were.
   */
  append(columns: ItemColumns, rows?: Int32Array): void {
    const chosen = rows ?? (columns.dead === null ? null : standing(columns));
    const picked = chosen === null ? columns : pickRows(columns, chosen);
    if (picked.length === 0) return;
    const uids = new Set(Array.from({ length: picked.length }, (_, row) => itemUidOf(picked, row)));
    this.#kill(uids);
    const start = this.#copy(picked);
    this.#widenYoung(start, picked);
    const all = this.columns();
    this.#indexed().add(all, start);
    for (const uid of uids) {
      const own = this.rowsOf(uid);
      const home = homeOf(all, own);
      const key = homeKey(home);
      const there = this.#youngAt.get(key);
      if (there === undefined) this.#youngAt.set(key, own);
      else there.push(...own);
      this.#changed.set(key, home);
    }
  }

  /** As `append`, of items that were never there, so that none need be looked for; they may still have several rows each. */
  appendNew(columns: ItemColumns): void {
    if (columns.length === 0) return;
    if (columns.dead !== null || 'episode' in columns.numbers) {
      this.append(columns);
      return;
    }
    const start = this.#copy(columns);
    this.#widenYoung(start, columns);
    this.#index?.add(this.columns(), start);
    for (let row = 0; row < columns.length; row += 1) {
      const home = homeOf(columns, [row]);
      const key = homeKey(home);
      const there = this.#youngAt.get(key);
      if (there === undefined) this.#youngAt.set(key, [start + row]);
      else there.push(start + row);
      this.#changed.set(key, home);
    }
  }

  /** Marks all rows of these items dead. */
  remove(uids: Iterable<string>): void {
    if (this.#kill(uids)) this.#isAppendedOnly = false;
  }

  #kill(uids: Iterable<string>): boolean {
    const columns = this.columns();
    const index = this.#indexed();
    const doomed: number[] = [];
    for (const uid of uids) {
      const rows = index.rowsOf(columns, uid);
      const [first] = rows;
      if (first === undefined) continue;
      const home = this.#placedHomeOf(first) ?? homeOf(columns, rows);
      this.#changed.set(homeKey(home), home);
      doomed.push(...rows);
    }
    if (doomed.length === 0) return false;
    this.#cells.markDead(doomed);
    this.#hasChanged();
    return true;
  }

  /** Rows of an item that stand, in the order of its episodes. */
  rowsOf(uid: string): number[] {
    return this.#indexed().rowsOf(this.columns(), uid);
  }

  /** All rows that stand whose home it is: what its segment holds. */
  rowsAt(home: Home): Int32Array {
    const { dead } = this.columns();
    const key = homeKey(home);
    const rows: number[] = [];
    const part = this.#placed[this.#placeOf.get(key) ?? -1]?.part;
    if (part !== undefined) for (let row = part.start; row < part.end; row += 1) if (dead?.[row] !== 1) rows.push(row);
    for (const row of this.#youngAt.get(key) ?? []) if (dead?.[row] !== 1) rows.push(row);
    return Int32Array.from(rows);
  }

  /**
   * What is to be stored since it was last said to be: the rows appended, as a heap of their own while
   * heaps are a small share of all, else the homes that changed. Loading what is stored gives this table.
   * @param batch the batch that the table holds everything of
   */
  changes(batch: number, share = HEAP_SHARE): TableChanges {
    const { dead } = this.columns();
    if (this.#isAppendedOnly) {
      const fresh: number[] = [];
      for (let row = this.#unstored; row < this.length; row += 1) if (dead?.[row] !== 1) fresh.push(row);
      if (fresh.length === 0) return { put: [], drop: [] };
      // A heap is named by its batch, and a later one replaces rows of an earlier one.
      const isLater = (this.#heaps.at(-1)?.month ?? -1) < batch;
      if (isLater && this.#heaped + fresh.length <= share * this.count)
        return { put: [{ home: appendedWith(batch), rows: Int32Array.from(fresh) }], drop: [] };
    }
    const homes = [...this.#changed.values()].map((home) => ({ home, rows: this.rowsAt(home) }));
    return {
      put: homes.filter(({ rows }) => rows.length > 0),
      drop: [...homes.flatMap(({ home, rows }) => (rows.length === 0 ? home : [])), ...this.#heaps],
    };
  }

  /** These changes are stored; nothing was appended, removed or put in place since they were given. */
  stored({ put }: TableChanges): void {
    const [first] = put;
    this.#unstored = this.length;
    if (first !== undefined && isAppended(first.home)) {
      this.#heaps.push(first.home);
      this.#heaped += first.rows.length;
    } else if (!this.#isAppendedOnly || first !== undefined) {
      this.#heaps = [];
      this.#heaped = 0;
      this.#isAppendedOnly = true;
      this.#changed.clear();
    }
  }

  /** Drops dead rows and puts young ones where they belong, if those are many; true where it did. Row numbers change. */
  compact(share = LOOSE_SHARE): boolean {
    const placedEnd = this.#placed.at(-1)?.part.end ?? 0;
    const loose = this.#cells.deadCount + (this.length - placedEnd);
    if (loose === 0 || loose < share * this.length) return false;
    if (this.#unstored < this.length) this.#isAppendedOnly = false;
    const { order, homes } = this.#byHome();
    // Each column is made anew in its turn; whoever still held the table would keep all old ones beside all new ones.
    this.#shared = null;
    this.#reader.forget();
    this.#regroup(order, homes);
    this.#unstored = this.length;
    return true;
  }

  /** Rows that stand in the order of their homes. */
  #byHome(): { readonly order: Int32Array; readonly homes: readonly Settled[] } {
    const { dead } = this.columns();
    const homes = new Map<string, { readonly home: Home; part: Part | null; young: readonly number[] }>();
    for (const { home, part } of this.#placed) homes.set(homeKey(home), { home, part, young: [] });
    for (const [key, young] of this.#youngAt) {
      const known = homes.get(key);
      if (known !== undefined) {
        known.young = young;
        continue;
      }
      const [month = '', ...rest] = key.split(' ');
      homes.set(key, { home: { cluster: rest.join(' '), month: Number(month) }, part: null, young });
    }
    const order = new Int32Array(this.count);
    const settled: Settled[] = [];
    let length = 0;
    const ordered = [...homes.values()].sort(
      (one, other) => one.home.month - other.home.month || compareText(one.home.cluster, other.home.cluster),
    );
    for (const { home, part, young } of ordered) {
      const from = length;
      for (let row = part?.start ?? 0; row < (part?.end ?? 0); row += 1) if (dead?.[row] !== 1) order[length++] = row;
      for (const row of young) if (dead?.[row] !== 1) order[length++] = row;
      if (length > from) settled.push({ home, count: length - from });
    }
    return { order, homes: settled };
  }

  #regroup(order: Int32Array, homes: readonly Settled[]): void {
    this.#index = null;
    this.#placed = [];
    this.#placeOf.clear();
    this.#young = null;
    this.#youngAt.clear();
    this.#cells.regroup(order);
    this.#hasChanged();
    let start = 0;
    const columns = this.columns();
    this.#placed = homes.map(({ home, count }) => ({ home, part: partOf(columns, start, (start += count)) }));
    homes.forEach(({ home }, place) => this.#placeOf.set(homeKey(home), place));
    this.#packed = null;
    this.#hasChanged();
  }

  #copy(columns: ItemColumns): number {
    const start = this.#cells.append(columns);
    this.#hasChanged();
    return start;
  }

  #partFrom(start: number): Part {
    return partOf(this.columns(), start, this.length);
  }

  #widenYoung(start: number, columns: ItemColumns): void {
    const added = this.#partFrom(start);
    const before = this.#young;
    const union = (one: Int32Array, other: Int32Array): Int32Array => Int32Array.from(new Set([...one, ...other])).sort();
    this.#young =
      before === null
        ? added
        : {
            start: before.start,
            end: start + columns.length,
            from: Math.min(before.from, added.from),
            until: Math.max(before.until, added.until),
            teams: union(before.teams, added.teams),
            services: union(before.services, added.services),
          };
    this.#hasChanged();
  }

  #placedHomeOf(row: number): Home | null {
    let [low, high] = [0, this.#placed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#placed[middle]?.part.end ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return this.#placed[low]?.home ?? null;
  }

  #indexed(): ItemIndex {
    if (this.#index === null) {
      this.#index = new ItemIndex();
      this.#index.add(this.columns(), 0);
    }
    return this.#index;
  }

  #hasChanged(): void {
    this.#shared = null;
    this.#version += 1;
  }
}

const standing = ({ length, dead }: ItemColumns): Int32Array =>
  Int32Array.from(Array.from({ length }, (_, row) => row).filter((row) => dead?.[row] !== 1));

/** What can be told of some neighbouring rows. */
function partOf(columns: ItemColumns, start: number, end: number): Part {
  const span = { ...NO_SPAN };
  widen(span, columns, start, end);
  const { stretchStart, stretchTeam, stretchService } = columns;
  const used = ({ codes }: Codes): Int32Array =>
    Int32Array.from(new Set(codes.subarray(stretchStart[start], stretchStart[end]))).sort();
  return { start, end, ...span, teams: used(stretchTeam), services: used(stretchService) };
}

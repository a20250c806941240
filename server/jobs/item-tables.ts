import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import type { StoredEvent } from '../event/event.ts';
import type { Item } from '../event/item.ts';
import { ItemTable } from '../event/item-table.ts';
import { earliestTold, type FoldedItems } from '../event/fold-block.ts';
import type { Kind } from '../event/kinds.ts';
import { textAt } from '../event/links.ts';
import type { Organisation } from '../event/organisation.ts';
import { pickRows } from '../event/pick-rows.ts';
import { projectItem } from '../event/projection.ts';
import { secondsSince2000 } from '../event/item-row.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { ItemChange, ItemStarts } from './changes.ts';
import { StartsByName, startOfRows } from './item-starts.ts';
import { ItemView } from './item-view.ts';

const HOUR_MS = 3_600_000;

/** Items whose events are read in one go. */
const CHUNK = 2000;

/** Where so many items changed, everything is measured again. */
const MOST_CHANGES = 100_000;

/**
 * How far before a window items may still have a say in it: pages that repeat one another, nights and
 * shifts across its edge. Links reach further and always see everything.
 */
const MARGIN_MS = 40 * 86_400_000;

const UNLINKED: readonly string[] = [];

/** What batches did to items. */
export interface Refreshed {
  readonly changes: readonly ItemChange[];
  /** True where they are not told one by one: the first time, and where they are too many. */
  readonly isAll: boolean;
}

const NOTHING: Refreshed = { changes: [], isAll: false };

/** Items of batches after `since` and up to `through`, folded while they were pulled, that the log knew nothing of before. */
interface Foreseen {
  readonly since: number;
  through: number;
  count: number;
  readonly tables: Map<Kind, ItemTable>;
  readonly earliest: Map<Kind, Instant>;
}

/**
 * Items as known now, in columns. After a batch only the items it touched are read and folded again.
 * What `columns` and `window` gave must not be read any more once a batch was taken in.
 */
export class ItemTables implements ItemStarts {
  #watermark = 0;
  /** The batch up to which the stored columns hold everything. */
  storedThrough = 0;
  #organisation: Organisation;
  readonly #tables = new Map<Kind, ItemTable>();
  readonly #naming = new Map<Kind, StartsByName>();
  readonly #earliest = new Map<Kind, Instant>();
  #full: ItemView | null = null;
  #foreseen: Foreseen | null = null;
  readonly #mostChanges: number;

  /** @param mostChanges more changed items than this in one go are not told apart */
  constructor(organisation: Organisation, mostChanges = MOST_CHANGES) {
    this.#organisation = organisation;
    this.#mostChanges = mostChanges;
  }

  get watermark(): number {
    return this.#watermark;
  }

  set organisation(organisation: Organisation) {
    this.#organisation = organisation;
    this.#full = null;
  }

  get earliest(): ReadonlyMap<Kind, Instant> {
    return this.#earliest;
  }

  table(kind: Kind): ItemTable {
    let table = this.#tables.get(kind);
    if (table === undefined) this.#tables.set(kind, (table = new ItemTable(kind)));
    return table;
  }

  /** Of all kinds. */
  get count(): number {
    return this.kinds.reduce((sum, kind) => sum + this.table(kind).count, 0);
  }

  get kinds(): readonly Kind[] {
    return [...this.#tables.keys()];
  }

  /** The tables were filled with everything up to a batch from elsewhere. */
  begin(watermark: number, earliest: ReadonlyMap<Kind, Instant>): void {
    this.#watermark = watermark;
    this.storedThrough = watermark;
    this.#foreseen = null;
    for (const [kind, at] of earliest) this.#earliest.set(kind, at);
    this.#full = null;
  }

  /** Forgets everything. */
  restart(): void {
    this.#watermark = 0;
    this.storedThrough = 0;
    this.#full = null;
    this.#foreseen = null;
    for (const map of [this.#tables, this.#naming, this.#earliest]) map.clear();
  }

  /**
   * Keeps the items of a batch that was just recorded, all of whose items the log knew nothing of, so that they need
   * not be read back when it is taken in. Nobody sees them before. Batches that do not follow the last one are let be.
   */
  foresee(batch: number, { columns, earliest }: FoldedItems): void {
    const since = this.#watermark;
    if (this.#foreseen?.since !== since) this.#foreseen = null;
    const foreseen: Foreseen = this.#foreseen ?? { since, through: since, count: 0, tables: new Map(), earliest: new Map() };
    if (batch !== foreseen.through + 1) return;
    this.#foreseen = foreseen;
    foreseen.through = batch;
    for (const each of columns) {
      let table = foreseen.tables.get(each.kind);
      if (table === undefined) foreseen.tables.set(each.kind, (table = new ItemTable(each.kind, 'own')));
      table.appendNew(each);
      foreseen.count += each.length;
    }
    for (const [kind, at] of earliest) if (at < (foreseen.earliest.get(kind) ?? Infinity)) foreseen.earliest.set(kind, at);
  }

  /** Takes in everything up to a batch with what was foreseen, where that is of use; true where it did. */
  async #takeForeseen(store: Store, until: number): Promise<boolean> {
    const foreseen = this.#foreseen;
    this.#foreseen = null;
    const known = this.#watermark;
    if (foreseen?.since !== known || foreseen.through > until) return false;
    // Few changes are told one by one, with what was before.
    if (known > 0 && foreseen.count <= this.#mostChanges) return false;
    const rest = await store.touchedItems(foreseen.through, until);
    // Reading all in order is quicker than most of it here and there.
    if (known === 0 && rest.length > foreseen.count) return false;
    for (const [kind, table] of foreseen.tables) {
      if (this.table(kind).length === 0) this.#tables.set(kind, table);
      else this.table(kind).appendNew(table.columns());
    }
    this.#naming.clear();
    for (const [kind, at] of foreseen.earliest) if (at < this.earliestTold(kind)) this.#earliest.set(kind, at);
    for (let at = 0; at < rest.length; at += CHUNK)
      this.#take(await store.eventsOf(rest.slice(at, at + CHUNK), until), known, null);
    return true;
  }

  /** Takes in all batches up to `until`; says what changed, item by item. */
  async refresh(store: Store, until: number): Promise<Refreshed> {
    if (until === this.#watermark) return NOTHING;
    this.#full = null;
    const known = this.#watermark;
    if (await this.#takeForeseen(store, until)) {
      this.#settle(until);
      return { changes: [], isAll: true };
    }
    if (known === 0) {
      for await (const chunk of store.allEvents(undefined, until)) this.#take(chunk, known, null);
      this.#settle(until);
      return { changes: [], isAll: true };
    }
    const uids = await store.touchedItems(known, until);
    const changes: ItemChange[] | null = uids.length > this.#mostChanges ? null : [];
    for (let at = 0; at < uids.length; at += CHUNK)
      this.#take(await store.eventsOf(uids.slice(at, at + CHUNK), until), known, changes);
    this.#settle(until);
    return changes === null ? { changes: [], isAll: true } : { changes: this.#withLinked(changes), isAll: false };
  }

  #take(chunk: ReadonlyMap<string, readonly StoredEvent[]>, known: number, changes: ItemChange[] | null): void {
    const fresh = new Map<Kind, Item[]>();
    for (const [uid, events] of chunk) {
      const after = projectItem(uid, events);
      if (after === null) continue;
      const { kind } = after;
      const toldFrom = earliestTold(kind, events);
      const historyFrom = toldFrom < this.earliestTold(kind) ? toldFrom : null;
      if (historyFrom !== null) this.#earliest.set(kind, historyFrom);
      const own = fresh.get(kind);
      if (own === undefined) fresh.set(kind, [after]);
      else own.push(after);
      this.#naming.get(kind)?.add(after);
      if (changes === null) continue;
      const told = events.filter(({ batch }) => batch <= known);
      const before = told.length === 0 ? null : projectItem(uid, told);
      changes.push({ uid, kind, before, after, linked: UNLINKED, historyFrom });
    }
    for (const [kind, items] of fresh) this.table(kind).append(columnsOf(kind, items));
  }

  #settle(until: number): void {
    this.#watermark = until;
    for (const table of this.#tables.values()) table.compact();
  }

  /** With each change what link items name beside it. */
  #withLinked(changes: readonly ItemChange[]): readonly ItemChange[] {
    const ends = this.#endsOfLinks();
    if (ends.size === 0) return changes;
    return changes.map((change) => {
      const linked = [...(ends.get(change.uid) ?? []), ...(ends.get(change.after.id) ?? [])];
      return linked.length === 0 ? change : { ...change, linked };
    });
  }

  /** What link items name at their other end, by what they name; in an order that arrival has no say in. */
  #endsOfLinks(): Map<string, string[]> {
    const ends = new Map<string, string[]>();
    const add = (one: string, other: string): void => {
      const known = ends.get(one);
      if (known === undefined) ends.set(one, [other]);
      else known.push(other);
    };
    const columns = this.table('link').columns();
    for (let row = 0; row < columns.length; row += 1) {
      const [from, to] = [textAt(columns.codes['from'], row), textAt(columns.codes['to'], row)];
      if (from === null || to === null || columns.dead?.[row] === 1) continue;
      add(from, to);
      add(to, from);
    }
    for (const own of ends.values()) own.sort();
    return ends;
  }

  /**
   * The earliest instant that anything told of a kind speaks of, corrected since or not; Infinity where nothing was
   * told. Where history begins must not depend on when somebody looked: what was measured once stays measured.
   */
  earliestTold(kind: Kind): Instant {
    return this.#earliest.get(kind) ?? Infinity;
  }

  startOfNamed(kind: Kind, id: string): Instant | null {
    const table = this.table(kind);
    if (table.count === 0) return null;
    const columns = table.columns();
    const uids = [id, ...(columns.uids.sources ?? []).map((source) => `${source}:${kind}:${id}`)];
    const start = startOfRows(
      columns,
      uids.flatMap((uid) => table.rowsOf(uid)),
    );
    return start === Infinity ? null : start;
  }

  startOfNaming(kind: Kind, id: string): Instant | null {
    let starts = this.#naming.get(kind);
    if (starts === undefined) this.#naming.set(kind, (starts = new StartsByName(this.table(kind).columns())));
    return starts.startOf(id);
  }

  /** Columns of all items as of `now`; what is derived is worked out anew after a change and as hours pass. */
  columns(kind: Kind, now: Instant): ItemColumns {
    return this.#whole(now).columns(kind);
  }

  #whole(now: Instant): ItemView {
    if (this.#full === null || now - this.#full.now >= HOUR_MS || now < this.#full.now) {
      const all = (kind: Kind): ItemColumns => this.table(kind).columns();
      this.#full = new ItemView({ organisation: this.#organisation, now, stored: all, all, since: () => -Infinity });
    }
    return this.#full;
  }

  /**
   * Columns that give the same numbers for every period from `since` on, of far fewer items; `since` by
   * the kind asked for.
   */
  window(now: Instant, since: (kind: Kind) => Instant): (kind: Kind) => ItemColumns {
    const from = (kind: Kind): Instant => since(kind) - MARGIN_MS;
    const view = new ItemView({
      organisation: this.#organisation,
      now,
      stored: (kind) => rowsSince(this.table(kind).columns(), from(kind)),
      all: (kind) => this.table(kind).columns(),
      since: from,
    });
    return (kind) => view.columns(kind);
  }
}

/** Rows of the parts in which anything happened from then on; all, where that is most of them. */
function rowsSince(columns: ItemColumns, since: Instant): ItemColumns {
  if (columns.parts === null || since === -Infinity) return columns;
  const second = Math.max(secondsSince2000(since), -2147483647);
  const parts = columns.parts.filter(({ until }) => until >= second);
  const count = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  if (count > columns.length / 2) return columns;
  const rows = new Int32Array(count);
  let length = 0;
  for (const { start, end } of parts)
    for (let row = start; row < end; row += 1) if (columns.dead?.[row] !== 1) rows[length++] = row;
  return pickRows(columns, rows.subarray(0, length));
}

import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { deriveColumns, withDerivedFields } from '../event/derive.ts';
import type { Item } from '../event/item.ts';
import { KINDS, STATES, type Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import type { StoredEvent } from '../event/event.ts';
import { instantFieldsOf, projectItem } from '../event/projection.ts';
import { isOpenState } from '../event/states.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { namesOf, startOf, type ItemChange, type ItemStarts } from './changes.ts';

const HOUR_MS = 3_600_000;

/** Items whose events are read in one go. */
const CHUNK = 2000;

/**
 * How far before a window items may still have a say in it: pages that repeat one another, nights and
 * shifts across its edge. Links reach further and always see everything.
 */
const MARGIN_MS = 40 * 86_400_000;

/** What lasts until one of these is told, of kinds without states: a membership, a shift, a call for help. */
const LASTS_UNTIL: Partial<Record<Kind, readonly string[]>> = {
  membership: ['to'],
  shift: ['to'],
  escalation: ['answered', 'closed'],
};

/**
 * What may be named from any time ago: an incident blames a deployment however old, a session reviews an
 * incident, and incidents repeat one another.
 */
const REACHING_BACK: ReadonlySet<Kind> = new Set(['deployment', 'incident', 'link', 'session']);

const UNLINKED: readonly string[] = [];

/** An item and the last instant at which anything about it happened; Infinity while it is open. */
interface Kept {
  item: Item;
  lastAt: Instant;
}

/** Items of one kind, by uid and in the order of their uids, which is the order of columns. */
interface KeptKind {
  readonly byUid: Map<string, Kept>;
  readonly inOrder: Kept[];
  /** New items stand at the end until the list is asked for. */
  isSorted: boolean;
}

/**
 * Items as known now, kept in memory as projections and as columns. After a batch only the items it
 * touched are read and folded again; columns of a kind are rebuilt when one of its items changed.
 */
export class ItemCache implements ItemStarts {
  #watermark = 0;
  #organisation: Organisation;
  readonly #items = new Map<Kind, KeptKind>();
  #full: ItemView | null = null;
  /** By what items are called, and by what they call others; made when first asked for, and then kept up. */
  readonly #named = new Map<Kind, Map<string, Instant>>();
  readonly #naming = new Map<Kind, Map<string, Instant>>();
  readonly #earliest = new Map<Kind, Instant>();

  constructor(organisation: Organisation) {
    this.#organisation = organisation;
  }

  get watermark(): number {
    return this.#watermark;
  }

  set organisation(organisation: Organisation) {
    this.#organisation = organisation;
    this.#full = null;
  }

  /** Takes in all batches up to `until`; says what changed, item by item. */
  async refresh(store: Store, until: number): Promise<ItemChange[]> {
    if (until === this.#watermark) return [];
    const changes: ItemChange[] = [];
    const take = (uid: string, events: readonly StoredEvent[]): void => {
      const after = projectItem(uid, events);
      if (after === null) return;
      const toldFrom = earliestTold(after.kind, events);
      const historyFrom = toldFrom < this.earliestTold(after.kind) ? toldFrom : null;
      if (historyFrom !== null) this.#earliest.set(after.kind, historyFrom);
      const items = this.#ofKind(after.kind);
      this.#callBy(after);
      const kept = items.byUid.get(uid);
      changes.push({ uid, kind: after.kind, before: kept?.item ?? null, after, linked: UNLINKED, historyFrom });
      if (kept !== undefined) {
        kept.item = after;
        kept.lastAt = lastInstant(after);
        return;
      }
      const fresh = { item: after, lastAt: lastInstant(after) };
      items.byUid.set(uid, fresh);
      items.inOrder.push(fresh);
      items.isSorted = false;
    };
    if (this.#watermark === 0) {
      for await (const chunk of store.allEvents(undefined, until)) for (const [uid, events] of chunk) take(uid, events);
    } else {
      const uids = await store.touchedItems(this.#watermark, until);
      for (let at = 0; at < uids.length; at += CHUNK) {
        for (const [uid, events] of await store.eventsOf(uids.slice(at, at + CHUNK), until)) take(uid, events);
      }
    }
    if (changes.length > 0) {
      // Links reach across kinds, so derived fields of all kinds are computed anew with any change.
      this.#full = null;
    }
    this.#watermark = until;
    const linked = this.#endsOfLinks();
    if (linked.size === 0) return changes;
    return changes.map((change) => {
      const ends = [...(linked.get(change.uid) ?? []), ...(linked.get(change.after.id) ?? [])];
      return ends.length === 0 ? change : { ...change, linked: ends };
    });
  }

  item(kind: Kind, uid: string): Item | undefined {
    return this.#items.get(kind)?.byUid.get(uid)?.item;
  }

  /**
   * The earliest instant that anything told of a kind speaks of, corrected since or not; Infinity where nothing was
   * told. Where history begins must not depend on when somebody looked: what was measured once stays measured.
   */
  earliestTold(kind: Kind): Instant {
    return this.#earliest.get(kind) ?? Infinity;
  }

  startOfNamed(kind: Kind, id: string): Instant | null {
    const starts = remember(this.#named, kind, () => earliestBy(this.#ofKind(kind).inOrder, callsOf));
    return starts.get(id) ?? null;
  }

  startOfNaming(kind: Kind, id: string): Instant | null {
    const starts = remember(this.#naming, kind, () => earliestBy(this.#ofKind(kind).inOrder, namesOf));
    return starts.get(id) ?? null;
  }

  /** What an item was called or called others before still stands: too early an answer costs time only. */
  #callBy(item: Item): void {
    const [named, naming] = [this.#named.get(item.kind), this.#naming.get(item.kind)];
    if (named !== undefined) addStart(named, item, callsOf(item));
    if (naming !== undefined) addStart(naming, item, namesOf(item));
  }

  /** What link items name at their other end, by what they name. */
  #endsOfLinks(): Map<string, string[]> {
    const ends = new Map<string, string[]>();
    const add = (one: string, other: string): void => {
      const known = ends.get(one);
      if (known === undefined) ends.set(one, [other]);
      else known.push(other);
    };
    for (const { item } of this.#ofKind('link').inOrder) {
      const { from, to } = item.fields;
      if (typeof from !== 'string' || typeof to !== 'string') continue;
      add(from, to);
      add(to, from);
    }
    return ends;
  }

  /** Columns of all items as of `now`; built when first asked for after a change, and anew as hours pass. */
  columns(kind: Kind, now: Instant): ItemColumns {
    if (this.#full === null || now - this.#full.now >= HOUR_MS || now < this.#full.now) {
      this.#full = new ItemView(
        this.#organisation,
        now,
        (base) => this.#since(base, -Infinity),
        () => -Infinity,
      );
    }
    return this.#full.columns(kind);
  }

  /**
   * Columns that give the same numbers for every period from `since` on, of far fewer items; `since` by
   * the kind asked for. They last until the next refresh.
   */
  window(now: Instant, since: (kind: Kind) => Instant): (kind: Kind) => ItemColumns {
    const from = (kind: Kind): Instant => since(kind) - MARGIN_MS;
    const view = new ItemView(
      this.#organisation,
      now,
      (kind) => this.#since(kind, from(kind)),
      from,
      (kind) => this.#since(kind, -Infinity),
    );
    return (kind) => view.columns(kind);
  }

  #since(kind: Kind, since: Instant): Item[] {
    const items: Item[] = [];
    const kept = this.#ofKind(kind);
    if (!kept.isSorted) {
      // Nearly in order already: the sort merges what is new into what was sorted before.
      kept.inOrder.sort((one, other) => (one.item.uid < other.item.uid ? -1 : 1));
      kept.isSorted = true;
    }
    for (const { item, lastAt } of kept.inOrder) if (lastAt >= since) items.push(item);
    return items;
  }

  #ofKind(kind: Kind): KeptKind {
    let items = this.#items.get(kind);
    if (items === undefined) this.#items.set(kind, (items = { byUid: new Map(), inOrder: [], isSorted: true }));
    return items;
  }
}

/** Items of some stretch of time as columns, each kind built once when asked for. */
class ItemView {
  /** Nights that have not ended by then do not exist yet. */
  readonly now: Instant;
  readonly #organisation: Organisation;
  readonly #stored: (kind: Kind) => readonly Item[];
  readonly #since: (kind: Kind) => Instant;
  /** All of a kind, for links and for what counts from the very first item. */
  readonly #all: (kind: Kind) => readonly Item[];
  readonly #plain = new Map<string, ItemColumns>();
  readonly #columns = new Map<Kind, ItemColumns>();

  constructor(
    organisation: Organisation,
    now: Instant,
    stored: (kind: Kind) => readonly Item[],
    since: (kind: Kind) => Instant,
    all = stored,
  ) {
    this.#organisation = organisation;
    this.now = now;
    this.#stored = stored;
    this.#since = since;
    this.#all = all;
  }

  columns(kind: Kind): ItemColumns {
    return remember(this.#columns, kind, () =>
      withDerivedFields(kind, this.#plainColumns(kind, false), (base) => this.#plainColumns(base, REACHING_BACK.has(base))),
    );
  }

  #plainColumns(kind: Kind, isWhole: boolean): ItemColumns {
    const isStored = !KINDS[kind].isDerived;
    return remember(this.#plain, isWhole && isStored && this.#all !== this.#stored ? `all ${kind}` : kind, () => {
      if (isStored) return columnsOf(kind, isWhole ? this.#all(kind) : this.#stored(kind));
      // Whose commits are new is told by all deployments.
      const base = (of: Kind): ItemColumns => this.#plainColumns(of, kind === 'change');
      return deriveColumns(kind, base, this.#organisation, this.now, this.#since(kind));
    });
  }
}

function earliestTold(kind: Kind, events: readonly StoredEvent[]): Instant {
  const names = KINDS[kind].hasStates ? [...instantFieldsOf(kind), ...STATES] : instantFieldsOf(kind);
  let earliest = Infinity;
  for (const { effectiveAt, fields } of events) {
    if (effectiveAt < earliest) earliest = effectiveAt;
    for (const name of names) {
      const at = fields[name];
      if (typeof at === 'number' && at < earliest) earliest = at;
    }
  }
  return earliest;
}

function earliestBy(kept: readonly Kept[], namesOfItem: (item: Item) => readonly string[]): Map<string, Instant> {
  const starts = new Map<string, Instant>();
  for (const { item } of kept) addStart(starts, item, namesOfItem(item));
  return starts;
}

const callsOf = ({ uid, id }: Item): string[] => [uid, id];

function addStart(starts: Map<string, Instant>, item: Item, names: readonly string[]): void {
  if (names.length === 0) return;
  const start = startOf(item);
  for (const name of names) starts.set(name, Math.min(start, starts.get(name) ?? Infinity));
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

function lastInstant(item: Item): Instant {
  const last = item.stretches.at(-1);
  if (KINDS[item.kind].hasStates && last !== undefined && last.to === null && isOpenState(last.state)) return Infinity;
  const ends = LASTS_UNTIL[item.kind];
  if (ends !== undefined && item.episodes.some(({ instants }) => ends.every((name) => instants[name] === undefined)))
    return Infinity;
  let latest = last?.from ?? -Infinity;
  for (const episode of item.episodes)
    for (const at of Object.values(episode.instants)) if (at !== undefined && at > latest) latest = at;
  return latest;
}

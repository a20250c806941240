import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { deriveItems, withDerivedFields } from '../event/derive.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Item } from '../event/item.ts';
import { projectItem } from '../event/projection.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { ItemChange } from './changes.ts';

/** Items touched in one go before reading their events in chunks of this many. */
const CHUNK = 2000;

/**
 * Items as known now, kept in memory as projections and as columns. After a batch only the items it
 * touched are read and folded again; columns of a kind are rebuilt when one of its items changed.
 */
export class ItemCache {
  #watermark = 0;
  #organisation: Organisation;
  readonly #items = new Map<Kind, Map<string, Item>>();
  readonly #columns = new Map<Kind, ItemColumns>();
  readonly #derived = new Map<Kind, readonly Item[]>();
  #deployments: Map<string, Instant | null> | null = null;

  constructor(organisation: Organisation) {
    this.#organisation = organisation;
  }

  get watermark(): number {
    return this.#watermark;
  }

  set organisation(organisation: Organisation) {
    this.#organisation = organisation;
    this.#columns.clear();
    this.#derived.clear();
  }

  /** Takes in all batches up to `until`; says what changed, item by item. */
  async refresh(store: Store, until: number): Promise<ItemChange[]> {
    if (until === this.#watermark) return [];
    const changes: ItemChange[] = [];
    const take = (uid: string, after: Item | null): void => {
      if (after === null) return;
      const items = this.#ofKind(after.kind);
      changes.push({ uid, kind: after.kind, before: items.get(uid) ?? null, after });
      items.set(uid, after);
    };
    if (this.#watermark === 0) {
      for await (const chunk of store.allEvents()) for (const [uid, events] of chunk) take(uid, projectItem(uid, events));
    } else {
      const uids = await store.touchedItems(this.#watermark);
      for (let at = 0; at < uids.length; at += CHUNK) {
        for (const [uid, events] of await store.eventsOf(uids.slice(at, at + CHUNK))) take(uid, projectItem(uid, events));
      }
    }
    if (changes.length > 0) {
      // Links reach across kinds, so derived fields of all kinds are computed anew with any change.
      this.#columns.clear();
      this.#derived.clear();
      this.#deployments = null;
    }
    this.#watermark = until;
    return changes;
  }

  items(kind: Kind): readonly Item[] {
    if (!KINDS[kind].isDerived) return [...this.#ofKind(kind).values()];
    let derived = this.#derived.get(kind);
    if (derived === undefined) {
      derived = deriveItems(kind, (base) => this.items(base), this.#organisation);
      this.#derived.set(kind, derived);
    }
    return derived;
  }

  item(kind: Kind, uid: string): Item | undefined {
    return this.#items.get(kind)?.get(uid);
  }

  /** When the deployment with this native id, of any source, began to exist; null where there is none. */
  deploymentAt(id: string): Instant | null {
    this.#deployments ??= new Map(this.items('deployment').map((item) => [item.id, item.stretches[0]?.from ?? null]));
    return this.#deployments.get(id) ?? null;
  }

  columns(kind: Kind): ItemColumns {
    let columns = this.#columns.get(kind);
    if (columns === undefined) {
      columns = withDerivedFields(kind, columnsOf(kind, this.items(kind)), (base) => this.#plainColumns(base));
      this.#columns.set(kind, columns);
    }
    return columns;
  }

  /** Columns without derived fields, so that two kinds may look at each other. */
  #plainColumns(kind: Kind): ItemColumns {
    return this.#columns.get(kind) ?? columnsOf(kind, this.items(kind));
  }

  #ofKind(kind: Kind): Map<string, Item> {
    let items = this.#items.get(kind);
    if (items === undefined) this.#items.set(kind, (items = new Map()));
    return items;
  }
}

import type { Item } from '../event/item.ts';
import { isKind } from '../event/kinds.ts';
import { projectItem } from '../event/projection.ts';
import type { Store } from '../store/store.ts';

/** Items as they were known at some batch. */
export interface ItemsAt {
  readonly watermark: number;
  /** Those of the uids that there are, by uid; a row's uid may name a later episode of its item. */
  read(uids: readonly string[]): Promise<ReadonlyMap<string, Item>>;
}

/** A few items are folded from the log when somebody looks at them: nobody holds all of them. */
export const itemsAt = (store: Store, watermark: number): ItemsAt => ({
  watermark,
  read: async (uids) => {
    const items = new Map<string, Item>();
    const asked = [...new Set(uids.map(itemUid))].filter((uid) => isKind(uid.split(':')[1] ?? ''));
    if (asked.length === 0) return items;
    for (const [uid, events] of await store.eventsOf(asked, watermark)) {
      const item = projectItem(uid, events);
      if (item !== null) items.set(uid, item);
    }
    return items;
  },
});

/** The item that a row of evidence is of. */
export const itemUid = (uid: string): string => uid.replace(/#\d+$/, '');

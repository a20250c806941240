import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { withDerivedFields } from '../event/derived-fields.ts';
import type { Item } from '../event/item.ts';
import type { Kind } from '../event/kinds.ts';
import type { Instant } from '../time/period.ts';
import { startOf, type ItemChange } from './changes.ts';
import { itemUid } from './items-at.ts';

/** Items of a kind as they were known before a batch and as they are known now, those alone that it made other ones. */
export interface Sides {
  readonly kind: Kind;
  readonly before: Side;
  readonly after: Side;
  /** The earliest instant that any of them speaks of. */
  readonly since: Instant;
}

export interface Side {
  readonly columns: ItemColumns;
  /** The rows that may bring something else to a value than on the other side; the others have a say in them. */
  readonly rows: Int32Array;
  /** What made each of these rows other than it was. */
  readonly changesOf: (row: number) => readonly ItemChange[];
}

const known = new WeakMap<readonly ItemChange[], Map<Kind, Sides>>();

/** The changed items of a kind, by themselves. Made once for all KPIs of a kind. */
export function ownSides(changes: readonly ItemChange[], kind: Kind): Sides {
  let byKind = known.get(changes);
  if (byKind === undefined) known.set(changes, (byKind = new Map<Kind, Sides>()));
  let sides = byKind.get(kind);
  if (sides === undefined) {
    const own = changes.filter((change) => change.kind === kind);
    let since = Infinity;
    for (const { before, after } of own) since = Math.min(since, startOf(after), before === null ? Infinity : startOf(before));
    const byUid = new Map(own.map((change) => [change.uid, [change]]));
    const sideOf = (items: readonly Item[]): Side => {
      const columns = columnsAlone(kind, items);
      return {
        columns,
        rows: Int32Array.from({ length: columns.length }, (_, row) => row),
        changesOf: (row) => byUid.get(itemUid(columns.uids.at(row) ?? '')) ?? [],
      };
    };
    const before = sideOf(own.flatMap((change) => change.before ?? []));
    sides = { kind, before, after: sideOf(own.map((change) => change.after)), since };
    byKind.set(kind, sides);
  }
  return sides;
}

function columnsAlone(kind: Kind, items: readonly Item[]): ItemColumns {
  const plain = columnsOf(kind, items);
  return withDerivedFields(kind, plain, (other) => (other === kind ? plain : columnsOf(other, [])));
}

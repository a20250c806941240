import type { ItemColumns } from '../../../server/event/columns.ts';
import { columnsOf } from '../../../server/event/columns-of.ts';
import { deriveItems, withDerivedFields } from '../../../server/event/derive.ts';
import type { Item } from '../../../server/event/item.ts';
import { KINDS, type Kind } from '../../../server/event/kinds.ts';
import { at } from './facts.ts';
import { ORGANISATION } from './organisation.ts';
import { uidsOf } from '../../../server/event/links.ts';

const NOW = at('2027-12-01T00:00Z');

/** Items of a kind among stored ones, derived where it is not stored. */
export function itemsOf(kind: Kind, stored: readonly Item[]): Item[] {
  return KINDS[kind].isDerived
    ? deriveItems(kind, (of) => itemsOf(of, stored), ORGANISATION, NOW)
    : stored.filter((item) => item.kind === kind);
}

/** Columns of a kind with all that is worked out from others. */
export function columnsFrom(kind: Kind, stored: readonly Item[]): ItemColumns {
  const plain = (of: Kind): ItemColumns => columnsOf(of, itemsOf(of, stored));
  return withDerivedFields(kind, plain(kind), plain);
}

/** A number by what follows source and kind in the uid. */
export function numbersOf(kind: Kind, name: string, stored: readonly Item[]): Record<string, number> {
  const columns = columnsFrom(kind, stored);
  return Object.fromEntries(
    uidsOf(columns).map((uid, row) => [uid.split(':').slice(2).join(':'), columns.numbers[name]?.[row] ?? NaN]),
  );
}

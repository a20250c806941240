import type { ItemColumns } from '../../../server/event/columns.ts';
import { columnsOf } from '../../../server/event/columns-of.ts';
import { deriveColumns, withDerivedFields } from '../../../server/event/derive.ts';
import type { Item } from '../../../server/event/item.ts';
import { KINDS, type Kind } from '../../../server/event/kinds.ts';
import type { Instant } from '../../../server/time/period.ts';
import { at } from './facts.ts';
import { ORGANISATION } from './organisation.ts';
import { uidsOf } from '../../../server/event/links.ts';
import { rowsOf, type Row } from './rows.ts';

const NOW = at('2027-12-01T00:00Z');

/** Columns of a kind among stored items, derived where it is not stored. */
export function plainColumns(kind: Kind, stored: readonly Item[], now: Instant = NOW): ItemColumns {
  return KINDS[kind].isDerived
    ? deriveColumns(kind, (of) => plainColumns(of, stored, now), ORGANISATION, now)
    : columnsOf(
        kind,
        stored.filter((item) => item.kind === kind),
      );
}

/** Rows of a derived kind, ascending by uid. */
export const derived = (kind: Kind, stored: readonly Item[], now?: Instant): Row[] => rowsOf(plainColumns(kind, stored, now));

/** Columns of a kind with all that is worked out from others. */
export function columnsFrom(kind: Kind, stored: readonly Item[]): ItemColumns {
  const plain = (of: Kind): ItemColumns => plainColumns(of, stored);
  return withDerivedFields(kind, plain(kind), plain);
}

/** A number by what follows source and kind in the uid. */
export function numbersOf(kind: Kind, name: string, stored: readonly Item[]): Record<string, number> {
  const columns = columnsFrom(kind, stored);
  return Object.fromEntries(
    uidsOf(columns).map((uid, row) => [uid.split(':').slice(2).join(':'), columns.numbers[name]?.[row] ?? NaN]),
  );
}

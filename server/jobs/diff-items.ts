import type { ItemColumns } from '../event/columns.ts';
import { compareText } from '../event/facts.ts';
import type { EntryLists } from '../kpi/entry-lists.ts';

/** Items of several lists as numbers: one number for each uid, whichever list names it. */
export interface ItemNumbers {
  readonly count: number;
  /** The number of each row; null where that is the row itself. */
  readonly of: (lists: EntryLists) => Int32Array | null;
  uid(item: number): string;
  /** By uid, as texts are compared. */
  compare(one: number, other: number): number;
  /** Puts a number for each of these items into `keys`, in the order of uids as far as it goes: perhaps the same one for all. */
  keysOf(items: Int32Array, keys: Float64Array): void;
}

/** Lists over the same columns are told apart by row. Where kinds differ, uids tell which items are the same. */
export function itemNumbers(lists: readonly EntryLists[]): ItemNumbers {
  const all = [...new Set(lists.map(({ columns }) => columns))];
  const [only] = all;
  return only === undefined || all.length > 1 ? byUid(lists) : byRow(only);
}

const byRow = ({ length, uids }: ItemColumns): ItemNumbers => {
  const uid = (row: number): string => uids.at(row) ?? '';
  const compare =
    uids.compare === undefined
      ? (one: number, other: number) => compareText(uid(one), uid(other))
      : (one: number, other: number) => uids.compare?.(one, other) ?? 0;
  const keysOf: ItemNumbers['keysOf'] = (items, keys) => {
    if (uids.keysOf === undefined) keys.fill(0, 0, items.length);
    else uids.keysOf(items, keys);
  };
  return { count: length, of: () => null, uid, compare, keysOf };
};

const byUid = (lists: readonly EntryLists[]): ItemNumbers => {
  const known: string[] = [];
  const numberOf = new Map<string, number>();
  const numbers = new Map<ItemColumns, Int32Array>();
  for (const { columns, entries } of lists) {
    const own = numbers.get(columns) ?? new Int32Array(columns.length).fill(-1);
    numbers.set(columns, own);
    for (const row of entries.row.subarray(0, entries.length)) {
      if ((own[row] ?? 0) >= 0) continue;
      const uid = columns.uids.at(row) ?? '';
      const number = numberOf.get(uid) ?? known.push(uid) - 1;
      numberOf.set(uid, number);
      own[row] = number;
    }
  }
  const uid = (item: number): string => known[item] ?? '';
  return {
    count: known.length,
    of: ({ columns }) => numbers.get(columns) ?? null,
    uid,
    compare: (one, other) => compareText(uid(one), uid(other)),
    keysOf: (items, keys) => void keys.fill(0, 0, items.length),
  };
};

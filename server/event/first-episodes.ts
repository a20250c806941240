import type { ItemColumns } from './columns.ts';
import { findRows } from './find-rows.ts';
import { rowsWhere } from './standing.ts';

const known = new WeakMap<ItemColumns, ReadonlyMap<number, number>>();

/** Tells for each row the first episode of its item, which most rows are themselves: `desk:incident:7` for `desk:incident:7#2`. */
export function firstEpisodesIn(columns: ItemColumns): (row: number) => number {
  let first = known.get(columns);
  if (first === undefined) known.set(columns, (first = laterEpisodes(columns)));
  const firstOf = first;
  return firstOf.size === 0 ? (row) => row : (row) => firstOf.get(row) ?? row;
}

function laterEpisodes(columns: ItemColumns): Map<number, number> {
  const { episode } = columns.numbers;
  if (episode === undefined) return new Map();
  const later = rowsWhere(columns, (row) => (episode[row] ?? NaN) > 1 && columns.dead?.[row] !== 1);
  const items = new Map<string, number>();
  const itemOf = Int32Array.from(later, (row) => {
    const uid = columns.uids.at(row) ?? '';
    const item = uid.slice(0, uid.lastIndexOf('#'));
    const index = items.get(item) ?? items.size;
    items.set(item, index);
    return index;
  });
  const rows = findRows(columns, [...items.keys()]);
  return new Map(
    Array.from(later, (row, index) => {
      const first = rows[itemOf[index] ?? -1] ?? -1;
      return [row, first < 0 ? row : first];
    }),
  );
}

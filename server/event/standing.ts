import { NEVER, type Codes, type ItemColumns } from './columns.ts';

/** Tells rows that count: neither replaced by others, nor cancelled (deleted in their source, or called off). */
export function standingIn({ dead, instants }: ItemColumns): (row: number) => boolean {
  const { cancelled } = instants;
  return (row) => dead?.[row] !== 1 && (cancelled?.[row] ?? NEVER) === NEVER;
}

/** Reads an instant of rows; NEVER for all of them where the column is missing. */
export function secondsIn(columns: ItemColumns, name: string): (row: number) => number {
  const column = columns.instants[name];
  return (row) => column?.[row] ?? NEVER;
}

/** The code of a text; -2, which no row has, where the column does not know it. */
export function codeOf(codes: Codes | undefined, text: string): number {
  const code = codes?.dictionary.indexOf(text) ?? -1;
  return code < 0 ? -2 : code;
}

/** Rows of columns for which a condition holds, ascending. */
export function rowsWhere({ length }: ItemColumns, holds: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (!holds(row)) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** The stretch that an item was in at a second; the first where it had not begun. */
export function stretchAt({ stretchStart, stretchFrom }: ItemColumns, row: number, second: number): number {
  const first = stretchStart[row] ?? 0;
  let stretch = (stretchStart[row + 1] ?? first + 1) - 1;
  while (stretch > first && (stretchFrom[stretch] ?? NEVER) > second) stretch -= 1;
  return stretch;
}

/** The first place from `low` to `high` whose row's moment has reached a limit, in rows ascending by it; `high` where none has. */
export function firstFromIn(
  rows: Int32Array,
  low: number,
  high: number,
  momentOf: (row: number) => number,
  limit: number,
): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (momentOf(rows[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

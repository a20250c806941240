/** The first place from `low` to `high` whose moment has reached a limit, in moments ascending there; `high` where none has. */
export function firstFromIn(moments: Int32Array, low: number, high: number, limit: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((moments[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

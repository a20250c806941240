/** The index of the first entry whose moment has reached a limit, in a list ascending by it; its length where none has. */
export function firstFrom<T>(list: readonly T[], momentOf: (entry: T) => number, limit: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = list[middle];
    if (entry !== undefined && momentOf(entry) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

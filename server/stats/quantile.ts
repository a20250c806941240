/** From here on selecting beats sorting; below it a typed sort is as fast and simpler. */
const SELECT_FROM = 256;

/**
 * The p-quantile, interpolated as type 7 of Hyndman and Fan (1996), the default of R and NumPy:
 * position (n − 1) × p. Same unit as the values, which need not be sorted and are not changed.
 * Null for no values. Values must be finite; `p` lies in 0 to 1, else a RangeError.
 */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile lies in 0 to 1, got ${p}`);
  const count = values.length;
  if (count === 0) return null;
  const copy = Float64Array.from(values);
  const position = (count - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, count - 1);
  if (count < SELECT_FROM) copy.sort();
  else select(copy, below);
  const low = copy[below] ?? 0;
  // After selection everything beyond `below` is at least as large: the next in order is their minimum.
  const high = count < SELECT_FROM || above === below ? (copy[above] ?? low) : minimumFrom(copy, above);
  return low + (position - below) * (high - low);
}

/** Moves the value of rank `rank` to its place, smaller ones before it (Hoare's quickselect). */
function select(values: Float64Array, rank: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = medianOfThree(values[left] ?? 0, values[(left + right) >> 1] ?? 0, values[right] ?? 0);
    let low = left;
    let high = right;
    while (low <= high) {
      while ((values[low] ?? 0) < pivot) low += 1;
      while ((values[high] ?? 0) > pivot) high -= 1;
      if (low <= high) {
        const moved = values[low] ?? 0;
        values[low] = values[high] ?? 0;
        values[high] = moved;
        low += 1;
        high -= 1;
      }
    }
    if (rank <= high) right = high;
    else if (rank >= low) left = low;
    else return;
  }
}

/** Sorted and reversed input, the common case here, then splits in the middle. */
function medianOfThree(first: number, second: number, third: number): number {
  return Math.max(Math.min(first, second), Math.min(Math.max(first, second), third));
}

function minimumFrom(values: Float64Array, start: number): number {
  let minimum = values[start] ?? 0;
  for (let index = start + 1; index < values.length; index += 1) minimum = Math.min(minimum, values[index] ?? minimum);
  return minimum;
}

/**
 * The p-quantile, interpolated as type 7 of Hyndman and Fan (1996), the default of R and NumPy:
 * position (n − 1) × p. Same unit as the values, which need not be sorted and are not changed.
 * Null for no values. Values must be finite; `p` lies in 0 to 1, else a RangeError.
 */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** As `quantile`, of values that ascend already: sorted once, they answer many such questions without a copy. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile lies in 0 to 1, got ${p}`);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below];
  if (low === undefined) return null;
  const high = sorted[below + 1] ?? low;
  return low + (position - below) * (high - low);
}

/**
 * Population Gini coefficient, 0 (all equal) to 1 − 1/n (one has everything): half the mean absolute
 * difference over the mean, computed from ranks as Σ(2i − n − 1)xᵢ / (n Σxᵢ). Values are shares of a
 * burden, at least 0; those who bore nothing belong in the list as 0. Null where there is nothing
 * to share: no values, or all 0. Below 0 or not finite: RangeError.
 */
export function gini(values: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  let total = 0;
  let weighted = 0;
  for (let index = 0; index < count; index += 1) {
    const value = sorted[index] ?? 0;
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`a share is at least 0 and finite, got ${value}`);
    total += value;
    weighted += (2 * (index + 1) - count - 1) * value;
  }
  return total === 0 ? null : weighted / (count * total);
}

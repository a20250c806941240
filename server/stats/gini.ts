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

/**
 * The population Gini coefficient to be expected if each of `items` fell on any of `people` with equal
 * chance: E[G] = (n − 1) / (2N) × E|X₁ − X₂| for multinomial counts X. Given M = X₁ + X₂, which is
 * binomial (N, 2/n), the difference is that of a symmetric walk of M steps, whose mean distance is
 * 2k C(2k, k) / 4ᵏ with k = ⌈M/2⌉ (W. Feller, An Introduction to Probability Theory, vol. 1, ch. III).
 * Whole numbers, at least 1; one person has 0.
 */
export function giniByChance(items: number, people: number): number {
  if (people <= 1) return 0;
  const chance = 2 / people;
  let difference = 0;
  let distance = 1;
  if (chance === 1) {
    for (let k = 2; k <= Math.ceil(items / 2); k += 1) distance *= (2 * k - 1) / (2 * k - 2);
    difference = distance;
  } else {
    // In logarithms: the chance that neither had any is too small for a number where there are many items.
    let log = items * Math.log1p(-chance);
    for (let both = 1; both <= items; both += 1) {
      log += Math.log((items - both + 1) / both) + Math.log(chance / (1 - chance));
      if (both % 2 === 1 && both > 1) distance *= both / (both - 1);
      difference += Math.exp(log) * distance;
    }
  }
  return ((people - 1) / (2 * items)) * difference;
}

import { quantileOfSorted, quantilesOf } from '../stats/quantile.ts';

/**
 * One number for many. Names: median, mean, min, max, sum, pNN (type 7), and the words people use
 * beside a value: longest, shortest, oldest, total. Null where there is nothing, or no such summary.
 * `sorted` is ascending and without NaN; sums of whole seconds are exact.
 */
export const summarise = (sorted: Float64Array | Int32Array, name: string): number | null => {
  if (sorted.length === 0) return null;
  switch (name) {
    case 'median':
      return quantileOfSorted(sorted, 0.5);
    case 'mean':
      return sumOf(sorted) / sorted.length;
    case 'sum':
    case 'total':
      return sumOf(sorted);
    case 'min':
    case 'shortest':
      return sorted[0] ?? null;
    case 'max':
    case 'longest':
    case 'oldest':
      return sorted[sorted.length - 1] ?? null;
    default: {
      const share = percentOf(name);
      return share === null ? null : quantileOfSorted(sorted, share);
    }
  }
};

/**
 * As `summarise`, for several names at once (in their order) and values in any order, which is changed. `total`: their
 * sum, where it is known exactly; without it they are sorted, so that no order changes a rounding.
 */
export const summariesOf = (
  values: Float64Array | Int32Array,
  names: readonly string[],
  total: number | null,
): (number | null)[] => {
  if (total === null) {
    values.sort();
    return names.map((name) => summarise(values, name));
  }
  const { shares, places } = plannedFor(names);
  const quantiles = quantilesOf(values, shares);
  return names.map((name, index) => {
    const place = places[index] ?? -1;
    return place < 0 ? unsorted(values, name, total) : (quantiles[place] ?? null);
  });
};

const unsorted = (values: Float64Array | Int32Array, name: string, total: number): number | null => {
  if (values.length === 0) return null;
  switch (name) {
    case 'mean':
      return total / values.length;
    case 'sum':
    case 'total':
      return total;
    case 'min':
    case 'shortest':
      return extremeOf(values, 'min');
    case 'max':
    case 'longest':
    case 'oldest':
      return extremeOf(values, 'max');
    default:
      return null;
  }
};

interface Planned {
  readonly names: readonly string[];
  /** Ascending and distinct. */
  readonly shares: readonly number[];
  /** By name: which of the shares it asks for; -1 where it is no quantile. */
  readonly places: readonly number[];
}

let planned: Planned = { names: [], shares: [], places: [] };

/** The same names are asked of many buckets in a row. */
const plannedFor = (names: readonly string[]): Planned => {
  if (planned.names !== names) {
    const asked = names.map((name) => (name === 'median' ? 0.5 : percentOf(name)));
    const shares = [...new Set(asked.filter((share) => share !== null))].sort((one, other) => one - other);
    planned = { names, shares, places: asked.map((share) => (share === null ? -1 : shares.indexOf(share))) };
  }
  return planned;
};

let asked = '';
let answer: number | null = null;

/** `p90` is 0.9; null for what is no percentile. The same name is asked of many buckets in a row. */
export const percentOf = (name: string): number | null => {
  if (name !== asked) {
    answer = shareOf(name);
    asked = name;
  }
  return answer;
};

const shareOf = (name: string): number | null => {
  const match = /^p(\d+(?:\.\d+)?)$/.exec(name);
  if (match === null) return null;
  const percent = Number(match[1]);
  return percent >= 0 && percent <= 100 ? percent / 100 : null;
};

/** The sum of the first `length` values, in the order they stand in. */
export const sumOf = (values: ArrayLike<number>, length = values.length): number => {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += values[index] ?? 0;
  return sum;
};

/** The greatest or least of the first `length` values, which need no order; without NaN. Null where there is nothing. */
export const extremeOf = (values: ArrayLike<number>, name: 'max' | 'min', length = values.length): number | null => {
  if (length === 0) return null;
  let found = values[0] ?? Number.NaN;
  for (let index = 1; index < length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (name === 'max' ? value > found : value < found) found = value;
  }
  return found;
};

import { quantileOfSorted } from '../stats/quantile.ts';

/**
 * One number for many. Names: median, mean, min, max, sum, pNN (type 7), and the words people use
 * beside a value: longest, shortest, oldest, total. Null where there is nothing, or no such summary.
 * `sorted` is ascending and without NaN; sums of whole seconds are exact.
 */
export const summarise = (sorted: Float64Array, name: string): number | null => {
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

let asked = '';
let answer: number | null = null;

/** `p90` is 0.9; null for what is no percentile. The same name is asked of many buckets in a row. */
const percentOf = (name: string): number | null => {
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

/** Counts of values by bucket, as they are added up: how many of `total` were at or under each edge. */
export interface Counts {
  /** Ascending. */
  readonly edges: Float64Array;
  /** By edge; NaN where it is not known. Whole numbers, unless the source weighs its values. */
  readonly atMost: ArrayLike<number>;
  readonly total: number;
}

/** A number that is known to lie between two others, null where nothing is known on that side. */
export interface Bounded {
  /** Best guess: values lie evenly in their bucket, those of the lowest from 0 on; never beyond the last edge. */
  readonly value: number;
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

/**
 * The quantile (type 7, as of single values) of counted values. It lies within the bounds whatever the values were: those of the
 * buckets of the two values it lies between. Null where there are no values, or no edge is known.
 */
export const quantileOfCounts = (counts: Counts, share: number): Bounded | null => {
  const { total } = counts;
  if (!(total > 0) || lastKnown(counts) < 0) return null;
  const place = Math.max(0, (total - 1) * share);
  const low = Math.floor(place);
  const rest = place - low;
  const one = placed(counts, low);
  const other = rest === 0 ? one : placed(counts, low + 1);
  return { value: one.value + rest * (other.value - one.value), atLeast: one.atLeast, atMost: other.atMost };
};

/** The share of values at or under a bound; exact where it is an edge. Null where there are no values, or no edge is known. */
export const shareOfCounts = (counts: Counts, bound: number): Bounded | null => {
  const { edges, atMost, total } = counts;
  if (!(total > 0) || lastKnown(counts) < 0) return null;
  let [under, above] = [-1, -1];
  for (let index = 0; index < edges.length; index += 1) {
    if (Number.isNaN(atMost[index])) continue;
    if ((edges[index] ?? 0) <= bound) under = index;
    else if (above < 0) above = index;
  }
  const least = under < 0 ? 0 : (atMost[under] ?? 0) / total;
  if (under >= 0 && edges[under] === bound) return { value: least, atLeast: least, atMost: least };
  if (above < 0) return { value: least, atLeast: least, atMost: 1 };
  const most = (atMost[above] ?? 0) / total;
  const from = under < 0 ? Math.min(0, bound) : (edges[under] ?? 0);
  const value = least + ((most - least) * (bound - from)) / ((edges[above] ?? 0) - from);
  return { value, atLeast: least, atMost: most };
};

const lastKnown = ({ edges, atMost }: Counts): number => {
  let index = edges.length - 1;
  while (index >= 0 && Number.isNaN(atMost[index])) index -= 1;
  return index;
};

/** The value that has `before` others before it in ascending order. */
const placed = (counts: Counts, before: number): Bounded => {
  const { edges, atMost } = counts;
  let lower = -1;
  for (let index = 0; index < edges.length; index += 1) {
    const own = atMost[index] ?? Number.NaN;
    if (Number.isNaN(own)) continue;
    if (own > before) return within(counts, lower, index, before);
    lower = index;
  }
  const last = edges[lower] ?? 0;
  return { value: last, atLeast: last, atMost: null };
};

/** In the bucket between two edges; the lowest has no lower one. */
const within = ({ edges, atMost }: Counts, lower: number, upper: number, before: number): Bounded => {
  const top = edges[upper] ?? 0;
  const bottom = lower < 0 ? Math.min(0, top) : (edges[lower] ?? 0);
  const under = lower < 0 ? 0 : (atMost[lower] ?? 0);
  const part = Math.min(1, (before - under + 0.5) / ((atMost[upper] ?? 0) - under));
  return { value: bottom + (top - bottom) * part, atLeast: lower < 0 ? null : bottom, atMost: top };
};

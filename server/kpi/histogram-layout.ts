import type { Bucket } from '../event/histogram.ts';

/** Counts may be interpolated by the source, and then come to the count of all values not quite: by a hundredth at most. */
const INTERPOLATED = 0.01;
/** Where a bucket says nothing, the others leave no room for it: only rounding. */
const ROUNDING = 1e-6;

/**
 * Buckets that share no value and leave none out. Each is known by its place in the list of all buckets, -1 where none of its
 * points ever came.
 */
export class Layout {
  /** Finite and ascending. */
  readonly edges: Float64Array;
  /** By part of the axis, below the first edge to above the last. */
  readonly #parts: Int32Array;
  /** The bucket of all values. */
  readonly #total: number;
  readonly #counts: Float64Array;

  constructor(edges: Float64Array, parts: Int32Array, total: number) {
    this.edges = edges;
    this.#parts = parts;
    this.#total = total;
    this.#counts = new Float64Array(parts.length);
  }

  /**
   * Adds the counts of one row up, by edge of `all`: NaN for what lies inside of a bucket that is not empty. Returns how many values
   * there were, NaN where the counts are not whole: a bucket that says nothing is empty where the others make up the count of all
   * values, and unknown otherwise.
   */
  read(counts: Float64Array, all: Float64Array, atMost: Float64Array): number {
    let sum = 0;
    let isWhole = true;
    for (let part = 0; part < this.#parts.length; part += 1) {
      const count = counts[this.#parts[part] ?? -1] ?? Number.NaN;
      if (count < 0) return Number.NaN;
      isWhole &&= !Number.isNaN(count);
      this.#counts[part] = Number.isNaN(count) ? 0 : count;
      sum += this.#counts[part] ?? 0;
    }
    const total = counts[this.#total] ?? Number.NaN;
    const slack = (isWhole ? INTERPOLATED : ROUNDING) * Math.max(1, total);
    if (Number.isNaN(total) ? !isWhole : Math.abs(total - sum) > slack) return Number.NaN;
    let part = 0;
    let under = this.#counts[0] ?? 0;
    for (let index = 0; index < all.length; index += 1) {
      const edge = all[index] ?? 0;
      while (part < this.edges.length && (this.edges[part] ?? 0) < edge) {
        part += 1;
        under += this.#counts[part] ?? 0;
      }
      const isInside = this.edges[part] !== edge;
      atMost[index] = isInside && (this.#counts[part] ?? 0) > 0 ? Number.NaN : under;
    }
    return sum;
  }
}

/** What buckets make whole, those of most edges first. Where two overlap, counts cannot be added up, and nothing is read of them. */
export const layoutsOf = (buckets: readonly Bucket[]): Layout[] => {
  const places = Map.groupBy(buckets.keys(), (place) => buckets[place]?.layout ?? '');
  return [...places]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, own]) => layoutOf(buckets, own) ?? [])
    .sort((one, other) => other.edges.length - one.edges.length);
};

const layoutOf = (buckets: readonly Bucket[], places: readonly number[]): Layout | null => {
  const bounds = places.flatMap((place) => [buckets[place]?.over ?? -Infinity, buckets[place]?.upTo ?? Infinity]);
  const edges = Float64Array.from(new Set(bounds.filter(Number.isFinite))).sort();
  if (edges.length === 0) return null;
  const parts = new Int32Array(edges.length + 1).fill(-1);
  let total = -1;
  for (const place of places) {
    const { over = -Infinity, upTo = Infinity } = buckets[place] ?? {};
    if (over === -Infinity && upTo === Infinity) total = place;
    else {
      const part = over === -Infinity ? 0 : edges.indexOf(over) + 1;
      if ((edges[part] ?? Infinity) !== upTo) return null;
      parts[part] = place;
    }
  }
  return new Layout(edges, parts, total);
};

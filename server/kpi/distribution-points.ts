import type { Organisation, Scope } from '../event/organisation.ts';
import { lowerBound } from './buckets.ts';
import type { Distribution } from './distribution.ts';
import type { Where } from './kpi.ts';
import { cadenceOf, type Cadence } from './level-cadence.ts';
import { Selections } from './level-selections.ts';

/**
 * The counts of a scope, one an instant: lines of all dimensions added up. Counts that are not whole are left out, and known by
 * their instants.
 */
export class ScopeCounts {
  readonly edges: Float64Array;
  readonly at: Float64Array;
  readonly totals: Float64Array;
  /** By instant and edge. */
  readonly atMost: Float64Array;
  /** Ascending; one for each line whose counts are not whole. */
  readonly leftOutAt: Float64Array;
  #paced = -1;
  #cadence: Cadence = { every: 'unknown' };

  constructor({ edges, rows, atMost }: Distribution, own: Int32Array) {
    this.edges = edges;
    const at = new Float64Array(own.length);
    const totals = new Float64Array(own.length);
    const sums = new Float64Array(own.length * edges.length);
    const leftOutAt: number[] = [];
    let length = 0;
    for (const row of own) {
      const instant = rows.at[row] ?? 0;
      const total = rows.values[row] ?? Number.NaN;
      if (Number.isNaN(total)) {
        leftOutAt.push(instant);
        continue;
      }
      if (length === 0 || at[length - 1] !== instant) length += 1;
      at[length - 1] = instant;
      totals[length - 1] = (totals[length - 1] ?? 0) + total;
      add(sums, (length - 1) * edges.length, atMost, row * edges.length, edges.length);
    }
    this.at = at.slice(0, length);
    this.totals = totals.slice(0, length);
    this.atMost = sums.slice(0, length * edges.length);
    this.leftOutAt = Float64Array.from(leftOutAt);
  }

  /** How many instants are known at `now`. */
  known(now: number): number {
    const length = lowerBound(this.at, now);
    return this.at[length] === now ? length + 1 : length;
  }

  /** Points that are not yet known say nothing about it. */
  cadence(known: number, { calendar }: Organisation): Cadence {
    if (this.#paced !== known) this.#cadence = cadenceOf(this.at.subarray(0, known), calendar.zone);
    this.#paced = known;
    return this.#cadence;
  }

  /** All values from one instant up to another. */
  total(first: number, end: number): number {
    let sum = 0;
    for (let index = first; index < end; index += 1) sum += this.totals[index] ?? 0;
    return sum;
  }

  /** How many of them were at or under each edge; NaN where one of the instants does not know. */
  summed(first: number, end: number): Float64Array {
    const { length } = this.edges;
    const sums = new Float64Array(length);
    for (let index = first; index < end; index += 1) add(sums, 0, this.atMost, index * length, length);
    return sums;
  }
}

const add = (sums: Float64Array, to: number, counts: Float64Array, from: number, length: number): void => {
  for (let edge = 0; edge < length; edge += 1) sums[to + edge] = (sums[to + edge] ?? 0) + (counts[from + edge] ?? 0);
};

const selections = new Selections<ScopeCounts>();

/** The counts that conditions mean in a scope; null where it has none. Kept for as long as the columns are. */
export const countsOf = (
  distribution: Distribution,
  where: readonly Where[],
  organisation: Organisation,
  scope: Scope,
): ScopeCounts | null => {
  const { rows, made } = selections.of(distribution.rows, where, organisation);
  let counts = made.get(scope);
  if (counts === undefined) {
    const own = rows.rowsOf(scope);
    if (own === undefined) return null;
    made.set(scope, (counts = new ScopeCounts(distribution, own)));
  }
  return counts;
};

import type { SeriesColumns } from '../event/columns.ts';
import { bucketOf } from '../event/histogram.ts';
import { layoutsOf, type Layout } from './histogram-layout.ts';
import type { Measure } from './kpi.ts';
import { columnsFor } from './level-points.ts';

/** How the values of a series were spread, point by point. */
export interface Distribution {
  /** All that any point knows, finite and ascending. */
  readonly edges: Float64Array;
  /** A row for each instant and dimensions; `values`: how many values there were, NaN where the counts are not whole. */
  readonly rows: SeriesColumns;
  /** By row and edge: how many were at or under it; NaN where the row does not know. */
  readonly atMost: Float64Array;
}

const distributions = new WeakMap<readonly SeriesColumns[], Distribution | null>();

/** The histogram of a series; null where its source gives none. Kept for as long as the columns are. */
export const distributionOf = (all: readonly SeriesColumns[]): Distribution | null => {
  let known = distributions.get(all);
  if (known === undefined) distributions.set(all, (known = made(all)));
  return known;
};

/** Whether a level is of single values, which a histogram tells, and not of points. */
export const isOfValues = ({ statistic, across }: Extract<Measure, { type: 'level' }>): boolean =>
  statistic === 'share' || (across === undefined && statistic.startsWith('p'));

/** The columns whose points a level is made of; null where there are none. */
export const columnsBehind = (
  all: readonly SeriesColumns[],
  measure: Extract<Measure, { type: 'level' }>,
): SeriesColumns | null => {
  const distribution = isOfValues(measure) ? distributionOf(all) : null;
  if (distribution !== null) return distribution.rows;
  return measure.statistic === 'share' ? null : columnsFor(all, measure.statistic);
};

const made = (all: readonly SeriesColumns[]): Distribution | null => {
  const counted = all.flatMap((columns) => {
    const bucket = bucketOf(columns.statistic);
    return bucket === null ? [] : [{ columns, bucket }];
  });
  if (counted.length === 0) return null;
  const names = [...new Set(counted.flatMap(({ columns }) => ['', ...columns.dimensions.dictionary]))].sort();
  const heads = counted.map(({ columns }) => new Head(columns, names));
  const layouts = layoutsOf(counted.map(({ bucket }) => bucket));
  const edges = Float64Array.from(new Set(layouts.flatMap((layout) => [...layout.edges]))).sort();
  return new Merge(heads, layouts, edges).all(counted[0]?.columns.series ?? '', names);
};

/** Reads the points of one bucket, ascending in time and then in dimensions. */
class Head {
  at = Number.POSITIVE_INFINITY;
  line = 0;
  count = Number.NaN;
  readonly #columns: SeriesColumns;
  readonly #lines: Int32Array;
  /** Null where the points stand in order. */
  readonly #order: Int32Array | null;
  #next = 0;

  constructor(columns: SeriesColumns, names: readonly string[]) {
    const { dictionary, codes } = columns.dimensions;
    const places = new Map(names.map((name, place) => [name, place]));
    const own = Int32Array.from(dictionary, (name) => places.get(name) ?? 0);
    this.#columns = columns;
    this.#lines = codes.map((code) => own[code] ?? 0);
    this.#order = orderOf(columns.at, this.#lines);
    this.move();
  }

  get length(): number {
    return this.#columns.at.length;
  }

  move(): void {
    const row = this.#order === null ? this.#next : (this.#order[this.#next] ?? this.length);
    this.#next += 1;
    this.at = this.#columns.at[row] ?? Number.POSITIVE_INFINITY;
    this.line = this.#lines[row] ?? 0;
    this.count = this.#columns.values[row] ?? Number.NaN;
  }
}

const orderOf = (at: Float64Array, lines: Int32Array): Int32Array | null => {
  let isOrdered = true;
  for (let row = 1; row < at.length && isOrdered; row += 1) {
    const later = (at[row] ?? 0) - (at[row - 1] ?? 0);
    isOrdered = later > 0 || (later === 0 && (lines[row] ?? 0) >= (lines[row - 1] ?? 0));
  }
  if (isOrdered) return null;
  return Int32Array.from(at, (_, row) => row).sort(
    (one, other) => (at[one] ?? 0) - (at[other] ?? 0) || (lines[one] ?? 0) - (lines[other] ?? 0),
  );
};

/** Puts together what the buckets say of one instant and dimensions, one after the other. */
class Merge {
  readonly #heads: readonly Head[];
  readonly #layouts: readonly Layout[];
  readonly #edges: Float64Array;
  /** By bucket: what it counts in the row under way, NaN where it says nothing. */
  readonly #counts: Float64Array;
  readonly #scratch: Float64Array;
  #length = 0;
  #at: Float64Array;
  #lines: Int32Array;
  #totals: Float64Array;
  #atMost: Float64Array;

  constructor(heads: readonly Head[], layouts: readonly Layout[], edges: Float64Array) {
    const room = Math.max(16, ...heads.map(({ length }) => length));
    this.#heads = heads;
    this.#layouts = layouts;
    this.#edges = edges;
    this.#counts = new Float64Array(heads.length);
    this.#scratch = new Float64Array(edges.length);
    this.#at = new Float64Array(room);
    this.#lines = new Int32Array(room);
    this.#totals = new Float64Array(room);
    this.#atMost = new Float64Array(room * edges.length);
  }

  all(series: string, names: readonly string[]): Distribution {
    while (this.#take()) this.#keep();
    const length = this.#length;
    const dimensions = { dictionary: names, codes: this.#lines.slice(0, length) };
    return {
      edges: this.#edges,
      rows: { series, statistic: 'bucket', at: this.#at.slice(0, length), values: this.#totals.slice(0, length), dimensions },
      atMost: this.#atMost.slice(0, length * this.#edges.length),
    };
  }

  /** The next row from all buckets that have it; false after the last. */
  #take(): boolean {
    let at = Number.POSITIVE_INFINITY;
    let line = 0;
    for (const head of this.#heads) {
      if (head.at > at || (head.at === at && head.line >= line)) continue;
      at = head.at;
      line = head.line;
    }
    if (at === Number.POSITIVE_INFINITY) return false;
    if (this.#length === this.#at.length) this.#grow();
    this.#at[this.#length] = at;
    this.#lines[this.#length] = line;
    for (let index = 0; index < this.#heads.length; index += 1) {
      const head = this.#heads[index];
      this.#counts[index] = Number.NaN;
      while (head?.at === at && head.line === line) {
        this.#counts[index] = head.count;
        head.move();
      }
    }
    return true;
  }

  #keep(): void {
    const row = this.#length;
    const own = this.#atMost.subarray(row * this.#edges.length, (row + 1) * this.#edges.length);
    let known = Number.NaN;
    for (const layout of this.#layouts) {
      const isFirst = Number.isNaN(known);
      const total = layout.read(this.#counts, this.#edges, isFirst ? own : this.#scratch);
      if (isFirst) known = total;
      else if (total === known) fill(own, this.#scratch);
    }
    this.#totals[row] = known;
    this.#length += 1;
  }

  #grow(): void {
    const room = this.#at.length * 2;
    const [at, lines, totals] = [new Float64Array(room), new Int32Array(room), new Float64Array(room)];
    const atMost = new Float64Array(room * this.#edges.length);
    at.set(this.#at);
    lines.set(this.#lines);
    totals.set(this.#totals);
    atMost.set(this.#atMost);
    this.#at = at;
    this.#lines = lines;
    this.#totals = totals;
    this.#atMost = atMost;
  }
}

/** What another layout knows of the same values. */
const fill = (own: Float64Array, other: Float64Array): void => {
  for (let index = 0; index < own.length; index += 1) if (Number.isNaN(own[index])) own[index] = other[index] ?? Number.NaN;
};

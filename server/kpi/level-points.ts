import type { SeriesColumns } from '../event/columns.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { bucketOf } from '../event/histogram.ts';
import { lowerBound } from './buckets.ts';
import type { Where } from './kpi.ts';
import { cadenceOf, type Cadence } from './level-cadence.ts';
import { Group } from './level-group.ts';
import { Lives } from './level-lines.ts';
import type { RowsByScope } from './level-rows.ts';
import { Selections } from './level-selections.ts';

export type Statistic = 'mean' | 'sum' | 'max' | 'min' | 'first' | 'last' | `p${number}`;
/** How lines of one series, one for each set of dimensions, become one. */
export type Across = 'sum' | 'mean' | 'max' | 'min';

/** One value a timestamp, ascending in time. */
export interface Points {
  readonly at: Float64Array;
  readonly values: Float64Array;
}

export interface PacedPoints extends Points {
  readonly cadence: Cadence;
}

export const NO_POINTS: PacedPoints = { at: new Float64Array(), values: new Float64Array(), cadence: { every: 'unknown' } };

/** How sources name their statistics, beside our own names. */
const STATISTIC_NAMES: Readonly<Record<string, readonly string[]>> = {
  mean: ['mean', 'average', 'avg'],
  sum: ['sum', 'total', 'count'],
  max: ['max', 'maximum'],
  min: ['min', 'minimum'],
};

/**
 * The columns that answer a statistic best: those of the same name (percentiles and maxima are kept
 * as the source measured them), else the averages, else the first by name. Null where there are none.
 * Counts of a histogram are no values of the series.
 */
export const columnsFor = (all: readonly SeriesColumns[], statistic: Statistic): SeriesColumns | null => {
  const sorted = all
    .filter((each) => bucketOf(each.statistic) === null)
    .sort((left, right) => (left.statistic < right.statistic ? -1 : 1));
  const named = (names: readonly string[]): SeriesColumns | undefined =>
    sorted.find((each) => names.includes(each.statistic.toLowerCase()));
  return named(STATISTIC_NAMES[statistic] ?? [statistic]) ?? named(STATISTIC_NAMES['mean'] ?? []) ?? sorted[0] ?? null;
};

/**
 * The points that conditions mean in a scope (level-rows.ts), up to `now`, with their cadence. Points
 * of one timestamp become one by the statistic, or as `across` says: then only timestamps count at which
 * every line that lives has a point, because a total of some would read as a fall. Kept for as long as the
 * columns are: whoever asks the same again, another KPI or another period, gets what was made before.
 */
export const pointsOf = (
  columns: SeriesColumns,
  where: readonly Where[],
  statistic: Statistic,
  organisation: Organisation,
  scope: Scope,
  now: number,
  across: Across | null = null,
): PacedPoints => {
  const { rows, made } = selections.of(columns, where, organisation);
  const key = across === null ? `${statistic} ${scope}` : `across ${across} ${scope}`;
  let points = made.get(key);
  if (points === undefined) {
    const own = rows.rowsOf(scope);
    if (own === undefined) return NO_POINTS;
    const lives = across === null ? null : new Lives(columns, own, rows);
    points = new ScopePoints(aggregated(columns, own, rows, across ?? statistic, lives), organisation);
    made.set(key, points);
  }
  return points.upTo(now);
};

/** All points of a scope, and those that are known at a moment. */
class ScopePoints {
  readonly #all: Points;
  readonly #organisation: Organisation;
  #known: PacedPoints | null = null;

  constructor(all: Points, organisation: Organisation) {
    this.#all = all;
    this.#organisation = organisation;
  }

  /** Points after `now` are not yet known, and say nothing about the cadence. */
  upTo(now: number): PacedPoints {
    const { at, values } = this.#all;
    let length = at.length;
    if (length > 0 && (at[length - 1] ?? 0) > now) {
      length = lowerBound(at, now);
      if (at[length] === now) length += 1;
    }
    if (this.#known?.at.length !== length) {
      const known = at.subarray(0, length);
      const { zone } = this.#organisation.calendar;
      this.#known = { at: known, values: values.subarray(0, length), cadence: cadenceOf(known, zone) };
    }
    return this.#known;
  }
}

const selections = new Selections<ScopePoints>();

const aggregated = (
  columns: SeriesColumns,
  own: Int32Array,
  rows: RowsByScope,
  statistic: Statistic,
  lives: Lives | null,
): Points => {
  const at = new Float64Array(own.length);
  const values = new Float64Array(own.length);
  const group = new Group();
  let length = 0;
  let row = own[0] ?? 0;
  for (let index = 1; index <= own.length;) {
    const instant = columns.at[row] ?? 0;
    const value = columns.values[row] ?? Number.NaN;
    const before = row;
    let together = 1;
    row = own[index] ?? 0;
    at[length] = instant;
    values[length] = value;
    if (index < own.length && columns.at[row] === instant) {
      group.clear();
      group.push(rows.rankOf(before), value);
      do {
        group.push(rows.rankOf(row), columns.values[row] ?? Number.NaN);
        together += 1;
        index += 1;
        row = own[index] ?? 0;
      } while (index < own.length && columns.at[row] === instant);
      values[length] = group.value(statistic);
    }
    index += 1;
    if (lives === null || together >= lives.at(instant)) length += 1;
  }
  // Copies where there are fewer, so that what is kept is no larger than what is in it.
  return length === own.length ? { at, values } : { at: at.slice(0, length), values: values.slice(0, length) };
};

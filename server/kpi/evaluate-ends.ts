import type { Scope } from '../event/organisation.ts';
import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../event/uid-hash.ts';
import type { Period } from '../time/period.ts';
import { lowerBound } from './buckets.ts';
import { NO_TRAIL, byUid, emptyOutcome, evaluated, type Trail } from './evidence.ts';
import type { Kpi } from './kpi.ts';
import { coverageOf, lackingOf } from './level-coverage.ts';
import { endsOf, type Ends } from './level-lines.ts';
import { NO_POINTS, columnsFor, pointsOf, type Across } from './level-points.ts';
import { ListHash } from './list-hash.ts';
import type { EvidenceItem } from './measurement.ts';
import type { Evaluated, World } from './world.ts';

interface OfEnds {
  readonly series: string;
  readonly statistic: 'first' | 'last';
  readonly across: Across;
}

/**
 * The first or last value of each line of a series in the period, put together: the depth of all queues, the risks of all
 * workloads. Lines need no common timestamps. A line counts with the last that it told in the period, whenever that was: its
 * silence is not 0. `count` and evidence are of lines.
 */
export const evaluateEnds = (
  kpi: Kpi,
  { series, statistic, across }: OfEnds,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const columns = columnsFor(world.series(series), statistic);
  const coverage = world.coverage({ series });
  const { zone } = world.organisation.calendar;
  return scopes.flatMap((scope) => {
    const ends = columns === null ? null : endsOf(columns, kpi.where, world.organisation, scope);
    const points = columns === null ? null : pointsOf(columns, kpi.where, across, world.organisation, scope, world.now);
    return periods.map((period) => {
      const lacking = lackingOf(points ?? NO_POINTS, statistic === 'first', scope, period, coverage);
      if (lacking !== null || ends === null || points === null)
        return evaluated(kpi, scope, period, emptyOutcome(lacking ?? 'no data'), NO_TRAIL);
      const known = Math.min(world.now, coverage.until ?? world.now);
      const [first, end] = [lowerBound(points.at, period.start), lowerBound(points.at, period.end)];
      const began = Math.max(points.at[0] ?? period.start, period.start);
      const sinceItBegan = coverageOf(points, first, end, points.cadence, period, began, known, zone);
      const also = { coverage: coverageOf(points, first, end, points.cadence, period, period.start, known, zone) };
      if ((sinceItBegan ?? 0) < kpi.minimumCoverage)
        return evaluated(kpi, scope, period, { ...emptyOutcome('no data'), also }, NO_TRAIL);
      // What is after now is not known: the present itself is.
      const rows = ends.rows(statistic, period.start, Math.min(period.end, world.now + 1));
      const outcome = { value: ends.value(rows, across), emptiness: null, count: rows.length, exclusions: [], also };
      return evaluated(kpi, scope, period, outcome, new EndsTrail(series, rows, ends));
    });
  });
};

/** A line is known by its series, its dimensions and the instant of its point. */
class EndsTrail implements Trail {
  readonly #series: string;
  readonly #rows: Int32Array;
  readonly #lines: Ends;

  constructor(series: string, rows: Int32Array, lines: Ends) {
    this.#series = series;
    this.#rows = rows;
    this.#lines = lines;
  }

  items(): EvidenceItem[] {
    return Array.from(this.#rows, (row) => {
      const at = this.#lines.atOf(row);
      const dimensions = this.#lines.dimensionsOf(row);
      const uid = `${this.#series}@${new Date(at).toISOString()}${dimensions === '' ? '' : ` ${dimensions}`}`;
      return { uid, value: this.#lines.valueOf(row), at, excluded: null };
    }).sort(byUid);
  }

  hash(): string {
    const list = new ListHash();
    for (const row of this.#rows) {
      const line = `${this.#series} ${this.#lines.dimensionsOf(row)}`;
      const at = this.#lines.atOf(row);
      const [day, ms] = [Math.floor(at / DAY_MS), at % DAY_MS];
      const [high, low] = [hashText(line, HIGH_SEED), hashText(line, LOW_SEED)];
      list.addValue(mixed(mixed(high, day), ms), mixed(mixed(low, day), ms), this.#lines.valueOf(row));
    }
    return list.toString();
  }
}

const DAY_MS = 86_400_000;

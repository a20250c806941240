import type { Scope } from '../event/organisation.ts';
import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../event/uid-hash.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { lowerBound } from './buckets.ts';
import { distributionOf, isOfValues } from './distribution.ts';
import { evaluateDistribution } from './evaluate-distribution.ts';
import { evaluateEnds } from './evaluate-ends.ts';
import { NO_TRAIL, emptyOutcome, evaluated, type Outcome, type Trail } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { Cadence } from './level-cadence.ts';
import { coverageOf, lackingOf, stands } from './level-coverage.ts';
import { ListHash } from './list-hash.ts';
import { NO_POINTS, columnsFor, pointsOf, type Points } from './level-points.ts';
import { extremeOf, summarise, sumOf } from './summary.ts';
import type { Evaluated, World } from './world.ts';

const DAY_MS = 86_400_000;

type Level = Extract<Measure, { type: 'level' }>;
type Statistic = Exclude<Level['statistic'], 'share'>;

/**
 * A metric series. Percentiles and shares of single values come from its histogram where it has one (evaluate-distribution.ts).
 */
export const evaluateLevel = (
  kpi: Kpi,
  measure: Level,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const { statistic, across = null } = measure;
  const distribution = isOfValues(measure) ? distributionOf(world.series(measure.series)) : null;
  if (distribution !== null || statistic === 'share')
    return evaluateDistribution(kpi, measure, world, scopes, periods, distribution);
  if (across !== null && (statistic === 'first' || statistic === 'last'))
    return evaluateEnds(kpi, { series: measure.series, statistic, across }, world, scopes, periods);
  return evaluatePoints(kpi, measure, statistic, world, scopes, periods);
};

/**
 * A point stands for the time until the next one, at most for the usual spacing: a
 * gap is a gap. `coverage` beside the value is the share of the period that points stand for. With less
 * than the KPI's minimum (all of it for a sum, unless the file says otherwise) there is no data, because
 * a sum would read as a fall. Time before the series' first point is no gap in it: it had not begun.
 */
const evaluatePoints = (
  kpi: Kpi,
  measure: Level,
  statistic: Statistic,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const columns = columnsFor(world.series(measure.series), statistic);
  const across = measure.across ?? null;
  const coverage = world.coverage({ series: measure.series });
  const { zone } = world.organisation.calendar;
  return scopes.flatMap((scope) => {
    const points =
      columns === null ? NO_POINTS : pointsOf(columns, kpi.where, statistic, world.organisation, scope, world.now, across);
    const { cadence } = points;
    return periods.map((period) => {
      const lacking = lackingOf(points, statistic !== 'last', scope, period, coverage);
      if (lacking !== null) return evaluated(kpi, scope, period, emptyOutcome(lacking), NO_TRAIL);
      const first = lowerBound(points.at, period.start);
      const end = lowerBound(points.at, period.end);
      const known = Math.min(world.now, coverage.until ?? world.now);
      const outcome = levelOutcome(kpi, statistic, points, first, end, cadence, period, known, zone);
      return evaluated(
        kpi,
        scope,
        period,
        outcome,
        outcome.value === null ? NO_TRAIL : pointTrail(measure.series, points, first, end),
      );
    });
  });
};

const levelOutcome = (
  kpi: Kpi,
  statistic: Statistic,
  points: Points,
  first: number,
  end: number,
  cadence: Cadence,
  period: Period,
  known: Instant,
  zone: Zone,
): Outcome => {
  const values = points.values.subarray(first, end);
  const began = points.at[0] ?? period.start;
  const whole = coverageOf(points, first, end, cadence, period, period.start, known, zone);
  const sinceItBegan = coverageOf(points, first, end, cadence, period, Math.max(began, period.start), known, zone);
  if ((sinceItBegan ?? 0) < kpi.minimumCoverage) return { ...emptyOutcome('no data'), also: { coverage: whole } };
  const also: Record<string, number | null> = {};
  const sorted = kpi.alsoShow.length === 0 ? values : values.slice().sort();
  for (const name of kpi.alsoShow) also[name] = summarise(sorted, name);
  also['coverage'] = whole;
  return {
    value: statisticOf(statistic, points, first, end, cadence, period),
    emptiness: null,
    count: values.length,
    exclusions: [],
    also,
  };
};

const statisticOf = (
  statistic: Statistic,
  points: Points,
  first: number,
  end: number,
  cadence: Cadence,
  period: Period,
): number | null => {
  const values = points.values.subarray(first, end);
  switch (statistic) {
    case 'sum':
      return sumOf(values);
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values[values.length - 1] ?? null;
    case 'max':
    case 'min':
      return extremeOf(values, statistic);
    case 'mean':
      return cadence.every === 'interval'
        ? timeWeightedMean(points, first, end, cadence.ms, period.end)
        : summarise(values, 'mean');
    default:
      return summarise(values.slice().sort(), statistic);
  }
};

const timeWeightedMean = (points: Points, first: number, end: number, interval: number, periodEnd: Instant): number | null => {
  let weighted = 0;
  let total = 0;
  for (let index = first; index < end; index += 1) {
    const weight = Math.min(stands(points, index, interval), periodEnd - (points.at[index] ?? 0));
    weighted += weight * (points.values[index] ?? 0);
    total += weight;
  }
  return total === 0 ? null : weighted / total;
};

/** A point is known by its series and instant. */
const pointTrail = (series: string, points: Points, first: number, end: number): Trail => {
  const items = () =>
    Array.from({ length: end - first }, (_, index) => {
      const instant = points.at[first + index] ?? 0;
      return {
        uid: `${series}@${new Date(instant).toISOString()}`,
        value: points.values[first + index] ?? null,
        at: instant,
        excluded: null,
      };
    });
  return {
    items,
    hash() {
      const [high, low] = [hashText(series, HIGH_SEED), hashText(series, LOW_SEED)];
      const list = new ListHash();
      for (let index = first; index < end; index += 1) {
        const instant = points.at[index] ?? 0;
        const [day, ms] = [Math.floor(instant / DAY_MS), instant % DAY_MS];
        list.addValue(mixed(mixed(high, day), ms), mixed(mixed(low, day), ms), points.values[index] ?? 0);
      }
      return list.toString();
    },
  };
};

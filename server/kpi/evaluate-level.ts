import type { Scope } from '../event/organisation.ts';
import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../event/uid-hash.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { lowerBound } from './buckets.ts';
import { NO_TRAIL, emptyOutcome, evaluated, type Outcome, type Trail } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { Cadence } from './level-cadence.ts';
import { ListHash } from './list-hash.ts';
import { NO_POINTS, columnsFor, pointsOf, type Points } from './level-points.ts';
import { extremeOf, summarise, sumOf } from './summary.ts';
import type { Coverage, Evaluated, World } from './world.ts';

const DAY_MS = 86_400_000;

type Level = Extract<Measure, { type: 'level' }>;

/**
 * A metric series. A point stands for the time until the next one, at most for the usual spacing: a
 * gap is a gap. `coverage` beside the value is the share of the period that points stand for. With less
 * than the KPI's minimum (all of it for a sum, unless the file says otherwise) there is no data, because
 * a sum would read as a fall. Time before the series' first point is no gap in it: it had not begun.
 */
export const evaluateLevel = (
  kpi: Kpi,
  measure: Level,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const columns = columnsFor(world.series(measure.series), measure.statistic);
  const coverage = world.coverage({ series: measure.series });
  const { zone } = world.organisation.calendar;
  return scopes.flatMap((scope) => {
    const points =
      columns === null ? NO_POINTS : pointsOf(columns, kpi.where, measure.statistic, world.organisation, scope, world.now);
    const { cadence } = points;
    return periods.map((period) => {
      const lacking = lackingOf(points, scope, period, coverage);
      if (lacking !== null) return evaluated(kpi, scope, period, emptyOutcome(lacking), NO_TRAIL);
      const first = lowerBound(points.at, period.start);
      const end = lowerBound(points.at, period.end);
      const known = Math.min(world.now, coverage.until ?? world.now);
      const outcome = levelOutcome(kpi, measure, points, first, end, cadence, period, known, zone);
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

const lackingOf = (
  points: Points,
  scope: Scope,
  period: Period,
  coverage: Coverage,
): 'before history' | 'no data' | 'none to measure' | null => {
  if (coverage.from !== null && period.end <= coverage.from) return 'before history';
  if (coverage.until === null || coverage.until <= period.start) return 'no data';
  if (points.at.length === 0) return scope === 'organisation' ? 'no data' : 'none to measure';
  return lowerBound(points.at, period.start) === lowerBound(points.at, period.end) ? 'no data' : null;
};

const levelOutcome = (
  kpi: Kpi,
  measure: Level,
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
    value: statisticOf(measure, points, first, end, cadence, period),
    emptiness: null,
    count: values.length,
    exclusions: [],
    also,
  };
};

const statisticOf = (
  measure: Level,
  points: Points,
  first: number,
  end: number,
  cadence: Cadence,
  period: Period,
): number | null => {
  const values = points.values.subarray(first, end);
  switch (measure.statistic) {
    case 'sum':
      return sumOf(values);
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values[values.length - 1] ?? null;
    case 'max':
    case 'min':
      return extremeOf(values, measure.statistic);
    case 'mean':
      return cadence.every === 'interval'
        ? timeWeightedMean(points, first, end, cadence.ms, period.end)
        : summarise(values, 'mean');
    default:
      return summarise(values.slice().sort(), measure.statistic);
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

/** How long a point stands for: to the next one; where that is late by more than half a spacing, one spacing. */
const stands = (points: Points, index: number, interval: number): number => {
  const next = points.at[index + 1];
  const gap = next === undefined ? interval : next - (points.at[index] ?? 0);
  return gap > interval * 1.5 ? interval : gap;
};

/** Share of the time from `from` to the period's end (to `known`, while it runs) that points stand for, in whole spacings; null where the spacing is unknown. */
const coverageOf = (
  points: Points,
  first: number,
  end: number,
  cadence: Cadence,
  period: Period,
  from: Instant,
  known: Instant,
  zone: Zone,
): number | null => {
  if (cadence.every === 'unknown') return null;
  const isRunning = known < period.end;
  let expected: number;
  let covered: number;
  if (cadence.every === 'day') {
    expected = (isRunning ? zone.dayOf(known) : period.endDay) - zone.dayOf(from);
    covered = end - first;
  } else {
    const spacings = ((isRunning ? known : period.end) - from) / cadence.ms;
    expected = isRunning ? Math.floor(spacings) : Math.round(spacings);
    let ms = 0;
    for (let index = first; index < end; index += 1) ms += stands(points, index, cadence.ms);
    covered = Math.round(ms / cadence.ms);
  }
  return expected <= 0 ? 1 : Math.min(1, covered / expected);
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

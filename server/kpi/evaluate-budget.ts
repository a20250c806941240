import type { Scope } from '../event/organisation.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { WEIGHT } from './emptiness.ts';
import { evaluateLevel } from './evaluate-level.ts';
import { NO_TRAIL, emptyOutcome, evaluated, type Outcome, type Trail } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import { hashOfText } from './list-hash.ts';
import type { Emptiness } from './measurement.ts';
import type { Evaluated, World } from './world.ts';

type Budget = Extract<Measure, { type: 'budget' }>;

/**
 * The share of an error budget that is left: 1 − bad ÷ ((1 − objective) × valid), with bad = valid −
 * good, over the last days up to the period's end (up to today while it runs). Below 0 it is overspent.
 * Both sums need the coverage that the KPI asks for (all of it, unless the file says otherwise), the
 * time before the series began included: what was not seen has not gone well.
 */
export const evaluateBudget = (
  kpi: Kpi,
  measure: Budget,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const { zone } = world.organisation.calendar;
  const windows = periods.map((period) => windowOf(period, measure.overDays, world.now, zone));
  const sumOf = (series: string): Evaluated[] =>
    evaluateLevel({ ...kpi, alsoShow: [] }, { type: 'level', series, statistic: 'sum' }, world, scopes, windows);
  const good = sumOf(measure.good);
  const valid = sumOf(measure.valid);
  return scopes.flatMap((scope, row) =>
    periods.map((period, column) => {
      const at = row * periods.length + column;
      const parts = [good[at], valid[at]].filter((part) => part !== undefined);
      const outcome = outcomeOf(kpi, measure, parts);
      return evaluated(kpi, scope, period, outcome, outcome.value === null ? NO_TRAIL : trailOf(parts));
    }),
  );
};

/** The last `days` local days up to a period's end; while it runs, up to the end of today. */
const windowOf = (period: Period, days: number, now: Instant, zone: Zone): Period => {
  const endDay = period.end <= now ? period.endDay : zone.dayOf(now) + 1;
  const firstDay = endDay - days;
  return { grain: 'to-date', id: period.id, firstDay, endDay, start: zone.startOfDay(firstDay), end: zone.startOfDay(endDay) };
};

const outcomeOf = (kpi: Kpi, measure: Budget, parts: readonly Evaluated[]): Outcome => {
  const [good, valid] = parts;
  const lacking: Emptiness | undefined = WEIGHT.find((emptiness) => parts.some((part) => part.emptiness === emptiness));
  const coverage = Math.min(...parts.map((part) => part.also['coverage'] ?? 0));
  if (good === undefined || valid === undefined || good.value === null || valid.value === null)
    return { ...emptyOutcome(lacking ?? 'no data'), also: { coverage } };
  if (coverage < kpi.minimumCoverage) return { ...emptyOutcome('no data'), also: { coverage } };
  const also = { spent: null, good: good.value, valid: valid.value, coverage };
  const count = good.count + valid.count;
  const budget = (1 - measure.objective) * valid.value;
  if (!(budget > 0)) return { value: null, emptiness: 'no denominator', count, exclusions: [], also };
  const spent = (valid.value - good.value) / budget;
  return { value: 1 - spent, emptiness: null, count, exclusions: [], also: { ...also, spent } };
};

/** The points of both series. */
const trailOf = (parts: readonly Evaluated[]): Trail => ({
  items: () => parts.flatMap((part) => part.evidence()).sort((left, right) => (left.uid < right.uid ? -1 : 1)),
  // The parts' digests stand for their lists.
  hash: () => hashOfText(parts.map((part) => `${part.digest}\n`).join('')),
});

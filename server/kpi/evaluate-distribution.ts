import type { Scope } from '../event/organisation.ts';
import { HIGH_SEED, LOW_SEED, hashText, mixed } from '../event/uid-hash.ts';
import { quantileOfCounts, shareOfCounts, type Bounded, type Counts } from '../stats/histogram.ts';
import type { Period } from '../time/period.ts';
import { lowerBound } from './buckets.ts';
import type { Distribution } from './distribution.ts';
import { countsOf, type ScopeCounts } from './distribution-points.ts';
import { NO_TRAIL, emptyOutcome, evaluated, type Outcome, type Trail } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import { coverageOf, lackingOf } from './level-coverage.ts';
import { ListHash } from './list-hash.ts';
import type { EvidenceItem, Exclusion } from './measurement.ts';
import { percentOf } from './summary.ts';
import type { Evaluated, World } from './world.ts';

type Level = Extract<Measure, { type: 'level' }>;
type Asked = Pick<Level, 'series' | 'statistic' | 'atMost'>;

/** Why a point counts nowhere: some of its buckets were not told, or do not come to the number of all values. */
const NOT_WHOLE = 'counts not whole';

/**
 * A percentile of single values, or the share of them at or under a bound, from counts by bucket: those of all points and lines
 * are added up, whatever the period and the scope, so that nothing is averaged. Beside the value stand the bounds that it lies
 * between (`at least`, `at most`; the second is missing above the last edge). `count` is of values; evidence is a point each.
 */
export const evaluateDistribution = (
  kpi: Kpi,
  measure: Level,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  distribution: Distribution | null,
): Evaluated[] => {
  const coverage = world.coverage({ series: measure.series });
  const { organisation } = world;
  const until = Math.min(world.now, coverage.until ?? world.now);
  return scopes.flatMap((scope) => {
    const counts = distribution === null ? null : countsOf(distribution, kpi.where, organisation, scope);
    const at = counts === null ? NOTHING : counts.at.subarray(0, counts.known(world.now));
    const cadence = counts?.cadence(at.length, organisation) ?? { every: 'unknown' as const };
    return periods.map((period) => {
      const exclusions = counts === null ? [] : exclusionsOf(counts, period, world.now);
      const lacking = lackingOf({ at, cadence }, true, scope, period, coverage);
      if (lacking !== null || counts === null)
        return evaluated(kpi, scope, period, { ...emptyOutcome(lacking ?? 'no data'), exclusions }, NO_TRAIL);
      const [first, end] = [lowerBound(at, period.start), lowerBound(at, period.end)];
      const covered = (from: number): number | null =>
        coverageOf({ at }, first, end, cadence, period, from, until, organisation.calendar.zone);
      const outcome: Outcome =
        (covered(Math.max(at[0] ?? period.start, period.start)) ?? 0) < kpi.minimumCoverage
          ? { ...emptyOutcome('no data'), exclusions, also: { coverage: covered(period.start) } }
          : outcomeOf(kpi, measure, counts, first, end, exclusions, covered(period.start));
      const trail = outcome.value === null ? NO_TRAIL : new CountsTrail(measure, counts, first, end, period, world.now);
      return evaluated(kpi, scope, period, outcome, trail);
    });
  });
};

const NOTHING = new Float64Array();

const leftOut = ({ leftOutAt }: ScopeCounts, period: Period, now: number): Float64Array =>
  leftOutAt.subarray(lowerBound(leftOutAt, period.start), lowerBound(leftOutAt, Math.min(period.end, now + 1)));

const exclusionsOf = (counts: ScopeCounts, period: Period, now: number): Exclusion[] => {
  const { length } = leftOut(counts, period, now);
  return length === 0 ? [] : [{ reason: NOT_WHOLE, count: length }];
};

const outcomeOf = (
  { alsoShow }: Kpi,
  asked: Asked,
  counts: ScopeCounts,
  first: number,
  end: number,
  exclusions: readonly Exclusion[],
  coverage: number | null,
): Outcome => {
  const total = counts.total(first, end);
  if (!(total > 0)) return { ...emptyOutcome('none to measure'), exclusions, also: { coverage } };
  const summed: Counts = { edges: counts.edges, atMost: counts.summed(first, end), total };
  const found = readingOf(asked, summed);
  // Histograms of different edges over the period, none of which they share.
  if (found === null) return { ...emptyOutcome('no data'), exclusions, also: { coverage } };
  const also: Record<string, number | null> = {};
  for (const name of alsoShow) also[name] = percentileOf(name, summed)?.value ?? null;
  also['at least'] = found.atLeast;
  also['at most'] = found.atMost;
  also['coverage'] = coverage;
  // Counts that a source interpolates are not whole numbers.
  const count = Math.max(1, Math.round(total));
  return { value: found.value, emptiness: null, count, exclusions, also };
};

const readingOf = ({ statistic, atMost }: Asked, counts: Counts): Bounded | null =>
  statistic === 'share' ? shareOfCounts(counts, atMost ?? 0) : percentileOf(statistic, counts);

const percentileOf = (name: string, counts: Counts): Bounded | null => {
  const share = name === 'median' ? 0.5 : percentOf(name);
  return share === null ? null : quantileOfCounts(counts, share);
};

/** A point is known by its series and instant; its value is what its own counts come to. Points without values are none. */
class CountsTrail implements Trail {
  readonly #asked: Asked;
  readonly #counts: ScopeCounts;
  readonly #first: number;
  readonly #end: number;
  readonly #leftOut: Float64Array;

  constructor(asked: Asked, counts: ScopeCounts, first: number, end: number, period: Period, now: number) {
    this.#asked = asked;
    this.#counts = counts;
    this.#first = first;
    this.#end = end;
    this.#leftOut = leftOut(counts, period, now);
  }

  items(): EvidenceItem[] {
    const { edges, at, totals } = this.#counts;
    const counted: EvidenceItem[] = [];
    for (let index = this.#first; index < this.#end; index += 1) {
      const total = totals[index] ?? 0;
      if (!(total > 0)) continue;
      const value = readingOf(this.#asked, { edges, atMost: this.#counts.summed(index, index + 1), total })?.value ?? null;
      const instant = at[index] ?? 0;
      counted.push({ uid: this.#uid(instant), value, at: instant, excluded: null });
    }
    const excluded = Array.from(this.#leftOut, (instant) => ({
      uid: this.#uid(instant),
      value: null,
      at: instant,
      excluded: NOT_WHOLE,
    }));
    return [...counted, ...excluded];
  }

  /** Of what is counted in each bucket, which says more than what a point comes to. */
  hash(): string {
    const { edges, at, totals, atMost } = this.#counts;
    const { series } = this.#asked;
    const seeds = [hashText(series, HIGH_SEED), hashText(series, LOW_SEED)] as const;
    const list = new ListHash();
    for (let index = this.#first; index < this.#end; index += 1) {
      const total = totals[index] ?? 0;
      if (!(total > 0)) continue;
      let [high, low] = hashesAt(seeds, at[index] ?? 0);
      for (let edge = 0; edge < edges.length; edge += 1) {
        const thousandths = Math.round((atMost[index * edges.length + edge] ?? 0) * 1_000);
        high = mixed(high, Math.floor(thousandths / WORD));
        low = mixed(low, thousandths);
      }
      list.addValue(high, low, total);
    }
    for (const instant of this.#leftOut) list.addReason(...hashesAt(seeds, instant), NOT_WHOLE);
    return list.toString();
  }

  #uid(instant: number): string {
    return `${this.#asked.series}@${new Date(instant).toISOString()}`;
  }
}

const DAY_MS = 86_400_000;
const WORD = 2 ** 32;

const hashesAt = ([high, low]: readonly [number, number], instant: number): [high: number, low: number] => {
  const [day, ms] = [Math.floor(instant / DAY_MS), instant % DAY_MS];
  return [mixed(mixed(high, day), ms), mixed(mixed(low, day), ms)];
};

import type { Kpi } from '../kpi/kpi.ts';
import type { Bounds, ProcessLimits, ProcessPoint, Stretch } from '../stats/limits.ts';
import { changesOf, FULL_BASE } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { judge } from '../stats/signals.ts';
import type { Period } from '../time/period.ts';
import type { Step } from './series.ts';
import { hasEnough, isJudged } from './series.ts';

/** A series is judged at a grain where 10 of its last 12 periods hold enough items. */
const WINDOW = 12;
const ALLOWED_SMALL = 2;
/** Counts that average less than this a period make no useful limits. */
const RARE = 2;

/** How the routine variation of a KPI looks, and where it was left. */
export interface Process {
  readonly grain: 'week' | 'month';
  /** `change`: a level that carries over, judged on its change from period to period. */
  readonly basis: 'value' | 'change';
  /** `too few`: no grain holds enough items; `too rare`: counts too small for limits at any grain. */
  readonly state: 'judged' | 'too few' | 'too rare';
  /** Oldest first, without gaps between periods; the last is the latest that ended (or the running week). */
  readonly steps: readonly Step[];
  /** What the rules look at: values or changes, one for each step. */
  readonly points: readonly ProcessPoint[];
  readonly stretches: readonly Stretch[];
  readonly signals: readonly ProcessSignal[];
  /** Those of the last stretch. */
  readonly limits: ProcessLimits | null;
  /** Points there are to make them from. */
  readonly base: number;
  /** The period whose end falls into the reviewed week: only there a signal is news. Null: no month ended in it. */
  readonly reviewed: string | null;
}

/** Judges a KPI by the week where its weeks hold enough, else by the month. Steps are oldest first, the reviewed week last. */
export function processOf(kpi: Kpi, weeks: readonly Step[], months: readonly Step[], week: Period): Process {
  const lastMonth = months.at(-1)?.period;
  const monthOfWeek = lastMonth !== undefined && lastMonth.endDay > week.firstDay ? lastMonth.id : null;
  const byWeek = processAt(kpi, 'week', weeks, week.id);
  const weekState = stateOf(kpi, byWeek);
  if (weekState === 'judged') return byWeek;
  const byMonth = processAt(kpi, 'month', months, monthOfWeek);
  if (stateOf(kpi, byMonth) === 'judged' && byMonth.base > 0) return byMonth;
  return { ...byWeek, state: weekState, signals: [], stretches: [], limits: null };
}

function processAt(kpi: Kpi, grain: 'week' | 'month', steps: readonly Step[], reviewed: string | null): Process {
  const basis = kpi.measure.type === 'depth' || kpi.measure.type === 'age' ? 'change' : 'value';
  const levels = steps.map(({ period, row }, index): ProcessPoint => {
    const before = steps[index - 1]?.period;
    return {
      period: period.id,
      value: row.value,
      isJudged: isJudged(kpi, row) && (kpi.limitsFrom === null || period.firstDay >= kpi.limitsFrom),
      isUnsettled: row.flags.includes('unsettled'),
      // The first period that holds a divider's day begins the new stretch: its change of level must not be judged by the old.
      startsStretch: kpi.dividers.some(({ on }) => on < period.endDay && on >= (before?.endDay ?? period.firstDay)),
    };
  });
  const points = basis === 'change' ? changesOf(levels) : levels;
  const { stretches, signals } = judge(
    points,
    basis === 'change' ? { lower: null, upper: null } : boundsOf(kpi, steps),
    reviewed,
  );
  const last = stretches.at(-1);
  return {
    grain,
    basis,
    state: 'judged',
    steps,
    points,
    stretches,
    signals,
    limits: last?.limits ?? null,
    base: last?.count ?? 0,
    reviewed,
  };
}

function stateOf(kpi: Kpi, { steps, stretches, points }: Process): Process['state'] {
  const told = steps.filter(
    ({ row }) => row.emptiness !== 'no data' && row.emptiness !== 'before history' && row.emptiness !== 'hidden',
  );
  const recent = told.filter(({ row }) => !row.flags.includes('running')).slice(-WINDOW);
  const small = recent.filter(({ row }) => row.value === null || !hasEnough(kpi, row)).length;
  if (small > ALLOWED_SMALL) return 'too few';
  if (kpi.measure.type !== 'count') return 'judged';
  // Frozen with the limits: only the points that make them decide whether they are rare.
  const start = stretches.at(-1)?.start ?? 0;
  const counts = points.flatMap((point, index) => {
    const count = steps[index]?.row.count ?? 0;
    return index >= start && point.isJudged && !point.isUnsettled ? [count] : [];
  });
  const base = counts.slice(0, FULL_BASE);
  const total = base.reduce((sum, count) => sum + count, 0);
  return base.length > 0 && total / base.length < RARE ? 'too rare' : 'judged';
}

/** What is possible at all. Where the definition does not say, what was never undercut is taken as the floor. */
function boundsOf(kpi: Kpi, steps: readonly Step[]): Bounds {
  const values = steps.flatMap(({ row }) => (row.value === null ? [] : [row.value]));
  const isPositive = values.every((value) => value >= 0);
  const top = kpi.unit.type === 'share' ? 1 : kpi.unit.label === '%' ? 100 : null;
  const upper = top !== null && values.every((value) => value <= top) ? top : null;
  return { lower: isPositive ? 0 : null, upper };
}

/** How signals are judged, in words. */
export function judgedAs({ grain, basis, state, base, limits }: Process): string {
  if (state === 'too few') return 'not judged: too few items, by the week and by the month';
  if (state === 'too rare') return 'not judged: fewer than two a month on average';
  const what = `its ${grain === 'week' ? 'weekly' : 'monthly'} value`;
  const words = basis === 'change' ? `its change per ${grain}` : grain === 'month' ? `${what}: too few a week` : what;
  if (limits === null) return `${words}; limits take 12 ${grain}s, so far ${base}`;
  return words;
}

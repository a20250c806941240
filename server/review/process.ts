import type { Kpi } from '../kpi/kpi.ts';
import type { Bounds, ProcessLimits, ProcessPoint, Stretch } from '../stats/limits.ts';
import { changesOf, FULL_BASE, limitsFrom, stretches } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { judge } from '../stats/signals.ts';
import type { Period } from '../time/period.ts';
import type { ReviewRow } from './input.ts';
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
  /** Why the month is judged and not the week; null where the week is, or neither. */
  readonly byMonthBecause: 'too few a week' | 'hidden by the week' | null;
  /** The period whose end falls into the reviewed week: only there a signal is news. Null: no month ended in it. */
  readonly reviewed: string | null;
}

/** Judges a KPI by the week where its weeks hold enough, else by the month. Steps are oldest first, the reviewed week last. */
export function processOf(kpi: Kpi, weeks: readonly Step[], months: readonly Step[], week: Period): Process {
  const lastMonth = months.at(-1)?.period;
  const monthOfWeek = lastMonth !== undefined && lastMonth.endDay > week.firstDay ? lastMonth.id : null;
  const byWeek = processAt(kpi, 'week', weeks, week.id);
  const weekState = stateOf(kpi, byWeek);
  // What people bore is shown of a team by the month only.
  const isHidden = weeks.some(({ row }) => row.emptiness === 'hidden') && weeks.every(({ row }) => row.value === null);
  if (weekState === 'judged' && !isHidden) return byWeek;
  const byMonth = processAt(kpi, 'month', months, monthOfWeek);
  if (stateOf(kpi, byMonth) === 'judged' && byMonth.base > 0)
    return { ...byMonth, byMonthBecause: isHidden ? 'hidden by the week' : 'too few a week' };
  return { ...byWeek, state: weekState, signals: [], stretches: [], limits: null };
}

/** A period's value, as far as limits look at it. */
export interface Valued {
  readonly period: Period;
  readonly row: Pick<ReviewRow, 'value' | 'count' | 'flags'>;
}

/** Whether a value enters limits and rules, by the definition and its `limits_from`; what a change of calendar cut short does not. */
export function isJudgedAt(kpi: Kpi, { period, row }: Valued): boolean {
  return isJudged(kpi, row) && period.cutFrom === undefined && (kpi.limitsFrom === null || period.firstDay >= kpi.limitsFrom);
}

/**
 * The limits that a series has by now, those of its last stretch: the same that the review works out,
 * for whoever keeps them. `values` are oldest first without gaps between periods, and reach back to
 * before the stretch began, or to the first value there is.
 */
export function limitsOf(kpi: Kpi, values: readonly Valued[]): ProcessLimits | null {
  const { points, bounds } = judgedPoints(kpi, values);
  return points.length === 0 ? null : (stretches(points, bounds).at(-1)?.limits ?? null);
}

const basisOf = ({ measure }: Kpi): Process['basis'] =>
  (measure.type === 'depth' && !measure.growth) || measure.type === 'age' ? 'change' : 'value';

/** What limits and rules look at: values or their changes, and what is possible for them. */
function judgedPoints(kpi: Kpi, values: readonly Valued[]): { readonly points: ProcessPoint[]; readonly bounds: Bounds } {
  const levels = values.map(({ period, row }, index): ProcessPoint => {
    const before = values[index - 1]?.period;
    return {
      period: period.id,
      value: row.value,
      isJudged: isJudgedAt(kpi, { period, row }),
      isUnsettled: row.flags.includes('unsettled'),
      // The first period that holds a divider's day begins the new stretch: its change of level must not be judged by the old.
      startsStretch: kpi.dividers.some(({ on }) => on < period.endDay && on >= (before?.endDay ?? period.firstDay)),
    };
  });
  return basisOf(kpi) === 'change'
    ? { points: changesOf(levels), bounds: { lower: null, upper: null } }
    : { points: levels, bounds: boundsOf(kpi, values) };
}

/** The limits that the snapshots of a stretch were frozen with, the latest of them; null where none were yet. */
function frozenIn(steps: readonly Step[], start: number, end: number): ProcessLimits | null {
  const indexes = new Map(steps.map(({ period }, index) => [period.id, index]));
  for (let index = end - 1; index >= start; index -= 1) {
    const kept = steps[index]?.row.limits ?? null;
    // Those of a row from before a divider was drawn speak of another stretch.
    if (kept !== null && !kept.isProvisional && (indexes.get(kept.from) ?? -1) >= start) return limitsFrom(kept);
  }
  return null;
}

function processAt(kpi: Kpi, grain: 'week' | 'month', steps: readonly Step[], reviewed: string | null): Process {
  const basis = basisOf(kpi);
  const { points, bounds } = judgedPoints(kpi, steps);
  const { stretches: parts, signals } = judge(points, bounds, reviewed, (start, end) => frozenIn(steps, start, end));
  const last = parts.at(-1);
  return {
    grain,
    basis,
    state: 'judged',
    steps,
    points,
    stretches: parts,
    signals,
    limits: last?.limits ?? null,
    base: last?.count ?? 0,
    byMonthBecause: null,
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
function boundsOf(kpi: Kpi, steps: readonly Valued[]): Bounds {
  const values = steps.flatMap(({ row }) => (row.value === null ? [] : [row.value]));
  const isPositive = values.every((value) => value >= 0);
  const top = kpi.unit.type === 'share' ? 1 : kpi.unit.label === '%' ? 100 : null;
  const upper = top !== null && values.every((value) => value <= top) ? top : null;
  return { lower: isPositive ? 0 : null, upper };
}

/** How signals are judged, in words. */
export function judgedAs({ grain, basis, state, base, limits, byMonthBecause }: Process): string {
  if (state === 'too few') return 'not judged: too few items, by the week and by the month';
  if (state === 'too rare') return 'not judged: fewer than two a month on average';
  const what = `its ${grain === 'week' ? 'weekly' : 'monthly'} value`;
  const words = basis === 'change' ? `its change per ${grain}` : byMonthBecause === null ? what : `${what}: ${byMonthBecause}`;
  if (limits === null) return `${words}; limits take 12 ${grain}s, so far ${base}`;
  return words;
}

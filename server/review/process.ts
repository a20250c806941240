import type { Kpi } from '../kpi/kpi.ts';
import type { Bounds, ProcessLimits, ProcessPoint, Stretch } from '../stats/limits.ts';
import { changesOf, limitsFrom, stretches } from '../stats/limits.ts';
import type { ProcessSignal } from '../stats/signals.ts';
import { judge } from '../stats/signals.ts';
import type { Period } from '../time/period.ts';
import type { Between } from './between.ts';
import type { ReviewRow } from './input.ts';
import { isRare, startsStretch } from './rare.ts';
import type { Step } from './series.ts';
import { hasEnough, isJudged } from './series.ts';

/** A series is judged at a grain where 10 of its last 12 periods hold enough items. */
const WINDOW = 12;
const ALLOWED_SMALL = 2;

/** How the routine variation of a KPI looks, and where it was left. */
export interface Process {
  readonly grain: 'week' | 'month' | 'quarter';
  /** `change`: a level that carries over, judged on its change from period to period; `time between`: events that hardly happen. */
  readonly basis: 'value' | 'change' | 'time between';
  /** `too few`: no grain holds enough items; `too rare`: counts too small for limits at any grain; `no times`: without its events. */
  readonly state: 'judged' | 'too few' | 'too rare' | 'no times';
  /** Oldest first, without gaps between periods; the last is the latest that ended (or the running week). */
  readonly steps: readonly Step[];
  /** What the rules look at: values or changes, one for each step; or times between events, with days for periods. */
  readonly points: readonly ProcessPoint[];
  readonly stretches: readonly Stretch[];
  readonly signals: readonly ProcessSignal[];
  /** Those of the last stretch. */
  readonly limits: ProcessLimits | null;
  /** Points there are to make them from. */
  readonly base: number;
  /** Why a coarser grain than the week is judged; null where the week is, or no grain. */
  readonly coarserBecause: 'too few' | 'hidden' | null;
  /** The period whose end falls into the reviewed week: only there a signal is news. Null: no such period ended in it. */
  readonly reviewed: string | null;
  /** Only where the basis is the time between events. */
  readonly between: Between | null;
}

/**
 * Judges a KPI at the finest of week, month and quarter that holds enough. Steps are oldest first without
 * gaps, the reviewed week last, and the last month and quarter that ended by its end.
 */
export function processOf(
  kpi: Kpi,
  weeks: readonly Step[],
  months: readonly Step[],
  week: Period,
  quarters: readonly Step[] = [],
): Process {
  const byWeek = processAt(kpi, 'week', weeks, week.id);
  const weekState = stateOf(kpi, byWeek);
  // What people bore is shown of a team by the month or the quarter only.
  const isHidden = isHiddenAt(weeks);
  if (weekState === 'judged' && !isHidden) return byWeek;
  for (const [grain, steps] of [['month', months] as const, ['quarter', quarters] as const]) {
    const last = steps.at(-1)?.period;
    const coarser = processAt(kpi, grain, steps, last !== undefined && last.endDay > week.firstDay ? last.id : null);
    if (stateOf(kpi, coarser) === 'judged' && coarser.base > 0)
      return { ...coarser, coarserBecause: isHidden ? 'hidden' : 'too few' };
  }
  return { ...byWeek, state: weekState, signals: [], stretches: [], limits: null };
}

function isHiddenAt(steps: readonly Step[]): boolean {
  return steps.some(({ row }) => row.emptiness === 'hidden') && steps.every(({ row }) => row.value === null);
}

/** A period's value, as far as limits look at it. */
export interface Valued {
  readonly period: Period;
  readonly row: Pick<ReviewRow, 'value' | 'count' | 'also' | 'flags'>;
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
  // Judged by the times between its events, which no value tells.
  if (kpi.measure.type === 'since') return null;
  const { points, bounds } = judgedPoints(kpi, values);
  return points.length === 0 ? null : (stretches(points, bounds).at(-1)?.limits ?? null);
}

/** What carries over from period to period is judged on its change: queues, and a budget over weeks that overlap. Growth is a flow. */
const basisOf = ({ measure }: Kpi): 'value' | 'change' =>
  (measure.type === 'depth' && !measure.growth) || measure.type === 'age' || measure.type === 'budget' ? 'change' : 'value';

/** What limits and rules look at: values or their changes, and what is possible for them. */
function judgedPoints(kpi: Kpi, values: readonly Valued[]): { readonly points: ProcessPoint[]; readonly bounds: Bounds } {
  const levels = values.map(({ period, row }, index): ProcessPoint => {
    return {
      period: period.id,
      value: row.value,
      isJudged: isJudgedAt(kpi, { period, row }),
      isUnsettled: row.flags.includes('unsettled'),
      startsStretch: startsStretch(kpi, period, values[index - 1]?.period),
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

function processAt(kpi: Kpi, grain: Process['grain'], steps: readonly Step[], reviewed: string | null): Process {
  const basis = basisOf(kpi);
  const { points, bounds } = judgedPoints(kpi, steps);
  const { stretches: parts, signals } = judge(points, bounds, reviewed, (start, end) => frozenIn(steps, start, end));
  const last = parts.at(-1);
  const told = basis === 'change' ? signals.filter((signal) => hasMoved(points, signal)) : signals;
  return {
    grain,
    basis,
    state: 'judged',
    steps,
    points,
    stretches: parts,
    signals: told,
    limits: last?.limits ?? null,
    base: last?.count ?? 0,
    coarserBecause: null,
    reviewed,
    between: null,
  };
}

/** A level that stands still changes by more than a mean that falls: a run tells of one only if the level went its way. */
function hasMoved(points: readonly ProcessPoint[], { rule, side, since, until }: ProcessSignal): boolean {
  if (rule !== '8 in a row') return true;
  const first = points.findIndex(({ period }) => period === since);
  const last = points.findIndex(({ period }) => period === until);
  const moved = points.slice(first, last + 1).reduce((sum, { value }) => sum + (value ?? 0), 0);
  return side === 'above' ? moved > 0 : moved < 0;
}

function stateOf(kpi: Kpi, { steps }: Process): Process['state'] {
  // Without the instants of its events nothing tells whether a time since the last one is long.
  if (kpi.measure.type === 'since') return 'no times';
  const told = steps.filter(
    ({ row }) => row.emptiness !== 'no data' && row.emptiness !== 'before history' && row.emptiness !== 'hidden',
  );
  const recent = told.filter(({ row }) => !row.flags.includes('running')).slice(-WINDOW);
  const small = recent.filter(({ row }) => row.value === null || !hasEnough(kpi, row)).length;
  if (small > ALLOWED_SMALL) return 'too few';
  return isRare(kpi, steps) ? 'too rare' : 'judged';
}

/** What is possible at all. Where the definition does not say, what was never undercut is taken as the floor. */
function boundsOf(kpi: Kpi, steps: readonly Valued[]): Bounds {
  const { unit, measure } = kpi;
  // A queue may shrink, even if it never did.
  if (measure.type === 'depth' && measure.growth) return { lower: null, upper: null };
  const values = steps.flatMap(({ row }) => (row.value === null ? [] : [row.value]));
  const floor = measure.type === 'score' ? 1 : 0;
  const top =
    measure.type === 'score' ? 5 : unit.type === 'share' || measure.type === 'spread' ? 1 : unit.label === '%' ? 100 : null;
  return {
    lower: values.every((value) => value >= floor) ? floor : null,
    upper: top !== null && values.every((value) => value <= top) ? top : null,
  };
}

const GRAIN_WORDS = { week: 'weekly', month: 'monthly', quarter: 'quarterly' } as const;
const FINER = { week: '', month: 'week', quarter: 'month' } as const;

/** How signals are judged, in words. */
export function judgedAs(process: Process): string {
  const { grain, basis, state, base, limits, coarserBecause } = process;
  if (state === 'too few') return 'not judged: too few items, by the week, the month and the quarter';
  if (state === 'too rare') return 'not judged: fewer than two a week on average';
  if (state === 'no times') return 'not judged: the times between one and the next are not known here';
  if (basis === 'time between')
    return `the time between one and the next${limits === null ? `; limits take 12 such times, so far ${base}` : ''}`;
  const because = coarserBecause === null ? '' : `: ${coarserWords(process)}`;
  if (limits === null && grain === 'quarter') return `not judged yet${because}; limits take 12 quarters, so far ${base}`;
  const words = basis === 'change' ? `its change per ${grain}` : `its ${GRAIN_WORDS[grain]} value${because}`;
  return limits === null ? `${words}; limits take 12 ${grain}s, so far ${base}` : words;
}

/** `too few a week`, `hidden by the month`: why it is judged by a coarser grain. */
export function coarserWords({ grain, coarserBecause }: Process): string {
  return coarserBecause === 'hidden' ? `hidden by the ${FINER[grain]}` : `too few a ${FINER[grain]}`;
}

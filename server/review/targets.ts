import type { Kpi, Target } from '../kpi/kpi.ts';
import { compare } from '../stats/limits.ts';
import { dayTitle, periodOf } from '../time/calendar.ts';
import type { Calendar, Day, Period } from '../time/period.ts';
import { boundsOf, type MaybeBounded } from './bounds.ts';
import { formatShort, shownUnit } from './format.ts';
import type { TargetSchema } from './schema.ts';
import type { Step } from './series.ts';
import { isJudged } from './series.ts';
import type { Static } from 'typebox';

const GRAINS = ['week', 'month', 'quarter'] as const;
/** Mean lengths of the Gregorian calendar, for a line that crosses months of different length. */
const MEAN_DAYS = { week: 7, month: 365.2425 / 12, quarter: 365.2425 / 4 } as const;
/** A target that was missed this often in a row and is met again is a win. */
const REGAINED_AFTER = 4;

/** A target and how the latest period that it judges stands to it. */
export interface TargetState {
  /** The one in force on the last day of the week. */
  readonly target: Target;
  /** The one in force on the last day of `period`, which judges it; null where there was none yet. */
  readonly judgedBy: Target | null;
  /** The period it was last judged for; null where there is none yet. */
  readonly period: Period | null;
  /** Null: cannot be told. Equality meets; unrounded values are judged. */
  readonly isMet: boolean | null;
  /** Judged periods missed in a row, up to the latest; 0 if that one met it. */
  readonly missedRun: number;
  /** The run before the latest turn: periods met before these misses, or missed before it was met again. */
  readonly runBefore: number;
  /** Missed in the reviewed week (or a month, a quarter that ended in it), and not in the period judged before. */
  readonly isNewlyMissed: boolean;
  readonly isRegained: boolean;
}

/** The target in force on a day for a grain: the last one set by then. */
export function inForce(kpi: Kpi, every: Target['every'], day: Day): Target | null {
  let found: Target | null = null;
  for (const target of kpi.targets) {
    if (target.every === every && target.since <= day && (found === null || target.since >= found.since)) found = target;
  }
  return found;
}

/** Unrounded values are judged, and equality meets: also where only the arithmetic of shares or days left a rounding error. */
export function meets(target: Target, value: number, scale = 1): boolean {
  const side = compare(value, target.value * scale, 0);
  return target.direction === 'at_most' ? side <= 0 : side >= 0;
}

/**
 * Whether a value meets a target. Of a value that is known within bounds both of them must say the same: null where they do not, or
 * where there is no value. A target that stands at an edge of the histogram can always be told.
 */
export function verdictOn(target: Target, outcome: MaybeBounded, scale = 1): boolean | null {
  if (outcome.value === null) return null;
  const bounds = boundsOf(outcome);
  if (bounds === null) return meets(target, outcome.value, scale);
  // Values lie above the lower bound, not on it.
  const bound = target.value * scale;
  if (target.direction === 'at_most') return bounds.atMost <= bound ? true : bounds.atLeast >= bound ? false : null;
  return bounds.atLeast >= bound ? true : bounds.atMost < bound ? false : null;
}

/**
 * The target in force on the last day of the week, of the finest grain that has one, judged on the
 * steps of that grain (oldest first, the latest last). Null where none is set.
 */
export function targetStateOf(
  kpi: Kpi,
  steps: { readonly week: readonly Step[]; readonly month: readonly Step[]; readonly quarter: readonly Step[] },
  week: Period,
): TargetState | null {
  for (const every of GRAINS) {
    const target = inForce(kpi, every, week.endDay - 1);
    if (target !== null) return stateOf(kpi, target, steps[every], week);
  }
  return null;
}

/** Which of the periods met the target in force on their last day: those that are whole, complete and made from enough items. */
export function heldAgainst(
  kpi: Kpi,
  every: Target['every'],
  steps: readonly Step[],
): { readonly period: Period; readonly isMet: boolean }[] {
  return steps.flatMap(({ period, row }) => {
    const then = inForce(kpi, every, period.endDay - 1);
    const isMet = then === null || period.cutFrom !== undefined || !isJudged(kpi, row) ? null : verdictOn(then, row);
    return isMet === null ? [] : [{ period, isMet }];
  });
}

function stateOf(kpi: Kpi, target: Target, steps: readonly Step[], week: Period): TargetState {
  const judged = heldAgainst(kpi, target.every, steps);
  const latest = steps.at(-1);
  const isRunning = latest?.row.flags.includes('running') ?? false;
  // The days that a change of calendar left of a period neither meet nor miss what was agreed for a whole one.
  const isCut = latest?.period.cutFrom !== undefined;
  const judgedBy = latest === undefined ? null : inForce(kpi, target.every, latest.period.endDay - 1);
  const isMet = latest === undefined || judgedBy === null || isRunning || isCut ? null : verdictOn(judgedBy, latest.row);
  const last = judged.at(-1);
  // A value from too few items is met or missed, but it makes no run and no news.
  const isLatestJudged = last !== undefined && last.period.id === latest?.period.id;
  const isReviewed = isLatestJudged && last.period.endDay > week.firstDay;
  const run = runFrom(judged, judged.length - 1);
  const runBefore = runFrom(judged, judged.length - 1 - run);
  const isMissed = last?.isMet === false;
  return {
    target,
    judgedBy,
    period: latest?.period ?? null,
    isMet,
    missedRun: isMissed ? run : 0,
    runBefore,
    isNewlyMissed: isReviewed && isMissed && run === 1,
    isRegained: isReviewed && !isMissed && run === 1 && runBefore >= REGAINED_AFTER,
  };
}

/** How many judged periods up to `index` stand alike. */
function runFrom(judged: readonly { readonly isMet: boolean }[], index: number): number {
  let run = 0;
  while (run <= index && judged[index - run]?.isMet === judged[index]?.isMet) run += 1;
  return run;
}

/**
 * What a total may be in `of`, as a multiple of the target: each of its own periods for the share of its
 * days that lies within, so that a whole quarter is three months. 1 for anything but totals.
 */
export function scaleTo(kpi: Kpi, target: Target, calendar: Calendar, of: Period): number {
  if (!kpi.unit.isTotal) return 1;
  // As days of one length, one sum has one rounding.
  const shares = new Map<number, number>();
  let held = periodOf(calendar, target.every, of.firstDay);
  for (; held.firstDay < of.endDay; held = periodOf(calendar, target.every, held.endDay)) {
    const whole = held.cutFrom ?? held;
    const days = Math.min(held.endDay, of.endDay) - Math.max(held.firstDay, of.firstDay);
    const length = whole.endDay - whole.firstDay;
    shares.set(length, (shares.get(length) ?? 0) + days);
  }
  return [...shares].reduce((sum, [length, days]) => sum + days / length, 0);
}

/** `at most`, `at least`. */
export function directionWords(target: Target): string {
  return target.direction === 'at_most' ? 'at most' : 'at least';
}

/** The target as the card and the chart take it. */
export function drawnTarget(kpi: Kpi, { target, judgedBy, isMet }: TargetState): Static<typeof TargetSchema> {
  const sign = target.direction === 'at_most' ? '≤' : '≥';
  const every = kpi.unit.isTotal ? ` a ${target.every}` : target.every === 'week' ? '' : ` each ${target.every}`;
  const isBare = /^-?[0-9.]+$/.test(target.text) && kpi.unit.label !== '';
  const text = isBare ? `${target.text} ${kpi.unit.label}` : target.text;
  return {
    value: target.value,
    drawn: kpi.unit.isTotal ? target.value / MEAN_DAYS[target.every] : target.value,
    text: `${directionWords(target)} ${text} ${kpi.unit.isTotal ? 'a' : 'each'} ${target.every}, since ${dayTitle(target.since)}`,
    short: `${sign} ${formatShort(shownUnit(kpi), target.value)}${target.every === 'week' ? '' : every}`,
    direction: target.direction,
    every: target.every,
    because: target.because,
    // What was agreed since has not been put to the test yet.
    isMet: judgedBy === target ? isMet : null,
  };
}

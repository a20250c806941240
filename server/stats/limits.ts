/** 3 / d₂ for ranges of two, rounded as Wheeler prints it ("Understanding Variation", "Making Sense of Data"). */
const SCALE = 2.66;
/** Judged points that make limits; from the lesser number on they are provisional. */
export const FULL_BASE = 24;
const PROVISIONAL_BASE = 12;
/** Sums of fractions carry rounding errors: nearer than this, relative to the numbers at hand, is a tie. */
const TIE = 1e-12;

/** One period of a series, as the rules look at it. A value is a finite number in any unit. */
export interface ProcessPoint {
  readonly period: string;
  readonly value: number | null;
  /** False: running, too small, or otherwise not to be judged; then it enters neither limits nor rules. */
  readonly isJudged: boolean;
  /** True: it enters the rules, but no limits. */
  readonly isUnsettled: boolean;
  /** True: a divider stands before it; limits and rules begin anew. */
  readonly startsStretch: boolean;
}

/** What values are possible at all; null where there is no bound. */
export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Natural process limits of one stretch. A limit beyond the possible is null. */
export interface ProcessLimits {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Mean of the moving ranges, in the unit of the values. */
  readonly meanMovingRange: number;
  /** How many points made them, 12 to 24. */
  readonly count: number;
  readonly isProvisional: boolean;
  /** Periods of the first and last point that made them. */
  readonly from: string;
  readonly to: string;
}

/** Limits as they are kept with a value: once 24 points made them they do not move. */
export type KeptLimits = Pick<ProcessLimits, 'mean' | 'lower' | 'upper' | 'isProvisional' | 'from' | 'to'>;

/** Kept limits that are not provisional, as they were made: the mean moving range follows from either limit (else 0). */
export function limitsFrom(kept: KeptLimits): ProcessLimits {
  const { mean, lower, upper } = kept;
  const reach = upper !== null ? upper - mean : lower !== null ? mean - lower : 0;
  return { ...kept, meanMovingRange: reach / SCALE, count: FULL_BASE };
}

/** Points between two dividers, as indices into the series: `start` inside, `end` not. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Null with fewer than 12 points to make them from, or without two neighbours among them. */
  readonly limits: ProcessLimits | null;
  /** Points there are to make limits from, at most 24. */
  readonly count: number;
}

/**
 * -1 below, 0 tied, 1 above. A difference that only rounding made is a tie; `scale` is the size of
 * the numbers that `line` was computed from, where it may have come out near 0.
 */
export function compare(value: number, line: number, scale: number): -1 | 0 | 1 {
  if (Math.abs(value - line) <= TIE * Math.max(Math.abs(value), Math.abs(line), scale)) return 0;
  return value > line ? 1 : -1;
}

/**
 * XmR limits of values in order, null where there is a gap: mean ± 2.66 × mean moving range. No
 * moving range spans a gap. Null where no two values are neighbours.
 */
export function xmr(
  values: readonly (number | null)[],
  bounds: Bounds,
): Pick<ProcessLimits, 'mean' | 'lower' | 'upper' | 'meanMovingRange'> | null {
  let sum = 0;
  let count = 0;
  let ranges = 0;
  let rangeCount = 0;
  let previous: number | null = null;
  for (const value of values) {
    if (value !== null) {
      sum += value;
      count += 1;
      if (previous !== null) {
        ranges += Math.abs(value - previous);
        rangeCount += 1;
      }
    }
    previous = value;
  }
  if (rangeCount === 0) return null;
  const mean = sum / count;
  const meanMovingRange = ranges / rangeCount;
  const lower = mean - SCALE * meanMovingRange;
  const upper = mean + SCALE * meanMovingRange;
  return {
    mean,
    meanMovingRange,
    lower: bounds.lower !== null && compare(lower, bounds.lower, meanMovingRange) < 0 ? null : lower,
    upper: bounds.upper !== null && compare(upper, bounds.upper, meanMovingRange) > 0 ? null : upper,
  };
}

/**
 * Cuts a series at its dividers and gives each stretch its limits: from its first 24 settled, judged
 * points (12 to 23: provisional; fewer: none), and then frozen. Where limits were kept from then,
 * `frozen` gives them by the bounds of the stretch, and a point that was corrected since does not move them.
 */
export function stretches(
  points: readonly ProcessPoint[],
  bounds: Bounds,
  frozen: (start: number, end: number) => ProcessLimits | null = () => null,
): Stretch[] {
  const starts = points.flatMap((point, index) => (index === 0 || point.startsStretch ? [index] : []));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? points.length;
    const made = limitsOf(points.slice(start, end), bounds);
    const kept = frozen(start, end);
    return kept === null ? { start, end, ...made } : { start, end, limits: kept, count: kept.count };
  });
}

function limitsOf(points: readonly ProcessPoint[], bounds: Bounds): Pick<Stretch, 'limits' | 'count'> {
  const values: (number | null)[] = [];
  const made: ProcessPoint[] = [];
  for (const point of points) {
    const enters = point.isJudged && !point.isUnsettled && point.value !== null;
    values.push(enters ? point.value : null);
    if (enters) made.push(point);
    if (made.length === FULL_BASE) break;
  }
  const count = made.length;
  const first = made[0];
  const last = made.at(-1);
  const lines = count < PROVISIONAL_BASE ? null : xmr(values, bounds);
  if (lines === null || first === undefined || last === undefined) return { limits: null, count };
  return { limits: { ...lines, count, isProvisional: count < FULL_BASE, from: first.period, to: last.period }, count };
}

/**
 * The change from each point to the next, for levels that carry over from period to period (depth,
 * age): judging the level itself would call every slow drift a run. The first point, and one after a
 * gap, has no change; a change is unsettled when either end is. Changes have no bounds.
 */
export function changesOf(points: readonly ProcessPoint[]): ProcessPoint[] {
  return points.map((point, index) => {
    const before = points[index - 1];
    const isKnown = before !== undefined && before.isJudged && point.isJudged && before.value !== null && point.value !== null;
    return {
      period: point.period,
      value: isKnown && point.value !== null && before.value !== null ? point.value - before.value : null,
      isJudged: isKnown,
      isUnsettled: point.isUnsettled || (before?.isUnsettled ?? false),
      startsStretch: point.startsStretch,
    };
  });
}

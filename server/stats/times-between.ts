import type { ProcessLimits, ProcessPoint } from './limits.ts';
import { compare } from './limits.ts';
import type { Judged, ProcessSignal } from './signals.ts';
import { judge } from './signals.ts';

/**
 * The exponent that makes waiting times of rare events nearly normal: L. S. Nelson, "A Control Chart for
 * Parts-Per-Million Nonconforming Items", Journal of Quality Technology 26 (1994). A time of 0 (two
 * events at one instant) has the root 0 and is a time like any other.
 */
const NELSON = 3.6;
const rootOf = (time: number): number => time ** (1 / NELSON);
const timeOf = (root: number): number => root ** NELSON;

/**
 * Judges the times between rare events (at least 0, in any unit), one a point: limits and rules as for
 * any series, but on the 3.6th root. The limits come back as times; a lower limit below `least` (or whose
 * root would lie below 0) is null, `meanMovingRange` stays on the scale of the roots, and times that are
 * all 0 have no limits.
 */
export function judgeTimes(points: readonly ProcessPoint[], least = 0): Judged {
  const roots = points.map((point) => ({ ...point, value: point.value === null ? null : rootOf(point.value) }));
  const { stretches, signals } = judge(roots, { lower: rootOf(least), upper: null }, null);
  const parts = stretches.map((stretch) => ({ ...stretch, limits: raised(stretch.limits) }));
  const order = new Map(points.map(({ period }, index) => [period, index]));
  const isWithLimits = ({ period }: ProcessSignal): boolean => {
    const at = order.get(period) ?? -1;
    return parts.some(({ start, end, limits }) => start <= at && at < end && limits !== null);
  };
  return { stretches: parts, signals: signals.filter(isWithLimits) };
}

function raised(limits: ProcessLimits | null): ProcessLimits | null {
  if (limits === null || limits.mean === 0) return null;
  const { mean, lower, upper } = limits;
  return {
    ...limits,
    mean: timeOf(mean),
    lower: lower === null ? null : timeOf(lower),
    upper: upper === null ? null : timeOf(upper),
  };
}

/** The line that a rule holds times against on one side: limit, mean, or half-way between them on the roots; null where there is none. */
export function lineOf(limits: ProcessLimits, { rule, side }: Pick<ProcessSignal, 'rule' | 'side'>): number | null {
  const limit = side === 'above' ? limits.upper : limits.lower;
  if (rule === '8 in a row') return limits.mean;
  if (rule === 'beyond a limit' || limit === null) return limit;
  return timeOf((rootOf(limits.mean) + rootOf(limit)) / 2);
}

/** Whether a time is longer than a line, as the rules compare them. */
export function isLonger(time: number, line: number, { meanMovingRange }: ProcessLimits): boolean {
  return compare(rootOf(time), rootOf(line), meanMovingRange) > 0;
}

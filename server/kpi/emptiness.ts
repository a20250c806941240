import type { Instant, Period } from '../time/period.ts';
import type { Emptiness } from './measurement.ts';
import type { Coverage } from './world.ts';

/**
 * What the sources cannot vouch for. A flow (counts, durations, ratios) needs its whole period within
 * history, and a pass that reached into it. What stands at a moment (depth, age) needs the moment: the
 * period's end, or, while it runs, any moment of it.
 */
export const uncovered = (period: Period, coverage: Coverage, now: Instant, isStanding: boolean): Emptiness | null => {
  const isRunning = period.end > now;
  const known = isStanding ? (isRunning ? now : period.end) : period.start;
  if (coverage.from !== null && known < coverage.from) return 'before history';
  if (coverage.until === null || coverage.until <= period.start) return 'no data';
  if (isStanding && !isRunning && coverage.until < period.end) return 'no data';
  return null;
};

/** What two sources know together. */
export const bothCover = (left: Coverage, right: Coverage): Coverage => ({
  from: left.from === null ? right.from : right.from === null ? left.from : Math.max(left.from, right.from),
  until: left.until === null || right.until === null ? null : Math.min(left.until, right.until),
});

/** Where parts of a number are empty for different reasons, the one that says most about why. */
export const WEIGHT: readonly Emptiness[] = ['hidden', 'before history', 'no data', 'no denominator', 'none to measure'];

import type { Bounds, ProcessLimits, ProcessPoint, Stretch } from './limits.ts';
import { compare, stretches } from './limits.ts';

type Rule = 'beyond a limit' | '8 in a row' | '3 of 4';
export type Side = 'above' | 'below';

/** A rule that fired. As long as it goes on firing it is one signal, not a new one each period. */
export interface ProcessSignal {
  readonly rule: Rule;
  readonly side: Side;
  /** The first point that is part of it. */
  readonly since: string;
  /** The point that completed it. */
  readonly period: string;
  /** The last point at which it still stood. */
  readonly until: string;
  /** Judged points from `since` to `until` on which it rests: those beyond, in the run, near the limit. */
  readonly length: number;
  /** It completed in the period asked about. */
  readonly isNews: boolean;
}

/** The lines that points are held against. */
export type Lines = Pick<ProcessLimits, 'mean' | 'lower' | 'upper' | 'meanMovingRange'>;

export interface Judged {
  readonly stretches: readonly Stretch[];
  /** In order of completion. */
  readonly signals: readonly ProcessSignal[];
}

const RUN = 8;
const WINDOW = 4;
const NEAR = 3;

/** A judged point: it has a value and enters the rules. */
interface Candidate {
  readonly period: string;
  readonly value: number;
}

/**
 * Judges a series: limits by stretch, and signals within each. `news` is the period that is asked
 * about (usually the last): a signal that completes there is news. Points that are not judged are
 * passed over: they neither join nor break a run. Rules (DESIGN.md section 7): a point strictly
 * beyond a limit; 8 in a row strictly on one side of the mean; 3 of 4 on one side and nearer that
 * limit than the mean. A side without a limit has only the second. `frozen` as for `stretches`.
 */
export function judge(
  points: readonly ProcessPoint[],
  bounds: Bounds,
  news: string | null,
  frozen?: (start: number, end: number) => ProcessLimits | null,
): Judged {
  const parts = stretches(points, bounds, frozen);
  const signals = parts.flatMap((stretch) => {
    if (stretch.limits === null) return [];
    const candidates = points
      .slice(stretch.start, stretch.end)
      .flatMap(({ isJudged, value, period }) => (isJudged && value !== null ? [{ period, value }] : []));
    return signalsOf(candidates, stretch.limits, news);
  });
  const order = new Map(points.map((point, index) => [point.period, index]));
  signals.sort((first, second) => (order.get(first.period) ?? 0) - (order.get(second.period) ?? 0));
  return { stretches: parts, signals };
}

/** The signals of judged points in order against given limits, those of one rule and side in order. */
export function signalsOf(points: readonly Candidate[], limits: Lines, news: string | null): ProcessSignal[] {
  const found: ProcessSignal[] = [];
  for (const side of ['above', 'below'] as const) {
    const sign = side === 'above' ? 1 : -1;
    const limit = side === 'above' ? limits.upper : limits.lower;
    const isOnSide = points.map((point) => compare(point.value, limits.mean, limits.meanMovingRange) === sign);
    found.push(...runs('8 in a row', side, points, isOnSide, RUN, news));
    if (limit === null) continue;
    const isBeyond = points.map((point) => compare(point.value, limit, limits.meanMovingRange) === sign);
    found.push(...runs('beyond a limit', side, points, isBeyond, 1, news));
    const middle = (limits.mean + limit) / 2;
    const isNear = points.map((point) => compare(point.value, middle, limits.meanMovingRange) === sign);
    found.push(...windows(side, points, isNear, news));
  }
  return found;
}

/** Unbroken runs of at least `least` points; complete at the `least`th, standing until the run ends. */
function runs(
  rule: Rule,
  side: Side,
  points: readonly Candidate[],
  isPart: readonly boolean[],
  least: number,
  news: string | null,
): ProcessSignal[] {
  const found: ProcessSignal[] = [];
  let start = 0;
  for (let index = 0; index <= points.length; index += 1) {
    if (isPart[index] === true) continue;
    if (index - start >= least) found.push(signal(rule, side, points, start, start + least - 1, index - 1, index - start, news));
    start = index + 1;
  }
  return found;
}

/** Three near points within four; complete at the third, standing while the last four still hold three. */
function windows(side: Side, points: readonly Candidate[], isNear: readonly boolean[], news: string | null): ProcessSignal[] {
  const found: ProcessSignal[] = [];
  let open: { since: number; completed: number; until: number } | null = null;
  const close = () => {
    if (open === null) return;
    const length = isNear.slice(open.since, open.until + 1).filter(Boolean).length;
    found.push(signal('3 of 4', side, points, open.since, open.completed, open.until, length, news));
    open = null;
  };
  for (let index = 0; index < points.length; index += 1) {
    const from = Math.max(0, index - WINDOW + 1);
    const near = isNear.slice(from, index + 1);
    if (near.filter(Boolean).length < NEAR) {
      close();
      continue;
    }
    if (open !== null) open.until = index;
    else if (isNear[index] === true) open = { since: from + near.indexOf(true), completed: index, until: index };
  }
  close();
  return found;
}

function signal(
  rule: Rule,
  side: Side,
  points: readonly Candidate[],
  since: number,
  completed: number,
  until: number,
  length: number,
  news: string | null,
): ProcessSignal {
  const periodAt = (index: number) => points[index]?.period ?? '';
  return {
    rule,
    side,
    since: periodAt(since),
    period: periodAt(completed),
    until: periodAt(until),
    length,
    isNews: periodAt(completed) === news,
  };
}

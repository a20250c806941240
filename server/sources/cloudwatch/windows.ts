import type { Instant } from '../../time/period.ts';

/** Periods at which CloudWatch keeps points for long; the finest of them is kept shortest. */
export const PERIODS_MS = [60_000, 300_000, 3_600_000] as const;
export type PeriodMs = (typeof PERIODS_MS)[number];

/** Points of one period from `start` on, `end` excluded; both are whole multiples of it. */
export interface Window {
  readonly start: Instant;
  readonly end: Instant;
  readonly periodMs: PeriodMs;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 1970 began on a Thursday. */
const MONDAY_MS = 4 * DAY_MS;

/** How long points of a period are kept. What is asked for later comes back empty, and says nothing of it. */
const KEPT_DAYS: Readonly<Record<PeriodMs, number>> = { 60_000: 15, 300_000: 63, 3_600_000: 455 };

/** A window is told to CloudWatch some time after the clock was read, and must still be young enough then. */
export const POLL_MARGIN_MS = 30 * MINUTE_MS;
/** Calls of a first history go on for longer, and may be cut off and taken up again. */
export const BACKFILL_MARGIN_MS = 3 * HOUR_MS;

/** How far back what is known is read again: values converge for minutes, and may be told for two weeks. */
export const REREAD_MS = { poll: 3 * HOUR_MS, night: 3 * DAY_MS, week: 14 * DAY_MS } as const;
export type Depth = keyof typeof REREAD_MS;

/** How long after its end a period may still lack what is late. */
export const LATE_MS = 10 * MINUTE_MS;

export const floorTo = (at: Instant, periodMs: number): Instant => Math.floor(at / periodMs) * periodMs;
const ceilTo = (at: Instant, periodMs: number): Instant => Math.ceil(at / periodMs) * periodMs;

/** The first instant of which points of a period are still kept at `now + marginMs`: a whole hour, which all periods divide. */
export const keptSince = (periodMs: PeriodMs, now: Instant, marginMs: number): Instant =>
  ceilTo(now - KEPT_DAYS[periodMs] * DAY_MS + marginMs, HOUR_MS);

/**
 * The windows that tell all of a stretch of time as finely as is still possible and was asked for, ascending: cut where its age
 * forbids a finer period, and nowhere else. Neighbours share no instant and leave none out. Ends are floored to the period that
 * was asked for; where only a coarser one is left, what began before the stretch is not part of it, as finer points may be
 * known there, and what began in it is.
 */
export function windowsOf(from: Instant, until: Instant, askedMs: PeriodMs, now: Instant, marginMs: number): Window[] {
  const windows: Window[] = [];
  let coarser: Instant = Infinity;
  for (const periodMs of PERIODS_MS) {
    if (periodMs < askedMs) continue;
    const since = keptSince(periodMs, now, marginMs);
    const rounded = periodMs === askedMs ? floorTo : ceilTo;
    const start = rounded(Math.max(from, since), periodMs);
    const end = rounded(Math.min(until, coarser), periodMs);
    if (start < end) windows.unshift({ start, end, periodMs });
    coarser = since;
  }
  return windows;
}

/** All that is kept, newest first: what is fine decays first. */
export const historyWindows = (askedMs: PeriodMs, now: Instant): Window[] =>
  windowsOf(-Infinity, floorTo(now, askedMs), askedMs, now, BACKFILL_MARGIN_MS).reverse();

/**
 * What a poll reads: from where the last one came, and again what is no older than `depth`. Nothing is read again at a coarser
 * period than it is known at, since its points would stand beside the finer ones and count twice.
 */
export function pollWindows(reached: Instant, askedMs: PeriodMs, now: Instant, depth: Depth): Window[] {
  const until = floorTo(now, askedMs);
  const again = Math.max(until - REREAD_MS[depth], keptSince(askedMs, now, POLL_MARGIN_MS));
  return windowsOf(Math.min(floorTo(reached, askedMs), again), until, askedMs, now, POLL_MARGIN_MS);
}

/** When the deeper re-reads were last done; null: not yet. */
export interface Rereads {
  readonly nightAt: Instant | null;
  readonly weekAt: Instant | null;
}

/**
 * How deep this pass reads: two weeks in the first pass of a week, three days in the first of a day, both by UTC. A week that
 * ends later in its own zone is among the two weeks of the next, and in three nights before that.
 */
export function depthAt(now: Instant, { nightAt, weekAt }: Rereads): Depth {
  if (weekAt === null || weekOf(now) > weekOf(weekAt)) return 'week';
  return nightAt === null || Math.floor(now / DAY_MS) > Math.floor(nightAt / DAY_MS) ? 'night' : 'poll';
}

const weekOf = (at: Instant): number => Math.floor((at - MONDAY_MS) / (7 * DAY_MS));

/** Points that a window may come to for each query: the slots of its period. */
export const slotsOf = ({ start, end, periodMs }: Window): number => (end - start) / periodMs;

import type { Instant } from '../../time/period.ts';
import type { LogProgress } from './cursor.ts';

/** Of whole periods, `end` excluded. */
export interface LogWindow {
  readonly start: Instant;
  readonly end: Instant;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What is read again in each pass, and once a day (UTC): logs come late. */
export const REREAD_MS = { pass: 3 * HOUR_MS, day: 72 * HOUR_MS } as const;
/** How long after its end a period may still lack what is late. */
const LATE_MS = 10 * 60_000;

export const floorTo = (at: Instant, periodMs: number): Instant => Math.floor(at / periodMs) * periodMs;
const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** As a pass finds it: with the first of a day, nothing was scanned, and nothing read again. */
export const asOfToday = (progress: LogProgress, periodMs: number, now: Instant): LogProgress =>
  progress.day === dayOf(now)
    ? progress
    : {
        ...progress,
        day: dayOf(now),
        bytes: 0,
        again: floorTo(now, periodMs) - REREAD_MS.day,
        // Logs may have become fewer, and the service faster.
        spanMs: Math.min(DAY_MS, 2 * progress.spanMs),
      };

/**
 * What is to be asked for, the oldest first: history that is missing, what is read again, and what is new. No window is longer
 * than a day, or than what queries came to the end of. Neighbours share no instant and leave none out.
 */
export function windowsFor({ historyFrom, until, again, spanMs }: LogProgress, periodMs: number, now: Instant): LogWindow[] {
  const end = floorTo(now, periodMs);
  const start = Math.max(historyFrom, Math.min(until, again, end - REREAD_MS.pass));
  return windowsOf({ start, end }, spanMs);
}

/** A time in pieces that are no longer than a span. */
export function windowsOf({ start, end }: LogWindow, spanMs: number): LogWindow[] {
  const windows: LogWindow[] = [];
  for (let at = start; at < end; at += spanMs) windows.push({ start: at, end: Math.min(at + spanMs, end) });
  return windows;
}

/** About half as long, in whole hours; null where that is as short as it gets. */
export function halfOf({ start, end }: LogWindow): number | null {
  return end - start <= HOUR_MS ? null : Math.max(HOUR_MS, floorTo((end - start) / 2, HOUR_MS));
}

/** Up to when what was read until an instant can be vouched for. */
export const knownUntil = (until: Instant, periodMs: number, now: Instant): Instant =>
  Math.min(until, floorTo(now - LATE_MS, periodMs));

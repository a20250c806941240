import type { Instant } from '../../../server/time/period.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const LONGEST_GRAIN_MS = HOUR_MS;

/** What is left of a point by its age: seconds for 3 hours, minutes for 15 days, 5 minutes for 63, hours for 455, then nothing. */
const AGES = [
  { untilMs: 3 * HOUR_MS, grainMs: 1_000 },
  { untilMs: 15 * DAY_MS, grainMs: MINUTE_MS },
  { untilMs: 63 * DAY_MS, grainMs: 5 * MINUTE_MS },
  { untilMs: 455 * DAY_MS, grainMs: HOUR_MS },
] as const;

/** The time that a point has by now; null where it is no longer kept. */
export function keptAt(at: Instant, now: Instant): Instant | null {
  const grainMs = grainAt(at, now);
  return grainMs === null ? null : floorTo(at, grainMs);
}

/** The oldest that anything can be. */
export const keptSince = (now: Instant): Instant => now - 455 * DAY_MS;

/** The grain of what is `now - at` old; null where nothing is kept. */
function grainAt(at: Instant, now: Instant): number | null {
  return AGES.find(({ untilMs }) => now - at <= untilMs)?.grainMs ?? null;
}

/** Whether a window that starts there can be read with this period at all. Where not, nothing comes back, and no error. */
export function isReadable(startAt: Instant, periodSeconds: number, now: Instant): boolean {
  const grainMs = grainAt(startAt, now) ?? HOUR_MS;
  return (periodSeconds * 1000) % grainMs === 0;
}

/** StartTime as the service rounds it: to the minute, 5 minutes or the hour by its age, never to the period of a minute or more. */
export function roundedStart(startAt: Instant, periodSeconds: number, now: Instant): Instant {
  if (periodSeconds < 60) return floorTo(startAt, periodSeconds * 1000);
  const age = now - startAt;
  return floorTo(startAt, age < 15 * DAY_MS ? MINUTE_MS : age <= 63 * DAY_MS ? 5 * MINUTE_MS : HOUR_MS);
}

const floorTo = (at: Instant, grainMs: number): Instant => Math.floor(at / grainMs) * grainMs;

import { parseDay } from './day.ts';
import type { Instant } from './period.ts';
import type { Zone } from './zone.ts';

const INSTANT_FORM =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

const DAY_MS = 86_400_000;

/**
 * Strict ISO 8601, in milliseconds: `2026-11-15T10:00Z`, with seconds, a fraction (cut to
 * milliseconds), an offset (`+01:00`, `+0100`, `+01`), a space for the `T`. Without an offset, or
 * as a bare date (its first instant), it is local in `zone`; with no zone that is null. Null too
 * for every date and time that does not exist. Second 60 is read as 59.999: clocks here have no leap second.
 */
export function parseInstant(text: string, zone?: Zone): Instant | null {
  const match = INSTANT_FORM.exec(text);
  if (match === null) return null;
  const [, date = '', hours, minutes = '', seconds = '0', fraction = '', utc, sign, offsetHours = '0', offsetMinutes = '0'] =
    match;
  const day = parseDay(date);
  if (day === null) return null;
  if (hours === undefined) return zone === undefined ? null : zone.startOfDay(day);

  const msOfDay = msOfClock(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0').slice(0, 3)));
  if (msOfDay === null) return null;
  if (utc !== undefined) return day * DAY_MS + msOfDay;
  if (sign !== undefined) {
    if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null;
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
    return day * DAY_MS + msOfDay - (sign === '-' ? -offset : offset);
  }
  if (zone === undefined) return null;
  return msOfDay === DAY_MS ? zone.instantOf(day + 1, 0) : zone.instantOf(day, msOfDay);
}

/** 24:00:00 is the end of the day; nothing else reaches 24 h. */
function msOfClock(hours: number, minutes: number, seconds: number, ms: number): number | null {
  if (hours === 24) return minutes === 0 && seconds === 0 && ms === 0 ? DAY_MS : null;
  if (hours > 24 || minutes > 59 || seconds > 60) return null;
  const secondMs = seconds === 60 ? 59_999 : seconds * 1_000 + ms;
  return (hours * 60 + minutes) * 60_000 + secondMs;
}

/** `2026-11-15T10:00:00.000Z`: always with milliseconds, so that text sorts as time does. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

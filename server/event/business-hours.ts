import { formatDay, weekdayOf } from '../time/day.ts';
import type { Day, Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { businessMinutesBefore } from './hours.ts';
import type { HourRules } from './organisation.ts';

/** Seconds of business hours from one instant to a later one. */
export type BusinessClock = (from: Instant, to: Instant) => number;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days whose sums are made together, and then kept. */
const CHUNK = 256;

/**
 * A clock that runs in business hours only: those instants that `hourClassOf` calls "business" in this
 * zone, by these rules and holidays. Exact on days on which the wall clock jumps: seconds that did not
 * exist do not count, and those that a wall clock showed twice count twice. Days between are looked up
 * in sums, so a year costs what a day does.
 */
export function businessClock(zone: Zone, rules: HourRules, isHoliday: (isoDay: string) => boolean): BusinessClock {
  const minutesBefore = businessMinutesBefore(rules);
  const chunks = new Map<number, Float64Array>();

  const isWorkday = (day: Day): boolean => !rules.weekend.includes(weekdayOf(day)) && !isHoliday(formatDay(day));

  /** Business seconds of a workday before a time of its wall clock. */
  const secondsBefore = (wallMs: number): number => {
    const minute = Math.floor(wallMs / MINUTE_MS);
    const before = minutesBefore[minute] ?? 0;
    const own = (minutesBefore[minute + 1] ?? before) - before;
    return before * 60 + (own * (wallMs - minute * MINUTE_MS)) / 1000;
  };

  /** Where the offset does not change, time is what the wall clock shows. */
  const ofEvenTime = (from: Instant, to: Instant, offset: number): number => {
    let seconds = 0;
    for (let day = Math.floor((from + offset) / DAY_MS); day * DAY_MS < to + offset; day += 1) {
      if (!isWorkday(day)) continue;
      const wall = (instant: Instant): number => Math.min(Math.max(instant + offset - day * DAY_MS, 0), DAY_MS);
      seconds += secondsBefore(wall(to)) - secondsBefore(wall(from));
    }
    return seconds;
  };

  const counted = (from: Instant, to: Instant): number => {
    if (to <= from) return 0;
    const { end, offset } = zone.stretchAt(from);
    return to <= end ? ofEvenTime(from, to, offset) : ofEvenTime(from, end, offset) + counted(end, to);
  };

  /** Sums up to each day of a chunk; the last is that of all of it. */
  const sumsOf = (chunk: number): Float64Array => {
    let sums = chunks.get(chunk);
    if (sums === undefined) {
      sums = new Float64Array(CHUNK + 1);
      for (let index = 0; index < CHUNK; index += 1) {
        const day = chunk * CHUNK + index;
        sums[index + 1] = (sums[index] ?? 0) + counted(zone.startOfDay(day), zone.startOfDay(day + 1));
      }
      chunks.set(chunk, sums);
    }
    return sums;
  };

  const ofWholeDays = (first: Day, end: Day): number => {
    let seconds = 0;
    for (let day = first; day < end;) {
      const chunk = Math.floor(day / CHUNK);
      const until = Math.min(end, (chunk + 1) * CHUNK);
      const sums = sumsOf(chunk);
      seconds += (sums[until - chunk * CHUNK] ?? 0) - (sums[day - chunk * CHUNK] ?? 0);
      day = until;
    }
    return seconds;
  };

  return (from, to) => {
    if (to <= from) return 0;
    // Where clocks fall back over midnight, a later instant may lie in an earlier day: days are found by their beginnings.
    let first = zone.dayOf(from);
    while (zone.startOfDay(first) < from) first += 1;
    let end = zone.dayOf(to) + 1;
    while (zone.startOfDay(end) > to) end -= 1;
    if (first >= end) return counted(from, to);
    return counted(from, zone.startOfDay(first)) + ofWholeDays(first, end) + counted(zone.startOfDay(end), to);
  };
}

import { weekdayOf } from '../../time/day.ts';
import type { Calendar, Day, Instant, Weekday } from '../../time/period.ts';
import type { Zone } from '../../time/zone.ts';
import type { Random } from './random.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The weeks of the history, numbered from 0; negative before it began. */
export interface Timeline {
  readonly calendar: Calendar;
  /** First day of week 0. */
  readonly startDay: Day;
  readonly start: Instant;
  firstDayOf(week: number): Day;
  startOf(week: number): Instant;
  weekOf(instant: Instant): number;
}

export function timelineFrom(calendar: Calendar, startDay: Day): Timeline {
  const startOf = (week: number): Instant => calendar.zone.startOfDay(startDay + 7 * week);
  return {
    calendar,
    startDay,
    start: startOf(0),
    firstDayOf: (week) => startDay + 7 * week,
    startOf,
    weekOf: (instant) => Math.floor((calendar.zone.dayOf(instant) - startDay) / 7),
  };
}

/** How likely something is at an hour of the week on somebody's wall clock, 0 to 1. */
export type Profile = (weekday: Weekday, hour: number) => number;

const isNight = (hour: number): boolean => hour >= 22 || hour < 7;
const isWeekend = (weekday: Weekday): boolean => weekday >= 6;

/** People's work: weekdays from 8 to 19, thinning towards the evening and on Friday afternoon. */
export const WORK: Profile = (weekday, hour) => {
  if (isWeekend(weekday)) return hour >= 9 && hour < 18 ? 0.05 : 0.01;
  if (hour < 8 || hour >= 19) return 0.03;
  if (weekday === 5 && hour >= 15) return 0.3;
  return hour >= 9 && hour < 17 ? 1 : 0.5;
};

/** Things break all day, more when people change and use them. */
export const BREAKAGE: Profile = (weekday, hour) => {
  if (isNight(hour)) return 0.05;
  if (isWeekend(weekday)) return 0.3;
  return hour >= 9 && hour < 18 ? 1 : 0.5;
};

/** What wears a team down: weekends, nights and evenings. */
export const UNSOCIAL: Profile = (weekday, hour) => {
  if (isNight(hour)) return 0.5;
  return isWeekend(weekday) ? 1 : hour >= 18 ? 0.6 : 0.12;
};

/**
 * An instant of a week of the timeline, as likely as the profile says on the zone's wall clock. Tries
 * come from a fork: how many it takes depends on the date, and what is drawn next must not.
 */
export function drawInstant(random: Random, timeline: Timeline, week: number, zone: Zone, profile: Profile): Instant {
  const start = timeline.startOf(week);
  const end = timeline.startOf(week + 1);
  const tries = random.fork();
  for (;;) {
    const instant = Math.floor(tries.between(start, end) / 1000) * 1000;
    if (tries.chance(profile(weekdayOf(zone.dayOf(instant)), Math.floor(zone.minuteOfDay(instant) / 60)))) return instant;
  }
}

/** `instant` where people meet and decide then, on weekdays from 9 to 17 of the zone's wall clock, else some time of the next such day. */
export function workInstant(zone: Zone, instant: Instant): Instant {
  const day = zone.dayOf(instant);
  const minute = zone.minuteOfDay(instant);
  if (weekdayOf(day) <= 5 && minute >= 9 * 60 && minute < 17 * 60) return instant;
  const from = weekdayOf(day) <= 5 && minute < 9 * 60 ? day : day + 1;
  const workday = weekdayOf(from) >= 6 ? mondayFrom(from) : from;
  // The time of day is kept in proportion, so that not everything waits until nine.
  return zone.instantOf(workday, 9 * HOUR_MS) + Math.floor((minute / (24 * 60)) * 8 * 60) * MINUTE_MS;
}

/** The first Monday from a day on. */
export const mondayFrom = (day: Day): Day => day + ((8 - weekdayOf(day)) % 7);

/** Whole seconds: no source knows more. */
export const later = (instant: Instant, ms: number): Instant => Math.floor((instant + ms) / 1000) * 1000;

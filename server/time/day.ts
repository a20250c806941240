import type { Day, Weekday } from './period.ts';

/** A day of the Gregorian calendar; `month` and `day` count from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const DAY_FORM = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month, 28 to 31; `month` from 1. */
function daysInMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return MONTH_LENGTHS[month - 1] ?? 0;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `2026-11-15` as a day; null for any other form and for days that do not exist, such as `2026-02-30`. */
export function parseDay(text: string): Day | null {
  const match = DAY_FORM.exec(text);
  if (match === null) return null;
  return dayFrom(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** `2026-11-15`. */
export function formatDay(day: Day): string {
  const { year, month, day: dayOfMonth } = civilOf(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

const WEEKDAYS_FROM_1970: readonly Weekday[] = [4, 5, 6, 7, 1, 2, 3];

/** 1970-01-01 was a Thursday (4). */
export function weekdayOf(day: Day): Weekday {
  return WEEKDAYS_FROM_1970[((day % 7) + 7) % 7] ?? 4;
}

/** Year, month and day of month. Formula: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
export function civilOf(day: Day): Civil {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** The day of a date, or null where there is none (30 February, month 13, fractions). Formula: Hinnant, days_from_civil. */
export function dayFrom(year: number, month: number, day: number): Day | null {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return null;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return countDays(year, month, day);
}

/** The first day of a month; `month` may lie outside 1 to 12 and then counts into other years. */
export function firstDayOfMonth(year: number, month: number): Day {
  const months = year * 12 + month - 1;
  return countDays(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1);
}

/** The same date `years` later (or earlier, below zero); 29 February becomes the 28th where there is none. */
export function shiftYears(day: Day, years: number): Day {
  const civil = civilOf(day);
  const year = civil.year + years;
  return countDays(year, civil.month, Math.min(civil.day, daysInMonth(year, civil.month)));
}

function countDays(year: number, month: number, day: number): Day {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / 400);
  const yearOfEra = yearFromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

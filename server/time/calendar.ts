import { civilOf, firstDayOfMonth, formatDay, shiftYears, weekdayOf } from './day.ts';
import type { Calendar, Day, Grain, Instant, Period } from './period.ts';

/** The trailing series of a review and their prior year, each oldest first. */
export interface Trailing {
  readonly weeks: Period[];
  readonly priorWeeks: Period[];
  readonly months: Period[];
  readonly priorMonths: Period[];
}

/** A range that ends with the reviewed week, and the same calendar dates a year before. */
interface Range {
  readonly current: Period;
  readonly prior: Period;
}

export interface ToDate {
  readonly month: Range;
  readonly quarter: Range;
  readonly year: Range;
}

const RANGES = ['MTD', 'QTD', 'YTD'] as const;
type RangeName = (typeof RANGES)[number];
const GRAIN_OF: Record<RangeName, Grain> = { MTD: 'month', QTD: 'quarter', YTD: 'year' };

const ID_FORM = /^(\d{4})(?:-W(\d{2})(?:-(MTD|QTD|YTD))?(-PY)?|-(0[1-9]|1[0-2])|-Q([1-4]))?$/;

/** The period of a grain that holds a day. Years are fiscal years, named by the year they end in. */
export function periodOf(calendar: Calendar, grain: Grain, day: Day): Period {
  switch (grain) {
    case 'week':
      return weekFrom(calendar, weekStartOf(calendar, day));
    case 'month': {
      const { year, month } = civilOf(day);
      return monthFrom(calendar, year, month);
    }
    case 'quarter': {
      const { year, month } = civilOf(day);
      // Months since the fiscal year began, 0 to 11.
      const monthOfYear = (month - calendar.fiscalYearEndMonth + 11) % 12;
      return quarterFrom(calendar, fiscalYearOf(calendar, year, month), Math.floor(monthOfYear / 3) + 1);
    }
    case 'year': {
      const { year, month } = civilOf(day);
      return yearFrom(calendar, fiscalYearOf(calendar, year, month));
    }
  }
}

/** The period of an id, or null where there is none: a wrong form, week 53 of a year with 52. */
export function parsePeriod(calendar: Calendar, id: string): Period | null {
  const match = ID_FORM.exec(id);
  if (match === null) return null;
  const [, yearText, weekText, range, prior, month, quarter] = match;
  const year = Number(yearText);
  // Below year 3 no zone can say when a day begins; beyond 9997 neither.
  if (year < 4 || year > 9_996) return null;
  if (month !== undefined) return monthFrom(calendar, year, Number(month));
  if (quarter !== undefined) return quarterFrom(calendar, year, Number(quarter));
  if (weekText === undefined) return yearFrom(calendar, year);

  const number = Number(weekText);
  const week = weekFrom(calendar, firstWeekOf(calendar, year) + (number - 1) * 7);
  if (number < 1 || week.id !== `${yearText}-W${weekText}`) return null;
  const name = RANGES.find((known) => known === range);
  if (name === undefined)
    return prior === undefined ? week : period(calendar, 'week', id, week.firstDay - 364, week.endDay - 364);
  const { current, prior: before } = rangeTo(calendar, week, name);
  return prior === undefined ? current : before;
}

/** The nth period after (before, below zero). A to-date range moves with its week. */
export function shiftPeriod(calendar: Calendar, from: Period, n: number): Period {
  if (n === 0) return from;
  const suffix = /(?:-(?:MTD|QTD|YTD))?(?:-PY)?$/.exec(from.id)?.[0] ?? '';
  if (suffix !== '') {
    const base = parsePeriod(calendar, from.id.slice(0, -suffix.length));
    const moved = base === null ? null : parsePeriod(calendar, shiftPeriod(calendar, base, n).id + suffix);
    if (moved === null) throw new RangeError(`no period ${n} from ${from.id}`);
    return moved;
  }
  const { year, month } = civilOf(from.firstDay);
  switch (from.grain) {
    case 'week':
      return weekFrom(calendar, from.firstDay + 7 * n);
    case 'month':
      return periodOf(calendar, 'month', firstDayOfMonth(year, month + n));
    case 'quarter':
      return periodOf(calendar, 'quarter', firstDayOfMonth(year, month + 3 * n));
    case 'year':
      return periodOf(calendar, 'year', firstDayOfMonth(year + n, month));
    case 'to-date':
      throw new RangeError(`${from.id} is no to-date range`);
  }
}

/** All periods of a grain that start from `fromDay` on and before `endDay`, in order. */
export function periodsBetween(calendar: Calendar, grain: Grain, fromDay: Day, endDay: Day): Period[] {
  const periods: Period[] = [];
  let next = periodOf(calendar, grain, fromDay);
  if (next.firstDay < fromDay) next = shiftPeriod(calendar, next, 1);
  for (; next.firstDay < endDay; next = shiftPeriod(calendar, next, 1)) periods.push(next);
  return periods;
}

/**
 * The six weeks up to `week` and twelve complete months: those ended by the end of the week, or,
 * for `fiscal year`, all twelve of the fiscal year that holds its last day. Beneath each the prior
 * year: a week 364 days back (an ordinary week with its own id), the same month last year.
 */
export function trailing(calendar: Calendar, week: Period, months: 'trailing' | 'fiscal year' = 'trailing'): Trailing {
  const weeks = lastOf(calendar, week, 6);
  let lastMonth: Period;
  if (months === 'fiscal year') {
    lastMonth = periodOf(calendar, 'month', periodOf(calendar, 'year', week.endDay - 1).endDay - 1);
  } else {
    const holding = periodOf(calendar, 'month', week.endDay - 1);
    lastMonth = holding.endDay === week.endDay ? holding : shiftPeriod(calendar, holding, -1);
  }
  const months12 = lastOf(calendar, lastMonth, 12);
  return {
    weeks,
    priorWeeks: weeks.map((each) => shiftPeriod(calendar, each, -52)),
    months: months12,
    priorMonths: months12.map((each) => shiftPeriod(calendar, each, -12)),
  };
}

/** Month, quarter and fiscal year up to and with the last day of `week`, and the same dates a year before. */
export function toDate(calendar: Calendar, week: Period): ToDate {
  return {
    month: rangeTo(calendar, week, 'MTD'),
    quarter: rangeTo(calendar, week, 'QTD'),
    year: rangeTo(calendar, week, 'YTD'),
  };
}

/** The latest week that has ended at `now`. */
export function lastCompleteWeek(calendar: Calendar, now: Instant): Period {
  const current = periodOf(calendar, 'week', calendar.zone.dayOf(now));
  return shiftPeriod(calendar, current, -1);
}

function lastOf(calendar: Calendar, last: Period, count: number): Period[] {
  return Array.from({ length: count }, (_, index) => shiftPeriod(calendar, last, index - count + 1));
}

function rangeTo(calendar: Calendar, week: Period, name: RangeName): Range {
  const lastDay = week.endDay - 1;
  const firstDay = periodOf(calendar, GRAIN_OF[name], lastDay).firstDay;
  return {
    current: period(calendar, 'to-date', `${week.id}-${name}`, firstDay, week.endDay),
    prior: period(calendar, 'to-date', `${week.id}-${name}-PY`, shiftYears(firstDay, -1), shiftYears(lastDay, -1) + 1),
  };
}

function weekStartOf(calendar: Calendar, day: Day): Day {
  return day - ((weekdayOf(day) - calendar.weekStart + 7) % 7);
}

/** Week 1 is the one that holds 4 January: it has at least four days in its year, whatever day weeks start on. */
function firstWeekOf(calendar: Calendar, year: number): Day {
  return weekStartOf(calendar, firstDayOfMonth(year, 1) + 3);
}

/** A week belongs to the year that holds its fourth day: ISO 8601 for Monday, the epidemiologists' rule for Sunday. */
function weekFrom(calendar: Calendar, firstDay: Day): Period {
  const { year } = civilOf(firstDay + 3);
  const number = (firstDay - firstWeekOf(calendar, year)) / 7 + 1;
  return period(calendar, 'week', `${pad(year, 4)}-W${pad(number, 2)}`, firstDay, firstDay + 7);
}

function monthFrom(calendar: Calendar, year: number, month: number): Period {
  return period(
    calendar,
    'month',
    `${pad(year, 4)}-${pad(month, 2)}`,
    firstDayOfMonth(year, month),
    firstDayOfMonth(year, month + 1),
  );
}

function quarterFrom(calendar: Calendar, fiscalYear: number, quarter: number): Period {
  const firstMonth = calendar.fiscalYearEndMonth - 11 + (quarter - 1) * 3;
  const firstDay = firstDayOfMonth(fiscalYear, firstMonth);
  return period(calendar, 'quarter', `${pad(fiscalYear, 4)}-Q${quarter}`, firstDay, firstDayOfMonth(fiscalYear, firstMonth + 3));
}

function yearFrom(calendar: Calendar, fiscalYear: number): Period {
  const firstDay = firstDayOfMonth(fiscalYear, calendar.fiscalYearEndMonth - 11);
  return period(calendar, 'year', pad(fiscalYear, 4), firstDay, firstDayOfMonth(fiscalYear, calendar.fiscalYearEndMonth + 1));
}

function fiscalYearOf(calendar: Calendar, year: number, month: number): number {
  return month <= calendar.fiscalYearEndMonth ? year : year + 1;
}

function period(calendar: Calendar, grain: Period['grain'], id: string, firstDay: Day, endDay: Day): Period {
  return { grain, id, firstDay, endDay, start: calendar.zone.startOfDay(firstDay), end: calendar.zone.startOfDay(endDay) };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `November`; `month` from 1. */
export function monthName(month: number): string {
  return MONTHS[month - 1] ?? '';
}

/** `15 Nov 2026`. */
export function dayTitle(day: Day): string {
  const { year, month, day: dayOfMonth } = civilOf(day);
  return `${dayOfMonth} ${monthName(month).slice(0, 3)} ${year}`;
}

/** `9–15 Nov 2026`, `26 Oct – 1 Nov 2026`, `28 Dec 2026 – 3 Jan 2027`; one day: `1 Nov 2026`. */
export function daysTitle(firstDay: Day, endDay: Day): string {
  const first = civilOf(firstDay);
  const last = civilOf(endDay - 1);
  const end = dayTitle(endDay - 1);
  if (endDay - firstDay <= 1) return end;
  if (first.year !== last.year) return `${dayTitle(firstDay)} – ${end}`;
  if (first.month !== last.month) return `${first.day} ${monthName(first.month).slice(0, 3)} – ${end}`;
  return `${first.day}–${end}`;
}

/** Short, for an axis: `W46`, `Nov`, `Q3`, `2026`, `MTD`. */
export function periodLabel(of: Period): string {
  const [, , week, range, , month, quarter] = ID_FORM.exec(of.id) ?? [];
  if (range !== undefined) return range;
  if (month !== undefined) return monthName(Number(month)).slice(0, 3);
  if (quarter !== undefined) return `Q${quarter}`;
  return week === undefined ? of.id : `W${week}`;
}

const RANGE_WORDS: Record<RangeName, string> = { MTD: 'Month to date', QTD: 'Quarter to date', YTD: 'Year to date' };

/** Long: `Week 46, 9–15 Nov 2026`, `November 2026`, `Q3 2026, 1 Jul – 30 Sep 2026`, `Month to date, 1–15 Nov 2026`. */
export function periodTitle(of: Period): string {
  const days = daysTitle(of.firstDay, of.endDay);
  const match = ID_FORM.exec(of.id);
  const name = RANGES.find((known) => known === match?.[3]);
  const prior = match?.[4] === undefined ? '' : ' a year before';
  if (name !== undefined) return `${RANGE_WORDS[name]}${prior}, ${days}`;
  switch (of.grain) {
    case 'week':
      return `Week ${Number(match?.[2])}${prior}, ${days}`;
    case 'month': {
      const { year, month } = civilOf(of.firstDay);
      return `${monthName(month)} ${year}`;
    }
    case 'quarter':
      return `Q${match?.[6]} ${match?.[1]}, ${days}`;
    case 'year':
      return formatDay(of.firstDay) === `${of.id}-01-01` ? of.id : `Fiscal year ${of.id}, ${days}`;
    case 'to-date':
      return days;
  }
}

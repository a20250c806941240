import { civilOf, firstDayOfMonth, weekdayOf } from './day.ts';
import type { CalendarRules, Day, FiscalWeeks, Grain } from './period.ts';

/** What one set of rules makes of time, were it always in force. */
export interface Cut {
  /** The year of its name: of the week, of the month, else the fiscal year. */
  readonly year: number;
  /** Week, month or period, quarter within that year; 0 for the year itself. */
  readonly number: number;
  readonly firstDay: Day;
  readonly endDay: Day;
}

/** Periods of a grain in a year of its own. */
export const PER_YEAR = { month: 12, quarter: 4, year: 1 } as const;

/** Weeks of a quarter gone by when its three periods begin. */
const BEGIN_AFTER: Record<FiscalWeeks['pattern'], readonly [number, number, number]> = {
  '4-4-5': [0, 4, 8],
  '4-5-4': [0, 4, 9],
  '5-4-4': [0, 5, 9],
};
const QUARTER_WEEKS = 13;

/** The position of a period among all of its grain, one more for each that follows. */
export function indexAt(rules: CalendarRules, grain: Grain, day: Day): number {
  if (grain === 'week') return (weekStartOf(rules, day) - weekStartOf(rules, 0)) / 7;
  const { year, month } = civilOf(day);
  if (rules.fiscalWeeks !== undefined) return indexByWeeks(rules, rules.fiscalWeeks, grain, day, year);
  if (grain === 'month') return year * 12 + month - 1;
  const fiscalYear = month <= rules.fiscalYearEndMonth ? year : year + 1;
  // Months since the fiscal year began, 0 to 11.
  const monthOfYear = (month - rules.fiscalYearEndMonth + 11) % 12;
  return grain === 'year' ? fiscalYear : fiscalYear * 4 + Math.floor(monthOfYear / 3);
}

/** The period at a position. */
export function cutAt(rules: CalendarRules, grain: Grain, index: number): Cut {
  if (grain === 'week') return weekFrom(rules, weekStartOf(rules, 0) + 7 * index);
  const perYear = PER_YEAR[grain];
  const fiscalYear = Math.floor(index / perYear);
  const within = index - fiscalYear * perYear;
  if (rules.fiscalWeeks !== undefined) return cutByWeeks(rules, rules.fiscalWeeks, grain, fiscalYear, within);
  if (grain === 'month') {
    return {
      year: fiscalYear,
      number: within + 1,
      firstDay: firstDayOfMonth(fiscalYear, within + 1),
      endDay: firstDayOfMonth(fiscalYear, within + 2),
    };
  }
  const months = 12 / perYear;
  const firstMonth = rules.fiscalYearEndMonth - 11 + within * months;
  return {
    year: fiscalYear - yearsBack(rules),
    number: grain === 'year' ? 0 : within + 1,
    firstDay: firstDayOfMonth(fiscalYear, firstMonth),
    endDay: firstDayOfMonth(fiscalYear, firstMonth + months),
  };
}

/** The period of a name, or null where there is none: week 53 of a year with 52. */
export function cutNamed(rules: CalendarRules, grain: Grain, year: number, number: number): Cut | null {
  if (grain === 'week') {
    const week = weekFrom(rules, firstWeekOf(rules, year) + (number - 1) * 7);
    return week.year === year && week.number === number ? week : null;
  }
  const isGregorian = grain === 'month' && rules.fiscalWeeks === undefined;
  const fiscalYear = isGregorian ? year : year + yearsBack(rules);
  return cutAt(rules, grain, fiscalYear * PER_YEAR[grain] + Math.max(0, number - 1));
}

/** A fiscal year within one calendar year has one name, whichever end it is named by. */
function yearsBack({ fiscalYearNamedBy, fiscalYearEndMonth }: CalendarRules): number {
  return fiscalYearNamedBy === 'start' && fiscalYearEndMonth !== 12 ? 1 : 0;
}

function weekStartOf(rules: CalendarRules, day: Day): Day {
  return day - ((weekdayOf(day) - rules.weekStart + 7) % 7);
}

/** Week 1 is the one that holds 4 January: it has at least four days in its year, whatever day weeks start on. */
function firstWeekOf(rules: CalendarRules, year: number): Day {
  return weekStartOf(rules, firstDayOfMonth(year, 1) + 3);
}

/** A week belongs to the year that holds its fourth day: ISO 8601 for Monday, the epidemiologists' rule for Sunday. */
function weekFrom(rules: CalendarRules, firstDay: Day): Cut {
  const { year } = civilOf(firstDay + 3);
  return { year, number: (firstDay - firstWeekOf(rules, year)) / 7 + 1, firstDay, endDay: firstDay + 7 };
}

/**
 * The first day of the fiscal year that ends in (or, by the nearest week, within three days of) a month of
 * `fiscalYear`: the week that follows the last one of the year before. Formula: US 26 CFR 1.441-2, the 52-53-week year.
 */
function yearStartByWeeks(rules: CalendarRules, { ends }: FiscalWeeks, fiscalYear: number): Day {
  const afterMonth = firstDayOfMonth(fiscalYear - 1, rules.fiscalYearEndMonth + 1);
  const weekStart = weekStartOf(rules, afterMonth);
  // That week began this many days before the next month; the one before it ended just as far from the month's last day.
  return ends === 'nearest' && afterMonth - weekStart > 3 ? weekStart + 7 : weekStart;
}

function indexByWeeks(rules: CalendarRules, weeks: FiscalWeeks, grain: keyof typeof PER_YEAR, day: Day, year: number): number {
  let fiscalYear = year + 1;
  while (yearStartByWeeks(rules, weeks, fiscalYear) > day) fiscalYear -= 1;
  if (grain === 'year') return fiscalYear;
  const week = Math.floor((day - yearStartByWeeks(rules, weeks, fiscalYear)) / 7);
  // The 53rd week stays in the last quarter and in its last period.
  const quarter = Math.min(3, Math.floor(week / QUARTER_WEEKS));
  if (grain === 'quarter') return fiscalYear * 4 + quarter;
  const weekOfQuarter = week - quarter * QUARTER_WEEKS;
  const begin = BEGIN_AFTER[weeks.pattern];
  return fiscalYear * 12 + quarter * 3 + (weekOfQuarter < begin[1] ? 0 : weekOfQuarter < begin[2] ? 1 : 2);
}

function cutByWeeks(
  rules: CalendarRules,
  weeks: FiscalWeeks,
  grain: keyof typeof PER_YEAR,
  fiscalYear: number,
  within: number,
): Cut {
  const firstDay = yearStartByWeeks(rules, weeks, fiscalYear);
  const perYear = PER_YEAR[grain];
  const begins = (nth: number): Day => {
    if (nth === perYear) return yearStartByWeeks(rules, weeks, fiscalYear + 1);
    const before = grain === 'month' ? (BEGIN_AFTER[weeks.pattern][nth % 3] ?? 0) : 0;
    const quarter = grain === 'month' ? Math.floor(nth / 3) : nth;
    return firstDay + 7 * (quarter * QUARTER_WEEKS + before);
  };
  return {
    year: fiscalYear - yearsBack(rules),
    number: grain === 'year' ? 0 : within + 1,
    firstDay: begins(within),
    endDay: begins(within + 1),
  };
}

import { periodFrom, periodOf, placeOf, segmentMissing } from './cut-periods.ts';
import { shiftYears } from './day.ts';
import type { RangeName } from './period-id.ts';
import type { Calendar, Day, Period } from './period.ts';
import { cutAt, PER_YEAR } from './rules.ts';

/** Days from a week to the one a year before: 52 whole weeks. */
export const YEAR_OF_WEEKS_DAYS = 364;

const GRAIN_OF: Record<RangeName, keyof typeof PER_YEAR> = { MTD: 'month', QTD: 'quarter', YTD: 'year' };

/** A range that ends with the reviewed week, and the same stretch a year before. */
export interface Range {
  readonly current: Period;
  readonly prior: Period;
}

/**
 * What a period is compared with a year before: a week with the one 364 days back, a month, quarter
 * or year with the same one of the year before, whatever their numbers of weeks. Where another
 * calendar was in force then, the period that holds the middle day of that stretch.
 */
export function priorYearOf(calendar: Calendar, of: Period): Period {
  const { grain, firstDay, endDay } = of;
  if (grain === 'to-date') throw new RangeError(`${of.id} is no week, month, quarter or year`);
  if (grain === 'week') return periodOf(calendar, grain, middleOf(firstDay, endDay) - YEAR_OF_WEEKS_DAYS);
  const { segments, segment, position } = placeOf(calendar, grain, firstDay);
  const { rules } = segments[segment] ?? segmentMissing();
  const cut = cutAt(rules, grain, position);
  const before = cutAt(rules, grain, position - PER_YEAR[grain]);
  const middle = middleOf(before.firstDay + (firstDay - cut.firstDay), before.endDay - (cut.endDay - endDay));
  return periodOf(calendar, grain, Math.min(Math.max(middle, before.firstDay), before.endDay - 1));
}

/** From the start of the month, quarter or year that holds the last day of a week to its end, and the same a year before. */
export function rangeTo(calendar: Calendar, week: Period, name: RangeName): Range {
  const lastDay = week.endDay - 1;
  const grain = GRAIN_OF[name];
  const { segments, segment, position } = placeOf(calendar, grain, lastDay);
  const { rules, from } = segments[segment] ?? segmentMissing();
  const cut = cutAt(rules, grain, position);
  const firstDay = Math.max(cut.firstDay, from);
  const backDays = cut.firstDay - cutAt(rules, grain, position - PER_YEAR[grain]).firstDay;
  const back = (day: Day): Day => (rules.fiscalWeeks === undefined ? shiftYears(day, -1) : day - backDays);
  return {
    current: periodFrom(calendar, 'to-date', `${week.id}-${name}`, firstDay, week.endDay),
    prior: periodFrom(calendar, 'to-date', `${week.id}-${name}-PY`, back(firstDay), back(lastDay) + 1),
  };
}

/** Rounded down: the fourth of seven days. */
function middleOf(firstDay: Day, endDay: Day): Day {
  return Math.floor((firstDay + endDay - 1) / 2);
}

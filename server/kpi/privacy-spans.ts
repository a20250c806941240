import { civilOf } from '../time/day.ts';
import { periodOf, periodsBetween, toDate } from '../time/calendar.ts';
import type { Calendar, Day, Period } from '../time/period.ts';
import type { Measure } from './kpi.ts';

/** The fixed span by which a personal number is shown. */
export type Span = 'week' | 'month' | 'quarter';

/**
 * What people bore is shown by the week. What they answered, and how many did, is shown by the month,
 * because few answer in a week and the round must have closed. How a load was spread over them is shown
 * by the quarter, because in less time chance alone spreads it unevenly.
 */
export const spanOf = (measure: Measure): Span => {
  if (measure.type === 'spread') return 'quarter';
  return 'of' in measure && measure.of === 'feedback' ? 'month' : 'week';
};

/** Periods that are asked about, and the stretches of days by which it is decided whether they may be shown. */
export interface Spans {
  /** Those asked about, then the months of quarters that are looked into, then the stretches that are none of them. */
  readonly all: readonly Period[];
  /** For each period asked about and each such month, the stretches that a subtraction could leave, as indexes into `all`. */
  readonly parts: readonly (readonly number[])[];
  /** Where something is shown by the quarter: the months of each quarter asked about, as indexes into `all`. */
  readonly monthsOf: ReadonlyMap<number, readonly number[]>;
}

/**
 * What could be left when one range of days is taken from another. Weeks never overlap, so the weeks
 * within a range are its parts. Where a bound of the range lies within a week, another range may end
 * or begin there, too: the pieces into which that bound and any start of a month cut the week are
 * parts, on both sides of it. A bound that leaves one to four people on either side is thus used by no
 * range that is shown, whatever is asked. (Ends of the same dates a year before are at least six days
 * apart, so no week is cut by two of them, except a year before a change of calendar: there each such
 * bound is a cut for the others.)
 */
export const spansOf = (calendar: Calendar, periods: readonly Period[], shownBy: Span = 'week', isByHours = false): Spans => {
  const all = [...periods];
  const monthsOf = new Map<number, readonly number[]>();
  if (shownBy === 'quarter') {
    periods.forEach((period, index) => {
      if (period.grain !== 'quarter') return;
      const months = wholeMonths(calendar, period);
      monthsOf.set(
        index,
        months.map((_, at) => all.length + at),
      );
      all.push(...months);
    });
  }
  // What teams are told over those months decides what the organisation is told by hours, whatever is asked.
  if (isByHours) all.push(...monthsAround(calendar, periods));
  const known = new Map<string, number>();
  const indexOf = (firstDay: Day, endDay: Day): number => {
    const key = `${firstDay} ${endDay}`;
    const found = known.get(key) ?? all.length;
    known.set(key, found);
    if (found === all.length) {
      const [start, end] = [calendar.zone.startOfDay(firstDay), calendar.zone.startOfDay(endDay)];
      all.push({ grain: 'to-date', id: key, firstDay, endDay, start, end });
    }
    return found;
  };
  const looked = [...all];
  looked.forEach(({ firstDay, endDay }, index) => known.set(`${firstDay} ${endDay}`, index));
  const parts = looked.map((period, index) => {
    if (shownBy === 'quarter' && index < periods.length && period.grain !== 'quarter') return [];
    if (shownBy === 'month') return wholeMonths(calendar, period).map(({ firstDay, endDay }) => indexOf(firstDay, endDay));
    const first = periodOf(calendar, 'week', period.firstDay).firstDay;
    return periodsBetween(calendar, 'week', first, period.endDay).flatMap((week) => {
      const bounds = [week.firstDay, ...cutsWithin(calendar, week, period), week.endDay];
      return bounds.slice(1).map((endDay, before) => indexOf(bounds[before] ?? endDay, endDay));
    });
  });
  return { all, parts, monthsOf };
};

const DAYS_OF_WEEK = 7;

/** Parts as weeks: whole ones, and the pieces that a bound makes of one, in their order. */
export const weeksOf = (parts: readonly number[], all: readonly Period[]): number[][] => {
  const weeks: number[][] = [];
  let wasWhole = true;
  for (const part of parts) {
    const days = all[part];
    const isWhole = days !== undefined && days.endDay - days.firstDay === DAYS_OF_WEEK;
    if (isWhole || wasWhole) weeks.push([part]);
    else weeks.at(-1)?.push(part);
    wasWhole = isWhole;
  }
  return weeks;
};

/** Whether all days of one are days of the other. */
export const isWithin = (part: Period | undefined, whole: Period | undefined): boolean =>
  part !== undefined && whole !== undefined && whole.firstDay <= part.firstDay && part.endDay <= whole.endDay;

/** The months that a period is made of; none where it is not made of whole ones. */
const wholeMonths = (calendar: Calendar, period: Period): readonly Period[] => {
  if (!['month', 'quarter', 'year'].includes(period.grain)) return [];
  const months = periodsBetween(calendar, 'month', period.firstDay, period.endDay);
  return months[0]?.firstDay === period.firstDay && months.at(-1)?.endDay === period.endDay ? months : [];
};

/** Months that share a day with some periods, and are none of them. */
const monthsAround = (calendar: Calendar, periods: readonly Period[]): Period[] => {
  const found = new Map<string, Period>();
  for (const { firstDay, endDay } of periods)
    for (const month of periodsBetween(calendar, 'month', periodOf(calendar, 'month', firstDay).firstDay, endDay))
      found.set(month.id, month);
  for (const { id } of periods) found.delete(id);
  return [...found.values()];
};

/** Days within a week on which the period or, if that cuts the week, a month or another range begins; ascending. */
const cutsWithin = (calendar: Calendar, week: Period, { firstDay, endDay }: Period): Day[] => {
  const isWithin = (day: Day): boolean => week.firstDay < day && day < week.endDay;
  const own = [firstDay, endDay].filter(isWithin);
  if (own.length === 0) return own;
  const others = own.every(isFirstOfMonth) ? NONE : boundsAYearOn(calendar, week);
  const days = Array.from({ length: week.endDay - week.firstDay }, (_, index) => week.firstDay + index);
  return days.filter((day) => isWithin(day) && (own.includes(day) || isFirstOfMonth(day) || others.has(day)));
};

const isFirstOfMonth = (day: Day): boolean => civilOf(day).day === 1;

const NONE: ReadonlySet<Day> = new Set();
/** A review looks back at a week a year later, and at the beginning of its fiscal year until that is over. */
const FIRST_LOOK_DAYS = 350;
const LAST_LOOK_DAYS = 750;

const knownBounds = new WeakMap<Calendar, Map<Day, readonly Day[]>>();

/** Where the prior-year ranges of later reviews may cut a week. None are looked for in a calendar that never changes. */
const boundsAYearOn = (calendar: Calendar, week: Period): ReadonlySet<Day> => {
  if (calendar.changes === undefined) return NONE;
  let known = knownBounds.get(calendar);
  if (known === undefined) knownBounds.set(calendar, (known = new Map<Day, readonly Day[]>()));
  const found = new Set<Day>();
  for (const later of periodsBetween(calendar, 'week', week.firstDay + FIRST_LOOK_DAYS, week.endDay + LAST_LOOK_DAYS)) {
    let bounds = known.get(later.firstDay);
    if (bounds === undefined) {
      const { month, quarter, year } = toDate(calendar, later);
      bounds = [month, quarter, year].flatMap(({ prior }) => [prior.firstDay, prior.endDay]);
      known.set(later.firstDay, bounds);
    }
    for (const bound of bounds) found.add(bound);
  }
  return found;
};

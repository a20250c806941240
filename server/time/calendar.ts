import { clipped, isByWeeks, overlaps, periodAt, periodFrom, periodOf, placeOf, segmentMissing } from './cut-periods.ts';
import { readId } from './period-id.ts';
import type { Calendar, Day, Grain, Instant, Period } from './period.ts';
import { cutNamed, indexAt } from './rules.ts';
import { segmentsOf } from './segments.ts';
import { priorYearOf, rangeTo, YEAR_OF_WEEKS_DAYS, type Range } from './year-before.ts';

export { periodOf, priorYearOf };
export { daysTitle, dayTitle, monthName, periodLabel, periodTitle, quarterName } from './period-names.ts';

/** The trailing series of a review and their prior year, each oldest first. */
export interface Trailing {
  readonly weeks: Period[];
  readonly priorWeeks: Period[];
  readonly months: Period[];
  readonly priorMonths: Period[];
}

export interface ToDate {
  readonly month: Range;
  readonly quarter: Range;
  readonly year: Range;
}

/** The period of an id, or null where there is none: a wrong form, week 53 of a year with 52. */
export function parsePeriod(calendar: Calendar, id: string): Period | null {
  const name = readId(id);
  // Below year 3 no zone can say when a day begins; beyond 9997 neither.
  if (name === null || name.year < 4 || name.year > 9_996) return null;
  const segments = segmentsOf(calendar, name.grain);
  for (const [at, segment] of segments.entries()) {
    if (isByWeeks(segment) !== name.isByWeeks && name.grain === 'month') continue;
    const cut = cutNamed(segment.rules, name.grain, name.year, name.number);
    if (cut === null || !overlaps(segment, cut)) continue;
    const found = clipped(calendar, name.grain, segments, at, cut);
    if (readId(found.id)?.letter !== name.letter) continue;
    if (name.range !== null) {
      const { current, prior } = rangeTo(calendar, found, name.range);
      return name.isPrior ? prior : current;
    }
    if (!name.isPrior) return found;
    return periodFrom(calendar, 'week', id, found.firstDay - YEAR_OF_WEEKS_DAYS, found.endDay - YEAR_OF_WEEKS_DAYS);
  }
  return null;
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
  const { grain } = from;
  if (grain === 'to-date') throw new RangeError(`${from.id} is no to-date range`);
  const { segments, segment, position } = placeOf(calendar, grain, from.firstDay);
  let at = segment;
  let wanted = position + n;
  for (;;) {
    const { rules, from: firstDay, to } = segments[at] ?? segmentMissing();
    const first = firstDay === -Infinity ? -Infinity : indexAt(rules, grain, firstDay);
    const last = to === Infinity ? Infinity : indexAt(rules, grain, to - 1);
    if (wanted >= first && wanted <= last) return periodAt(calendar, grain, segments, at, wanted);
    // What is left to go, counted on in the neighbour, which has positions of its own.
    const isOnward = wanted > last;
    at += isOnward ? 1 : -1;
    const next = segments[at] ?? segmentMissing();
    wanted = isOnward
      ? indexAt(next.rules, grain, next.from) + (wanted - last - 1)
      : indexAt(next.rules, grain, next.to - 1) - (first - wanted - 1);
  }
}

/** All periods of a grain that start from `fromDay` on and before `endDay`, in order. */
export function periodsBetween(calendar: Calendar, grain: Grain, fromDay: Day, endDay: Day): Period[] {
  const periods: Period[] = [];
  let next = periodOf(calendar, grain, fromDay);
  if (next.firstDay < fromDay) next = periodOf(calendar, grain, next.endDay);
  for (; next.firstDay < endDay; next = periodOf(calendar, grain, next.endDay)) periods.push(next);
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
    priorWeeks: weeks.map((each) => priorYearOf(calendar, each)),
    months: months12,
    priorMonths: months12.map((each) => priorYearOf(calendar, each)),
  };
}

/**
 * Month, quarter and fiscal year up to and with the last day of `week`. Beside each a year before:
 * the same dates, or under a pattern of weeks as many weeks into the same period of the last fiscal year.
 */
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

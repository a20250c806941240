import type { ToDate, Trailing } from '../time/calendar.ts';
import { parsePeriod, periodLabel, periodTitle, shiftPeriod, toDate, trailing } from '../time/calendar.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';

/**
 * What all cards of one review share: the week, its series and ranges, and periods that are worked
 * out once. Four hundred KPIs name the same hundred weeks.
 */
export interface Frame {
  readonly calendar: Calendar;
  readonly week: Period;
  readonly now: Instant;
  readonly series: Trailing;
  readonly ranges: ToDate;
  /** As `parsePeriod`, remembered. */
  parse(id: string): Period | null;
  /** The next period of its grain, remembered. */
  next(period: Period): Period;
  /** Axis label and full title, remembered. */
  names(period: Period): { readonly label: string; readonly title: string };
}

export function frameOf(calendar: Calendar, week: Period, now: Instant): Frame {
  return {
    calendar,
    week,
    now,
    series: trailing(calendar, week),
    ranges: toDate(calendar, week),
    parse: remember(
      (id: string) => id,
      (id) => parsePeriod(calendar, id),
    ),
    next: remember(
      (period: Period) => period.id,
      (period) => shiftPeriod(calendar, period, 1),
    ),
    names: remember(
      (period: Period) => period.id,
      (period) => ({ label: periodLabel(period), title: periodTitle(period) }),
    ),
  };
}

function remember<Key, Answer>(nameOf: (key: Key) => string, answer: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<string, Answer>();
  return (key) => {
    const name = nameOf(key);
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = answer(key);
    known.set(name, made);
    return made;
  };
}

import { periodOf, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import { frameOf, type Frame } from './frame.ts';

/** What all figures of one report share. */
export interface ReportFrame {
  /** Of the week whose limits are read. */
  readonly week: Frame;
  readonly calendar: Calendar;
  readonly quarter: Period;
  readonly previous: Period;
  readonly yearBefore: Period;
  /** Months that end in the quarter. */
  readonly months: readonly Period[];
  /** The quarter to whose end limits are carried. */
  readonly ahead: Period;
  readonly isRunning: boolean;
}

export function reportFrameOf(calendar: Calendar, quarter: Period, week: Period, now: Instant): ReportFrame {
  const months: Period[] = [];
  for (let day = quarter.firstDay; day < quarter.endDay;) {
    const month = periodOf(calendar, 'month', day);
    if (month.endDay <= quarter.endDay) months.push(month);
    day = month.endDay;
  }
  const isRunning = quarter.end > now;
  return {
    week: frameOf(calendar, week, now),
    calendar,
    quarter,
    previous: shiftPeriod(calendar, quarter, -1),
    yearBefore: shiftPeriod(calendar, quarter, -4),
    months,
    ahead: isRunning ? quarter : shiftPeriod(calendar, quarter, 1),
    isRunning,
  };
}

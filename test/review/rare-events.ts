import type { Kpi } from '../../server/kpi/kpi.ts';
import type { ReviewRow } from '../../server/review/input.ts';
import type { KpiCard } from '../../server/review/schema.ts';
import { shiftPeriod } from '../../server/time/calendar.ts';
import type { Instant, Period } from '../../server/time/period.ts';
import { calendar, card, incidents, instant, kpi, period, row } from './build.ts';

/** Builds reviews of events that hardly happen: the days between them, and how long ago the last one was. */
const DAY_MS = 86_400_000;
const WEEKS = 150;
/** Noon of the last day of week 46 of 2026. */
const SUNDAY = instant('2026-11-15T11:00Z');

/** Thirty times of 16 and 26 days in turn: limits of 4.2 d and 62 d around a mean of 21 d. */
export const usual = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 16 : 26));

/** Events so many days apart, oldest first, the last of them so many days before Sunday noon of week 46. */
export function eventsApart(days: readonly number[], sinceDays: number): Instant[] {
  const events = [SUNDAY - sinceDays * DAY_MS];
  for (const gap of days.toReversed()) events.unshift((events[0] ?? 0) - gap * DAY_MS);
  return events;
}

export const sinceLast = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    id: 'since-last',
    name: 'Time since the last severe incident',
    better: 'higher',
    measure: { type: 'since', of: 'incident' },
    unit: { type: 'duration', label: '', isTotal: false },
    countedIn: 'opened',
    minimumCount: 1,
    ...rest,
  });

export function weeksTo(last: Period): Period[] {
  return Array.from({ length: WEEKS }, (_, index) => shiftPeriod(calendar, last, index - WEEKS + 1));
}

/** What the weeks of these events read: their count, or the time since the last. */
export function rowsOf(of: Kpi, events: readonly Instant[], last = period('2026-W46')): ReviewRow[] {
  return weeksTo(last).map((week) => {
    const before = events.filter((at) => at < week.end);
    const count = before.filter((at) => at >= week.start).length;
    if (of.measure.type === 'count')
      return row(week.id, count === 0 && of.whenEmpty !== 'zero' ? 'none to measure' : { value: count, count }, count);
    const latest = before.at(-1);
    return row(week.id, latest === undefined ? 'none to measure' : { value: (week.end - latest) / 1_000, count: 1 }, 1);
  });
}

export const severe = (rest: Partial<Kpi> = {}): Kpi => incidents({ whenEmpty: 'zero', ...rest });

/** The card of week 46, or of an earlier one. */
export function rareCard(of: Kpi, events: readonly Instant[], week = period('2026-W46')): KpiCard {
  const known = events.filter((at) => at < week.end);
  return card({ kpi: of, weeks: rowsOf(of, known, week), events: known }, { week });
}

import { civilOf, formatDay } from './day.ts';
import { readId, type RangeName } from './period-id.ts';
import type { Day, Period } from './period.ts';

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

/** Short, for an axis: `W46`, `Nov`, `P10`, `Q3`, `2026`, `MTD`. */
export function periodLabel(of: Period): string {
  const name = readId(of.id);
  if (name === null) return of.id;
  if (name.range !== null) return name.range;
  switch (name.grain) {
    case 'week':
      return `W${String(name.number).padStart(2, '0')}${name.letter}`;
    case 'month':
      return name.isByWeeks
        ? `P${name.number}${name.letter}`
        : `${monthName(name.number).slice(0, 3)}${name.letter && ` ${name.letter}`}`;
    case 'quarter':
      return `Q${name.number}${name.letter}`;
    case 'year':
      return of.id;
  }
}

const RANGE_WORDS: Record<RangeName, string> = { MTD: 'Month to date', QTD: 'Quarter to date', YTD: 'Year to date' };

/**
 * Long: `Week 46, 9–15 Nov 2026`, `November 2026`, `Period 10 of fiscal 2026, 4–31 Oct 2026`,
 * `Q3 2026, 1 Jul – 30 Sep 2026`, `Q3 of fiscal 2026, 1 Oct – 31 Dec 2025`, `Month to date, 1–15 Nov 2026`; a period that a change of calendar
 * cut ends in `(cut short)`.
 */
export function periodTitle(of: Period): string {
  const days = `${daysTitle(of.firstDay, of.endDay)}${of.cutFrom === undefined ? '' : ' (cut short)'}`;
  const name = readId(of.id);
  if (name === null) return days;
  const prior = name.isPrior ? ' a year before' : '';
  if (name.range !== null) return `${RANGE_WORDS[name.range]}${prior}, ${days}`;
  switch (name.grain) {
    case 'week':
      return `Week ${name.number}${name.letter}${prior}, ${days}`;
    case 'month':
      if (name.isByWeeks) return `Period ${name.number}${name.letter} of fiscal ${name.year}, ${days}`;
      return `${monthName(name.number)} ${name.year}${of.cutFrom === undefined ? '' : `, ${days}`}`;
    case 'quarter':
      return `${quarterName(of)}, ${days}`;
    case 'year':
      return isCalendarYear(of) ? of.id : `Fiscal year ${of.id}, ${days}`;
  }
}

/** `Q3 2026`; where it is not that of the calendar, `Q3 of fiscal 2026`. */
export function quarterName({ id, firstDay, endDay, cutFrom }: Period): string {
  const name = readId(id);
  if (name === null) return id;
  const isAt = (day: Day, month: number): boolean => {
    const civil = civilOf(day);
    return civil.day === 1 && civil.year === name.year + Math.floor((month - 1) / 12) && civil.month === ((month - 1) % 12) + 1;
  };
  const [begins, ends] = [isAt(firstDay, name.number * 3 - 2), isAt(endDay, name.number * 3 + 1)];
  // One that was cut short keeps one of its ends.
  const isOfCalendar = cutFrom === undefined ? begins && ends : begins || ends;
  return `Q${name.number}${name.letter} ${isOfCalendar ? '' : 'of fiscal '}${name.year}`;
}

function isCalendarYear({ id, firstDay, endDay }: Period): boolean {
  return formatDay(firstDay) === `${id}-01-01` && formatDay(endDay - 1) === `${id}-12-31`;
}

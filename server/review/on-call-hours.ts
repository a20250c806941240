import type { Weekday } from '../time/period.ts';
import { formatShort, listed, plural, sentence } from './format.ts';
import type { HourMap } from './on-call-schema.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const DAY_NAMES = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];
const HOURS = 24;
/** Fewer pages are told as a count, not as a share. */
const SMALL = 10;
const SHARE = { type: 'share', label: '', isTotal: false } as const;

export const WHY_NO_HOURS =
  'The hour at which a page came is the hour at which somebody was called. It is told where five or more people were on call by day and as many at night, and of no fewer.';

interface Night {
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
}

/** Pages by hour of the week, in words and as cells. `counts` by weekday from Monday; null where it is hidden. */
export function hourMap(
  counts: readonly (readonly number[])[] | null,
  span: string,
  weekStart: Weekday,
  weekend: readonly number[],
  night: Night,
): HourMap {
  const order = DAYS.map((_, index) => (weekStart - 1 + index) % 7);
  const days = order.map((day) => DAYS[day] ?? '');
  if (counts === null) return { text: 'Hidden.', hidden: WHY_NO_HOURS, span, days, counts: [], total: 0, most: 0 };
  const rows = order.map((day) => Array.from({ length: HOURS }, (_, hour) => counts[day]?.[hour] ?? 0));
  const total = rows.flat().reduce((sum, count) => sum + count, 0);
  const most = rows.flat().reduce((one, other) => Math.max(one, other), 0);
  const daysOff = order.flatMap((day, row) => (weekend.includes(day + 1) ? [{ row, name: DAY_NAMES[day] ?? '' }] : []));
  return { text: words(rows, days, total, most, daysOff, night), hidden: null, span, days, counts: rows, total, most };
}

function words(
  rows: readonly (readonly number[])[],
  days: readonly string[],
  total: number,
  most: number,
  daysOff: readonly { readonly row: number; readonly name: string }[],
  night: Night,
): string {
  if (total === 0) return 'No page came.';
  const nightly = sumOf(rows, (_, hour) => isIn(night, hour));
  const onDaysOff = sumOf(rows, (row, hour) => daysOff.some((day) => day.row === row) && !isIn(night, hour));
  // By name: a public holiday stands on the map with its weekday, so these are not all days off.
  const byDay = daysOff.length === 0 ? '' : `, ${shareOf(onDaysOff, total)} by day on ${listed(daysOff.map(({ name }) => name))}`;
  const busiest = rows.flatMap((row, day) => row.flatMap((count, hour) => (count === most ? [{ day, hour }] : [])));
  const [first] = busiest;
  const peak =
    first === undefined || busiest.length > 1
      ? `no hour had more than ${most}`
      : `the busiest hour is ${days[first.day] ?? ''} ${clock(first.hour)} to ${clock(first.hour + 1)} with ${most}`;
  return sentence(`${shareOf(nightly, total)} of ${plural(total, 'page')} came at night${byDay}; ${peak}.`);
}

const sumOf = (rows: readonly (readonly number[])[], isIn: (row: number, hour: number) => boolean): number =>
  rows.reduce((sum, row, day) => sum + row.reduce((own, count, hour) => own + (isIn(day, hour) ? count : 0), 0), 0);

/** Hours that begin in the night; a night may wrap past midnight. */
const isIn = ({ from, to }: Night, hour: number): boolean => {
  const minute = hour * 60;
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
};

const shareOf = (count: number, total: number): string => (total < SMALL ? String(count) : formatShort(SHARE, count / total));
const clock = (hour: number): string => `${String(hour % HOURS).padStart(2, '0')}:00`;

import { formatDay, weekdayOf } from '../time/day.ts';
import type { Day, Instant, Weekday } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { HourBand, HourClass, HourRules } from './organisation.ts';

export type During = 'business_hours' | 'evenings' | 'nights' | 'weekends' | 'holidays' | 'days_off' | 'off_hours';

/** definitions.md, on-call load: the bands of an organisation that states none. */
export const DEFAULT_HOURS: HourRules = {
  night: { from: 22 * 60, to: 7 * 60 },
  evenings: [
    { from: 18 * 60, to: 22 * 60 },
    { from: 7 * 60, to: 9 * 60 },
  ],
  weekend: [6, 7],
};

/** Classes by their code. */
export const HOUR_CLASSES: readonly HourClass[] = ['business', 'evening', 'night', 'weekend', 'holiday'];

const MINUTES = 1440;
const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
/** Bands, which are the codes of their classes on a working day. */
const BUSINESS = 0;
const EVENING = 1;
const NIGHT = 2;
/** Classes that a day has as a whole, by their codes. */
const WEEKEND = 3;
const HOLIDAY = 4;

/**
 * The class of an instant by the wall clock of `zone`: night before weekend and holiday, those before
 * evening, and business is the rest, so each minute is in exactly one. A holiday on a weekend is weekend.
 * `isHoliday` answers for local days (ISO dates); it is asked once a day and its answers are kept.
 */
export function hourClassOf(instant: Instant, zone: Zone, rules: HourRules, isHoliday: (isoDay: string) => boolean): HourClass {
  const band = bandsOf(rules)[zone.minuteOfDay(instant)] ?? BUSINESS;
  if (band === NIGHT) return 'night';
  return HOUR_CLASSES[classOn(kindOfDay(zone.dayOf(instant), rules, isHoliday), band)] ?? 'business';
}

/** Whether a day is a weekend or a holiday, as the code of that class; 0 for working days. */
const kindOfDay = (day: Day, rules: HourRules, isHoliday: (isoDay: string) => boolean): number =>
  rules.weekend.includes(weekdayOf(day)) ? WEEKEND : isHolidayOn(day, isHoliday) ? HOLIDAY : BUSINESS;

const classOn = (kind: number, band: number): number => (band === NIGHT || kind === BUSINESS ? band : kind);

/** Codes of the classes of a day's minutes, for all kinds of days one after the other. */
export function classesByMinute(rules: HourRules): Uint8Array {
  const bands = bandsOf(rules);
  const classes = new Uint8Array(KINDS_OF_DAY.length * MINUTES);
  KINDS_OF_DAY.forEach((kind, nth) => {
    bands.forEach((band, minute) => (classes[nth * MINUTES + minute] = classOn(kind, band)));
  });
  return classes;
}

const KINDS_OF_DAY = [BUSINESS, WEEKEND, HOLIDAY];

/** Where in `classesByMinute` the minutes of each of some days begin. */
export function startsByDay(first: Day, count: number, rules: HourRules, isHoliday: (isoDay: string) => boolean): Uint16Array {
  const starts = new Uint16Array(count);
  for (let nth = 0; nth < count; nth += 1) starts[nth] = KINDS_OF_DAY.indexOf(kindOfDay(first + nth, rules, isHoliday)) * MINUTES;
  return starts;
}

/** Whether any minute of a week is left for business: bands and weekend may take all of them. */
export function hasBusinessHours(rules: HourRules): boolean {
  return bandsOf(rules).includes(BUSINESS) && WEEK.some((weekday) => !rules.weekend.includes(weekday));
}

/** Whether a class counts for `during` of a KPI file; `off_hours` is everything but business hours, `days_off` weekends and holidays by day. */
export function matchesDuring(hourClass: HourClass, during: During): boolean {
  switch (during) {
    case 'off_hours':
      return hourClass !== 'business';
    case 'days_off':
      return hourClass === 'weekend' || hourClass === 'holiday';
    case 'business_hours':
      return hourClass === 'business';
    default:
      return `${hourClass}s` === during;
  }
}

/** Whether a minute of the day lies in a band, which may wrap past midnight. A band that ends where it begins is empty. */
const isInBand = (minute: number, { from, to }: HourBand): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

const bandTables = new WeakMap<HourRules, Uint8Array>();

/** Band of each minute of a day. */
function bandsOf(rules: HourRules): Uint8Array {
  let bands = bandTables.get(rules);
  if (bands === undefined) {
    bands = new Uint8Array(MINUTES);
    for (let minute = 0; minute < MINUTES; minute += 1) {
      if (isInBand(minute, rules.night)) bands[minute] = NIGHT;
      else if (rules.evenings.some((evening) => isInBand(minute, evening))) bands[minute] = EVENING;
    }
    bandTables.set(rules, bands);
  }
  return bands;
}

/** How many minutes of a workday are business hours before each of its minutes, 0 to 1440; weekend and holidays are left to the caller. */
export function businessMinutesBefore(rules: HourRules): Uint16Array {
  const before = new Uint16Array(MINUTES + 1);
  bandsOf(rules).forEach((band, minute) => {
    before[minute + 1] = (before[minute] ?? 0) + (band === BUSINESS ? 1 : 0);
  });
  return before;
}

const holidayAnswers = new WeakMap<(isoDay: string) => boolean, Map<Day, boolean>>();

function isHolidayOn(day: Day, isHoliday: (isoDay: string) => boolean): boolean {
  let answers = holidayAnswers.get(isHoliday);
  if (answers === undefined) holidayAnswers.set(isHoliday, (answers = new Map<Day, boolean>()));
  let answer = answers.get(day);
  if (answer === undefined) answers.set(day, (answer = isHoliday(formatDay(day))));
  return answer;
}

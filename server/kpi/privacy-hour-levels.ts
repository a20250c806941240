import type { Borne } from './bearers.ts';
import { lanesOf } from './hour-lanes.ts';
import { mayBeLeft } from './privacy-groups.ts';

const BUSINESS = lanesOf('business');
const NIGHTS = lanesOf('night');
const DAYS_OFF = lanesOf('weekend', 'holiday');
const EVENINGS = lanesOf('evening');

/**
 * How finely hours are told apart, each class by its own people: numbers outside business hours need less than nights,
 * and those less than days off (weekends and holidays together) and evenings. Each is a part of the one before.
 */
export const LEVELS: readonly (readonly number[])[] = [
  [BUSINESS, NIGHTS | DAYS_OFF | EVENINGS],
  [BUSINESS, NIGHTS, DAYS_OFF | EVENINGS],
  [BUSINESS, NIGHTS, DAYS_OFF, EVENINGS],
];

/** The finest of some levels by which the organisation may be told of a week, by its pieces; -1 for none. */
export const levelOfWeek = (bearers: Borne, levels: typeof LEVELS, week: readonly number[]): number =>
  !bearers.isByHours
    ? -1
    : levels.findLastIndex((hours) => hours.every((lanes) => mayBeLeft(bearers.during(lanes).sizeOf(week))));

/**
 * The finest by which it may be of the days with which a month begins or ends within a week. Hours at which nobody was on
 * call on these days hide nothing of them, whoever was on the others; so they may be told more finely than the week.
 */
export const levelOfPart = (bearers: Borne, levels: typeof LEVELS, week: readonly number[], part: readonly number[]): number => {
  if (!bearers.isByHours || part.length === week.length) return -1;
  const mayTell = (own: Borne): boolean => own.sizeOf(part) === 0 || week.every((piece) => mayBeLeft(own.sizeOf([piece])));
  return levels.findLastIndex((hours) => hours.every((lanes) => mayTell(bearers.during(lanes))));
};

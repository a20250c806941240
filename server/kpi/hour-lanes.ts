import type { ItemColumns } from '../event/columns.ts';
import { HOUR_CLASSES } from '../event/hours.ts';
import type { HourClass, Organisation } from '../event/organisation.ts';
import { LocalClocks, type LocalClock } from './local-clock.ts';
import { AT_ONCE, type Placings } from './placings.ts';

/** People are kept apart by the class of the hour: as many lanes as there are classes, in their order. */
export const HOUR_LANES = HOUR_CLASSES.length;

/** A bit for each of some classes. */
export const lanesOf = (...classes: readonly HourClass[]): number =>
  classes.reduce((lanes, hourClass) => lanes | (1 << HOUR_CLASSES.indexOf(hourClass)), 0);

const QUARTER = 900;
const DAY = 86_400;
/** More than a cell has, and few enough that a second since 2000 times it is exact. */
const MOST_SECONDS = 2 ** 22;

/** The class of the hour of each of what was found and where it stood is known. */
export class HourLanes {
  readonly lane = new Uint8Array(AT_ONCE);
  readonly #clocks: LocalClocks;

  constructor(columns: ItemColumns, organisation: Organisation) {
    this.#clocks = new LocalClocks(columns, organisation);
  }

  mark(found: Placings): void {
    this.#clocks.classesOf(found, this.lane);
  }
}

/** Which hours there are on whole days of UTC, because most people are on call for days. */
const wholeDays = new WeakMap<LocalClock, Map<number, number>>();

/** Which hours there are within spells on call. */
export class HoursWithin {
  readonly #clocks: LocalClocks;
  /** Many hand over at the same hour. */
  readonly #known = new Map<LocalClock, Map<number, number>>();

  constructor(shifts: ItemColumns, organisation: Organisation) {
    this.#clocks = new LocalClocks(shifts, organisation);
  }

  /** A bit for each class between two seconds, the second one not included. */
  met(row: number, stretch: number, from: number, to: number): number {
    const clock = this.#clocks.at(row, stretch, from);
    let known = this.#known.get(clock);
    if (known === undefined) this.#known.set(clock, (known = new Map<number, number>()));
    const key = from * MOST_SECONDS + to - from;
    let met = known.get(key);
    if (met === undefined) known.set(key, (met = hoursMet(clock, from, to)));
    return met;
  }
}

const hoursMet = (clock: LocalClock, from: number, to: number): number => {
  const [first, last] = [Math.ceil(from / DAY), Math.floor(to / DAY)];
  if (first >= last) return hoursIn(clock, from, to);
  let days = wholeDays.get(clock);
  if (days === undefined) wholeDays.set(clock, (days = new Map<number, number>()));
  let met = hoursIn(clock, from, first * DAY) | hoursIn(clock, last * DAY, to);
  for (let day = first; day < last; day += 1) {
    let ofDay = days.get(day);
    if (ofDay === undefined) days.set(day, (ofDay = hoursIn(clock, day * DAY, (day + 1) * DAY)));
    met |= ofDay;
  }
  return met;
};

/** Bands keep to quarters of an hour, or nearly. */
const hoursIn = ({ hours }: LocalClock, from: number, to: number): number => {
  let met = from < to ? 1 << hours.codeAt(to - 1) : 0;
  for (let second = from; second < to; second = (Math.floor(second / QUARTER) + 1) * QUARTER) met |= 1 << hours.codeAt(second);
  return met;
};

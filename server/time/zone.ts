import type { Day, Instant } from './period.ts';

/** An IANA time zone with fast conversions both ways. Made by `findZone`. */
export interface Zone {
  readonly name: string;
  /** Offset from UTC in milliseconds at an instant (positive east of Greenwich). */
  offsetAt(instant: Instant): number;
  /** The local day that an instant falls on. */
  dayOf(instant: Instant): Day;
  /** Minutes since local midnight by the wall clock, 0 to 1439. */
  minuteOfDay(instant: Instant): number;
  /** The first instant of a local day (where midnight does not exist, the first that does). */
  startOfDay(day: Day): Instant;
  /**
   * The instant of a wall-clock time. A time skipped by DST moves forward by the gap; a time that
   * occurs twice is the first of the two.
   */
  instantOf(day: Day, msOfDay: number): Instant;
}

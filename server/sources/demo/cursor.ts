import { formatDay, parseDay } from '../../time/day.ts';
import { lastCompleteWeek } from '../../time/calendar.ts';
import type { Calendar, Day, Instant } from '../../time/period.ts';
import { SourceError } from '../source.ts';
import { WEEKS } from './story.ts';

/** Where a history began and how far it was told. */
export interface Position {
  readonly startDay: Day;
  /** First day that was not told yet. */
  readonly nextDay: Day;
}

/** The history that ends with the last complete week before `now`, nothing of it told. */
export function startAt(calendar: Calendar, now: Instant): Position {
  const startDay = lastCompleteWeek(calendar, now).firstDay - 7 * (WEEKS - 1);
  return { startDay, nextDay: startDay };
}

/**
 * The cursor with which a replay begins: a mover that tells the history on a simulated clock gives
 * it to the first pull, so that the stories end at the true `now` and not at the simulated one.
 */
export const demoStart = (calendar: Calendar, now: Instant): string => writeCursor(startAt(calendar, now));

export const writeCursor = ({ startDay, nextDay }: Position): string =>
  JSON.stringify({ start: formatDay(startDay), next: formatDay(nextDay) });

export function readCursor(cursor: string, place: string): Position {
  const broken = (): SourceError =>
    new SourceError(place, 'its cursor cannot be read', 'Import the demo into an empty database; the same history comes back');
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    throw broken();
  }
  if (typeof value !== 'object' || value === null || !('start' in value) || !('next' in value)) throw broken();
  const { start, next } = value;
  const startDay = typeof start === 'string' ? parseDay(start) : null;
  const nextDay = typeof next === 'string' ? parseDay(next) : null;
  if (startDay === null || nextDay === null || nextDay < startDay || (nextDay - startDay) % 7 !== 0) throw broken();
  return { startDay, nextDay };
}

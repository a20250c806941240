import { letterOf, writeId } from './period-id.ts';
import type { Calendar, Day, Grain, Period } from './period.ts';
import { cutAt, cutNamed, indexAt, type Cut } from './rules.ts';
import { segmentAt, segmentsOf, type Segment } from './segments.ts';

/** The period of a grain that holds a day. Under a pattern of weeks a `month` is a fiscal period. */
export function periodOf(calendar: Calendar, grain: Grain, day: Day): Period {
  const { segments, segment, position } = placeOf(calendar, grain, day);
  return periodAt(calendar, grain, segments, segment, position);
}

/** A day's segment of the calendar, and the position of its period by the rules there. */
export function placeOf(calendar: Calendar, grain: Grain, day: Day) {
  const segments = segmentsOf(calendar, grain);
  const segment = segmentAt(segments, day);
  const position = indexAt((segments[segment] ?? segmentMissing()).rules, grain, day);
  return { segments, segment, position };
}

export function periodAt(calendar: Calendar, grain: Grain, segments: readonly Segment[], at: number, position: number): Period {
  return clipped(calendar, grain, segments, at, cutAt((segments[at] ?? segmentMissing()).rules, grain, position));
}

/** What a segment leaves of a period of its rules. */
export function clipped(calendar: Calendar, grain: Grain, segments: readonly Segment[], at: number, cut: Cut): Period {
  const { rules, from, to } = segments[at] ?? segmentMissing();
  const firstDay = Math.max(cut.firstDay, from);
  const endDay = Math.min(cut.endDay, to);
  const letter = letterOf(cut.endDay > to, namesakesBefore(grain, segments, at, cut));
  const whole = periodFrom(calendar, grain, writeId(grain, rules, cut, letter), firstDay, endDay);
  if (firstDay === cut.firstDay && endDay === cut.endDay) return whole;
  return { ...whole, cutFrom: { firstDay: cut.firstDay, endDay: cut.endDay } };
}

/** How many older calendars gave its name away, to periods with their end or, if its own is cut off, to such without. */
function namesakesBefore(grain: Grain, segments: readonly Segment[], at: number, { year, number, endDay }: Cut): number {
  const segment = segments[at] ?? segmentMissing();
  const isEndCut = endDay > segment.to;
  return segments.slice(0, at).filter((older) => {
    if (grain === 'month' && isByWeeks(older) !== isByWeeks(segment)) return false;
    const namesake = cutNamed(older.rules, grain, year, number);
    return namesake !== null && overlaps(older, namesake) && namesake.endDay > older.to === isEndCut;
  }).length;
}

export function overlaps(segment: Segment, cut: Cut): boolean {
  return cut.firstDay < segment.to && cut.endDay > segment.from;
}

export function isByWeeks({ rules }: Segment): boolean {
  return rules.fiscalWeeks !== undefined;
}

export function periodFrom(calendar: Calendar, grain: Period['grain'], id: string, firstDay: Day, endDay: Day): Period {
  return { grain, id, firstDay, endDay, start: calendar.zone.startOfDay(firstDay), end: calendar.zone.startOfDay(endDay) };
}

export function segmentMissing(): never {
  throw new RangeError('a calendar has no segment for that day');
}

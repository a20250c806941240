import type { Calendar, CalendarRules, Day, Grain } from './period.ts';
import { cutAt, indexAt } from './rules.ts';

/** A stretch of days whose periods of one grain are cut by one set of rules. `to` is not inside. */
export interface Segment {
  readonly rules: CalendarRules;
  readonly from: Day;
  readonly to: Day;
}

const known = new WeakMap<Calendar, Map<Grain, readonly Segment[]>>();

/**
 * Which rules cut the periods of a grain when; in order, none empty, all of time. A change cuts at its
 * day, except where the older and the newer rules let the period of that day begin alike: then nothing is
 * cut, and that period ends and is named as the newer rules say.
 */
export function segmentsOf(calendar: Calendar, grain: Grain): readonly Segment[] {
  let byGrain = known.get(calendar);
  if (byGrain === undefined) known.set(calendar, (byGrain = new Map<Grain, readonly Segment[]>()));
  let segments = byGrain.get(grain);
  if (segments === undefined) byGrain.set(grain, (segments = segmentsFor(calendar, grain)));
  return segments;
}

/** Which of the segments holds a day. */
export function segmentAt(segments: readonly Segment[], day: Day): number {
  let index = segments.length - 1;
  while (index > 0 && (segments[index]?.from ?? 0) > day) index -= 1;
  return index;
}

function segmentsFor(calendar: Calendar, grain: Grain): Segment[] {
  const segments: Segment[] = [];
  let last: Segment = { rules: calendar, from: -Infinity, to: Infinity };
  for (const change of calendar.changes ?? []) {
    const from = Math.max(last.from, isUncut(last.rules, change, grain) ? beginAt(change, grain, change.since) : change.since);
    if (from > last.from) segments.push({ ...last, to: from });
    last = { rules: change, from, to: Infinity };
  }
  return [...segments, last];
}

/** Whole in whole: what lies in a period that is cut is cut, too. Only months of the Gregorian calendar lie in nothing. */
function isUncut(older: CalendarRules, newer: CalendarRules & { readonly since: Day }, grain: Grain): boolean {
  if (grain === 'week') return older.weekStart === newer.weekStart;
  if (grain === 'month' && older.fiscalWeeks === undefined && newer.fiscalWeeks === undefined) return true;
  if (grain === 'month' && (older.fiscalWeeks === undefined || newer.fiscalWeeks === undefined)) return false;
  const around: readonly Grain[] =
    grain === 'year' ? ['year'] : grain === 'quarter' ? ['quarter', 'year'] : ['month', 'quarter', 'year'];
  return around.every((each) => beginAt(older, each, newer.since) === beginAt(newer, each, newer.since));
}

function beginAt(rules: CalendarRules, grain: Grain, day: Day): Day {
  return cutAt(rules, grain, indexAt(rules, grain, day)).firstDay;
}

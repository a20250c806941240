import type { Day, Instant } from './period.ts';

/** A stretch of time with one offset from UTC (milliseconds); `end` is not inside. Cut at chunk borders. */
export interface Stretch {
  readonly start: Instant;
  readonly end: Instant;
  readonly offset: number;
}

/** An IANA time zone with fast conversions both ways. Made by `findZone`. */
export interface Zone {
  readonly name: string;
  /** Offset from UTC in milliseconds at an instant (positive east of Greenwich). */
  offsetAt(instant: Instant): number;
  /** Time around an instant in which the offset does not change; what follows may have the same offset. */
  stretchAt(instant: Instant): Stretch;
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

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Offsets are looked up by chunks of about a year, each scanned once with Intl and then kept. */
const CHUNK_MS = 366 * DAY_MS;
/** Two changes of offset closer together than this would be missed; the tz database has none since 1900. */
const SCAN_MS = 3 * DAY_MS;
/** No offset is larger than 15 h, no jump larger than 24 h (Pacific/Apia, 2011): wall clocks stay within this of UTC. */
const REACH_MS = 1.5 * DAY_MS;
/** Years 3 to 9997: a margin inside 1 to 9999, outside of which Intl counts eras. */
const EARLIEST = Date.parse('0003-01-01T00:00:00Z');
const LATEST = Date.parse('9998-01-01T00:00:00Z');

const zones = new Map<string, Zone | null>();

/**
 * The zone of an IANA name (`Europe/Berlin`, `UTC`), or null where there is no such zone. Fixed
 * offsets (`+02:00`) are no zones. Cached: the same name gives the same object.
 */
export function findZone(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(name);
  // Names come from configuration and from items; unknown ones are not kept, so junk cannot grow the map.
  if (zone !== null) zones.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  return zoneFrom(name, (instant) => askOffset(format, instant));
}

/** The slow way: what Intl prints as the wall clock, minus the instant. */
function askOffset(format: Intl.DateTimeFormat, instant: Instant): number {
  const wall = new Map<string, number>();
  for (const part of format.formatToParts(instant)) wall.set(part.type, Number(part.value));
  const date = new Date(0);
  date.setUTCFullYear(wall.get('year') ?? 0, (wall.get('month') ?? 1) - 1, wall.get('day') ?? 1);
  date.setUTCHours(wall.get('hour') ?? 0, wall.get('minute') ?? 0, wall.get('second') ?? 0);
  return date.getTime() - Math.floor(instant / SECOND_MS) * SECOND_MS;
}

function zoneFrom(name: string, offsetOf: (instant: Instant) => number): Zone {
  const chunks = new Map<number, readonly Stretch[]>();
  let last: Stretch = { start: 0, end: 0, offset: 0 };

  function stretchAt(instant: Instant): Stretch {
    if (instant >= last.start && instant < last.end) return last;
    if (!(instant >= EARLIEST && instant < LATEST))
      throw new RangeError(`an instant must lie in the years 3 to 9997, got ${instant}`);
    const index = Math.floor(instant / CHUNK_MS);
    let chunk = chunks.get(index);
    if (chunk === undefined) {
      chunk = scan(index * CHUNK_MS, (index + 1) * CHUNK_MS, offsetOf);
      chunks.set(index, chunk);
    }
    for (const stretch of chunk) if (instant < stretch.end) return (last = stretch);
    throw new RangeError(`no offset known at ${instant}`);
  }

  /**
   * The instant whose wall clock reads `wall` (as milliseconds since 1970-01-01 local). Where the
   * clock jumped over it: `inGap` decides from the stretches before and after the jump.
   */
  function find(wall: number, inGap: (before: Stretch, after: Stretch) => Instant): Instant {
    let stretch = stretchAt(wall - REACH_MS);
    for (;;) {
      if (wall - stretch.offset < stretch.end) return wall - stretch.offset;
      const next = stretchAt(stretch.end);
      if (wall - next.offset < next.start) return inGap(stretch, next);
      stretch = next;
    }
  }

  return {
    name,
    offsetAt: (instant) => stretchAt(instant).offset,
    stretchAt,
    dayOf: (instant) => Math.floor((instant + stretchAt(instant).offset) / DAY_MS),
    minuteOfDay: (instant) => {
      const wall = instant + stretchAt(instant).offset;
      return Math.floor((wall - Math.floor(wall / DAY_MS) * DAY_MS) / MINUTE_MS);
    },
    startOfDay: (day) => find(day * DAY_MS, (_before, after) => after.start),
    instantOf: (day, msOfDay) => {
      const wall = day * DAY_MS + msOfDay;
      return find(wall, (before) => wall - before.offset);
    },
  };
}

/** Stretches of equal offset between two instants; changes are found to the second by halving. */
function scan(from: Instant, to: Instant, offsetOf: (instant: Instant) => number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let start = from;
  let offset = offsetOf(from);
  for (let at = from; at < to; at += SCAN_MS) {
    const next = Math.min(at + SCAN_MS, to);
    const after = offsetOf(next);
    if (after === offset) continue;
    let low = at;
    let high = next;
    while (high - low > SECOND_MS) {
      const middle = Math.floor((low + high) / 2 / SECOND_MS) * SECOND_MS;
      if (offsetOf(middle) === offset) low = middle;
      else high = middle;
    }
    // A change exactly on the border belongs to the next chunk.
    if (high < to) {
      stretches.push({ start, end: high, offset });
      start = high;
      offset = after;
    }
  }
  stretches.push({ start, end: to, offset });
  return stretches;
}

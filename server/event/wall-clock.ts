import type { Day } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { EPOCH_2000_MS } from './columns.ts';

/** Seconds of columns are looked up by parts of 2^25 (388 days), numbered from the least that a column can hold. */
const PART_BITS = 25;
export const PART_SECONDS = 2 ** PART_BITS;
const PART_MASK = PART_SECONDS - 1;
const PARTS = 2 ** (32 - PART_BITS);
/** 18 hours: hardly ever does the offset change twice in one entry. */
const ENTRY_BITS = 16;
const DAY_MS = 86_400_000;
/** Wall clocks stay within a day and a half of UTC. */
const MARGIN_DAYS = 2;

/** Which part a second since 2000 lies in, 0 to 127. */
export const partOf = (second: number): number => (second >> PART_BITS) + PARTS / 2;

/** The first second of a part. */
export const firstOf = (part: number): number => (part - PARTS / 2) * PART_SECONDS;

/**
 * The wall clock of a zone in one part of time, by lookup: exact for every second, whatever the offset
 * and whenever it changes, because an entry of its table tells where to begin and not what to answer.
 */
export class WallClock {
  /** The local day from whose beginning wall clock time is counted. */
  readonly firstDay: Day;
  /** As many as it speaks of. */
  readonly days: number;
  /** The stretch of equal offset at the beginning of each entry. */
  readonly #entries = new Uint16Array(2 ** (PART_BITS - ENTRY_BITS));
  /** Of each stretch its end, the last at the end of all, in seconds of the part; and what the wall clock is ahead of these. */
  readonly #ends: Int32Array;
  readonly #ahead: Int32Array;
  readonly #first: number;

  constructor(zone: Zone, part: number) {
    this.#first = firstOf(part);
    const start = EPOCH_2000_MS + this.#first * 1000;
    const end = start + PART_SECONDS * 1000;
    this.firstDay = Math.floor(start / DAY_MS) - MARGIN_DAYS;
    this.days = Math.floor(end / DAY_MS) + MARGIN_DAYS + 1 - this.firstDay;
    const ends: number[] = [];
    const ahead: number[] = [];
    for (let at = start; at < end;) {
      const stretch = zone.stretchAt(at);
      at = Math.min(stretch.end, end);
      ends.push((at - start) / 1000);
      ahead.push((start + stretch.offset) / 1000 - this.firstDay * (DAY_MS / 1000));
    }
    this.#ends = Int32Array.from(ends);
    this.#ahead = Int32Array.from(ahead);
    let stretch = 0;
    for (let entry = 0; entry < this.#entries.length; entry += 1) {
      while ((this.#ends[stretch] ?? Infinity) <= entry << ENTRY_BITS) stretch += 1;
      this.#entries[entry] = stretch;
    }
  }

  /** Whether by the wall clock, too, every whole number of so many seconds since 2000 is one, and the offset changes only there. */
  keepsTo(seconds: number): boolean {
    const last = this.#ends.length - 1;
    return (
      this.#ahead.every((ahead) => (ahead - this.#first) % seconds === 0) &&
      this.#ends.every((end, index) => index === last || (this.#first + end) % seconds === 0)
    );
  }

  /** Seconds by the wall clock since the beginning of `firstDay`, 24 hours a day. The second since 2000 must lie in the part. */
  at(second: number): number {
    const within = second & PART_MASK;
    let stretch = this.#entries[within >>> ENTRY_BITS] ?? 0;
    while ((this.#ends[stretch] ?? within + 1) <= within) stretch += 1;
    return within + (this.#ahead[stretch] ?? 0);
  }
}

const known = new WeakMap<Zone, Map<number, WallClock>>();

/** The wall clock of a zone in a part of time; made once. */
export function wallClockOf(zone: Zone, part: number): WallClock {
  let parts = known.get(zone);
  if (parts === undefined) known.set(zone, (parts = new Map<number, WallClock>()));
  let clock = parts.get(part);
  if (clock === undefined) parts.set(part, (clock = new WallClock(zone, part)));
  return clock;
}

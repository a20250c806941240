import type { Zone } from '../time/zone.ts';
import { classesByMinute, startsByDay } from './hours.ts';
import type { HourRules } from './organisation.ts';
import { PART_SECONDS, firstOf, partOf, wallClockOf, type WallClock } from './wall-clock.ts';

/** What the classes of about a year are looked up in. */
export interface HourPart {
  /** Seconds since 2000: from which on, the last not included. */
  readonly first: number;
  readonly end: number;
  /** Classes by quarter of an hour from `start` on; null where something changes within one. */
  readonly quarters: Uint8Array | null;
  /** The beginning of the quarter in which the part begins. */
  readonly start: number;
}

interface Part extends HourPart {
  readonly wall: WallClock;
  /** Where the classes of each day begin. */
  readonly starts: Uint16Array;
}

const DAY_SECONDS = 86_400;
const QUARTER = 900;

/** Which of the quarters of a part a second lies in. */
export const quarterOf = (second: number, start: number): number => ((second - start) / QUARTER) | 0;

/**
 * The classes of `hourClassOf` by lookup, for one zone, rules and holidays: made for about a year at a
 * time, when a second in it is asked about. What takes memory, the wall clock, is shared by all rules of
 * a zone.
 */
export class HourTable {
  readonly #zone: Zone;
  readonly #rules: HourRules;
  readonly #isHoliday: (isoDay: string) => boolean;
  readonly #classes: Uint8Array;
  readonly #parts: (Part | undefined)[] = new Array<Part | undefined>(partOf(2 ** 31 - 1) + 1).fill(undefined);

  constructor(zone: Zone, rules: HourRules, isHoliday: (isoDay: string) => boolean) {
    this.#zone = zone;
    this.#rules = rules;
    this.#isHoliday = isHoliday;
    this.#classes = classesByMinute(rules);
  }

  /** The class of a second since 2000 that an Int32 holds, as an index into HOUR_CLASSES. */
  codeAt(second: number): number {
    const number = partOf(second);
    const { wall, starts, quarters, start } = this.#parts[number] ?? this.#make(number);
    if (quarters !== null) return quarters[quarterOf(second, start)] ?? 0;
    return this.#classAt(wall, starts, second);
  }

  /** What a second and others near it are looked up in. */
  partAt(second: number): HourPart {
    const number = partOf(second);
    return this.#parts[number] ?? this.#make(number);
  }

  #classAt(wall: WallClock, starts: Uint16Array, second: number): number {
    const local = wall.at(second);
    const day = (local / DAY_SECONDS) | 0;
    const minute = ((local - day * DAY_SECONDS) / 60) | 0;
    return this.#classes[(starts[day] ?? 0) + minute] ?? 0;
  }

  #make(number: number): Part {
    const wall = wallClockOf(this.#zone, number);
    const starts = startsByDay(wall.firstDay, wall.days, this.#rules, this.#isHoliday);
    const first = firstOf(number);
    const [start, end] = [Math.floor(first / QUARTER) * QUARTER, first + PART_SECONDS];
    const part = { wall, starts, quarters: this.#quarters(wall, starts, first, start), first, end, start };
    this.#parts[number] = part;
    return part;
  }

  /** Zones have kept to quarters of an hour for decades, and so do the hours that people state. */
  #quarters(wall: WallClock, starts: Uint16Array, first: number, start: number): Uint8Array | null {
    const changesWithin = this.#classes.some((one, minute) => minute % 15 !== 0 && one !== this.#classes[minute - 1]);
    if (changesWithin || !wall.keepsTo(QUARTER)) return null;
    const quarters = new Uint8Array(Math.ceil((first + PART_SECONDS - start) / QUARTER));
    for (let quarter = 0; quarter < quarters.length; quarter += 1)
      quarters[quarter] = this.#classAt(wall, starts, Math.max(first, start + quarter * QUARTER));
    return quarters;
  }
}

import type { Zone } from '../time/zone.ts';
import { classesByMinute, startsByDay } from './hours.ts';
import type { HourRules } from './organisation.ts';
import { PART_SECONDS, firstOf, partOf, wallClockOf, type WallClock } from './wall-clock.ts';

/** What the classes of about a year are looked up in. */
export interface HourPart {
  /** Seconds since 2000: from which on, the last not included. */
  readonly first: number;
  readonly end: number;
  /** Classes by quarter of an hour from `start` on; null where few were asked for, or something changes within a quarter. */
  readonly quarters: Uint8Array | null;
  /** The beginning of the quarter in which the part begins. */
  readonly start: number;
}

interface Part extends HourPart {
  readonly wall: WallClock;
  /** Where the classes of each day begin. */
  readonly starts: Uint16Array;
  quarters: Uint8Array | null;
  /** How many seconds were asked about. */
  asked: number;
}

/** From as many on, a table of quarters is soon worth its making. */
const MANY = 20_000;

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
    const part = this.#parts[number] ?? this.#make(number);
    if (part.quarters !== null) return part.quarters[quarterOf(second, part.start)] ?? 0;
    part.asked += 1;
    if (part.asked === MANY) part.quarters = this.#quarters(part);
    return this.#classAt(part, second);
  }

  /** What a second and others near it are looked up in. */
  partAt(second: number): HourPart {
    const number = partOf(second);
    return this.#parts[number] ?? this.#make(number);
  }

  #classAt({ wall, starts }: Part, second: number): number {
    const local = wall.at(second);
    const day = (local / DAY_SECONDS) | 0;
    const minute = ((local - day * DAY_SECONDS) / 60) | 0;
    return this.#classes[(starts[day] ?? 0) + minute] ?? 0;
  }

  #make(number: number): Part {
    const wall = wallClockOf(this.#zone, number);
    const first = firstOf(number);
    const part: Part = {
      wall,
      starts: startsByDay(wall.firstDay, wall.days, this.#rules, this.#isHoliday),
      first,
      end: first + PART_SECONDS,
      start: Math.floor(first / QUARTER) * QUARTER,
      quarters: null,
      asked: 0,
    };
    this.#parts[number] = part;
    return part;
  }

  /** Zones have kept to quarters of an hour for decades, and so do the hours that people state. */
  #quarters(part: Part): Uint8Array | null {
    const changesWithin = this.#classes.some((one, minute) => minute % 15 !== 0 && one !== this.#classes[minute - 1]);
    if (changesWithin || !part.wall.keepsTo(QUARTER)) return null;
    const quarters = new Uint8Array(Math.ceil((part.end - part.start) / QUARTER));
    for (let quarter = 0; quarter < quarters.length; quarter += 1)
      quarters[quarter] = this.#classAt(part, Math.max(part.first, part.start + quarter * QUARTER));
    return quarters;
  }
}

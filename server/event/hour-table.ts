import type { Zone } from '../time/zone.ts';
import { classesByMinute, startsByDay } from './hours.ts';
import type { HourRules } from './organisation.ts';
import { partOf, wallClockOf, type WallClock } from './wall-clock.ts';

interface Part {
  readonly wall: WallClock;
  /** Where the classes of each day begin. */
  readonly starts: Uint16Array;
}

const DAY_SECONDS = 86_400;

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
    const { wall, starts } = this.#parts[number] ?? this.#make(number);
    const local = wall.at(second);
    const day = (local / DAY_SECONDS) | 0;
    const minute = ((local - day * DAY_SECONDS) / 60) | 0;
    return this.#classes[(starts[day] ?? 0) + minute] ?? 0;
  }

  #make(number: number): Part {
    const wall = wallClockOf(this.#zone, number);
    const part = { wall, starts: startsByDay(wall.firstDay, wall.days, this.#rules, this.#isHoliday) };
    this.#parts[number] = part;
    return part;
  }
}

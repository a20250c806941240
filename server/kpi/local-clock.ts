import { businessClock, type BusinessClock } from '../event/business-hours.ts';
import { Clocks, type Clock, type ClockLookups } from '../event/clocks.ts';
import type { ItemColumns } from '../event/columns.ts';
import { HourTable, quarterOf } from '../event/hour-table.ts';
import type { Organisation, Team } from '../event/organisation.ts';
import type { Zone } from '../time/zone.ts';
import type { Placings } from './placings.ts';

/** What tells business hours from others, for someone somewhere. */
export interface LocalClock {
  readonly hours: HourTable;
  readonly business: BusinessClock;
}

/** The clock on the item, else its team's, else the organisation's; the team's rules where it has some. */
export class LocalClocks {
  readonly #organisation: Organisation;
  readonly #clocks: Clocks;
  /** By place. */
  readonly #local: (LocalClock | undefined)[];

  constructor(columns: ItemColumns, organisation: Organisation) {
    this.#organisation = organisation;
    this.#clocks = new Clocks(columns, organisation);
    this.#local = new Array<LocalClock | undefined>(this.#clocks.places).fill(undefined);
  }

  /** That of a row at a second, in the stretch that it was in then. */
  at(row: number, stretch: number, second: number): LocalClock {
    return this.of(this.placeIn(row, stretch, second));
  }

  /** Rows of one place have the same clock. */
  placeIn(row: number, stretch: number, second: number): number {
    return this.#clocks.placeIn(row, stretch, second);
  }

  get lookups(): ClockLookups {
    return this.#clocks.lookups;
  }

  /** The class of the hour of each, as an index into HOUR_CLASSES, by the clock of where it stood at its second. */
  classesOf({ length, row, second: seconds, stretch }: Placings, classes: Uint8Array): void {
    const { zoneCodes, teamCodes, firstOfTeam } = this.lookups;
    // Neighbours often have the same clock, in the same year.
    let known = -1;
    let [first, end, start] = [0, 0, 0];
    let quarters: Uint8Array | null = null;
    for (let index = 0; index < length; index += 1) {
      const second = seconds[index] ?? 0;
      const team = teamCodes[stretch[index] ?? 0] ?? -1;
      const place =
        team >= 0
          ? (firstOfTeam[team] ?? 0) + 1 + (zoneCodes[row[index] ?? 0] ?? -1)
          : this.placeIn(row[index] ?? 0, stretch[index] ?? 0, second);
      if (place !== known || second < first || second >= end) {
        known = place;
        ({ first, end, start, quarters } = this.of(place).hours.partAt(second));
      }
      classes[index] = quarters === null ? this.of(place).hours.codeAt(second) : (quarters[quarterOf(second, start)] ?? 0);
    }
  }

  of(place: number): LocalClock {
    return (this.#local[place] ??= localClock(this.#organisation, this.#clocks.clockOf(place)));
  }
}

const knownClocks = new WeakMap<Organisation, Map<string, LocalClock>>();

/** Made once for all that have the same zone, hours and holidays, because their tables take time. */
const localClock = (organisation: Organisation, { zone, hours: rules, team }: Clock): LocalClock => {
  let known = knownClocks.get(organisation);
  if (known === undefined) knownClocks.set(organisation, (known = new Map<string, LocalClock>()));
  const key = JSON.stringify([zone.name, rules.night, rules.evenings, rules.weekend, team?.holidays ?? []]);
  let clock = known.get(key);
  if (clock === undefined) {
    const isHoliday = holidaysOf(organisation)(zone, team ?? undefined);
    clock = { hours: new HourTable(zone, rules, isHoliday), business: businessClock(zone, rules, isHoliday) };
    known.set(key, clock);
  }
  return clock;
};

/** Holidays that count for people in a zone: those of `all`, of the zone's own list and of the lists that their team chose. */
export const holidaysOf = (organisation: Organisation): ((zone: Zone, team?: Team) => (isoDay: string) => boolean) => {
  const known = new Map<string, (isoDay: string) => boolean>();
  return (zone, team) => {
    const key = `${zone.name} ${team?.holidays === undefined ? '' : team.id}`;
    let isHoliday = known.get(key);
    if (isHoliday === undefined) {
      const lists = ['all', zone.name, ...(team?.holidays ?? [])];
      const days = new Set(lists.flatMap((name) => organisation.holidays[name] ?? []));
      isHoliday = (isoDay) => days.has(isoDay);
      known.set(key, isHoliday);
    }
    return isHoliday;
  };
};

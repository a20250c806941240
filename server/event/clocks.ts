import { findZone, type Zone } from '../time/zone.ts';
import { EPOCH_2000_MS, type ItemColumns } from './columns.ts';
import { Texts } from './item-row.ts';
import type { HourRules, Organisation, Team } from './organisation.ts';
import { ownerAt } from './ownership.ts';
import { stretchAt } from './standing.ts';

/** Where and by which hours the person behind an item lived at an instant. */
export interface Clock {
  readonly zone: Zone;
  /** Place of the zone's name among all that occur. */
  readonly zoneCode: number;
  readonly hours: HourRules;
  /** Null for people in no team that the organisation knows. */
  readonly team: Team | null;
}

/** Where a stretch names its team, its place is one more than the first of the team and the code of the row's zone (-1 where it has none) together. */
export interface ClockLookups {
  /** By row. */
  readonly zoneCodes: Int32Array;
  /** By stretch; negative where none is named. */
  readonly teamCodes: Int32Array;
  /** By code of the team. */
  readonly firstOfTeam: Int32Array;
}

interface Owned {
  readonly since: readonly number[];
  /** Indexes of teams; -1 for those that the organisation does not know. */
  readonly teams: readonly number[];
}

/**
 * The clocks of rows at a second: their own zone, else their team's, else the organisation's; the hours of
 * their team. Each is looked up once for every zone and team that occur; a place is a small number that
 * stands for it.
 */
export class Clocks {
  /** How many places there are. */
  readonly places: number;
  readonly #columns: ItemColumns;
  readonly #organisation: Organisation;
  readonly #zones: readonly (Zone | null)[];
  readonly #zoneCodes: Int32Array;
  readonly #teamCodes: Int32Array;
  readonly #serviceCodes: Int32Array;
  /** Places of a team begin with that of its own zone, and those of other zones follow. By code of the team. */
  readonly #firstOfTeam: Int32Array;
  readonly #owners: readonly (Owned | null)[];
  readonly #names = new Texts();
  readonly #clocks: (Clock | undefined)[];

  constructor(columns: ItemColumns, organisation: Organisation) {
    const { codes, stretchTeam, stretchService } = columns;
    const zones = codes['zone']?.dictionary ?? [];
    const teams = new Map(organisation.teams.map(({ id }, team) => [id, team]));
    const services = new Map(organisation.services.map((service) => [service.id, service]));
    this.#columns = columns;
    this.#organisation = organisation;
    this.#zones = zones.map(findZone);
    this.#zoneCodes = codes['zone']?.codes ?? new Int32Array(columns.length).fill(-1);
    this.#teamCodes = stretchTeam.codes;
    this.#serviceCodes = stretchService.codes;
    this.#firstOfTeam = Int32Array.from(stretchTeam.dictionary, (id) => this.#firstOf(teams.get(id) ?? -1));
    this.#owners = stretchService.dictionary.map((id) => {
      const { owners = [] } = services.get(id) ?? {};
      if (owners.length === 0) return null;
      return { since: owners.map(({ since }) => since), teams: owners.map(({ team }) => teams.get(team) ?? -1) };
    });
    this.places = this.#firstOf(organisation.teams.length);
    this.#clocks = new Array<Clock | undefined>(this.places).fill(undefined);
  }

  /** Names of zones by code; grows as they are met. */
  get zoneNames(): readonly string[] {
    return this.#names.all;
  }

  /** The same object for the same zone and team. */
  clockAt(row: number, second: number): Clock {
    return this.clockOf(this.placeIn(row, stretchAt(this.#columns, row, second), second));
  }

  /** The place of the clock of a row, whose stretch of that second is known. */
  placeIn(row: number, stretch: number, second: number): number {
    const team = this.#teamCodes[stretch] ?? -1;
    const first = team >= 0 ? (this.#firstOfTeam[team] ?? 0) : this.#firstOf(this.#ownerIn(stretch, second));
    return first + 1 + (this.#zoneCodes[row] ?? -1);
  }

  /** What tells the place of most rows, for a loop over many of them. */
  get lookups(): ClockLookups {
    return { zoneCodes: this.#zoneCodes, teamCodes: this.#teamCodes, firstOfTeam: this.#firstOfTeam };
  }

  clockOf(place: number): Clock {
    return (this.#clocks[place] ??= this.#make(place));
  }

  #firstOf(team: number): number {
    return (team + 1) * (this.#zones.length + 1);
  }

  #ownerIn(stretch: number, second: number): number {
    const owned = this.#owners[this.#serviceCodes[stretch] ?? -1] ?? null;
    return owned === null ? -1 : (owned.teams[ownerAt(owned.since, instantOf(second))] ?? -1);
  }

  #make(place: number): Clock {
    const width = this.#zones.length + 1;
    const team = this.#organisation.teams[Math.floor(place / width) - 1] ?? null;
    const zone = this.#zones[(place % width) - 1] ?? findZone(team?.zone ?? '') ?? this.#organisation.calendar.zone;
    return { zone, zoneCode: this.#names.numberOf(zone.name), hours: team?.hours ?? this.#organisation.hours, team };
  }
}

/** Epoch milliseconds of a second since 2000. */
export const instantOf = (second: number): number => EPOCH_2000_MS + second * 1000;

/** When the clock hour of a second began by the wall clock there, in seconds since 2000. */
export function hourStart(zone: Zone, second: number): number {
  const wall = second + zone.offsetAt(instantOf(second)) / 1000;
  return second - (wall - Math.floor(wall / 3600) * 3600);
}

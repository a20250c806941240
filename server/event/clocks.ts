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
  /** A small number, the same for the same zone and team and for no others. */
  readonly place: number;
}

export interface Clocks {
  /** The same object for the same zone and team. */
  readonly clockAt: (row: number, second: number) => Clock;
  /** The same where the stretch of that second is known. */
  readonly clockIn: (row: number, stretch: number, second: number) => Clock;
  /** Names of zones by code; grows as they are met. */
  readonly zoneNames: readonly string[];
}

/**
 * The clock of a row at a second: its own zone, else its team's, else the organisation's; the hours of its
 * team. Each is looked up once for every zone and team that occur.
 */
export function clocksOf(columns: ItemColumns, organisation: Organisation): Clocks {
  const { stretchTeam, stretchService } = columns;
  const own = columns.codes['zone'];
  const zones = (own?.dictionary ?? []).map(findZone);
  const teamPlaces = new Map(organisation.teams.map(({ id }, team) => [id, team]));
  const teamOf = (id: string): number => teamPlaces.get(id) ?? -1;
  const teams = Int32Array.from(stretchTeam.dictionary, teamOf);
  const services = new Map(organisation.services.map((service) => [service.id, service]));
  const owners = stretchService.dictionary.map((id) => {
    const service = services.get(id);
    if (service === undefined || service.owners.length === 0) return null;
    return { since: service.owners.map(({ since }) => since), teams: service.owners.map(({ team }) => teamOf(team)) };
  });
  const names = new Texts();
  const clocks = new Array<Clock | undefined>((organisation.teams.length + 1) * (zones.length + 1)).fill(undefined);
  const makeClock = (place: number, code: number, zoneCode: number): Clock => {
    const team = organisation.teams[code] ?? null;
    const zone = zones[zoneCode] ?? findZone(team?.zone ?? '') ?? organisation.calendar.zone;
    return { zone, zoneCode: names.numberOf(zone.name), hours: team?.hours ?? organisation.hours, team, place };
  };
  const clockIn = (row: number, stretch: number, second: number): Clock => {
    const named = stretchTeam.codes[stretch] ?? -1;
    let team = named < 0 ? -1 : (teams[named] ?? -1);
    if (named < 0) {
      const owned = owners[stretchService.codes[stretch] ?? -1] ?? null;
      if (owned !== null) team = owned.teams[ownerAt(owned.since, instantOf(second))] ?? -1;
    }
    const zoneCode = own?.codes[row] ?? -1;
    const place = (team + 1) * (zones.length + 1) + zoneCode + 1;
    return (clocks[place] ??= makeClock(place, team, zoneCode));
  };
  const clockAt = (row: number, second: number): Clock => clockIn(row, stretchAt(columns, row, second), second);
  return { clockAt, clockIn, zoneNames: names.all };
}

/** Epoch milliseconds of a second since 2000. */
export const instantOf = (second: number): number => EPOCH_2000_MS + second * 1000;

/** When the clock hour of a second began by the wall clock there, in seconds since 2000. */
export function hourStart(zone: Zone, second: number): number {
  const wall = second + zone.offsetAt(instantOf(second)) / 1000;
  return second - (wall - Math.floor(wall / 3600) * 3600);
}

import { findZone, type Zone } from '../time/zone.ts';
import { EPOCH_2000_MS, type ItemColumns } from './columns.ts';
import type { HourRules, Organisation, Team } from './organisation.ts';
import { ownerAt } from './ownership.ts';
import { stretchAt } from './standing.ts';

/** Where and by which hours the person behind an item lived at an instant. */
export interface Clock {
  readonly zone: Zone;
  readonly hours: HourRules;
}

/**
 * The clock of a row at a second: its own zone, else its team's, else the organisation's; the hours of its
 * team. Each is looked up once for every zone and team that occur.
 */
export function clocksOf(columns: ItemColumns, organisation: Organisation): (row: number, second: number) => Clock {
  const { stretchTeam, stretchService } = columns;
  const own = columns.codes['zone'];
  const zones = (own?.dictionary ?? []).map(findZone);
  const teamOf = (id: string | undefined): Team | null => organisation.teams.find((team) => team.id === id) ?? null;
  const teams = stretchTeam.dictionary.map(teamOf);
  const owners = stretchService.dictionary.map((id) => {
    const service = organisation.services.find((each) => each.id === id);
    return service === undefined
      ? null
      : { since: service.owners.map(({ since }) => since), teams: service.owners.map(({ team }) => teamOf(team)) };
  });
  const clocks = new Map<Team | null, Map<Zone | null, Clock>>();

  const clockOf = (team: Team | null, zone: Zone | null): Clock => {
    let ofTeam = clocks.get(team);
    if (ofTeam === undefined) clocks.set(team, (ofTeam = new Map<Zone | null, Clock>()));
    let clock = ofTeam.get(zone);
    if (clock === undefined) {
      clock = {
        zone: zone ?? findZone(team?.zone ?? '') ?? organisation.calendar.zone,
        hours: team?.hours ?? organisation.hours,
      };
      ofTeam.set(zone, clock);
    }
    return clock;
  };
  return (row, second) => {
    const stretch = stretchAt(columns, row, second);
    const named = stretchTeam.codes[stretch] ?? -1;
    let team = teams[named] ?? null;
    if (named < 0) {
      const owned = owners[stretchService.codes[stretch] ?? -1] ?? null;
      if (owned !== null) team = owned.teams[ownerAt(owned.since, instantOf(second))] ?? null;
    }
    return clockOf(team, zones[own?.codes[row] ?? -1] ?? null);
  };
}

/** Epoch milliseconds of a second since 2000. */
export const instantOf = (second: number): number => EPOCH_2000_MS + second * 1000;

/** When the clock hour of a second began by the wall clock there, in seconds since 2000. */
export function hourStart({ zone }: Clock, second: number): number {
  const wall = second + zone.offsetAt(instantOf(second)) / 1000;
  return second - (wall - Math.floor(wall / 3600) * 3600);
}

import type { Codes } from '../event/columns.ts';
import type { HourRules, Organisation, Team } from '../event/organisation.ts';
import { findZone, type Zone } from '../time/zone.ts';
import type { Attribution } from './attribution.ts';

/** What tells business hours from others, for someone somewhere. */
export interface LocalClock {
  readonly zone: Zone;
  readonly rules: HourRules;
  readonly isHoliday: (isoDay: string) => boolean;
}

/** The clock on the item, else its team's, else the organisation's; the team's rules where it has some. The same clock is the same object. */
export const clocksOf = (
  zones: Codes | undefined,
  organisation: Organisation,
  attribution: Attribution,
): ((row: number, stretch: number, second: number) => LocalClock) => {
  const teams = new Map(
    organisation.teams.map((team) => [team.id, { team, zone: findZone(team.zone), clocks: new Map<Zone, LocalClock>() }]),
  );
  const nobody = new Map<Zone, LocalClock>();
  const zoneByCode = zones?.dictionary.map((name) => findZone(name)) ?? [];
  const isHoliday = holidaysOf(organisation);
  return (row, stretch, second) => {
    const own = teams.get(attribution.teamAt(stretch, second) ?? '');
    const zone = zoneByCode[zones?.codes[row] ?? -1] ?? own?.zone ?? organisation.calendar.zone;
    const clocks = own?.clocks ?? nobody;
    let clock = clocks.get(zone);
    if (clock === undefined) {
      clock = { zone, rules: own?.team.hours ?? organisation.hours, isHoliday: isHoliday(zone, own?.team) };
      clocks.set(zone, clock);
    }
    return clock;
  };
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

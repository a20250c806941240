import { formatDay } from '../time/day.ts';
import type { Day, Instant } from '../time/period.ts';
import { borneIn } from './borne.ts';
import { Clocks, hourStart, instantOf, type Clock } from './clocks.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns, joined } from './derived-columns.ts';
import { hourClassOf } from './hours.ts';
import { secondsSince2000 } from './item-row.ts';
import { eveningOf, nightOf, nightsWithin, type Night } from './nights.ts';
import type { Organisation } from './organisation.ts';
import { RecentHours } from './recent-hours.ts';
import { secondsIn } from './standing.ts';

/** definitions.md: nights with three or more disrupted hours are lost. */
const LOST_NIGHT_HOURS = 3;
const QUALITIES = ['quiet', 'broken', 'lost'] as const;

/** Nights in parallel lists: an object each would take more memory than all the rest. */
interface Nights {
  /** The row of the shift or of the interruption that each was first known by. */
  readonly rows: number[];
  readonly days: Day[];
  readonly evenings: number[];
  readonly zones: number[];
  /** How many hours of each were disrupted. */
  readonly hours: number[];
}

/**
 * One item for each night that a person was on shift in or interrupted in, dated by its evening: `broken` with
 * an interruption in the night class, `lost` with three or more disrupted hours, else `quiet`. Nights that have
 * not ended by `now` do not exist yet.
 */
export function deriveNights(
  interruptions: ItemColumns,
  shifts: ItemColumns,
  organisation: Organisation,
  now: Instant,
): ItemColumns {
  const [duties, borne] = [borneIn(shifts, 'from'), borneIn(interruptions, 'started')];
  const [dutyClocks, clocks] = [new Clocks(shifts, organisation), new Clocks(interruptions, organisation)];
  const [dutyOf, borneBy] = [placesOf(duties.people), placesOf(borne.people)];
  const endOf = secondsIn(shifts, 'to');
  const within = nightlyHours(interruptions, clocks);
  const onShift: Nights = { rows: [], days: [], evenings: [], zones: [], hours: [] };
  /** By the interruption that a night was first known by. */
  const hoursByFirst = new Int32Array(interruptions.length);

  for (const person of new Set([...duties.people, ...borne.people])) {
    /** Where nights are kept: in the list, or (below zero) by their first interruption. */
    const nights = new Map<Day, number>();
    const duty = dutyOf.get(person) ?? -1;
    for (let place = duties.start[duty] ?? 0; place < (duties.start[duty + 1] ?? 0); place += 1) {
      const row = duties.rows[place] ?? 0;
      const from = duties.seconds[place] ?? 0;
      const clock = dutyClocks.clockAt(row, from);
      const told = endOf(row);
      const to = Math.min(told === NEVER ? now : instantOf(told), now);
      if (to <= instantOf(from) || to === Infinity) continue;
      for (const night of nightsWithin(clock.zone, clock.hours.night, instantOf(from), to)) {
        if (nights.has(night.eveningDay)) continue;
        // What has not ended yet is still the one that others of its evening are taken for.
        nights.set(night.eveningDay, night.to <= now ? addNight(onShift, night, row, clock) : NOT_ENDED);
      }
    }
    const recent = new RecentHours();
    const own = borneBy.get(person) ?? -1;
    for (let place = borne.start[own] ?? 0; place < (borne.start[own + 1] ?? 0); place += 1) {
      const row = borne.rows[place] ?? 0;
      const day = within.days[row] ?? NEVER;
      if (day === NEVER) continue;
      let known = nights.get(day);
      if (known === undefined) nights.set(day, (known = -1 - row));
      if (recent.add(day, within.hours[row] ?? 0, borne.seconds[place] ?? 0, row) !== row || known === NOT_ENDED) continue;
      if (known < 0) hoursByFirst[-1 - known] = (hoursByFirst[-1 - known] ?? 0) + 1;
      else onShift.hours[known] = (onShift.hours[known] ?? 0) + 1;
    }
  }
  const interrupted: Nights = { rows: [], days: [], evenings: [], zones: [], hours: [] };
  const startOf = secondsIn(interruptions, 'started');
  for (let row = 0; row < interruptions.length; row += 1) {
    if (hoursByFirst[row] === 0) continue;
    const clock = clocks.clockAt(row, startOf(row));
    const night = nightOf(clock.zone, clock.hours.night, within.days[row] ?? 0);
    if (night.to > now) continue;
    interrupted.hours[addNight(interrupted, night, row, clock)] = hoursByFirst[row] ?? 0;
  }
  return joined(nightColumns(shifts, onShift, dutyClocks.zoneNames), nightColumns(interruptions, interrupted, clocks.zoneNames));
}

/** Stands for a night that somebody is on shift in, and that is not over. */
const NOT_ENDED = Infinity;

function addNight(nights: Nights, { eveningDay, evening }: Night, row: number, { zoneCode }: Clock): number {
  nights.days.push(eveningDay);
  nights.evenings.push(secondsSince2000(evening));
  nights.zones.push(zoneCode);
  nights.hours.push(0);
  return nights.rows.push(row) - 1;
}

/** For each interruption at night the day of that evening (NEVER for others), and when its clock hour began. */
function nightlyHours(interruptions: ItemColumns, clocks: Clocks): { readonly days: Int32Array; readonly hours: Int32Array } {
  const days = new Int32Array(interruptions.length).fill(NEVER);
  const hours = new Int32Array(interruptions.length);
  const startOf = secondsIn(interruptions, 'started');
  for (let row = 0; row < interruptions.length; row += 1) {
    const at = startOf(row);
    if (at === NEVER) continue;
    const { zone, hours: rules } = clocks.clockAt(row, at);
    if (hourClassOf(instantOf(at), zone, rules, noHoliday) !== 'night') continue;
    days[row] = eveningOf(zone, rules.night, instantOf(at));
    hours[row] = hourStart(zone, at);
  }
  return { days, hours };
}

/** Night comes before holiday, so holidays do not matter to it. */
const noHoliday = (): boolean => false;

const placesOf = (people: readonly string[]): Map<string, number> => new Map(people.map((person, code) => [person, code]));

function nightColumns(origin: ItemColumns, nights: Nights, zoneNames: readonly string[]): ItemColumns {
  const rows = Int32Array.from(nights.rows);
  const evening = Int32Array.from(nights.evenings);
  const days = Int32Array.from(nights.days);
  const quality = Int32Array.from(nights.hours, (hours) => (hours >= LOST_NIGHT_HOURS ? 2 : hours > 0 ? 1 : 0));
  return derivedColumns({
    kind: 'night',
    origin,
    rows,
    at: evening,
    ending: (row) => `:${formatDay(days[row] ?? 0)}`,
    instants: { evening },
    numbers: { hours: Float64Array.from(nights.hours) },
    codes: {
      responder: carried(origin, 'responder', rows) ?? { dictionary: [], codes: rows.map(() => -1) },
      zone: { dictionary: zoneNames, codes: Int32Array.from(nights.zones) },
      quality: { dictionary: QUALITIES, codes: quality },
    },
  });
}

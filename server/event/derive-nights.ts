import { formatDay } from '../time/day.ts';
import type { Day, Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { borneIn } from './borne.ts';
import { clocksOf, hourStart, instantOf } from './clocks.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns, joined } from './derived-columns.ts';
import { hourClassOf } from './hours.ts';
import { Texts, secondsSince2000 } from './item-row.ts';
import { eveningOf, nightOf, nightsWithin, type Night } from './nights.ts';
import type { Organisation } from './organisation.ts';
import { RecentHours } from './recent-hours.ts';
import { secondsIn } from './standing.ts';

/** definitions.md: nights with three or more disrupted hours are lost. */
const LOST_NIGHT_HOURS = 3;
const QUALITIES = ['quiet', 'broken', 'lost'] as const;

/** Nights of people, in parallel lists: an object each would take more memory than all the rest. */
class PersonNights {
  /** The row of the shift or of the interruption that each was first known by. */
  readonly rows: number[] = [];
  readonly days: Day[] = [];
  readonly evenings: number[] = [];
  readonly zones: number[] = [];
  readonly hours: number[] = [];

  add({ eveningDay, evening }: Night, row: number, zone: number): number {
    this.days.push(eveningDay);
    this.evenings.push(secondsSince2000(evening));
    this.zones.push(zone);
    this.hours.push(0);
    return this.rows.push(row) - 1;
  }

  hourIn(night: number): void {
    this.hours[night] = (this.hours[night] ?? 0) + 1;
  }
}

/** Which list a night is in, and where. */
interface Place {
  readonly list: PersonNights;
  readonly index: number;
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
  const [onShift, interrupted] = [new PersonNights(), new PersonNights()];
  const zones = new Texts();
  const [duties, borne] = [borneIn(shifts, 'from'), borneIn(interruptions, 'started')];
  const [clockOfShift, clockAt] = [clocksOf(shifts, organisation), clocksOf(interruptions, organisation)];
  const endOf = secondsIn(shifts, 'to');
  const [dutyOf, borneBy] = [placesOf(duties.people), placesOf(borne.people)];

  for (const person of new Set([...duties.people, ...borne.people])) {
    const nights = new Map<Day, Place | null>();
    const add = (list: PersonNights, night: Night, row: number, zone: Zone): Place | null => {
      const known = nights.get(night.eveningDay);
      if (known !== undefined) return known;
      // What has not ended yet is still the one that others of its evening are taken for.
      const added = night.to <= now ? { list, index: list.add(night, row, zones.numberOf(zone.name)) } : null;
      nights.set(night.eveningDay, added);
      return added;
    };
    const duty = dutyOf.get(person) ?? -1;
    for (const row of duties.rows.subarray(duties.start[duty] ?? 0, duties.start[duty + 1] ?? 0)) {
      const from = duties.secondOf(row);
      const { zone, hours } = clockOfShift(row, from);
      const told = endOf(row);
      const to = Math.min(told === NEVER ? now : instantOf(told), now);
      if (to <= instantOf(from) || to === Infinity) continue;
      for (const night of nightsWithin(zone, hours.night, instantOf(from), to)) add(onShift, night, row, zone);
    }
    const recent = new RecentHours();
    const own = borneBy.get(person) ?? -1;
    for (const row of borne.rows.subarray(borne.start[own] ?? 0, borne.start[own + 1] ?? 0)) {
      const at = borne.secondOf(row);
      const clock = clockAt(row, at);
      const { zone, hours } = clock;
      if (hourClassOf(instantOf(at), zone, hours, noHoliday) !== 'night') continue;
      const night = nightOf(zone, hours.night, eveningOf(zone, hours.night, instantOf(at)));
      const place = add(interrupted, night, row, zone);
      if (recent.add(night.eveningDay, hourStart(clock, at), at, row) === row) place?.list.hourIn(place.index);
    }
  }
  return joined(nightColumns(shifts, onShift, zones), nightColumns(interruptions, interrupted, zones));
}

/** Night comes before holiday, so holidays do not matter to it. */
const noHoliday = (): boolean => false;

const placesOf = (people: readonly string[]): Map<string, number> => new Map(people.map((person, code) => [person, code]));

function nightColumns(origin: ItemColumns, nights: PersonNights, zones: Texts): ItemColumns {
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
      zone: { dictionary: zones.all, codes: Int32Array.from(nights.zones) },
      quality: { dictionary: QUALITIES, codes: quality },
    },
  });
}

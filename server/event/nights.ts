import type { Day, Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { HourBand } from './organisation.ts';

const MINUTE_MS = 60_000;
const NOON = 720;

/** One night by the wall clock of a zone, named by the day of its evening. */
export interface Night {
  readonly eveningDay: Day;
  /** When it began, or the last second of its evening's day where it begins after midnight. */
  readonly evening: Instant;
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

/** True for a night that lies wholly after midnight: its evening is that of the day before. */
const isAfterMidnight = (band: HourBand): boolean => band.from < band.to && band.from < NOON;

const known = new WeakMap<HourBand, Map<Zone, Map<Day, Night>>>();

/** The night of an evening. By the wall clock: shorter or longer by an hour when the clocks change in it. */
export function nightOf(zone: Zone, band: HourBand, eveningDay: Day): Night {
  let ofBand = known.get(band);
  if (ofBand === undefined) known.set(band, (ofBand = new Map<Zone, Map<Day, Night>>()));
  let ofZone = ofBand.get(zone);
  if (ofZone === undefined) ofBand.set(zone, (ofZone = new Map<Day, Night>()));
  let night = ofZone.get(eveningDay);
  if (night === undefined) ofZone.set(eveningDay, (night = makeNight(zone, band, eveningDay)));
  return night;
}

function makeNight(zone: Zone, band: HourBand, eveningDay: Day): Night {
  const firstDay = isAfterMidnight(band) ? eveningDay + 1 : eveningDay;
  const lastDay = band.from > band.to ? firstDay + 1 : firstDay;
  const from = zone.instantOf(firstDay, band.from * MINUTE_MS);
  return {
    eveningDay,
    evening: firstDay === eveningDay ? from : zone.startOfDay(firstDay) - 1000,
    from,
    to: zone.instantOf(lastDay, band.to * MINUTE_MS),
  };
}

/** The evening that an instant in the night class is dated by. */
export function eveningOf(zone: Zone, band: HourBand, instant: Instant): Day {
  const day = zone.dayOf(instant);
  if (band.from <= band.to) return isAfterMidnight(band) ? day - 1 : day;
  return zone.minuteOfDay(instant) >= band.from ? day : day - 1;
}

/** The nights that share at least a moment with [from, to). */
export function nightsWithin(zone: Zone, band: HourBand, from: Instant, to: Instant): Night[] {
  const nights: Night[] = [];
  if (band.from === band.to) return nights;
  for (let day = zone.dayOf(from) - 1; day <= zone.dayOf(to); day += 1) {
    const night = nightOf(zone, band, day);
    if (night.from < to && night.to > from) nights.push(night);
  }
  return nights;
}

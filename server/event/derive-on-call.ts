import type { Instant } from '../time/period.ts';
import { formatDay } from '../time/day.ts';
import { clockOf, derivedItem, instantField, isCancelled, textField } from './derived-item.ts';
import { compareText } from './facts.ts';
import { hourClassOf } from './hours.ts';
import type { Item } from './item.ts';
import { eveningOf, nightOf, nightsWithin, type Night } from './nights.ts';
import type { Organisation } from './organisation.ts';

/** definitions.md: pages to one responder within 60 s of the first are one interruption. */
const ONE_INTERRUPTION_MS = 60_000;
/** definitions.md: nights with three or more disrupted hours are lost. */
const LOST_NIGHT_HOURS = 3;

/** Something that a known person bore at an instant. */
interface Borne {
  readonly item: Item;
  readonly responder: string;
  readonly at: Instant;
}

/** Pages to one responder within 60 s of the first are one. Team, service and zone are those of the first. */
export function deriveInterruptions(pages: readonly Item[], shifts: readonly Item[], organisation: Organisation): Item[] {
  const isOnShift = shiftsByResponder(shifts);
  const interruptions: Item[] = [];
  for (const borne of byResponder(pages, 'sent').values()) {
    let first = 0;
    while (first < borne.length) {
      const { item, responder, at } = borne[first] ?? unreachable();
      let next = first + 1;
      while ((borne[next]?.at ?? Infinity) - at <= ONE_INTERRUPTION_MS) next += 1;
      const { zone } = clockOf(item, organisation, at);
      interruptions.push(
        derivedItem({
          kind: 'interruption',
          uid: `interruption:${item.uid}`,
          origin: item,
          at,
          fields: { responder, started: at, on_shift: isOnShift(responder, at), pages: next - first, zone: zone.name },
        }),
      );
      first = next;
    }
  }
  return interruptions;
}

/** The distinct clock hours of a person's day with an interruption; on shift if one of them was. */
export function deriveDisruptedHours(interruptions: readonly Item[], organisation: Organisation): Item[] {
  const hours: Item[] = [];
  for (const borne of byResponder(interruptions, 'started').values()) {
    const byHour = Map.groupBy(borne, ({ item, at }) => hourStart(item, organisation, at));
    for (const [started, within] of byHour) {
      const [first] = within;
      if (first === undefined) continue;
      hours.push(
        derivedItem({
          kind: 'disrupted_hour',
          uid: `disrupted_hour:${first.item.uid}`,
          origin: first.item,
          at: started,
          fields: {
            responder: first.responder,
            started,
            on_shift: within.some(({ item }) => item.fields['on_shift'] === true),
            zone: clockOf(first.item, organisation, first.at).zone.name,
          },
        }),
      );
    }
  }
  return hours;
}

interface PersonNight extends Night {
  readonly origin: Item;
  readonly responder: string;
  readonly zoneName: string;
  readonly interruptedAt: { item: Item; at: Instant }[];
}

/**
 * One item for each night that a person was on shift in or interrupted in, dated by its evening:
 * `broken` with an interruption in the night class, `lost` with three or more disrupted hours, else
 * `quiet`. Nights that have not ended by `now` do not exist yet.
 */
export function deriveNights(
  interruptions: readonly Item[],
  shifts: readonly Item[],
  organisation: Organisation,
  now: Instant,
): Item[] {
  const nights = new Map<string, PersonNight>();
  const add = (night: Night, { item, responder }: Borne, zoneName: string): PersonNight => {
    const name = `${night.eveningDay} ${responder}`;
    const known = nights.get(name);
    if (known !== undefined) return known;
    const added = { ...night, origin: item, responder, zoneName, interruptedAt: [] };
    nights.set(name, added);
    return added;
  };
  for (const borne of byResponder(shifts, 'from').values()) {
    for (const shift of borne) {
      const { zone, hours } = clockOf(shift.item, organisation, shift.at);
      const to = Math.min(instantField(shift.item, 'to') ?? now, now);
      if (to <= shift.at || to === Infinity) continue;
      for (const night of nightsWithin(zone, hours.night, shift.at, to)) add(night, shift, zone.name);
    }
  }
  for (const borne of byResponder(interruptions, 'started').values()) {
    for (const interruption of borne) {
      const { item, at } = interruption;
      const { zone, hours } = clockOf(item, organisation, at);
      if (hourClassOf(at, zone, hours, noHoliday) !== 'night') continue;
      const night = nightOf(zone, hours.night, eveningOf(zone, hours.night, at));
      add(night, interruption, zone.name).interruptedAt.push({ item, at });
    }
  }
  return [...nights.values()]
    .filter((night) => night.to <= now)
    .map(({ origin, evening, eveningDay, responder, zoneName, interruptedAt }) => {
      const hours = new Set(interruptedAt.map(({ item, at }) => hourStart(item, organisation, at))).size;
      const quality = hours >= LOST_NIGHT_HOURS ? 'lost' : hours > 0 ? 'broken' : 'quiet';
      return derivedItem({
        kind: 'night',
        uid: `night:${origin.uid}:${formatDay(eveningDay)}`,
        origin,
        at: evening,
        fields: { responder, evening, quality, hours, zone: zoneName },
      });
    });
}

/** Night comes before holiday, so holidays do not matter to it. */
const noHoliday = (): boolean => false;

/** When the clock hour of an instant began by the wall clock there. */
function hourStart(item: Item, organisation: Organisation, at: Instant): Instant {
  const { zone } = clockOf(item, organisation, at);
  const wall = at + zone.offsetAt(at);
  return at - (((wall % 3_600_000) + 3_600_000) % 3_600_000);
}

/** Items by who bore them, each ascending by instant; those without person or instant, or cancelled, are left out. */
function byResponder(items: readonly Item[], instant: string): Map<string, Borne[]> {
  const borne: Borne[] = [];
  for (const item of items) {
    const responder = textField(item, 'responder');
    const at = instantField(item, instant);
    if (responder !== null && at !== null && !isCancelled(item)) borne.push({ item, responder, at });
  }
  borne.sort((one, other) => one.at - other.at || compareText(one.item.uid, other.item.uid));
  return Map.groupBy(borne, ({ responder }) => responder);
}

function shiftsByResponder(shifts: readonly Item[]): (responder: string, at: Instant) => boolean {
  const spans = new Map(
    [...byResponder(shifts, 'from')].map(([responder, own]) => [
      responder,
      own.map(({ item, at }) => ({ from: at, to: instantField(item, 'to') ?? Infinity })),
    ]),
  );
  return (responder, at) => spans.get(responder)?.some(({ from, to }) => from <= at && at < to) ?? false;
}

function unreachable(): never {
  throw new RangeError('an index ran past the end of its list');
}

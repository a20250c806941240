import { findZone, type Zone } from '../time/zone.ts';
import type { Instant } from '../time/period.ts';
import type { Fields } from './event.ts';
import type { Item } from './item.ts';
import type { Kind } from './kinds.ts';
import type { HourRules, Organisation } from './organisation.ts';
import { teamAt } from './ownership.ts';
import { instantFieldsOf } from './projection.ts';

/** What a derived item is told to be. */
export interface Derived {
  readonly kind: Kind;
  /** Names the items it was derived from, never a person: evidence may show it. */
  readonly uid: string;
  /** The item whose team, service and severity it takes, as of `at`. */
  readonly origin: Item;
  readonly at: Instant;
  readonly fields: Fields;
}

/** An item of a derived kind: one stretch, as its origin stood at the instant. */
export function derivedItem({ kind, uid, origin, at, fields }: Derived): Item {
  const stood = origin.stretches.findLast((stretch) => stretch.from <= at) ?? origin.stretches[0];
  const team = stood?.team ?? null;
  const service = stood?.service ?? null;
  const severity = stood?.severity ?? null;
  const stretches = [{ from: at, to: null, state: null, team, service, severity }];
  const instants: Partial<Record<string, Instant>> = {};
  for (const name of instantFieldsOf(kind)) {
    const value = fields[name];
    if (typeof value === 'number') instants[name] = value;
  }
  return {
    uid,
    kind,
    source: origin.source,
    id: origin.id,
    fields: { ...fields, ...(team === null ? {} : { team }), ...(service === null ? {} : { service }) },
    first: {},
    last: {},
    stretches,
    episodes: [{ uid, instants, severity, harm: null, working: null, stretches }],
    closings: [],
    isSnapshot: origin.isSnapshot,
  };
}

/** Where and by which hours the person behind an item lived at an instant. */
export interface Clock {
  readonly zone: Zone;
  readonly hours: HourRules;
}

/** The item's own zone, else its team's, else the organisation's; the hours of its team. */
export function clockOf(item: Item, organisation: Organisation, at: Instant): Clock {
  const stood = item.stretches.findLast((stretch) => stretch.from <= at) ?? item.stretches[0];
  const id = stood === undefined ? null : teamAt(organisation, stood, at);
  const team = organisation.teams.find((each) => each.id === id);
  const own = textField(item, 'zone');
  return {
    zone: (own === null ? null : findZone(own)) ?? findZone(team?.zone ?? '') ?? organisation.calendar.zone,
    hours: team?.hours ?? organisation.hours,
  };
}

export function textField(item: Item, name: string): string | null {
  const value = item.fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function instantField(item: Item, name: string): Instant | null {
  const value = item.fields[name];
  return typeof value === 'number' ? value : null;
}

/** Deleted in its source, or called off: nothing derives from it. */
export const isCancelled = (item: Item): boolean => item.episodes.at(-1)?.instants['cancelled'] !== undefined;

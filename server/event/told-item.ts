import type { Event, Fields } from './event.ts';
import { KEY_LENGTH } from './key.ts';
import type { Kind, State } from './kinds.ts';
import type { Instant } from '../time/period.ts';

/**
 * What one row of a source tells of an item: a few facts of one source, kind, item and sequence. Written over with
 * what a later row tells, so that millions of rows need not become objects; whoever keeps it copies it.
 */
export interface ToldItem {
  readonly kind: Kind;
  readonly source: string;
  item: string;
  sequence: number;
  /** How many facts; what follows has room for more. */
  length: number;
  readonly effectiveAt: Instant[];
  readonly states: (State | null)[];
  readonly fields: Fields[];
  readonly slots: (string | null)[];
  /** The keys, one behind the other, KEY_LENGTH characters of ASCII each. */
  readonly keys: Uint8Array;
}

/** With room for so many facts. */
export const emptyToldItem = (kind: Kind, source: string, room: number): ToldItem => ({
  kind,
  source,
  item: '',
  sequence: 0,
  length: 0,
  effectiveAt: [],
  states: [],
  fields: [],
  slots: [],
  keys: new Uint8Array(KEY_LENGTH * room),
});

/** The same as events, to be kept. */
export function eventsOfTold({ kind, source, item, sequence, length, ...told }: ToldItem): Event[] {
  return Array.from({ length }, (_, fact) => ({
    kind,
    source,
    item,
    key: String.fromCharCode(...told.keys.subarray(fact * KEY_LENGTH, (fact + 1) * KEY_LENGTH)),
    effectiveAt: told.effectiveAt[fact] ?? 0,
    sequence,
    origin: 'native',
    state: told.states[fact] ?? null,
    fields: told.fields[fact] ?? {},
    supersedes: null,
    slot: told.slots[fact] ?? null,
  }));
}

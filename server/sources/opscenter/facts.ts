import type { Event, FieldValue, Origin } from '../../event/event.ts';
import type { State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';
import { factKey } from '../aws/fact-key.ts';

/** An OpsItem as it stood when it was last modified, however that was told. */
export interface OpsItemSeen {
  readonly id: string;
  readonly state: State;
  readonly openedAt: Instant;
  readonly modifiedAt: Instant;
  /** What a rule says of it, service, team and severity, for all of its time. Null: that it is left out. */
  readonly says: Said | null;
  /** What the item tells of the same beside that, as it stands; what is not told is not among them. */
  readonly fields: Said;
}

type Said = Readonly<Record<string, FieldValue>>;

export type OpsKind = 'incident' | 'ticket';

/** Words of OpsCenter; those of change requests are not among them. */
const STATES: ReadonlyMap<string, State> = new Map([
  ['open', 'opened'],
  ['inprogress', 'in_progress'],
  ['pending', 'on_hold'],
  ['resolved', 'resolved'],
  ['closed', 'closed'],
]);

export const stateOf = (status: string): State | null => STATES.get(status.replaceAll(/[ _]/g, '').toLowerCase()) ?? null;

/** Work of people, not requests for changes or access, nor what OpsCenter thinks of its own items. */
export const isIssue = (type: string | undefined): boolean => type === undefined || type === '' || type === '/aws/issue';

/**
 * What an item tells. OpsCenter keeps no history: the state counts from the last modification, which is that of the state or a
 * later one; as the same state told again is no news, each further word on it changes nothing.
 * @param retoldAt when rules were changed, 0 until they were: what is left out by now may have been told before, and is called
 * off as if it had never been opened
 */
export function opsItemFacts(source: string, kind: OpsKind, seen: OpsItemSeen, origin: Origin, retoldAt = 0): Event[] {
  const { id, state, openedAt, modifiedAt, says, fields } = seen;
  const at = Math.max(openedAt, modifiedAt);
  const version = retoldAt === 0 ? [] : [retoldAt];
  const fact = (key: readonly (string | number)[], effectiveAt: Instant, of: Origin): Omit<Event, 'state' | 'fields'> => ({
    kind,
    source,
    item: id,
    key: factKey(key),
    effectiveAt,
    sequence: 0,
    origin: of,
    supersedes: null,
    slot: null,
  });
  // Of several words on these the one that was said under the rules of today stands.
  const word = (slot: string, parts: readonly string[]): Omit<Event, 'state' | 'fields'> => ({
    // When it was opened is told outright, whoever asks.
    ...fact([slot, ...parts, ...version], openedAt, origin === 'inferred' ? 'native' : origin),
    sequence: retoldAt,
    slot,
  });
  if (says === null) return openedAt >= retoldAt ? [] : [calledOff(source, kind, id, openedAt, retoldAt)];
  const events: Event[] = [{ ...word('opened', []), state: 'opened', fields: {} }];
  const ruled = sorted(says);
  if (ruled.length > 0 || retoldAt > 0)
    events.push({ ...word('rule', ruled.flatMap(partsOf)), state: null, fields: Object.fromEntries(ruled) });
  // What an item told by itself, before a rule said it, stands at its time: from then on it is the rule's word.
  const changedAt = Math.min(at, retoldAt);
  if (changedAt > openedAt)
    events.push({
      ...word('rule since', ruled.flatMap(partsOf)),
      effectiveAt: changedAt,
      state: null,
      fields: Object.fromEntries(ruled),
    });
  if (state !== 'opened' || at > openedAt) events.push({ ...fact(['state', state, at], at, origin), state, fields: {} });
  const said = sorted(fields);
  if (said.length > 0) {
    const told = { state: null, fields: Object.fromEntries(said) };
    events.push({ ...fact(['fields', at, ...said.flatMap(partsOf)], at, origin), ...told });
    // Before it was seen first it was as it was then, unless more is known: of this key the log keeps the first word alone.
    if (at > openedAt) events.push({ ...fact(['first fields'], openedAt, 'inferred'), sequence: -1, ...told });
  }
  return events;
}

/** Told before, and left out by rules or of another kind by now: in the place of its opening. */
export const calledOff = (source: string, kind: OpsKind, id: string, openedAt: Instant, retoldAt: Instant): Event => ({
  kind,
  source,
  item: id,
  key: factKey(['left out', retoldAt]),
  effectiveAt: openedAt,
  sequence: retoldAt,
  origin: 'inferred',
  state: 'cancelled',
  fields: {},
  supersedes: null,
  slot: 'opened',
});

const sorted = (said: Said): [string, FieldValue][] => Object.entries(said).sort(([one], [other]) => (one < other ? -1 : 1));

const partsOf = ([name, value]: [string, FieldValue]): string[] => [name, String(value)];

/** Twice not there among all that are open, nor by its own id: somebody deleted it. */
export const goneFact = (source: string, kind: OpsKind, id: string, missingSince: Instant): Event => ({
  kind,
  source,
  item: id,
  key: factKey(['gone', missingSince]),
  effectiveAt: missingSince,
  sequence: 0,
  origin: 'inferred',
  state: 'cancelled',
  fields: {},
  supersedes: null,
  slot: null,
});

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
  /** Service, team, severity; what is not told is not among them. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

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
 */
export function opsItemFacts(source: string, kind: OpsKind, seen: OpsItemSeen, origin: Origin): Event[] {
  const { id, state, openedAt, modifiedAt, fields } = seen;
  const at = Math.max(openedAt, modifiedAt);
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
  // When it was opened is told outright, whoever asks.
  const events: Event[] = [
    { ...fact(['opened'], openedAt, origin === 'inferred' ? 'native' : origin), state: 'opened', fields: {} },
  ];
  if (state !== 'opened' || at > openedAt) events.push({ ...fact(['state', state, at], at, origin), state, fields: {} });
  const said = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  if (said.length > 0)
    events.push({
      ...fact(['fields', at, ...said.flatMap(([name, value]) => [name, String(value)])], at, origin),
      state: null,
      fields: Object.fromEntries(said),
    });
  return events;
}

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

import { createHash } from 'node:crypto';
import type { Fields, Origin, StoredEvent } from '../../../server/event/event.ts';
import type { Item } from '../../../server/event/item.ts';
import type { Kind, State } from '../../../server/event/kinds.ts';
import { eventKey } from '../../../server/event/key.ts';
import { projectItem } from '../../../server/event/projection.ts';
import { parseInstant } from '../../../server/time/instant.ts';
import type { Instant } from '../../../server/time/period.ts';

export const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-03-02T10:00Z`; throws on anything else. */
export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new RangeError(`no instant: ${text}`);
  return instant;
}

export interface FactParts {
  readonly kind?: Kind;
  readonly source?: string;
  readonly item?: string;
  readonly key?: string;
  readonly at: string | Instant;
  readonly sequence?: number;
  readonly origin?: Origin;
  readonly state?: State | null;
  readonly fields?: Fields;
  readonly supersedes?: string | null;
  readonly slot?: string | null;
  readonly batch?: number;
}

/** An event with what it is not asked about filled in; its key is made of what it says. */
export function fact(parts: FactParts): StoredEvent {
  const effectiveAt = typeof parts.at === 'string' ? at(parts.at) : parts.at;
  const { kind = 'incident', source = 'desk', item = 'A', sequence = 0, state = null, fields = {} } = parts;
  return {
    kind,
    source,
    item,
    key: parts.key ?? eventKey(hash, [effectiveAt, sequence, state, JSON.stringify(fields)]),
    effectiveAt,
    sequence,
    origin: parts.origin ?? 'native',
    state,
    fields,
    supersedes: parts.supersedes ?? null,
    slot: parts.slot ?? null,
    batch: parts.batch ?? 1,
  };
}

/** The item that facts tell of; throws where they tell of none. */
export function itemOf(...facts: readonly FactParts[]): Item {
  const events = facts.map(fact);
  const [first] = events;
  const item = first === undefined ? null : projectItem(`${first.source}:${first.kind}:${first.item}`, events);
  if (item === null) throw new RangeError('these facts tell of no item');
  return item;
}

/** Instants of an episode as readable text. */
export function readable(item: Item, episode = 0): Record<string, string> {
  return Object.fromEntries(
    Object.entries(item.episodes[episode]?.instants ?? {})
      .filter((entry): entry is [string, number] => entry[1] !== undefined)
      .map(([name, instant]) => [name, short(instant)]),
  );
}

/** `03-02 10:00`, as UTC. */
export const short = (instant: Instant): string => new Date(instant).toISOString().slice(5, 16).replace('T', ' ');

/** State by state with its times: `opened 03-02 10:00 – 03-02 11:00`. */
export const timeline = (item: Item): string[] =>
  item.stretches.map(({ state, from, to }) => `${state ?? 'untold'} ${short(from)} – ${to === null ? '…' : short(to)}`);

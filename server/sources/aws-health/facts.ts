import type { Event, FieldValue, Origin } from '../../event/event.ts';
import type { State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';
import { attributed } from '../aws/attribution.ts';
import { factKey } from '../aws/fact-key.ts';
import type { Rule } from '../aws/rules.ts';

/** An event of AWS Health as it stood when it was last updated, however that was told. */
export interface HealthSeen {
  readonly arn: string;
  readonly service: string;
  readonly code: string;
  readonly category: string;
  readonly region: string;
  readonly status: string;
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  readonly updatedAt: Instant;
}

export type HealthGives = 'alert' | 'ticket' | 'nothing';

export interface HealthRules {
  readonly rules: readonly Rule[];
  /** What becomes of each category; nothing of any other. */
  readonly gives: ReadonlyMap<string, HealthGives>;
}

/** What rules may go by. */
export const HEALTH_NAMES: readonly string[] = ['aws_service', 'event_type', 'category', 'region'];

/**
 * Null where it is not told of.
 * @param retoldAt when rules were changed, 0 until they were: what is left out or is of another kind by now may have been told
 * before
 */
export function healthFacts(
  source: string,
  { rules, gives }: HealthRules,
  seen: HealthSeen,
  origin: Origin,
  retoldAt = 0,
): Event[] | null {
  const given = gives.get(seen.category) ?? 'nothing';
  const names = { aws_service: seen.service, event_type: seen.code, category: seen.category, region: seen.region };
  const fields = given === 'nothing' ? null : attributed(rules, names, {});
  const telling: Telling = { source, seen, origin, retoldAt };
  const former = retoldAt === 0 ? [] : (['alert', 'ticket'] as const).filter((kind) => fields === null || kind !== given);
  const takenBack = former.map((kind) => standing(telling, kind, 'cancelled'));
  if (fields === null) return retoldAt === 0 ? null : takenBack;
  return [...takenBack, ...(given === 'alert' ? alertFacts(telling, fields) : ticketFacts(telling, fields))];
}

type Said = Readonly<Record<string, FieldValue>>;

interface Telling {
  readonly source: string;
  readonly seen: HealthSeen;
  readonly origin: Origin;
  readonly retoldAt: Instant;
}

/** AWS does not say when it told of it first. */
const firstKnown = ({ updatedAt, startAt }: HealthSeen): Instant => Math.min(updatedAt, startAt ?? updatedAt);

/** Of words on one thing those stand that are of the latest update, or said under the rules of today. */
const wordOn = (
  { source, seen, origin, retoldAt }: Telling,
  kind: 'alert' | 'ticket',
  slot: string,
  at: Instant,
  fields: Said,
): Event => ({
  kind,
  source,
  item: seen.arn,
  key: factKey([slot, at, seen.updatedAt, ...(retoldAt === 0 ? [] : [retoldAt])]),
  effectiveAt: at,
  sequence: Math.max(seen.updatedAt, retoldAt),
  origin,
  state: null,
  fields,
  supersedes: null,
  slot,
});

/** Whether it counts at all: `cancelled` says that it does not, null that it does. */
const standing = (telling: Telling, kind: 'alert' | 'ticket', state: State | null): Event => ({
  ...wordOn(telling, kind, 'standing', firstKnown(telling.seen), {}),
  origin: 'inferred',
  state,
});

/** Found by AWS, with a beginning and an end, and nobody's to work off: an alert. Later words on when it was take the place of earlier ones. */
function alertFacts(telling: Telling, fields: Said): Event[] {
  const { seen, retoldAt } = telling;
  const raised = seen.startAt ?? seen.updatedAt;
  const events = [wordOn(telling, 'alert', 'raised', raised, { ...fields, key: seen.code, raised })];
  if (retoldAt > 0) events.push(standing(telling, 'alert', null));
  if (seen.status === 'closed') {
    const cleared = Math.max(raised, seen.endAt ?? seen.updatedAt);
    events.push(wordOn(telling, 'alert', 'cleared', cleared, { cleared }));
  }
  return events;
}

/** Something to be done by a date: a ticket that is due when the change comes. */
function ticketFacts(telling: Telling, fields: Said): Event[] {
  const { seen, retoldAt } = telling;
  const { updatedAt, startAt, endAt } = seen;
  const opened = firstKnown(seen);
  const due = startAt === null ? {} : { due: startAt };
  const events: Event[] = [
    // Whatever is heard later, it was opened when it was first heard of.
    { ...wordOn(telling, 'ticket', 'opened', opened, {}), key: factKey(['opened']), sequence: 0, state: 'opened', slot: null },
    wordOn(telling, 'ticket', 'fields', opened, { ...fields, ...due, type: seen.code }),
  ];
  if (retoldAt > 0) events.push(standing(telling, 'ticket', null));
  if (seen.status === 'closed') {
    const closed = Math.max(opened, Math.min(updatedAt, endAt ?? updatedAt));
    events.push({ ...wordOn(telling, 'ticket', 'closed', closed, {}), state: 'closed' });
  }
  return events;
}

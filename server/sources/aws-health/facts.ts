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

/** Null where it is not told of. */
export function healthFacts(source: string, { rules, gives }: HealthRules, seen: HealthSeen, origin: Origin): Event[] | null {
  const given = gives.get(seen.category) ?? 'nothing';
  const names = { aws_service: seen.service, event_type: seen.code, category: seen.category, region: seen.region };
  const fields = given === 'nothing' ? null : attributed(rules, names, {});
  if (fields === null) return null;
  return given === 'alert' ? alertFacts(source, seen, fields, origin) : ticketFacts(source, seen, fields, origin);
}

type Said = Readonly<Record<string, FieldValue>>;

/** Found by AWS, with a beginning and an end, and nobody's to work off: an alert. Later words on when it was take the place of earlier ones. */
function alertFacts(source: string, seen: HealthSeen, fields: Said, origin: Origin): Event[] {
  const raised = seen.startAt ?? seen.updatedAt;
  const fact = (slot: string, at: Instant, said: Said): Event => ({
    kind: 'alert',
    source,
    item: seen.arn,
    key: factKey([slot, at, seen.updatedAt]),
    effectiveAt: at,
    sequence: seen.updatedAt,
    origin,
    state: null,
    fields: said,
    supersedes: null,
    slot,
  });
  const events = [fact('raised', raised, { ...fields, key: seen.code, raised })];
  if (seen.status === 'closed') {
    const cleared = Math.max(raised, seen.endAt ?? seen.updatedAt);
    events.push(fact('cleared', cleared, { cleared }));
  }
  return events;
}

/** Something to be done by a date: a ticket that is due when the change comes. AWS does not say when it told of it first. */
function ticketFacts(source: string, seen: HealthSeen, fields: Said, origin: Origin): Event[] {
  const { updatedAt, startAt } = seen;
  const fact = (name: string, state: State | null, at: Instant, said: Said, slot: string | null): Event => ({
    kind: 'ticket',
    source,
    item: seen.arn,
    key: factKey([name, ...(slot === null ? [] : [updatedAt])]),
    effectiveAt: at,
    sequence: slot === null ? 0 : updatedAt,
    origin,
    state,
    fields: said,
    supersedes: null,
    slot,
  });
  const opened = Math.min(updatedAt, startAt ?? updatedAt);
  const due = startAt === null ? {} : { due: startAt };
  const events = [
    fact('opened', 'opened', opened, {}, null),
    fact('fields', null, opened, { ...fields, ...due, type: seen.code }, 'fields'),
  ];
  if (seen.status === 'closed')
    events.push(fact('closed', 'closed', Math.max(opened, Math.min(updatedAt, seen.endAt ?? updatedAt)), {}, 'closed'));
  return events;
}

import type { Event } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import type { Asking } from '../aws/asking.ts';
import { readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Rule } from '../aws/rules.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd } from '../source.ts';
import { goneFact, incidentFacts } from './facts.ts';
import { incidentsOf, recordOf, timelineOf } from './listings.ts';

export interface IncidentManagerSettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

/** No filter goes by what was changed: what is new, of late, is read again, and so is all that is open. */
const OVERLAP_MS = 24 * 3_600_000;
/** Incidents a batch: a pass that is cut off goes on behind the last. */
const A_BATCH = 20;
/** Before the address of an open incident that could not be found: when it was missed. */
const MISSED = 'missed ';

/** Incidents as one Region of an account has them. Those of a replication set are the same in all its Regions, and are one. */
export async function* pullIncidents(
  { source, rules, digest }: IncidentManagerSettings,
  place: AwsPlace,
  { cursor: told, now, signal }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const before = readPlaceCursor(told, digest, now, 'open');
  const marks = new Map(before.marks);
  const { SSMIncidentsClient } = await import('@aws-sdk/client-ssm-incidents');
  const client = new SSMIncidentsClient(await clientSettings(place));
  const asking: Asking = { place, signal };
  const cursor = (until: Instant | null): string =>
    writePlaceCursor({ until, historyFrom: null, marks, retoldAt: before.retoldAt }, digest);
  try {
    const since =
      before.until === null ? [] : [{ key: 'creationTime', condition: { after: new Date(before.until - OVERLAP_MS) } }];
    const isOpen = [{ key: 'status', condition: { equals: { stringValues: ['OPEN'] } } }];
    const wanted = await incidentsOf(client, asking, since);
    if (before.until !== null) for (const [arn, at] of await incidentsOf(client, asking, isOpen)) wanted.set(arn, at);
    for (const [arn, at] of before.marks) if (!arn.startsWith(MISSED)) wanted.set(arn, at);
    const all = [...wanted].sort(([one, at], [other, otherAt]) => at - otherAt || (one < other ? -1 : 1));
    for (let first = 0; first < all.length; first += A_BATCH) {
      const events: Event[] = [];
      const some = all.slice(first, first + A_BATCH);
      for (const [arn, createdAt] of some) events.push(...(await newsOf(arn, createdAt)));
      const last = some.at(-1)?.[1] ?? now;
      const progress = `${first + some.length} of ${all.length} incidents`;
      yield { events, samples: [], rejects: [], progress, cursor: cursor(Math.max(before.until ?? last, last)) };
    }
  } finally {
    client.destroy();
  }
  return { cursor: cursor(now), completeUntil: now, historyFrom: null };

  /** Notes in `marks` what is open, and what could not be found. */
  async function newsOf(arn: string, createdAt: Instant): Promise<Event[]> {
    const record = await recordOf(client, asking, arn);
    const missed = `${MISSED}${arn}`;
    if (record !== null) {
      marks.delete(missed);
      if (record.status === 'OPEN') marks.set(arn, createdAt);
      else marks.delete(arn);
      return incidentFacts(source, rules, record, await timelineOf(client, asking, arn), before.retoldAt);
    }
    const missedAt = marks.get(missed);
    // Once may be a mistake of theirs.
    if (missedAt === undefined) {
      if (marks.has(arn)) marks.set(missed, now);
      return [];
    }
    marks.delete(arn);
    marks.delete(missed);
    return [goneFact(source, arn, missedAt)];
  }
}

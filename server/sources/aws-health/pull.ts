import type { Event as HealthEvent } from '@aws-sdk/client-health';
import type { Event } from '../../event/event.ts';
import { pagesOf } from '../aws/pages.ts';
import type { AwsPlace } from '../aws/place.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd, Reject } from '../source.ts';
import { gapSince, readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import { healthFacts, type HealthRules, type HealthSeen } from './facts.ts';

export interface HealthSettings extends HealthRules {
  readonly source: string;
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

/** An account, and the Regions whose events are told of. */
export interface HealthAccount {
  readonly place: AwsPlace;
  readonly regions: readonly string[];
}

/** The one Region that answers for all. */
export const HEALTH_REGION = 'us-east-1';
const HOUR_MS = 3_600_000;
/** As far back as AWS Health shows events. */
const HISTORY_MS = 90 * 24 * HOUR_MS;
const OVERLAP_MS = 6 * HOUR_MS;
const PAGE = 100;
/** As many as a filter takes. */
const MOST_REGIONS = 10;

/** Events of an account that were updated since the last pass. */
export async function* pullHealth(
  settings: HealthSettings,
  { place, regions }: HealthAccount,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal } = context;
  const before = readPlaceCursor(context.cursor, settings.digest, now, 'read');
  const { retoldAt } = before;
  const kept = now - HISTORY_MS;
  const start = before.until === null ? kept : Math.max(kept, before.until - OVERLAP_MS);
  const gap = gapSince(place, before, kept, 'AWS Health');
  const historyFrom = gap === null ? (before.historyFrom ?? kept) : kept;
  // What concerns every Region is called global.
  const wanted = [...regions, 'global'];
  const { DescribeEventsCommand, HealthClient } = await import('@aws-sdk/client-health');
  const client = new HealthClient(await clientSettings(place));
  try {
    const pages = pagesOf(
      place,
      'health:DescribeEvents',
      (nextToken) =>
        client.send(
          new DescribeEventsCommand({
            filter: {
              lastUpdatedTimes: [{ from: new Date(start) }],
              ...(wanted.length > MOST_REGIONS ? {} : { regions: wanted }),
            },
            maxResults: PAGE,
            nextToken,
          }),
          { abortSignal: signal },
        ),
      ({ nextToken }) => nextToken,
    );
    if (gap !== null) yield { events: [], samples: [], rejects: [gap], progress: 'history' };
    let read = 0;
    for await (const { events: found = [] } of pages) {
      read += found.length;
      const events: Event[] = [];
      const rejects: Reject[] = [];
      for (const event of found) {
        const seen = seenOf(event);
        if (seen === null)
          rejects.push({
            place: `${place.name}, event ${event.arn ?? ''}`,
            reason: 'it has no name or was never updated',
            fix: null,
            isKept: false,
          });
        else if (seen.region === '' || wanted.includes(seen.region))
          events.push(...(healthFacts(settings.source, settings, seen, 'native', retoldAt) ?? []));
      }
      yield { events, samples: [], rejects, progress: `${read.toLocaleString('en')} events` };
    }
  } finally {
    client.destroy();
  }
  const cursor = writePlaceCursor({ until: now, historyFrom, marks: new Map(), retoldAt }, settings.digest);
  return { cursor, completeUntil: now, historyFrom };
}

function seenOf({ arn, lastUpdatedTime, startTime, endTime, ...event }: HealthEvent): HealthSeen | null {
  if (arn === undefined || lastUpdatedTime === undefined) return null;
  return {
    arn,
    service: event.service ?? '',
    code: event.eventTypeCode ?? '',
    category: event.eventTypeCategory ?? '',
    region: event.region ?? '',
    status: event.statusCode ?? '',
    startAt: startTime?.getTime() ?? null,
    endAt: endTime?.getTime() ?? null,
    updatedAt: lastUpdatedTime.getTime(),
  };
}

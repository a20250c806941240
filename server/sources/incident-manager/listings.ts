import type { Filter, IncidentRecord, SSMIncidentsClient } from '@aws-sdk/client-ssm-incidents';
import type { Instant } from '../../time/period.ts';
import { asked, type Asking } from '../aws/asking.ts';
import { pagesOf } from '../aws/pages.ts';
import { SourceError } from '../source.ts';
import { ACKNOWLEDGEMENT, momentsOf, UPDATE, type Moment } from './timeline.ts';

const maxResults = 100;

/** Incidents that meet a filter: their addresses, and when they were created. */
export async function incidentsOf(
  client: SSMIncidentsClient,
  { place, signal }: Asking,
  filters: Filter[],
): Promise<Map<string, Instant>> {
  const { ListIncidentRecordsCommand } = await import('@aws-sdk/client-ssm-incidents');
  const pages = pagesOf(
    place,
    'ssm-incidents:ListIncidentRecords',
    async (nextToken) => {
      try {
        return await client.send(new ListIncidentRecordsCommand({ filters, maxResults, nextToken }), { abortSignal: signal });
      } catch (error) {
        throw isClosed(error) ? closed(place.name, error) : error;
      }
    },
    ({ nextToken }) => nextToken,
  );
  const found = new Map<string, Instant>();
  for await (const { incidentRecordSummaries } of pages)
    for (const { arn, creationTime } of incidentRecordSummaries ?? [])
      if (arn !== undefined && creationTime !== undefined) found.set(arn, creationTime.getTime());
  return found;
}

/** A list of everything for which there is nothing to look into: no replication set was ever made, and none can be now. */
const isClosed = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name === 'ResourceNotFoundException' ||
    error.name === 'UnknownOperationException' ||
    /replication set|new customers|no longer (?:open|available)/i.test(error.message));

const closed = (place: string, error: Error): SourceError =>
  new SourceError(
    place,
    `Incident Manager is not set up for this account (${error.name}: ${error.message}), and has been closed to new customers since November 2025`,
    "Leave this account out of the source; OpsCenter ('type: opscenter') has taken its place",
  );

/** Null where it is there no longer. */
export async function recordOf(client: SSMIncidentsClient, asking: Asking, arn: string): Promise<IncidentRecord | null> {
  const { GetIncidentRecordCommand } = await import('@aws-sdk/client-ssm-incidents');
  return asked(asking, 'ssm-incidents:GetIncidentRecord', async () => {
    try {
      const { incidentRecord } = await client.send(new GetIncidentRecordCommand({ arn }), { abortSignal: asking.signal });
      return incidentRecord ?? null;
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  });
}

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException';

/** What the timeline of an incident says; data are asked for only where they say something. */
export async function timelineOf(client: SSMIncidentsClient, asking: Asking, incidentRecordArn: string): Promise<Moment[]> {
  const { ListTimelineEventsCommand, GetTimelineEventCommand } = await import('@aws-sdk/client-ssm-incidents');
  const { place, signal } = asking;
  const moments: Moment[] = [];
  const pages = pagesOf(
    place,
    'ssm-incidents:ListTimelineEvents',
    (nextToken) =>
      client.send(new ListTimelineEventsCommand({ incidentRecordArn, maxResults, nextToken }), { abortSignal: signal }),
    ({ nextToken }) => nextToken,
  );
  for await (const { eventSummaries } of pages) {
    for (const { eventId: id, eventTime, eventType } of eventSummaries ?? []) {
      if (id === undefined || eventTime === undefined) continue;
      const at = eventTime.getTime();
      if (eventType === ACKNOWLEDGEMENT) moments.push({ id, at, tells: 'acknowledged' });
      if (eventType !== UPDATE) continue;
      const { event } = await asked(asking, 'ssm-incidents:GetTimelineEvent', () =>
        client.send(new GetTimelineEventCommand({ incidentRecordArn, eventId: id }), { abortSignal: signal }),
      );
      moments.push(...momentsOf(id, at, event?.eventData ?? ''));
    }
  }
  return moments;
}

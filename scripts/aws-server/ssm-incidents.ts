import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Service } from './service.ts';

export interface TimelineEvent {
  eventId: string;
  eventTime: Date;
  eventType: string;
  /** JSON as text. */
  eventData: string;
}

export interface IncidentRecord {
  arn: string;
  title: string;
  status: 'OPEN' | 'RESOLVED';
  impact: number;
  creationTime: Date;
  resolvedTime?: Date;
  lastModifiedTime: Date;
  timeline: TimelineEvent[];
}

export interface IncidentsState {
  /** Incidents of a Region of an account, to add to and to change. */
  incidents(account: string, region: string): IncidentRecord[];
  /** Accounts that had never used the service when it was closed to new ones. */
  readonly closedTo: Set<string>;
}

const MOST = 100;

/** Incident Manager, REST JSON. */
export function createIncidents(): Service<IncidentsState> {
  const shelf = new Shelf<IncidentRecord>();
  const state: IncidentsState = { incidents: (account, region) => shelf.of(account, region), closedTo: new Set() };
  return {
    name: 'ssm-incidents',
    routes: [
      { action: 'ListIncidentRecords', method: 'POST', path: '/listIncidentRecords' },
      { action: 'GetIncidentRecord', method: 'GET', path: '/getIncidentRecord' },
      { action: 'ListTimelineEvents', method: 'POST', path: '/listTimelineEvents' },
      { action: 'GetTimelineEvent', method: 'GET', path: '/getTimelineEvent' },
    ],
    state,
    handle(action, input, { caller: { account, region } }) {
      if (state.closedTo.has(account))
        throw new AwsError('ResourceNotFoundException', 'No replication set was found for this account.', { status: 404 });
      const incidents = shelf.of(account, region);
      const size = input.integer('maxResults', 0, MOST) ?? MOST;
      const token = input.text('nextToken');
      if (action === 'ListIncidentRecords') {
        const filters = input.children('filters');
        const found = incidents.filter((incident) => filters.every((filter) => isMet(filter, incident)));
        const page = pageOf(found, token, size === 0 ? MOST : size, 'ValidationException');
        const incidentRecordSummaries = page.items.map(({ arn, title, status, impact, creationTime, resolvedTime }) => ({
          arn,
          title,
          status,
          impact,
          creationTime,
          resolvedTime,
          incidentRecordSource: { createdBy: arn, source: 'aws.cloudwatch' },
        }));
        return { incidentRecordSummaries, nextToken: page.token };
      }
      const arn = input.requiredText(action === 'GetIncidentRecord' ? 'arn' : 'incidentRecordArn');
      const incident = incidents.find((each) => each.arn === arn);
      if (incident === undefined)
        throw new AwsError('ResourceNotFoundException', `Incident record ${arn} was not found.`, { status: 404 });
      const { timeline, ...record } = incident;
      if (action === 'GetIncidentRecord')
        return {
          incidentRecord: {
            ...record,
            lastModifiedBy: arn,
            dedupeString: arn,
            incidentRecordSource: { createdBy: arn, source: 'aws.cloudwatch' },
          },
        };
      if (action === 'ListTimelineEvents') {
        const page = pageOf(timeline, token, size === 0 ? MOST : size, 'ValidationException');
        const eventSummaries = page.items.map(({ eventData: _, ...event }) => ({
          ...event,
          incidentRecordArn: arn,
          eventUpdatedTime: event.eventTime,
        }));
        return { eventSummaries, nextToken: page.token };
      }
      if (action === 'GetTimelineEvent') {
        const id = input.requiredText('eventId');
        const event = timeline.find(({ eventId }) => eventId === id);
        if (event === undefined) throw new AwsError('ResourceNotFoundException', `Event ${id} was not found.`, { status: 404 });
        return { event: { ...event, incidentRecordArn: arn, eventUpdatedTime: event.eventTime } };
      }
      throw new AwsError('UnknownOperationException', `Incident Manager has no ${action} here`, { status: 404 });
    },
  };
}

/** There is no filter for what was changed. */
function isMet(filter: Input, { creationTime, status, impact }: IncidentRecord): boolean {
  const key = filter.requiredText('key');
  const condition = filter.child('condition');
  if (key === 'creationTime') {
    const after = condition?.instant('after') ?? -Infinity;
    const before = condition?.instant('before') ?? Infinity;
    return creationTime.getTime() > after && creationTime.getTime() < before;
  }
  const equals = condition?.child('equals');
  if (key === 'status') return equals?.texts('stringValues').includes(status) ?? false;
  if (key === 'impact')
    return equals?.members['integerValues'] instanceof Array && equals.members['integerValues'].includes(impact);
  throw new AwsError('ValidationException', `Invalid filter key: ${key}`);
}

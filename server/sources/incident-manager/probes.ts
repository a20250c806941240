import { isDenied } from '../aws/faults.ts';
import type { Checking } from '../aws/checking.ts';
import { partitionOf } from '../aws/policy.ts';
import { incidentsOf } from './listings.ts';

const absent = ['ResourceNotFoundException'];
const eventId = '00000000-0000-4000-8000-000000000000';
const maxResults = 1;

/**
 * Whether Incident Manager was ever set up here, and incidents and their timelines may be read. Where it was not, everything is
 * not found, and nothing more can be learnt.
 */
export async function probeIncidents(checking: Checking): Promise<void> {
  const { GetIncidentRecordCommand, GetTimelineEventCommand, ListTimelineEventsCommand, SSMIncidentsClient } =
    await import('@aws-sdk/client-ssm-incidents');
  const { account, now, place, signal: abortSignal } = checking;
  const client = new SSMIncidentsClient(checking.client);
  const options = { abortSignal };
  const arn = `arn:${partitionOf(place.region)}:ssm-incidents::${account}:incident-record/quarterdeck-check/${eventId}`;
  try {
    const later = [{ key: 'creationTime', condition: { after: new Date(now) } }];
    const list = await checking.ask('ssm-incidents:ListIncidentRecords', () => incidentsOf(client, checking, later));
    if (list.is === 'fails' && !isDenied(list.fault)) return;
    await checking.ask('ssm-incidents:GetIncidentRecord', () => client.send(new GetIncidentRecordCommand({ arn }), options), {
      absent,
    });
    await checking.ask(
      'ssm-incidents:ListTimelineEvents',
      () => client.send(new ListTimelineEventsCommand({ incidentRecordArn: arn, maxResults }), options),
      { absent },
    );
    await checking.ask(
      'ssm-incidents:GetTimelineEvent',
      () => client.send(new GetTimelineEventCommand({ incidentRecordArn: arn, eventId }), options),
      { absent },
    );
  } finally {
    client.destroy();
  }
}

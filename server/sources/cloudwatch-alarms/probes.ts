import { isNowhere } from '../aws/attribution.ts';
import type { Checking } from '../aws/checking.ts';
import { partitionOf } from '../aws/policy.ts';
import type { Where } from './attributes.ts';

const HOUR_MS = 3_600_000;
const AlarmTypes = ['MetricAlarm' as const, 'CompositeAlarm' as const, 'LogAlarm' as const];
const MaxRecords = 1;

/** Whether alarms may be read, and what tells whose they are. Without all types an answer would say nothing of composite alarms. */
export async function probeAlarms(checking: Checking, { tags, dimensions }: Where): Promise<void> {
  const { CloudWatchClient, DescribeAlarmHistoryCommand, DescribeAlarmsCommand, ListTagsForResourceCommand } =
    await import('@aws-sdk/client-cloudwatch');
  const { account, now, place, signal: abortSignal } = checking;
  const client = new CloudWatchClient(checking.client);
  try {
    const range = { StartDate: new Date(now - HOUR_MS), EndDate: new Date(now) };
    await checking.ask('cloudwatch:DescribeAlarmHistory', () =>
      client.send(new DescribeAlarmHistoryCommand({ AlarmTypes, HistoryItemType: 'StateUpdate', ...range, MaxRecords }), {
        abortSignal,
      }),
    );
    if (!isNowhere(tags) || !isNowhere(dimensions))
      await checking.ask('cloudwatch:DescribeAlarms', () =>
        client.send(new DescribeAlarmsCommand({ AlarmTypes, MaxRecords }), { abortSignal }),
      );
    if (!isNowhere(tags)) {
      const ResourceARN = `arn:${partitionOf(place.region)}:cloudwatch:${place.region}:${account}:alarm:quarterdeck-check`;
      await checking.ask(
        'cloudwatch:ListTagsForResource',
        () => client.send(new ListTagsForResourceCommand({ ResourceARN }), { abortSignal }),
        { absent: ['ResourceNotFoundException', 'ResourceNotFound'] },
      );
    }
  } finally {
    client.destroy();
  }
}

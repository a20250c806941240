import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { asked, type Asking } from '../aws/asking.ts';
import { isNowhere, toldBy, type Told } from '../aws/attribution.ts';

/** Under which tags and which dimensions service, team and severity are told. */
export interface Where {
  readonly tags: Told;
  readonly dimensions: Told;
}

/** As many as DescribeAlarms takes by name. */
const NAMES_PER_CALL = 100;

/** What alarms tell of themselves. Those that were deleted meanwhile tell nothing; where nothing is asked for, nobody is asked. */
export async function attributesOf(
  client: CloudWatchClient,
  asking: Asking,
  { tags, dimensions }: Where,
  alarms: readonly string[],
): Promise<ReadonlyMap<string, Told>> {
  const found = new Map<string, Told>();
  if (isNowhere(tags) && isNowhere(dimensions)) return found;
  const { DescribeAlarmsCommand, ListTagsForResourceCommand } = await import('@aws-sdk/client-cloudwatch');
  const options = { abortSignal: asking.signal };
  for (let first = 0; first < alarms.length; first += NAMES_PER_CALL) {
    const command = new DescribeAlarmsCommand({
      AlarmNames: alarms.slice(first, first + NAMES_PER_CALL),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'],
      MaxRecords: NAMES_PER_CALL,
    });
    const answer = await asked(asking, 'cloudwatch:DescribeAlarms', () => client.send(command, options));
    const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [] } = answer;
    const metrics = MetricAlarms.map(({ AlarmName, AlarmArn, Dimensions = [], Metrics = [] }) => ({
      AlarmName,
      AlarmArn,
      dimensions: [...Dimensions, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? [])],
    }));
    for (const alarm of [...metrics, ...[...CompositeAlarms, ...LogAlarms].map((each) => ({ ...each, dimensions: [] }))]) {
      const byDimension = toldBy(
        dimensions,
        new Map(
          alarm.dimensions.flatMap(({ Name, Value }) => (Name === undefined || Value === undefined ? [] : [[Name, Value]])),
        ),
      );
      const ResourceARN = alarm.AlarmArn;
      let byTag: Told = {};
      if (!isNowhere(tags) && ResourceARN !== undefined) {
        const { Tags = [] } = await asked(asking, 'cloudwatch:ListTagsForResource', () =>
          client.send(new ListTagsForResourceCommand({ ResourceARN }), options),
        );
        byTag = toldBy(
          tags,
          new Map(Tags.flatMap(({ Key, Value }) => (Key === undefined || Value === undefined ? [] : [[Key, Value]]))),
        );
      }
      found.set(alarm.AlarmName ?? '', firstOf(byTag, byDimension));
    }
  }
  return found;
}

/** Tags were written for this; dimensions name whatever the metric is about. */
export const firstOf = (one: Told, other: Told): Told => ({
  service: one.service ?? other.service,
  team: one.team ?? other.team,
  severity: one.severity ?? other.severity,
});

import { describeAlarmHistory, describeAlarms, listTagsForResource } from './cloudwatch/alarms.ts';
import { getMetricData } from './cloudwatch/get-metric-data.ts';
import { listMetrics } from './cloudwatch/list-metrics.ts';
import { CloudWatchState } from './cloudwatch/state.ts';
import { AwsError } from './errors.ts';
import type { Service } from './service.ts';

/** CloudWatch: AWS JSON 1.0, as the SDK speaks it now, and AWS Query, as older clients do. */
export function createCloudWatch(): Service<CloudWatchState> {
  const state = new CloudWatchState();
  return {
    name: 'cloudwatch',
    signs: 'monitoring',
    target: { prefix: 'GraniteServiceVersion20100801', protocol: 'json-1.0' },
    query: { version: '2010-08-01', namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
    isQueryCompatible: true,
    invalid: 'ValidationError',
    state,
    handle(action, input, request) {
      if (action === 'GetMetricData') return getMetricData(input, request, state);
      if (action === 'ListMetrics') return listMetrics(input, request, state);
      if (action === 'DescribeAlarms') return describeAlarms(input, request, state);
      if (action === 'DescribeAlarmHistory') return describeAlarmHistory(input, request, state);
      if (action === 'ListTagsForResource') return listTagsForResource(input, request, state);
      throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2010-08-01`);
    },
  };
}

import { ACCOUNT, REGION } from '../aws/watch-house.ts';

let sent = 0;

/** An event of EventBridge as a rule puts it into a queue. */
export function busEvent(type: string, at: number, detail: object, more: object = {}): string {
  sent += 1;
  return JSON.stringify({
    version: '0',
    id: `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}`,
    'detail-type': type,
    source: 'aws.test',
    account: ACCOUNT,
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: REGION,
    resources: [],
    detail,
    ...more,
  });
}

/** As CloudWatch writes instants in events. */
const withZone = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');

type AlarmWord = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** @param queriedAt when the metric was asked for; the state is a little older or younger than that */
export const alarmTurned = (alarmName: string, queriedAt: number, from: AlarmWord, to: AlarmWord, more: object = {}): string =>
  busEvent('CloudWatch Alarm State Change', queriedAt, {
    alarmName,
    state: {
      value: to,
      reason: 'Threshold Crossed',
      reasonData: JSON.stringify({ version: '1.0', queryDate: withZone(queriedAt), threshold: 5 }),
      timestamp: withZone(queriedAt - 4),
    },
    previousState: { value: from, reason: '', timestamp: withZone(queriedAt - 60_000) },
    configuration: {
      metrics: [{ metricStat: { metric: { dimensions: { ServiceName: 'checkout' }, name: 'Errors', namespace: 'App' } } }],
    },
    ...more,
  });

export const opsItemTold = (
  type: 'Create' | 'Update',
  id: string,
  createdAt: number,
  modifiedAt: number,
  status: string,
): string =>
  busEvent(`OpsItem ${type}`, modifiedAt, {
    'created-by': 'arn:aws:iam::111122223333:role/automation',
    'created-time': new Date(createdAt).toISOString().replace('Z', '361Z'),
    ...(type === 'Update' ? { 'modified-time': new Date(modifiedAt).toISOString().replace('Z', '049Z') } : {}),
    source: 'EC2',
    status,
    'ops-item-id': id,
    title: 'Queue of payments is full',
    'ops-item-type': '/aws/issue',
  });

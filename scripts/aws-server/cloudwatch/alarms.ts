import { AwsError } from '../errors.ts';
import type { Input } from '../input.ts';
import { readOffset, writeToken } from '../page-token.ts';
import type { Output, Request } from '../service.ts';
import { ALARM_STATES, ALARM_TYPES, arnOf, HISTORY_TYPES, type Alarm, type AlarmType } from './alarm-book.ts';
import { DAY_MS } from './retention.ts';
import type { CloudWatchState } from './state.ts';

const MOST_RECORDS = 100;
const KEPT_MS = 30 * DAY_MS;

/** Metric alarms unless the call names types. */
function typesOf(input: Input): readonly AlarmType[] {
  const texts = input.texts('AlarmTypes');
  const types = ALARM_TYPES.filter((type) => texts.includes(type));
  const wrong = texts.find((text) => !ALARM_TYPES.some((type) => type === text));
  if (wrong !== undefined)
    throw input.refuse('alarmTypes', `Member must satisfy enum value set: [${ALARM_TYPES.join(', ')}]`, wrong);
  return texts.length === 0 ? ['MetricAlarm'] : types;
}

function pageFrom(input: Input): { readonly from: number; readonly most: number } {
  const most = input.integer('MaxRecords', 1, MOST_RECORDS) ?? MOST_RECORDS;
  return { from: readOffset(input), most };
}

/** Thirty days of history. Pages are counted, not marked: what happens between two of them moves the entries. */
export function describeAlarmHistory(input: Input, { caller, now }: Request, state: CloudWatchState): Output {
  const types = typesOf(input);
  const name = input.text('AlarmName');
  const kind = input.choice('HistoryItemType', HISTORY_TYPES);
  const [start, end] = [input.instant('StartDate') ?? -Infinity, input.instant('EndDate') ?? Infinity];
  if (start > end) throw input.refuse('startDate', 'Member must not be after endDate', String(start));
  const scan = input.choice('ScanBy', ['TimestampDescending', 'TimestampAscending']) ?? 'TimestampDescending';
  const { from, most } = pageFrom(input);
  const found = state.alarms
    .history(caller.account, caller.region, now)
    .filter(
      (item) =>
        item.at >= now - KEPT_MS &&
        item.at >= start &&
        item.at <= end &&
        types.includes(item.type) &&
        (name ?? item.name) === item.name &&
        (kind ?? item.kind) === item.kind,
    )
    .sort((one, other) => (scan === 'TimestampAscending' ? one.at - other.at : other.at - one.at));
  return {
    AlarmHistoryItems: found.slice(from, from + most).map((item) => ({
      AlarmName: item.name,
      AlarmType: item.type,
      Timestamp: new Date(item.at),
      HistoryItemType: item.kind,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    NextToken: found.length > from + most ? writeToken(input, from + most) : undefined,
  };
}

export function describeAlarms(input: Input, { caller, now }: Request, state: CloudWatchState): Output {
  const types = typesOf(input);
  const names = input.texts('AlarmNames');
  const prefix = input.text('AlarmNamePrefix');
  if (names.length > 0 && prefix !== null)
    throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix can not be given together.');
  if (names.length > MOST_RECORDS)
    throw input.refuse('alarmNames', `Member must have length less than or equal to ${MOST_RECORDS}`);
  const value = input.choice('StateValue', ALARM_STATES);
  const action = input.text('ActionPrefix');
  const { from, most } = pageFrom(input);
  const found = state.alarms
    .all(caller.account, caller.region, now)
    .filter(
      ({ alarm, turned }) =>
        types.includes(alarm.type) &&
        (names.length === 0 || names.includes(alarm.name)) &&
        alarm.name.startsWith(prefix ?? '') &&
        (value === null || value === (turned?.state ?? 'INSUFFICIENT_DATA')) &&
        (action === null || (alarm.actions ?? []).some((each) => each.startsWith(action))),
    );
  const page = found.slice(from, from + most).map(({ alarm, turned }) => ({
    alarm,
    output: {
      AlarmName: alarm.name,
      AlarmArn: arnOf(alarm),
      AlarmDescription: alarm.description,
      AlarmConfigurationUpdatedTimestamp: new Date(alarm.createdAt),
      ActionsEnabled: true,
      AlarmActions: alarm.actions ?? [],
      OKActions: [],
      InsufficientDataActions: [],
      StateValue: turned?.state ?? 'INSUFFICIENT_DATA',
      StateReason: turned?.reason ?? 'Unchecked: Initial alarm creation',
      StateReasonData: turned === null ? undefined : JSON.stringify(turned.data),
      StateUpdatedTimestamp: new Date(turned?.at ?? alarm.createdAt),
      StateTransitionedTimestamp: new Date(turned?.at ?? alarm.createdAt),
      ...ownOf(alarm),
    },
  }));
  const ofType = (type: AlarmType): Output[] => page.filter(({ alarm }) => alarm.type === type).map(({ output }) => output);
  return {
    MetricAlarms: ofType('MetricAlarm'),
    CompositeAlarms: ofType('CompositeAlarm'),
    LogAlarms: types.includes('LogAlarm') ? ofType('LogAlarm') : undefined,
    NextToken: found.length > from + most ? writeToken(input, from + most) : undefined,
  };
}

export function listTagsForResource(input: Input, { caller, now }: Request, state: CloudWatchState): Output {
  const arn = input.requiredText('ResourceARN');
  const found = state.alarms.all(caller.account, caller.region, now).find(({ alarm }) => arnOf(alarm) === arn);
  if (found === undefined)
    throw new AwsError('ResourceNotFoundException', `Unable to find resource ${arn}`, { queryCode: 'ResourceNotFoundException' });
  return { Tags: Object.entries(found.alarm.tags ?? {}).map(([Key, Value]) => ({ Key, Value })) };
}

function ownOf(alarm: Alarm): Output {
  if (alarm.type === 'CompositeAlarm') return { AlarmRule: alarm.rule ?? '' };
  if (alarm.type === 'LogAlarm') return { Threshold: alarm.threshold ?? 0, ComparisonOperator: 'GreaterThanThreshold' };
  return {
    Namespace: alarm.metric?.namespace,
    MetricName: alarm.metric?.metric,
    Dimensions: Object.entries(alarm.metric?.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
    Statistic: 'Average',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: alarm.threshold ?? 0,
    ComparisonOperator: 'GreaterThanThreshold',
  };
}

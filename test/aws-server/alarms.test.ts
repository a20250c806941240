import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  paginateDescribeAlarmHistory,
  type DescribeAlarmHistoryCommandInput,
  type DescribeAlarmsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { AlarmType } from '../../scripts/aws-server/cloudwatch/alarm-book.ts';
import { ACCOUNT, DAY, HOUR, MINUTE, NOW, REGION, startWorld, type World } from './world.ts';

const addressOf = (name: string) => ({ account: ACCOUNT, region: REGION, name });
const put = (world: World, name: string, type: AlarmType = 'MetricAlarm') =>
  world.server.state.cloudwatch.alarms.put({
    ...addressOf(name),
    type,
    createdAt: NOW - 90 * DAY,
    threshold: 5,
    rule: 'ALARM(errors)',
  });
const history = async (world: World, input: DescribeAlarmHistoryCommandInput = {}) =>
  (await world.cloudwatch().send(new DescribeAlarmHistoryCommand(input))).AlarmHistoryItems ?? [];

describe('the history of alarms', () => {
  it('tells a change of state as JSON in a text', async () => {
    await using world = await startWorld();
    put(world, 'errors');
    const { alarms } = world.server.state.cloudwatch;
    alarms.turn(addressOf('errors'), NOW - 2 * HOUR, 'OK', { datapoints: [1] });
    alarms.turn(addressOf('errors'), NOW - HOUR, 'ALARM', { datapoints: [7, 9] });
    const [last, first] = await history(world);
    expect(first?.HistorySummary).toBe('Alarm updated from INSUFFICIENT_DATA to OK');
    expect(last).toMatchObject({
      AlarmName: 'errors',
      AlarmType: 'MetricAlarm',
      HistoryItemType: 'StateUpdate',
      Timestamp: new Date(NOW - HOUR),
      HistorySummary: 'Alarm updated from OK to ALARM',
    });
    expect(JSON.parse(last?.HistoryData ?? '')).toMatchObject({
      version: '1.0',
      oldState: { stateValue: 'OK' },
      newState: {
        stateValue: 'ALARM',
        stateReason: 'Threshold Crossed: 2 datapoints [7, 9] was greater than the threshold (5).',
        stateReasonData: { queryDate: '2026-11-21T11:00:00.000+0000', period: 300, recentDatapoints: [7, 9], threshold: 5 },
      },
    });
  });

  it('is of metric alarms alone unless the call names types', async () => {
    await using world = await startWorld();
    const types = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const;
    for (const type of types) {
      put(world, type, type);
      world.server.state.cloudwatch.alarms.turn(addressOf(type), NOW - HOUR, 'ALARM');
    }
    const namesOf = async (AlarmTypes?: AlarmType[]) => (await history(world, { AlarmTypes })).map(({ AlarmName }) => AlarmName);
    expect(await namesOf()).toEqual(['MetricAlarm']);
    expect(await namesOf(['CompositeAlarm', 'LogAlarm'])).toEqual(['CompositeAlarm', 'LogAlarm']);
    expect(await namesOf([...types])).toHaveLength(3);
  });

  it('is kept for 30 days, after the alarm is deleted as before', async () => {
    await using world = await startWorld();
    const { alarms } = world.server.state.cloudwatch;
    put(world, 'errors');
    alarms.turn(addressOf('errors'), NOW - 31 * DAY, 'OK');
    alarms.turn(addressOf('errors'), NOW - 29 * DAY, 'ALARM');
    alarms.put({ ...addressOf('errors'), type: 'MetricAlarm', createdAt: NOW - 90 * DAY, deletedAt: NOW - DAY });
    expect(await history(world)).toHaveLength(1);
    expect((await world.cloudwatch().send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
    world.now = NOW + 2 * DAY;
    expect(await history(world)).toEqual([]);
  });

  it('has pages of 100, newest first or oldest first', async () => {
    await using world = await startWorld();
    put(world, 'errors');
    for (let index = 0; index < 250; index += 1)
      world.server.state.cloudwatch.alarms.turn(
        addressOf('errors'),
        NOW - (250 - index) * MINUTE,
        index % 2 === 0 ? 'ALARM' : 'OK',
      );
    const times: number[] = [];
    const sizes: number[] = [];
    const input = { ScanBy: 'TimestampAscending' } as const;
    for await (const { AlarmHistoryItems = [] } of paginateDescribeAlarmHistory({ client: world.cloudwatch() }, input)) {
      sizes.push(AlarmHistoryItems.length);
      times.push(...AlarmHistoryItems.map(({ Timestamp }) => Timestamp?.getTime() ?? 0));
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(times).toEqual(Array.from({ length: 250 }, (_, index) => NOW - (250 - index) * MINUTE));
    expect((await history(world, { MaxRecords: 1 }))[0]?.Timestamp).toEqual(new Date(NOW - MINUTE));
    await expect(history(world, { MaxRecords: 101 })).rejects.toThrow('less than or equal to 100');
  });

  it('is cut by dates, names and kinds, and may have an entry twice', async () => {
    await using world = await startWorld();
    const { alarms } = world.server.state.cloudwatch;
    for (const name of ['errors', 'latency']) {
      put(world, name);
      alarms.turn(addressOf(name), NOW - 3 * HOUR, 'ALARM');
      alarms.turn(addressOf(name), NOW - HOUR, 'OK', { isTwice: true });
    }
    alarms.note({
      ...addressOf('errors'),
      type: 'MetricAlarm',
      at: NOW - 2 * HOUR,
      kind: 'Action',
      summary: 'Successfully executed action',
      data: '{}',
    });
    expect(await history(world)).toHaveLength(7);
    expect(await history(world, { AlarmName: 'latency' })).toHaveLength(3);
    expect(await history(world, { HistoryItemType: 'Action' })).toHaveLength(1);
    expect(await history(world, { StartDate: new Date(NOW - 2 * HOUR) })).toHaveLength(5);
    expect(await history(world, { EndDate: new Date(NOW - 2 * HOUR) })).toHaveLength(3);
  });
});

describe('alarms', () => {
  it('are in the state in which the clock finds them', async () => {
    await using world = await startWorld();
    put(world, 'errors');
    put(world, 'all', 'CompositeAlarm');
    world.server.state.cloudwatch.alarms.turn(addressOf('errors'), NOW - HOUR, 'ALARM');
    world.server.state.cloudwatch.alarms.turn(addressOf('errors'), NOW + HOUR, 'OK');
    const described = () => world.cloudwatch().send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }));
    expect(await described()).toMatchObject({
      MetricAlarms: [
        {
          AlarmName: 'errors',
          AlarmArn: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:errors',
          StateValue: 'ALARM',
          StateTransitionedTimestamp: new Date(NOW - HOUR),
        },
      ],
      CompositeAlarms: [{ AlarmName: 'all', AlarmRule: 'ALARM(errors)', StateValue: 'INSUFFICIENT_DATA' }],
    });
    world.now = NOW + HOUR;
    expect((await described()).MetricAlarms?.[0]?.StateValue).toBe('OK');
  });

  it('are told by name, prefix, state and action, metric alarms unless the call names types', async () => {
    await using world = await startWorld();
    for (const name of ['shop-errors', 'shop-latency', 'stock-errors']) put(world, name);
    put(world, 'shop-all', 'CompositeAlarm');
    world.server.state.cloudwatch.alarms.turn(addressOf('shop-errors'), NOW - HOUR, 'ALARM');
    const names = async (input: DescribeAlarmsCommandInput) =>
      (await world.cloudwatch().send(new DescribeAlarmsCommand(input))).MetricAlarms?.map(({ AlarmName }) => AlarmName);
    expect(await names({ AlarmNamePrefix: 'shop-' })).toEqual(['shop-errors', 'shop-latency']);
    expect(await names({ AlarmNames: ['stock-errors'] })).toEqual(['stock-errors']);
    expect(await names({ StateValue: 'ALARM' })).toEqual(['shop-errors']);
    expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual([]);
    await expect(names({ AlarmNames: ['a'], AlarmNamePrefix: 'b' })).rejects.toThrow('together');
  });
});

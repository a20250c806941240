import { describe, expect } from 'vitest';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { eventBridgeAdapter } from '../../../server/sources/eventbridge/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import { alarmTurned } from '../eventbridge/messages.ts';
import { ACCOUNT, HOUR_MS, inWatchHouse, MINUTE_MS, NOW, REGION, type WatchHouse } from './watch-house.ts';

const MANY = 230;
const QUEUE = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/quarterdeck`;
const ids = Array.from({ length: MANY }, (_, at) => String(at).padStart(4, '0'));

interface Case {
  readonly service: string;
  /** Fills the service with MANY things, each of which becomes one item. */
  readonly open: (house: WatchHouse) => Source;
}

const CASES: readonly (readonly [string, Case])[] = [
  [
    'alarms',
    {
      service: 'cloudwatch',
      open: (house) => {
        for (const name of ids) {
          const home = { name, account: ACCOUNT, region: REGION };
          house.server.state.cloudwatch.alarms.put({ ...home, type: 'MetricAlarm', createdAt: NOW - 48 * HOUR_MS });
          house.server.state.cloudwatch.alarms.turn(home, NOW - Number(name) * MINUTE_MS, 'ALARM');
        }
        return house.source(cloudWatchAlarmsAdapter, 'id: watched, type: cloudwatch-alarms');
      },
    },
  ],
  [
    'OpsItems',
    {
      service: 'ssm',
      open: (house) => {
        for (const id of ids) {
          const at = new Date(NOW - Number(id) * MINUTE_MS);
          house.server.state.ssm.opsItems(ACCOUNT, REGION).push({
            OpsItemId: `oi-${id}`,
            Title: 'Queue of payments is full',
            Source: 'EC2',
            Status: 'Open',
            CreatedTime: at,
            LastModifiedTime: at,
          });
        }
        return house.source(opsCenterAdapter, 'id: watched, type: opscenter');
      },
    },
  ],
  [
    'events of AWS Health',
    {
      service: 'health',
      open: (house) => {
        for (const id of ids)
          house.server.state.health.events(ACCOUNT).push({
            arn: `arn:aws:health:${REGION}::event/EC2/ISSUE/${id}`,
            service: 'EC2',
            eventTypeCode: 'ISSUE',
            eventTypeCategory: 'issue',
            region: REGION,
            startTime: new Date(NOW - HOUR_MS),
            lastUpdatedTime: new Date(NOW - HOUR_MS),
            statusCode: 'open',
          });
        return house.source(awsHealthAdapter, 'id: watched, type: aws-health');
      },
    },
  ],
  [
    'messages of a queue',
    {
      service: 'sqs',
      open: (house) => {
        for (const id of ids) house.server.state.sqs.send(QUEUE, alarmTurned(id, NOW - Number(id) * MINUTE_MS, 'OK', 'ALARM'));
        return house.source(eventBridgeAdapter, `id: watched, type: eventbridge, queue: '${QUEUE}', alarms: {}`);
      },
    },
  ],
];

const itemsOf = async (house: WatchHouse): Promise<number> => new Set((await house.events()).map(({ item }) => item)).size;

describe.each(CASES)('a pull of %s', (_, { service, open }) => {
  inWatchHouse.for([
    ['expired', 'had expired'],
    ['denied', 'may not call'],
    ['html', 'is no AWS service'],
    ['truncated', 'is no AWS service'],
  ] as const)('that meets an answer that is %s says so, and the next one ends complete', async ([as, words], { house }) => {
    const source = open(house);
    house.server.fail({ service, as, after: 2 });
    const record = await house.pull(source);
    expect(record.outcome).toBe('failed');
    expect(record.error).toContain(words);
    house.now += 10 * MINUTE_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 0 });
    expect(await itemsOf(house)).toBe(MANY);
  });
});

// They wait for the next attempt, each as long as AWS asks for: together.
inWatchHouse.concurrent.for(CASES)(
  'a pull of %s goes on where a connection is dropped or the service is too busy for a moment',
  async ([, { service, open }], { house }) => {
    const source = open(house);
    house.server.fail({ service, as: 'reset', after: 1 });
    house.server.fail({ service, as: 'throttle', after: 2 });
    house.server.fail({ service, as: 'internal', after: 3 });
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete' });
    house.now += 10 * MINUTE_MS;
    await house.pull(source);
    expect(await itemsOf(house)).toBe(MANY);
  },
);

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import {
  ACCOUNT,
  batchesOf,
  contextAt,
  dryRun,
  HOUR_MS,
  MINUTE_MS,
  NOW,
  openWatchHouse,
  REGION,
  type WatchHouse,
} from '../aws/watch-house.ts';
import { busSource } from './bus.ts';
import { alarmTurned, busEvent, opsItemTold } from './messages.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

const QUEUE = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/quarterdeck`;
const ALL = 'alarms: {}, ops_items: {}, deployments: {}, pipelines: {}, health: {}';
const bus = (families = ALL): Source => {
  house.server.state.sqs.queue(QUEUE);
  return onQueue(`id: bus, queue: '${QUEUE}', ${families}`);
};
/** Without the queue itself. */
const onQueue = (yaml: string, at = house): Source =>
  busSource(`${yaml}, regions: [${REGION}], endpoint: '${at.server.url}'`, at.server.url);
const send = (...bodies: readonly string[]): void => house.server.state.sqs.send(QUEUE, ...bodies);
const left = (): number => house.server.state.sqs.queue(QUEUE).length;
const alerts = async (): Promise<unknown[]> =>
  (await house.items('alert'))
    .filter(({ last }) => last.cancelled === undefined)
    .map(({ source, fields: { key, raised, cleared } }) => [source, key, raised, cleared ?? null]);

describe('events in a queue', () => {
  it('become alerts, are deleted once they are kept, and the queue is read until it is empty', async () => {
    const source = bus();
    for (let at = 0; at < 40; at += 1) {
      send(alarmTurned(`alarm-${at}`, NOW - HOUR_MS, 'OK', 'ALARM'));
      send(alarmTurned(`alarm-${at}`, NOW - 30 * MINUTE_MS, 'ALARM', 'OK'));
    }
    expect(source.kinds).toEqual(['alert', 'ticket', 'deployment', 'link']);
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 80, completeUntil: NOW, historyFrom: NOW });
    expect((await alerts())[0]).toEqual(['bus', 'alarm-0', NOW - HOUR_MS, NOW - 30 * MINUTE_MS]);
    expect(left()).toBe(0);
  });

  it('say the same in whatever order and however often they come', async () => {
    const names = ['a', 'b'];
    const messages = names.flatMap((name) => [
      alarmTurned(name, NOW - 50 * MINUTE_MS, 'OK', 'ALARM'),
      alarmTurned(name, NOW - 40 * MINUTE_MS, 'ALARM', 'INSUFFICIENT_DATA'),
      alarmTurned(name, NOW - 35 * MINUTE_MS, 'INSUFFICIENT_DATA', 'ALARM'),
      alarmTurned(name, NOW - 30 * MINUTE_MS, 'ALARM', 'OK'),
      alarmTurned(name, NOW - 20 * MINUTE_MS, 'OK', 'ALARM'),
    ]);
    const source = bus();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...messages, ...messages], { minLength: 20, maxLength: 20 }), async (told) => {
        const own = await openWatchHouse();
        try {
          own.server.state.sqs.queue(QUEUE);
          const reader = onQueue(`id: bus, queue: '${QUEUE}', ${ALL}`, own);
          own.server.state.sqs.send(QUEUE, ...told.slice(0, 7));
          await own.pull(reader);
          own.server.state.sqs.send(QUEUE, ...told.slice(7));
          await own.pull(reader);
          const spans = (await own.items('alert'))
            .filter(({ last }) => last.cancelled === undefined)
            .map(({ fields: { key, raised, cleared } }) => [key, raised, cleared ?? null]);
          expect(spans).toEqual(
            names.flatMap((name) => [
              [name, NOW - 50 * MINUTE_MS, NOW - 30 * MINUTE_MS],
              [name, NOW - 20 * MINUTE_MS, null],
            ]),
          );
        } finally {
          await own.close();
        }
      }),
      { numRuns: 12 },
    );
    expect(source.id).toBe('bus');
  });

  it('stay where a pass is killed before they were kept, and are told again', async () => {
    const source = bus();
    send(alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM'));
    const [batch] = await batchesOf(source.pull(contextAt(NOW)), 1);
    expect(batch?.events).toHaveLength(1);
    expect(left()).toBe(1);
    house.now += 10 * MINUTE_MS;
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
    expect(left()).toBe(0);
  });

  it('come again where they could not be deleted, and change nothing', async () => {
    const source = bus();
    send(alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM'));
    house.server.fail({ service: 'sqs', action: 'DeleteMessageBatch', as: 'denied' });
    const record = await house.pull(source);
    expect(record).toMatchObject({ outcome: 'failed', newEvents: 1 });
    expect(record.error).toContain('sqs:DeleteMessage');
    house.now += 10 * MINUTE_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 0 });
    expect(left()).toBe(0);
  });

  it('that cannot be read stay in the queue, each with its place, and none of the others is lost', async () => {
    const source = bus();
    send('no JSON', '[]', JSON.stringify({ detail: {} }), alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM'));
    send(busEvent('CloudWatch Alarm State Change', NOW, { alarmName: 'odd', state: { value: 'MAYBE' } }));
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 1, rejected: 4 });
    expect(left()).toBe(4);
    expect((await house.state(source)).rejected).toEqual([
      expect.stringContaining('message 00000000-0000-4000-9000-000000000001: it is no event in JSON'),
      expect.stringContaining('it is no event in JSON'),
      expect.stringContaining("it is no event of EventBridge: 'id'"),
      expect.stringContaining("CloudWatch Alarm State Change: 'MAYBE' is no state of an alarm"),
    ]);
  });

  it('of which nothing was wished are passed over, and counted', async () => {
    const source = bus('alarms: {}');
    send(busEvent('OpsItem Create', NOW, {}), busEvent('OpsItem Create', NOW, {}), busEvent('Something Else', NOW, {}));
    expect(await house.pull(source)).toMatchObject({ newEvents: 0, rejected: 0 });
    expect((await house.state(source)).rejected[0]).toContain(
      "2 events 'OpsItem Create' are none that this source is told to read",
    );
    expect(left()).toBe(0);
  });

  it('are read out of notifications of SNS, too', async () => {
    const source = bus();
    send(JSON.stringify({ Type: 'Notification', Message: alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM') }));
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
  });

  it('end an alarm that was raised many passes ago, or deleted', async () => {
    const source = bus();
    send(alarmTurned('long', NOW - HOUR_MS, 'OK', 'ALARM'), alarmTurned('gone', NOW - HOUR_MS, 'OK', 'ALARM'));
    await house.pull(source);
    house.now += 90 * HOUR_MS;
    await house.pull(source);
    send(alarmTurned('long', house.now, 'ALARM', 'OK'));
    send(busEvent('CloudWatch Alarm Configuration Change', house.now, { alarmName: 'gone', operation: 'delete' }));
    await house.pull(source);
    expect(await alerts()).toEqual([
      ['bus', 'gone', NOW - HOUR_MS, house.now],
      ['bus', 'long', NOW - HOUR_MS, house.now],
    ]);
  });

  it('that waited for days and come in disorder still find each other', async () => {
    const source = bus();
    const long = NOW - 72 * HOUR_MS;
    send(alarmTurned('waited', long + HOUR_MS, 'ALARM', 'OK'));
    for (let at = 0; at < 600; at += 1) send(alarmTurned('other', long + at * 1_000, 'ALARM', 'INSUFFICIENT_DATA'));
    send(alarmTurned('waited', long, 'OK', 'ALARM'));
    await house.pull(source);
    expect(await alerts()).toEqual([['bus', 'waited', long, long + HOUR_MS]]);
  });

  it('can be looked at without being taken', async () => {
    const source = bus();
    send(alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM'));
    expect(await dryRun(source, NOW)).toMatchObject({ events: 1, rows: [{ kind: 'alert', key: 'checkout-errors' }] });
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
  });
});

describe('what is polled as well', () => {
  it('is one alert, whichever comes first, and told by tags of the event or by its dimension', async () => {
    const book = house.server.state.cloudwatch.alarms;
    const home = { name: 'checkout-errors', account: ACCOUNT, region: REGION };
    book.put({ ...home, type: 'MetricAlarm', createdAt: NOW - 48 * HOUR_MS });
    book.turn(home, NOW - HOUR_MS, 'ALARM');
    const polling = house.source(cloudWatchAlarmsAdapter, 'id: alarms, type: cloudwatch-alarms');
    const source = bus('alarms: { source: alarms, tags: { team: Owner }, dimensions: { service: ServiceName } }');
    expect(source.kinds).toEqual([]);
    send(alarmTurned('checkout-errors', NOW - HOUR_MS, 'OK', 'ALARM', { alarmTags: { Owner: 'payments' } }));
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
    expect(await house.pull(polling)).toMatchObject({ outcome: 'complete', newEvents: 0 });
    expect((await house.items('alert'))[0]?.stretches[0]).toMatchObject({ service: 'checkout', team: 'payments' });
    book.turn(home, NOW - 30 * MINUTE_MS, 'OK');
    expect(await house.pull(polling)).toMatchObject({ newEvents: 1 });
    send(alarmTurned('checkout-errors', NOW - 30 * MINUTE_MS, 'ALARM', 'OK'));
    expect(await house.pull(source)).toMatchObject({ newEvents: 0 });
    expect(await alerts()).toEqual([['alarms', 'checkout-errors', NOW - HOUR_MS, NOW - 30 * MINUTE_MS]]);
  });

  it('is left to polling where an alarm may go on from before the first event', async () => {
    const begun = alarmTurned('old', NOW - HOUR_MS, 'INSUFFICIENT_DATA', 'ALARM');
    const ended = alarmTurned('old', NOW - MINUTE_MS, 'ALARM', 'OK');
    const polled = bus('alarms: { source: alarms }');
    send(begun, ended);
    expect(await house.pull(polled)).toMatchObject({ outcome: 'complete', newEvents: 0 });
    const alone = onQueue(`id: alone, queue: '${QUEUE}', alarms: {}`);
    send(begun, ended);
    expect(await house.pull(alone)).toMatchObject({ newEvents: 2 });
  });

  it('is one ticket, with the true time of each state where polling has only bounds', async () => {
    const source = bus('ops_items: { source: ops }');
    const polling = house.source(opsCenterAdapter, 'id: ops, type: opscenter');
    const created = NOW - HOUR_MS;
    const items = house.server.state.ssm.opsItems(ACCOUNT, REGION);
    items.push({
      OpsItemId: 'oi-1',
      Title: 'Queue of payments is full',
      Source: 'EC2',
      Status: 'Resolved',
      CreatedTime: new Date(created),
      LastModifiedTime: new Date(created + 40 * MINUTE_MS),
    });
    await house.pull(polling);
    send(opsItemTold('Update', 'oi-1', created, created + 40 * MINUTE_MS, 'Resolved'));
    expect(await house.pull(source)).toMatchObject({ newEvents: 0 });
    send(opsItemTold('Create', 'oi-1', created, created, 'Open'));
    send(opsItemTold('Update', 'oi-1', created, created + 10 * MINUTE_MS, 'InProgress'));
    send(opsItemTold('Update', 'oi-1', created, created + 30 * MINUTE_MS, 'Resolved'));
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 2, rejected: 0 });
    expect(await house.items('ticket')).toMatchObject([
      {
        source: 'ops',
        first: { opened: created, in_progress: created + 10 * MINUTE_MS, resolved: created + 30 * MINUTE_MS },
        last: { resolved: created + 30 * MINUTE_MS },
      },
    ]);
  });

  it('is one event of AWS Health', async () => {
    const started = NOW - 5 * HOUR_MS;
    const arn = 'arn:aws:health:eu-central-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/AWS_EC2_OPERATIONAL_ISSUE_1';
    const told = {
      eventArn: arn,
      service: 'EC2',
      eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
      eventTypeCategory: 'issue',
      eventRegion: REGION,
      statusCode: 'open',
      startTime: new Date(started).toUTCString(),
      lastUpdatedTime: new Date(started + MINUTE_MS).toUTCString(),
    };
    const source = bus('health: { source: health }');
    const polling = house.source(awsHealthAdapter, 'id: health, type: aws-health');
    send(busEvent('AWS Health Event', started + MINUTE_MS, told));
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
    house.server.state.health.events(ACCOUNT).push({
      arn,
      service: 'EC2',
      eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
      eventTypeCategory: 'issue',
      region: REGION,
      startTime: new Date(started),
      lastUpdatedTime: new Date(started + MINUTE_MS),
      statusCode: 'open',
    });
    expect(await house.pull(polling)).toMatchObject({ outcome: 'complete', newEvents: 0 });
  });

  it('is one deployment: the event is looked up, so that what it was is known', async () => {
    const deployment = {
      deploymentId: 'd-ABCDEFGH1',
      applicationName: 'checkout',
      deploymentGroupName: 'prod',
      status: 'Succeeded',
      createTime: new Date(NOW - HOUR_MS),
      startTime: new Date(NOW - HOUR_MS),
      completeTime: new Date(NOW - 50 * MINUTE_MS),
    } as const;
    house.server.state.codedeploy
      .deployments(ACCOUNT, REGION)
      .push({ ...deployment }, { ...deployment, deploymentId: 'd-ABCDEFGH2', creator: 'autoscaling' });
    const source = bus(
      'deployments: { source: codedeploy, applications: [{ application: checkout, service: checkout, environment: production }] }',
    );
    const ended = (id: string, more: object = {}): string =>
      busEvent(
        'CodeDeploy Deployment State-change Notification',
        NOW,
        { deploymentId: id, state: 'SUCCESS', application: 'checkout' },
        more,
      );
    send(ended('d-ABCDEFGH1'), ended('d-ABCDEFGH2'), ended('d-ABCDEFGH3', { account: '444455556666' }));
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 1 });
    const lookedUp = house.server.calls.flatMap(({ action, input }) =>
      action === 'BatchGetDeployments' ? (input?.texts('deploymentIds') ?? []) : [],
    );
    expect(lookedUp).toEqual(['d-ABCDEFGH1', 'd-ABCDEFGH2']);
    const polling = house.source(
      codeDeployAdapter,
      'id: codedeploy, type: codedeploy, applications: [{ application: checkout, service: checkout, environment: production }]',
    );
    expect(await house.pull(polling)).toMatchObject({ outcome: 'complete', newEvents: 0 });
    expect(await house.items('deployment')).toMatchObject([{ id: 'd-ABCDEFGH1', fields: { outcome: 'succeeded' } }]);
  });

  it('of CodePipeline is a deployment once a deploy action has ended, until polling says more', async () => {
    const action = (state: string, category: string, id: string): string =>
      busEvent('CodePipeline Action Execution State Change', NOW - MINUTE_MS, {
        pipeline: 'checkout',
        'execution-id': '01234567-0123-0123-0123-012345678901',
        'action-execution-id': id,
        'start-time': new Date(NOW - HOUR_MS).toISOString(),
        stage: 'Prod',
        action: 'Deploy',
        state,
        type: { owner: 'AWS', provider: 'ECS', category, version: '1' },
      });
    const source = bus('pipelines: { source: pipelines, pipelines: [{ pipeline: checkout, service: checkout }] }');
    send(action('STARTED', 'Deploy', 'a1'), action('SUCCEEDED', 'Deploy', 'a1'), action('SUCCEEDED', 'Build', 'a2'));
    send(busEvent('CodePipeline Pipeline Execution State Change', NOW, { pipeline: 'checkout', state: 'SUCCEEDED' }));
    expect(await house.pull(source)).toMatchObject({ newEvents: 1, rejected: 0 });
    expect((await house.state(source)).rejected).toEqual([]);
    expect(await house.events()).toMatchObject([
      {
        source: 'pipelines',
        item: 'a1',
        slot: 'item',
        sequence: -1,
        fields: { outcome: 'succeeded', finished: NOW - MINUTE_MS },
      },
    ]);
  });
});

describe('the settings of a queue', () => {
  const wrong =
    (yaml: string, places = `regions: [${REGION}]`) =>
    () =>
      busSource(`id: bus, ${places}, ${yaml}`);

  it('say what is wrong with them', () => {
    expect(wrong('alarms: {}')).toThrow("'queue' is missing");
    expect(wrong('queue: quarterdeck, alarms: {}')).toThrow("'quarterdeck' is no address of a queue");
    expect(wrong(`queue: '${QUEUE}'`)).toThrow('is not told which events to read');
    expect(wrong(`queue: '${QUEUE}', alarms: { source: alarms, pages: {} }`)).toThrow("'alarms' is missing");
    expect(wrong(`queue: '${QUEUE}', alarms: { sauce: alarms }`)).toThrow("there is no setting 'sauce' here");
    expect(wrong(`queue: '${QUEUE}', alarms: {}`, 'regions: [eu-central-1, us-east-1]')).toThrow(
      'a queue is in one Region of one account',
    );
  });

  it('ask for no more than is read', () => {
    const { aws } = bus('alarms: {}');
    const [place] = aws?.places ?? [];
    if (place === undefined) throw new Error('a queue is somewhere');
    expect(aws?.actions).toEqual(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']);
    expect(aws?.confine?.('sqs:DeleteMessage', place)).toEqual({ resources: [`arn:aws:sqs:${REGION}:${ACCOUNT}:quarterdeck`] });
    expect(bus('deployments: {}').aws?.actions).toContain('codedeploy:BatchGetDeployments');
  });

  it('that name a queue which is not there are told so', async () => {
    const source = onQueue(`id: bus, queue: '${QUEUE}', alarms: {}`);
    expect((await house.pull(source)).error).toContain('The specified queue does not exist');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Item } from '../../../server/event/item.ts';
import type { Kind } from '../../../server/event/kinds.ts';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import type { Adapter } from '../../../server/sources/config.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { incidentManagerAdapter } from '../../../server/sources/incident-manager/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, NOW, openWatchHouse, REGION, type WatchHouse } from './watch-house.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

interface Case {
  readonly adapter: Adapter;
  readonly kind: Kind;
  /** The settings of one rule that says this of what `fill` made. */
  readonly rules: (says: string) => string;
  readonly fill: () => void;
  /** What it is counted by. */
  readonly counted: (item: Item) => unknown;
}

const at = (before: number): Date => new Date(NOW - before);
const own =
  (field: string) =>
  (item: Item): unknown =>
    item.fields[field];

const opsItems: Case = {
  adapter: opsCenterAdapter,
  kind: 'ticket',
  rules: (says) => `items: [{ title: 'Queue*', ${says} }]`,
  fill: () => {
    house.server.state.ssm.opsItems(ACCOUNT, REGION).push({
      OpsItemId: 'oi-1',
      Title: 'Queue of payments is full',
      Source: 'EC2',
      Status: 'InProgress',
      Severity: '2',
      CreatedTime: at(30 * HOUR_MS),
      LastModifiedTime: at(2 * HOUR_MS),
    });
  },
  counted: (item) => item.first.opened,
};

const CASES: Readonly<Record<string, Case>> = {
  alarms: {
    adapter: cloudWatchAlarmsAdapter,
    kind: 'alert',
    rules: (says) => `alarms: [{ alarm: 'shop-*', ${says} }]`,
    fill: () => {
      const home = { name: 'shop-slow', account: ACCOUNT, region: REGION };
      house.server.state.cloudwatch.alarms.put({ ...home, type: 'MetricAlarm', createdAt: NOW - 20 * DAY_MS });
      house.server.state.cloudwatch.alarms.turn(home, NOW - 9 * DAY_MS, 'ALARM');
      house.server.state.cloudwatch.alarms.turn(home, NOW - 9 * DAY_MS + HOUR_MS, 'OK');
    },
    counted: own('raised'),
  },
  'alarms that call people': {
    adapter: cloudWatchAlarmsAdapter,
    kind: 'page',
    rules: (says) => `pages: { alarms: ['*'] }, alarms: [{ alarm: 'shop-*', ${says} }]`,
    fill: () => {
      const home = { name: 'shop-slow', account: ACCOUNT, region: REGION };
      house.server.state.cloudwatch.alarms.put({ ...home, type: 'MetricAlarm', createdAt: NOW - 20 * DAY_MS });
      house.server.state.cloudwatch.alarms.turn(home, NOW - 9 * DAY_MS, 'ALARM');
    },
    counted: own('sent'),
  },
  OpsItems: opsItems,
  'events of AWS Health': {
    adapter: awsHealthAdapter,
    kind: 'alert',
    rules: (says) => `events: [{ aws_service: EC2, ${says} }]`,
    fill: () => {
      house.server.state.health.events(ACCOUNT).push({
        arn: `arn:aws:health:${REGION}::event/EC2/ISSUE/1`,
        service: 'EC2',
        eventTypeCode: 'ISSUE',
        eventTypeCategory: 'issue',
        region: REGION,
        startTime: at(9 * DAY_MS),
        lastUpdatedTime: at(8 * DAY_MS),
        endTime: at(8 * DAY_MS),
        statusCode: 'closed',
      });
    },
    counted: (item) => (item.last.cancelled === undefined ? item.fields['raised'] : undefined),
  },
  'deployments of CodeDeploy': {
    adapter: codeDeployAdapter,
    kind: 'deployment',
    rules: (says) => `applications: [{ application: shop, ${says} }]`,
    fill: () => {
      house.server.state.codedeploy.deployments(ACCOUNT, REGION).push({
        deploymentId: 'd-1',
        applicationName: 'shop',
        deploymentGroupName: 'prod',
        status: 'Succeeded',
        createTime: at(9 * DAY_MS),
        startTime: at(9 * DAY_MS),
        completeTime: at(9 * DAY_MS - HOUR_MS),
        creator: 'user',
      });
    },
    counted: own('finished'),
  },
  'deployments of CodePipeline': {
    adapter: codePipelineAdapter,
    kind: 'deployment',
    rules: (says) => `pipelines: [{ pipeline: shop, ${says} }]`,
    fill: () => {
      house.server.state.codepipeline.pipelines(ACCOUNT, REGION).push({
        name: 'shop',
        actions: [
          {
            pipelineExecutionId: 'run-1',
            actionExecutionId: 'a-1',
            stageName: 'Prod',
            actionName: 'Deploy',
            startTime: at(9 * DAY_MS),
            lastUpdateTime: at(9 * DAY_MS - HOUR_MS),
            status: 'Succeeded',
            input: { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' } },
          },
        ],
        executions: [{ pipelineExecutionId: 'run-1', status: 'Succeeded', startTime: at(9 * DAY_MS) }],
      });
    },
    counted: own('finished'),
  },
  experiments: {
    adapter: fisAdapter,
    kind: 'session',
    rules: (says) => `experiments: [{ template: EXT1, ${says} }]`,
    fill: () => {
      house.server.state.fis.experiments(ACCOUNT, REGION).push({
        id: 'EXP1',
        experimentTemplateId: 'EXT1',
        state: { status: 'completed' },
        creationTime: at(9 * DAY_MS),
        startTime: at(9 * DAY_MS),
        endTime: at(9 * DAY_MS - HOUR_MS),
        tags: {},
      });
    },
    counted: own('held'),
  },
  incidents: {
    adapter: incidentManagerAdapter,
    kind: 'incident',
    rules: (says) => `incidents: [{ plan: shop-down, ${says} }]`,
    fill: () => {
      house.server.state.incidents.incidents(ACCOUNT, REGION).push({
        arn: `arn:aws:ssm-incidents::${ACCOUNT}:incident-record/shop-down/1`,
        title: 'Shop is down',
        status: 'RESOLVED',
        impact: 1,
        creationTime: at(9 * DAY_MS),
        resolvedTime: at(9 * DAY_MS - HOUR_MS),
        lastModifiedTime: at(9 * DAY_MS - HOUR_MS),
        timeline: [],
      });
    },
    counted: (item) => item.first.opened,
  },
};

describe.each(Object.entries(CASES))('rules for %s that are changed', (_, { adapter, kind, rules, fill, counted }) => {
  const sourceWith = (says: string): Source => house.source(adapter, `id: own, type: ${adapter.type}, ${rules(says)}`);
  const item = async (): Promise<Item> => {
    const items = await house.items(kind);
    expect(items).toHaveLength(1);
    return items[0] ?? Promise.reject(new Error('there is none'));
  };
  const pulled = async (says: string): Promise<Item> => {
    house.now += HOUR_MS;
    expect(await house.pull(sourceWith(says))).toMatchObject({ outcome: 'complete', rejected: 0 });
    return item();
  };
  const services = ({ stretches }: Item): (string | null)[] => [...new Set(stretches.map(({ service }) => service))];

  it('hold for what was told before, from its beginning on, and for as long as they stand', async () => {
    fill();
    const before = await pulled('service: checkout');
    expect(services(before)).toEqual(['checkout']);
    const after = await pulled('service: payments');
    expect(services(after)).toEqual(['payments']);
    expect(counted(after)).toBe(counted(before));
    // As they were: what was said then is said again.
    const again = await pulled('service: checkout');
    expect(services(again)).toEqual(['checkout']);
    expect(counted(again)).toBe(counted(before));
  });

  it('take back what they leave out, and bring it back when they do no more', async () => {
    fill();
    const before = await pulled('service: checkout');
    expect(counted(before)).toBeTypeOf('number');
    const left = await pulled('leave_out: true');
    expect(counted(left)).toBeUndefined();
    expect(left.last.cancelled).toBeTypeOf('number');
    const back = await pulled('service: checkout');
    expect(counted(back)).toBe(counted(before));
    expect(back.last.cancelled).toBeUndefined();
    expect(back.last.reopened).toBeUndefined();
    expect(back.stretches.at(-1)?.state).toBe(before.stretches.at(-1)?.state);
  });

  it('are met once: passes after that write nothing', async () => {
    fill();
    for (const says of ['service: checkout', 'service: payments', 'leave_out: true']) {
      await pulled(says);
      house.now += HOUR_MS;
      expect(await house.pull(sourceWith(says))).toMatchObject({ outcome: 'complete', newEvents: 0, newSamples: 0 });
    }
  });
});

describe('what was told as one kind', () => {
  it('is told as the other alone when OpsItems become incidents', async () => {
    opsItems.fill();
    await house.pull(house.source(opsCenterAdapter, 'id: own, type: opscenter'));
    house.now += HOUR_MS;
    await house.pull(house.source(opsCenterAdapter, 'id: own, type: opscenter, gives: incident'));
    expect((await house.items('ticket')).map(({ first }) => [first.opened, first.cancelled])).toEqual([
      [undefined, NOW - 30 * HOUR_MS],
    ]);
    expect((await house.items('incident')).map(({ first }) => [first.opened, first.cancelled])).toEqual([
      [NOW - 30 * HOUR_MS, undefined],
    ]);
  });

  it('is the word of a new rule from its opening on, and again the own word of an OpsItem without it', async () => {
    opsItems.fill();
    const [item] = house.server.state.ssm.opsItems(ACCOUNT, REGION);
    if (item === undefined) throw new Error('there is no item');
    item.OperationalData = { service: { Type: 'String', Value: 'ledger' } };
    const services = async (says: string): Promise<unknown> => {
      house.now += HOUR_MS;
      await house.pull(house.source(opsCenterAdapter, `id: own, type: opscenter, operational_data: { service: service }${says}`));
      const [found] = await house.items('ticket');
      return [...new Set(found?.stretches.map(({ service }) => service))];
    };
    expect(await services('')).toEqual(['ledger']);
    expect(await services(", items: [{ title: '*', service: checkout }]")).toEqual(['checkout']);
    expect(await services('')).toEqual(['ledger']);
  });

  it('is called off where alarms page no more', async () => {
    CASES['alarms that call people']?.fill();
    const settings = 'id: own, type: cloudwatch-alarms';
    await house.pull(house.source(cloudWatchAlarmsAdapter, `${settings}, pages: { alarms: ['*'] }`));
    house.now += HOUR_MS;
    await house.pull(house.source(cloudWatchAlarmsAdapter, settings));
    expect((await house.items('page')).map(({ fields, last }) => [fields['sent'], last.cancelled])).toEqual([
      [undefined, NOW - 9 * DAY_MS],
    ]);
    expect((await house.items('alert')).map(({ last }) => last.cancelled)).toEqual([undefined]);
  });
});

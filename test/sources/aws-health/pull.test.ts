import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealthEvent } from '../../../scripts/aws-server/health.ts';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import {
  ACCOUNT,
  batchesOf,
  contextAt,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  NOW,
  openWatchHouse,
  OTHER_ACCOUNT,
  REGION,
  sourceOf,
  type WatchHouse,
} from '../aws/watch-house.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

const START = NOW - 2 * DAY_MS;
const event = (name: string, more: Partial<HealthEvent> = {}): HealthEvent => {
  const made: HealthEvent = {
    arn: `arn:aws:health:${REGION}::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/${name}`,
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
    eventTypeCategory: 'issue',
    region: REGION,
    startTime: new Date(START),
    lastUpdatedTime: new Date(START + MINUTE_MS),
    statusCode: 'open',
    ...more,
  };
  house.server.state.health.events(ACCOUNT).push(made);
  return made;
};
const health = (more = ''): Source => house.source(awsHealthAdapter, `id: health, type: aws-health${more}`);

describe('events of AWS Health', () => {
  it('that are issues become alerts: found by a machine, over by themselves', async () => {
    const issue = event('1');
    const source = health(', events: [{ aws_service: EC2, service: platform }]');
    expect(source.kinds).toEqual(['alert', 'ticket']);
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', completeUntil: NOW, historyFrom: NOW - 90 * DAY_MS });
    house.now += HOUR_MS;
    Object.assign(issue, { statusCode: 'closed', endTime: new Date(NOW), lastUpdatedTime: new Date(NOW + MINUTE_MS) });
    await house.pull(source);
    const [alert] = await house.items('alert');
    expect(alert).toMatchObject({ fields: { key: 'AWS_EC2_OPERATIONAL_ISSUE', raised: START, cleared: NOW } });
    expect(alert?.stretches[0]).toMatchObject({ service: 'platform' });
  });

  it('that announce a change become tickets, due when it comes and closed when it is over', async () => {
    const due = NOW + 10 * DAY_MS;
    const change = event('2', {
      eventTypeCategory: 'scheduledChange',
      eventTypeCode: 'AWS_RDS_MAINTENANCE_SCHEDULED',
      statusCode: 'upcoming',
      startTime: new Date(due),
    });
    const source = health();
    await house.pull(source);
    expect(await house.items('ticket')).toMatchObject([
      { first: { opened: START + MINUTE_MS }, fields: { due, type: 'AWS_RDS_MAINTENANCE_SCHEDULED' } },
    ]);
    house.now += 11 * DAY_MS;
    Object.assign(change, {
      statusCode: 'closed',
      endTime: new Date(due + HOUR_MS),
      lastUpdatedTime: new Date(due + 2 * HOUR_MS),
    });
    await house.pull(source);
    expect(await house.items('ticket')).toMatchObject([{ first: { opened: START + MINUTE_MS, closed: due + HOUR_MS } }]);
  });

  it('that only notify are left out unless they are wished', async () => {
    event('3', { eventTypeCategory: 'accountNotification' });
    await house.pull(health());
    expect(await house.events()).toEqual([]);
    await house.pull(health(', gives: { accountNotification: ticket, issue: nothing }'));
    expect(await house.items('ticket')).toHaveLength(1);
  });

  it('stand as they were updated last, in whatever order that is heard, and nothing is told twice', async () => {
    const issue = event('1', { statusCode: 'closed', endTime: new Date(START + HOUR_MS) });
    const source = health();
    await house.pull(source);
    house.now += HOUR_MS;
    Object.assign(issue, {
      endTime: new Date(START + 2 * HOUR_MS),
      startTime: new Date(START - HOUR_MS),
      lastUpdatedTime: new Date(NOW),
    });
    await house.pull(source);
    expect((await house.items('alert'))[0]?.fields).toMatchObject({ raised: START - HOUR_MS, cleared: START + 2 * HOUR_MS });
    house.now += HOUR_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 0 });
  });

  it('that appear only after a while are found by the next pass', async () => {
    const source = health();
    await house.pull(source);
    event('late', { lastUpdatedTime: new Date(NOW - HOUR_MS) });
    house.now += HOUR_MS;
    expect(await house.pull(source)).toMatchObject({ newEvents: 1 });
  });

  it('are read through pages, of the Regions that are named and of all, once an account', async () => {
    for (let at = 0; at < 250; at += 1) event(String(at));
    event('global', { region: 'global' });
    event('elsewhere', { region: 'ap-south-1' });
    const source = house.source(awsHealthAdapter, 'id: health, type: aws-health', `regions: [${REGION}, us-west-2]`);
    const batches = await batchesOf(source.pull(contextAt(NOW)), 1);
    for (const batch of batches) await house.store.append('health', NOW, batch.events, []);
    await house.pull(source);
    expect(await house.items('alert')).toHaveLength(251);
    expect(new Set(house.server.calls.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  it('of more Regions than a filter takes are sorted out here', async () => {
    event('here');
    event('elsewhere', { region: 'sa-east-1' });
    const many = [REGION, ...Array.from({ length: 11 }, (_, at) => `us-west-${at % 9}`), 'ap-south-1', 'ap-south-2', 'eu-west-1'];
    await house.pull(house.source(awsHealthAdapter, 'id: health, type: aws-health', `regions: [${many.join(', ')}]`));
    expect(await house.items('alert')).toHaveLength(1);
  });
});

describe('an account without a support plan', () => {
  it('is told so, and does not stop the others', async () => {
    const roleOf = (account: string): string => `arn:aws:iam::${account}:role/quarterdeck`;
    for (const account of [ACCOUNT, OTHER_ACCOUNT])
      house.server.state.sts.role(roleOf(account), { externalId: null, accounts: [ACCOUNT] });
    house.server.state.health.withoutPlan.add(OTHER_ACCOUNT);
    event('1');
    const accounts = [OTHER_ACCOUNT, ACCOUNT].map((id) => `{ id: '${id}', role: '${roleOf(id)}' }`).join(', ');
    const source = house.source(
      awsHealthAdapter,
      'id: health, type: aws-health',
      `accounts: [${accounts}], regions: [${REGION}]`,
    );
    const record = await house.pull(source);
    expect(record).toMatchObject({ outcome: 'failed', newEvents: 1 });
    expect(record.error).toContain(
      `${OTHER_ACCOUNT}: health is not part of this account's support plan (SubscriptionRequiredException)`,
    );
    expect(record.error).toContain('Business Support+');
  });
});

describe('the settings of AWS Health', () => {
  it('say what is wrong with them', () => {
    const wrong = (yaml: string) => () =>
      sourceOf(awsHealthAdapter, `id: health, type: aws-health, ${yaml}`, 'regions: [eu-central-1]');
    expect(wrong('gives: { issue: incident }')).toThrow("'incident' is not one of the words for 'issue'");
    expect(wrong('gives: { issues: alert }')).toThrow("there is no setting 'issues' here");
  });
});

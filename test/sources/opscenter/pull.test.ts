import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpsItem } from '../../../scripts/aws-server/ssm.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
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
  REGION,
  type WatchHouse,
} from '../aws/watch-house.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

const items = (): OpsItem[] => house.server.state.ssm.opsItems(ACCOUNT, REGION);
const create = (id: string, createdAt: number, more: Partial<OpsItem> = {}): OpsItem => {
  const item: OpsItem = {
    OpsItemId: `oi-${id}`,
    OpsItemType: '/aws/issue',
    Title: 'Queue of payments is full',
    Source: 'EC2',
    Status: 'Open',
    CreatedTime: new Date(createdAt),
    LastModifiedTime: new Date(createdAt),
    ...more,
  };
  items().push(item);
  return item;
};
const change = (item: OpsItem, at: number, more: Partial<OpsItem>): void => {
  Object.assign(item, more, { LastModifiedTime: new Date(at) });
};
const opsCenter = (more = ''): Source => house.source(opsCenterAdapter, `id: ops, type: opscenter${more}`);
const told = async (): Promise<unknown[]> =>
  (await house.items('ticket')).map(({ id, first, last }) => [id, first.opened, last.resolved ?? null, last.reopened ?? null]);

describe('OpsItems', () => {
  it('become tickets: opened when they were created, resolved when they were modified to be', async () => {
    const item = create('1', NOW - HOUR_MS, { Severity: '2', Category: 'Availability' });
    const source = opsCenter(", items: [{ title: '*payments*', service: payments }]");
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', completeUntil: NOW, historyFrom: NOW });
    house.now += HOUR_MS;
    change(item, house.now - MINUTE_MS, { Status: 'InProgress' });
    await house.pull(source);
    house.now += HOUR_MS;
    change(item, house.now - MINUTE_MS, { Status: 'Resolved' });
    await house.pull(source);
    const [ticket] = await house.items('ticket');
    expect(ticket).toMatchObject({
      id: 'oi-1',
      first: { opened: NOW - HOUR_MS, in_progress: NOW + 59 * MINUTE_MS, resolved: NOW + 119 * MINUTE_MS },
      fields: { type: 'Availability' },
      isSnapshot: true,
    });
    expect(ticket?.stretches[0]).toMatchObject({ service: 'payments', severity: 2 });
  });

  it('become incidents where that is wished', async () => {
    create('1', NOW - HOUR_MS);
    const source = opsCenter(', gives: incident');
    expect(source.kinds).toEqual(['incident']);
    await house.pull(source);
    expect(await house.items('incident')).toMatchObject([{ id: 'oi-1', first: { opened: NOW - HOUR_MS } }]);
  });

  it('were found as they stood at the first import only: queues before it are not known', async () => {
    create('1', NOW - 20 * DAY_MS);
    const source = opsCenter();
    await house.pull(source);
    house.now += DAY_MS;
    create('2', NOW + HOUR_MS);
    expect(await house.pull(source)).toMatchObject({ historyFrom: NOW });
    expect((await house.events()).map(({ item, origin }) => `${item} ${origin}`).sort()).toEqual([
      'oi-1 snapshot',
      'oi-2 native',
    ]);
  });

  it('count as resolved from the first word of it, however often they are modified afterwards', async () => {
    const item = create('1', NOW - 3 * HOUR_MS);
    const source = opsCenter();
    await house.pull(source);
    change(item, NOW + MINUTE_MS, { Status: 'Resolved' });
    house.now += HOUR_MS;
    await house.pull(source);
    change(item, NOW + 90 * MINUTE_MS, { Title: 'Queue of payments was full' });
    house.now += HOUR_MS;
    await house.pull(source);
    expect(await told()).toEqual([['oi-1', NOW - 3 * HOUR_MS, NOW + MINUTE_MS, null]]);
  });

  it('that appear in lists only after a while are found by the next pass', async () => {
    const source = opsCenter();
    await house.pull(source);
    create('1', NOW - 30 * MINUTE_MS, { Status: 'Resolved', LastModifiedTime: new Date(NOW - 10 * MINUTE_MS) });
    house.now += 5 * MINUTE_MS;
    await house.pull(source);
    expect(await told()).toEqual([['oi-1', NOW - 30 * MINUTE_MS, NOW - 10 * MINUTE_MS, null]]);
  });

  it('are reopened', async () => {
    const item = create('1', NOW - 3 * HOUR_MS, { Status: 'Resolved', LastModifiedTime: new Date(NOW - HOUR_MS) });
    const source = opsCenter();
    await house.pull(source);
    house.now += HOUR_MS;
    change(item, NOW + MINUTE_MS, { Status: 'Open' });
    await house.pull(source);
    expect(await house.items('ticket')).toMatchObject([{ last: { reopened: NOW + MINUTE_MS } }]);
  });

  it('are read through all pages of fifty, and a pass in which nothing changed writes nothing', async () => {
    for (let id = 0; id < 130; id += 1)
      create(String(id).padStart(4, '0'), NOW - id * MINUTE_MS, { Status: id % 2 === 0 ? 'Open' : 'Resolved' });
    const source = opsCenter();
    await house.pull(source);
    expect(await house.items('ticket')).toHaveLength(130);
    expect(house.server.calls.filter(({ action }) => action === 'DescribeOpsItems')).toHaveLength(3 + 2);
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 0 });
    house.now += DAY_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 0 });
  });

  it('that are open and changed without being listed are asked for', async () => {
    const item = create('1', NOW - 5 * HOUR_MS);
    const source = opsCenter();
    await house.pull(source);
    house.now += 5 * HOUR_MS;
    // So late that no list of what was modified lately has it.
    change(item, NOW - 2 * HOUR_MS, { Status: 'Resolved' });
    await house.pull(source);
    expect(await told()).toEqual([['oi-1', NOW - 5 * HOUR_MS, NOW - 2 * HOUR_MS, null]]);
    expect(house.server.calls.filter(({ action }) => action === 'GetOpsItem')).toHaveLength(1);
    house.now += HOUR_MS;
    await house.pull(source);
    expect(house.server.calls.filter(({ action }) => action === 'GetOpsItem')).toHaveLength(1);
  });

  it('count as cancelled once they were missed twice, an hour apart, and not if they come back', async () => {
    create('1', NOW - HOUR_MS);
    create('2', NOW - HOUR_MS);
    const source = opsCenter();
    await house.pull(source);
    house.now += HOUR_MS;
    const away = items().splice(0, 2);
    await house.pull(source);
    house.now += 20 * MINUTE_MS;
    await house.pull(source);
    expect((await house.items('ticket')).map(({ last }) => last.cancelled)).toEqual([undefined, undefined]);
    items().push(...away.slice(1));
    house.now += HOUR_MS;
    await house.pull(source);
    expect((await house.items('ticket')).map(({ id, last }) => [id, last.cancelled])).toEqual([
      ['oi-1', NOW + HOUR_MS],
      ['oi-2', undefined],
    ]);
    // It was missed before, came back, and is missed anew.
    items().splice(0);
    house.now += HOUR_MS;
    await house.pull(source);
    expect((await house.items('ticket')).at(1)?.last.cancelled).toBeUndefined();
    expect((await house.events()).find(({ state }) => state === 'cancelled')).toMatchObject({ item: 'oi-1', origin: 'inferred' });
  });

  it('are never taken for gone because a pass was cut off', async () => {
    for (let id = 0; id < 60; id += 1) create(String(id).padStart(4, '0'), NOW - id * MINUTE_MS);
    const source = opsCenter();
    await house.pull(source);
    for (const hours of [1, 2, 3]) {
      house.now = NOW + hours * 2 * HOUR_MS;
      house.server.fail({ service: 'ssm', as: 'denied', after: 1 });
      expect(await house.pull(source)).toMatchObject({ outcome: 'failed' });
      house.server.heal();
    }
    await house.pull(source);
    expect((await house.items('ticket')).filter(({ last }) => last.cancelled !== undefined)).toEqual([]);
  });

  it('that are requests for changes, or what OpsCenter thinks of its items, are none', async () => {
    create('1', NOW, { OpsItemType: '/aws/changerequest', Status: 'PendingApproval' });
    create('2', NOW, { OpsItemType: '/aws/insight' });
    create('3', NOW);
    expect(await house.pull(opsCenter())).toMatchObject({ rejected: 0 });
    expect((await house.items('ticket')).map(({ id }) => id)).toEqual(['oi-3']);
  });

  it('with a status that is none of an issue are left out, with their place, and no other is lost', async () => {
    create('1', NOW, { Status: 'Perhaps' });
    create('2', NOW);
    const source = opsCenter();
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 1 });
    expect((await house.state(source)).rejected[0]).toContain("OpsItem oi-1: its status 'Perhaps' is none of an issue");
    expect((await house.items('ticket')).map(({ id }) => id)).toEqual(['oi-2']);
  });

  it('tell their service and team by operational data; severity only where it is a number from 1 to 4', async () => {
    create('1', NOW, {
      Severity: 'unheard of',
      OperationalData: {
        service: { Value: '"search"', Type: 'SearchableString' },
        owner: { Value: 'discovery', Type: 'String' },
      },
    });
    await house.pull(opsCenter(', operational_data: { service: service, team: owner }'));
    const [ticket] = await house.items('ticket');
    expect(ticket?.stretches[0]).toMatchObject({ service: 'search', team: 'discovery' });
    expect(ticket?.stretches[0]?.severity ?? null).toBeNull();
    expect((await house.events()).find(({ state }) => state === null)?.fields).toMatchObject({ severity_raw: 'unheard of' });
  });

  it('come out the same after a pass was killed half-way', async () => {
    for (let id = 0; id < 130; id += 1) create(String(id).padStart(4, '0'), NOW - id * MINUTE_MS);
    const source = opsCenter();
    for (const batch of await batchesOf(source.pull(contextAt(NOW)), 2)) await house.store.append('ops', NOW, batch.events, []);
    await house.pull(source);
    const after = await told();
    expect(after).toHaveLength(130);
    expect(new Set((await house.events()).map(({ item, key }) => `${item} ${key}`)).size).toBe(130);
  });
});

describe('an account that is closed to us', () => {
  it('is told to set OpsCenter up where it is not, and to allow the action where it is not allowed', async () => {
    house.server.state.ssm.notEnabled.add(ACCOUNT);
    const source = opsCenter();
    expect((await house.pull(source)).error).toMatch(/OpsCenter does not show its items.*Set it up in Systems Manager/s);
    house.server.state.ssm.notEnabled.clear();
    house.server.fail({ service: 'ssm', as: 'denied' });
    expect((await house.pull(source)).error).toContain('ssm:DescribeOpsItems');
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import type { Source } from '../../../server/sources/source.ts';
import type { Item } from '../../../server/event/projection.ts';
import {
  ACCOUNT,
  batchesOf,
  contextAt,
  DAY_MS,
  dryRun,
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

const START = NOW - 10 * DAY_MS;
const home = (name: string, account = ACCOUNT, region = REGION) => ({ name, account, region });
const put = (name: string, more: object = {}, account = ACCOUNT): void =>
  house.server.state.cloudwatch.alarms.put({ ...home(name, account), type: 'MetricAlarm', createdAt: START, ...more });
const turn = (name: string, at: number, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', more: object = {}): void =>
  house.server.state.cloudwatch.alarms.turn(home(name), at, state, more);
const alarms = (more = ''): Source => house.source(cloudWatchAlarmsAdapter, `id: alarms, type: cloudwatch-alarms${more}`);
const spans = async (): Promise<unknown[]> =>
  (await house.items('alert'))
    .filter(({ last }: Item) => last.cancelled === undefined)
    .map(({ fields: { key, raised, cleared } }) => [key, raised, cleared ?? null]);
const calls = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

describe('the history of alarms', () => {
  it('becomes alerts: raised, cleared, with the name of the alarm as their key', async () => {
    put('checkout-errors');
    turn('checkout-errors', START + HOUR_MS, 'OK');
    turn('checkout-errors', START + 2 * HOUR_MS, 'ALARM', { datapoints: [7] });
    turn('checkout-errors', START + 3 * HOUR_MS, 'OK');
    turn('checkout-errors', START + 4 * HOUR_MS, 'ALARM');
    const source = alarms(", alarms: [{ alarm: 'checkout-*', service: checkout, severity: '2' }]");
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', completeUntil: NOW, historyFrom: NOW - 30 * DAY_MS });
    expect(await spans()).toEqual([
      ['checkout-errors', START + 2 * HOUR_MS, START + 3 * HOUR_MS],
      ['checkout-errors', START + 4 * HOUR_MS, null],
    ]);
    const [alert] = await house.items('alert');
    expect(alert?.id).toBe(`${ACCOUNT}:${REGION}:checkout-errors@${new Date(START + 2 * HOUR_MS).toISOString()}`);
    expect(alert?.stretches[0]).toMatchObject({ service: 'checkout', severity: 2 });
  });

  it('is read for metric, composite and log alarms, through pages, each entry once though AWS has some twice', async () => {
    for (const type of ['MetricAlarm', 'CompositeAlarm', 'LogAlarm']) {
      put(type, { type });
      for (let at = 0; at < 70; at += 1) {
        turn(type, START + at * HOUR_MS, 'ALARM', { isTwice: at % 3 === 0 });
        turn(type, START + at * HOUR_MS + MINUTE_MS, 'OK', { isTwice: at % 5 === 0 });
      }
    }
    await house.pull(alarms());
    const found = await spans();
    expect(found).toHaveLength(210);
    expect(new Set(found.map((span) => JSON.stringify(span))).size).toBe(210);
    expect(calls('DescribeAlarmHistory')).toBeGreaterThan(4);
  });

  it('is read again an hour back: what came late finds its place, and nothing is told twice', async () => {
    put('late');
    turn('late', NOW - 50 * MINUTE_MS, 'ALARM');
    turn('late', NOW - 10 * MINUTE_MS, 'OK');
    const source = alarms();
    await house.pull(source);
    expect(await spans()).toEqual([['late', NOW - 50 * MINUTE_MS, NOW - 10 * MINUTE_MS]]);
    const book = house.server.state.cloudwatch.alarms;
    const note = (at: number, from: string, to: string): void =>
      book.note({
        ...home('late'),
        type: 'MetricAlarm',
        at,
        kind: 'StateUpdate',
        summary: `Alarm updated from ${from} to ${to}`,
        data: '',
      });
    note(NOW - 40 * MINUTE_MS, 'ALARM', 'OK');
    note(NOW - 30 * MINUTE_MS, 'OK', 'ALARM');
    house.now += 15 * MINUTE_MS;
    expect(await house.pull(source)).toMatchObject({ newEvents: 3 });
    expect(await spans()).toEqual([
      ['late', NOW - 50 * MINUTE_MS, NOW - 40 * MINUTE_MS],
      ['late', NOW - 30 * MINUTE_MS, NOW - 10 * MINUTE_MS],
    ]);
    house.now += 15 * MINUTE_MS;
    expect(await house.pull(source)).toMatchObject({ newEvents: 0, outcome: 'complete' });
  });

  it('ends an alarm that began many passes ago', async () => {
    put('long');
    turn('long', NOW - HOUR_MS, 'ALARM');
    const source = alarms();
    for (let day = 0; day < 5; day += 1) {
      await house.pull(source);
      house.now += DAY_MS;
    }
    turn('long', house.now - HOUR_MS, 'OK');
    await house.pull(source);
    expect(await spans()).toEqual([['long', NOW - HOUR_MS, house.now - HOUR_MS]]);
  });

  it('ends an alarm that was deleted while it was one, and begins anew with one of the same name', async () => {
    put('old');
    turn('old', START, 'ALARM');
    const deletedAt = START + HOUR_MS;
    house.server.state.cloudwatch.alarms.note({
      ...home('old'),
      type: 'MetricAlarm',
      at: deletedAt,
      kind: 'ConfigurationUpdate',
      summary: 'Alarm "old" deleted',
      data: JSON.stringify({ version: '1.0', type: 'Delete' }),
    });
    put('old', { deletedAt });
    turn('old', START + 5 * HOUR_MS, 'INSUFFICIENT_DATA');
    turn('old', START + 6 * HOUR_MS, 'ALARM');
    await house.pull(alarms());
    expect(await spans()).toEqual([
      ['old', START, deletedAt],
      ['old', START + 6 * HOUR_MS, null],
    ]);
  });

  it('goes on after a pass was killed at any page, and ends the same', async () => {
    put('busy');
    for (let at = 0; at < 260; at += 1) {
      turn('busy', START + at * 10 * MINUTE_MS, 'ALARM');
      turn('busy', START + at * 10 * MINUTE_MS + MINUTE_MS, 'OK');
    }
    const source = alarms();
    let cursor: string | null = null;
    let events = 0;
    for (let killed = 0; killed < 3; killed += 1) {
      const batches = await batchesOf(source.pull(contextAt(NOW, cursor)), 2);
      for (const batch of batches) {
        await house.store.append('alarms', NOW, batch.events, []);
        events += batch.events.length;
        cursor = batch.cursor ?? cursor;
      }
    }
    for await (const batch of source.pull(contextAt(NOW, cursor))) await house.store.append('alarms', NOW, batch.events, []);
    expect(events).toBeGreaterThan(100);
    expect(await spans()).toEqual(
      Array.from({ length: 260 }, (_, at) => ['busy', START + at * 10 * MINUTE_MS, START + at * 10 * MINUTE_MS + MINUTE_MS]),
    );
  });

  it('says what is lost where nobody read for more than 30 days, and counts from there', async () => {
    const source = alarms();
    await house.pull(source);
    house.now += 40 * DAY_MS;
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', historyFrom: house.now - 30 * DAY_MS });
    expect((await house.state(source)).rejected).toEqual([
      expect.stringContaining(`what happened from then to ${new Date(house.now - 30 * DAY_MS).toISOString()} is lost`),
    ]);
  });

  it('leaves out one entry that cannot be read, with its place', async () => {
    put('odd');
    turn('odd', START, 'ALARM');
    const broken = {
      ...home('odd'),
      type: 'MetricAlarm',
      at: START + MINUTE_MS,
      kind: 'StateUpdate',
      summary: '?',
      data: '{',
    } as const;
    house.server.state.cloudwatch.alarms.note(broken);
    turn('odd', START + HOUR_MS, 'OK');
    const source = alarms();
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', rejected: 1 });
    expect(await spans()).toEqual([['odd', START, START + HOUR_MS]]);
    expect((await house.state(source)).rejected[0]).toContain("history of alarm 'odd'");
  });
});

describe('whose an alert is', () => {
  it('is told by the tags of the alarm, then by a dimension; a rule outranks both', async () => {
    put('a', {
      tags: { Service: 'search', Owner: 'discovery' },
      metric: { namespace: 'App', metric: 'Errors', dimensions: { ServiceName: 'x' } },
    });
    put('b', {
      metric: { namespace: 'App', metric: 'Errors', dimensions: { ServiceName: 'catalogue' } },
      tags: { Severity: 'SEV-3' },
    });
    put('c', { tags: { Service: 'search' } });
    put('d');
    for (const name of ['a', 'b', 'c', 'd']) turn(name, START, 'ALARM');
    const source = alarms(
      ', tags: { service: Service, team: Owner, severity: Severity }, dimensions: { service: ServiceName }, alarms: [{ alarm: c, service: ours }, { alarm: d, leave_out: true }]',
    );
    await house.pull(source);
    const whose = (await house.items('alert')).map(({ fields, stretches: [first] }) => [
      fields['key'],
      first?.service ?? null,
      first?.team ?? null,
      first?.severity ?? null,
    ]);
    expect(whose).toEqual([
      ['a', 'search', 'discovery', null],
      ['b', 'catalogue', null, 3],
      ['c', 'ours', null, null],
    ]);
    const asked = calls('ListTagsForResource');
    house.now += MINUTE_MS;
    await house.pull(source);
    expect(calls('ListTagsForResource')).toBe(asked);
  });
});

describe('alarms that call a person', () => {
  it('are pages, too, and those that were over soon needed nobody', async () => {
    for (const name of ['short-page', 'long-page', 'quiet']) put(name);
    turn('short-page', START, 'ALARM');
    turn('short-page', START + 2 * MINUTE_MS, 'OK');
    turn('long-page', START, 'ALARM');
    turn('long-page', START + 30 * MINUTE_MS, 'OK');
    turn('quiet', START, 'ALARM');
    const source = alarms(", pages: { alarms: ['*-page'], no_action_within: 5 minutes }");
    expect(source.kinds).toEqual(['alert', 'page']);
    await house.pull(source);
    expect((await house.items('page')).map(({ fields: { key, sent, needed_action: needed } }) => [key, sent, needed])).toEqual([
      ['long-page', START, true],
      ['short-page', START, false],
    ]);
    expect(await house.items('alert')).toHaveLength(3);
  });
});

describe('many accounts', () => {
  it('are read with their roles; one that is closed stops no other', async () => {
    const roleOf = (account: string): string => `arn:aws:iam::${account}:role/quarterdeck`;
    for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
      house.server.state.sts.role(roleOf(account), { externalId: 'ours', accounts: [ACCOUNT] });
      put('same-name', {}, account);
      house.server.state.cloudwatch.alarms.turn(home('same-name', account), START, 'ALARM');
    }
    const accounts = [ACCOUNT, OTHER_ACCOUNT].map((id) => `{ id: '${id}', role: '${roleOf(id)}', external_id: ours }`).join(', ');
    const places = `accounts: [${accounts}], regions: [${REGION}]`;
    const source = house.source(cloudWatchAlarmsAdapter, 'id: alarms, type: cloudwatch-alarms', places);
    house.server.fail({ service: 'cloudwatch', account: OTHER_ACCOUNT, as: 'denied', times: 1 });
    const record = await house.pull(source);
    expect(record).toMatchObject({ outcome: 'failed', newEvents: 1 });
    expect(record.error).toContain(`${OTHER_ACCOUNT} ${REGION}: `);
    expect(record.error).toContain('cloudwatch:DescribeAlarmHistory');
    expect(record.error).toContain(roleOf(OTHER_ACCOUNT));
    expect(await house.pull(source)).toMatchObject({ outcome: 'complete', newEvents: 1 });
    expect(await spans()).toEqual([
      ['same-name', START, null],
      ['same-name', START, null],
    ]);
  });
});

describe('the settings of alarms', () => {
  it('say what is wrong with them', () => {
    const wrong = (yaml: string) => () =>
      sourceOf(cloudWatchAlarmsAdapter, `id: alarms, type: cloudwatch-alarms, ${yaml}`, 'regions: [eu-central-1]');
    expect(wrong('tags: { servise: Service }')).toThrow("there is no setting 'servise' here");
    expect(wrong('pages: { no_action_within: 5 minutes }')).toThrow("'alarms' is missing");
    expect(wrong('alarms: [{ service: checkout }]')).toThrow('this rule fits everything');
  });

  it('ask for no more than is read', () => {
    const actionsOf = (more: string): readonly string[] | undefined => alarms(more).aws?.actions;
    expect(actionsOf('')).toEqual(['cloudwatch:DescribeAlarmHistory']);
    expect(actionsOf(', dimensions: { service: ServiceName }')).toEqual([
      'cloudwatch:DescribeAlarmHistory',
      'cloudwatch:DescribeAlarms',
    ]);
    expect(actionsOf(', tags: { team: Owner }')).toContain('cloudwatch:ListTagsForResource');
  });

  it('can be tried without anything being kept', async () => {
    put('checkout-errors');
    turn('checkout-errors', START, 'ALARM');
    expect(await dryRun(alarms(), NOW)).toMatchObject({
      events: 1,
      items: 1,
      rows: [{ kind: 'alert', key: 'checkout-errors', raised: new Date(START).toISOString() }],
    });
    expect(await house.events()).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const HOUR = 3600;
const KPI = 'time-to-restore';

describe('measuring, settling and restating', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE }, '2026-11-09T06:00:00Z');
  });
  afterEach(() => house.close());

  const incident = (id: string, opened: string, restored: string | null) => [
    event('incident', id, opened, { state: 'opened', fields: { team: 'payments', service: 'checkout', severity: 1 } }),
    ...(restored === null ? [] : [event('incident', id, restored, { state: 'restored' })]),
  ];
  const pull = async (...events: ReturnType<typeof event>[]) => {
    desk.next = [{ events }];
    return house.engine.pull(VIEWER, 'desk');
  };
  const revisions = (period: string, scope = 'organisation') => house.store.revisions(KPI, scope, period);

  it('keeps a value live, without revisions, until it has settled', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const { live } = await house.engine.snapshots(VIEWER, { kpi: KPI, scope: 'organisation', grain: 'week' });
    expect(live.find((row) => row.period === '2026-W45')).toMatchObject({ value: 2 * HOUR, count: 1 });
    expect(await revisions('2026-W45')).toEqual([]);
  });

  it('settles with revision 1 once the time is up and the source has completed a pass since', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now = Date.parse('2026-11-12T06:00:00Z');
    await house.engine.measure(VIEWER);
    expect(await revisions('2026-W45')).toEqual([]);
    await pull();
    expect(await revisions('2026-W45')).toMatchObject([{ revision: 1, value: 2 * HOUR, causes: ['settled'] }]);
    expect(await revisions('2026-W45', 'team:payments')).toMatchObject([{ revision: 1, value: 2 * HOUR }]);
    expect(await revisions('2026-W45', 'team:search')).toMatchObject([
      { revision: 1, value: null, emptiness: 'none to measure' },
    ]);
  });

  it('restates a settled value when a late fact arrives, with its cause and the item that moved', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull();
    await pull(...incident('B', '2026-11-04T10:00:00Z', '2026-11-04T16:00:00Z'));
    expect(await revisions('2026-W45')).toMatchObject([
      { revision: 1, value: 2 * HOUR, count: 1 },
      { revision: 2, value: 4 * HOUR, count: 2, causes: ['late'], moved: ['desk:incident:B'], movedCount: 1 },
    ]);
  });

  it('restates a settled value when an incident was reopened, and says so', async () => {
    await pull(...incident('A', '2026-11-06T10:00:00Z', '2026-11-06T12:00:00Z'));
    house.now = Date.parse('2026-11-12T06:00:00Z');
    await pull();
    await pull(
      event('incident', 'A', '2026-11-11T09:00:00Z', { state: 'reopened' }),
      event('incident', 'A', '2026-11-11T11:00:00Z', { state: 'restored' }),
    );
    const rows = await revisions('2026-W45');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ value: null, causes: expect.arrayContaining(['reopened']) });
  });

  it('measures and writes nothing but what a late fact touches, and what goes on by itself', async () => {
    await pull(...incident('A', '2026-10-06T10:00:00Z', '2026-10-06T12:00:00Z'));
    house.now = Date.parse('2026-11-11T06:00:00Z');
    await pull();
    const writtenAt = async () => {
      const rows = await house.store.measurements({ kpi: KPI });
      return new Map(rows.map((row) => [`${row.scope} ${row.period}`, row.watermark]));
    };
    const before = await writtenAt();
    desk.next = [{ events: incident('B', '2026-10-07T10:00:00Z', '2026-10-07T16:00:00Z') }];
    await house.engine.pullOnly(desk);
    const { measured, restated } = await house.engine.measureNow('changed');
    // Of the scopes that the incident was in: its settled week and month, and its quarter, which has not ended.
    const scopes = ['organisation', 'team:payments', 'service:checkout'];
    const running = (await house.store.measurements({ kpi: KPI, scope: 'organisation' })).filter(({ period }) =>
      ['2026-W46', '2026-11', '2026-Q4'].includes(period),
    );
    expect(running).toHaveLength(3);
    const everyScope = [...before.keys()].filter((place) => place.endsWith(' 2026-W46')).length;
    expect(restated).toBe(scopes.length * 2);
    expect(measured).toBe(scopes.length * 2 + everyScope * running.length);
    const after = await writtenAt();
    expect(
      [...after]
        .filter(([place, watermark]) => before.get(place) !== watermark)
        .map(([place]) => place)
        .sort(),
    ).toEqual(scopes.map((scope) => `${scope} 2026-Q4`).sort());
  });

  it('measures a closed week again that has not settled when a late fact touches it', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now += 3_600_000;
    await pull(...incident('B', '2026-11-03T10:00:00Z', '2026-11-03T16:00:00Z'));
    const { live } = await house.engine.snapshots(VIEWER, { kpi: KPI, scope: 'organisation', grain: 'week' });
    expect(live.find((row) => row.period === '2026-W45')).toMatchObject({ value: 4 * HOUR, count: 2 });
  });

  it('writes no revision when the same facts come again', async () => {
    const facts = incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z');
    await pull(...facts);
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull(...facts);
    await pull(...facts.toReversed());
    expect(await revisions('2026-W45')).toHaveLength(1);
    expect((await house.store.countEvents()).events).toBe(2);
  });

  it('restates as redefined when the definition changes, and keeps the definition it replaced', async () => {
    await pull(
      ...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'),
      ...incident('B', '2026-11-03T10:00:00Z', '2026-11-03T20:00:00Z'),
      ...incident('C', '2026-11-03T10:00:00Z', '2026-11-03T11:00:00Z'),
    );
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull();
    const [first] = await revisions('2026-W45');
    house.write('incidents/time-to-restore.yaml', TIME_TO_RESTORE.replace('summarise: median', 'summarise: max'));
    await house.engine.measure(VIEWER);
    const rows = await revisions('2026-W45');
    expect(rows.map(({ value }) => value)).toEqual([2 * HOUR, 10 * HOUR]);
    expect(rows[1]?.causes).toEqual(['redefined']);
    expect((await house.store.definition(first?.definition ?? ''))?.text).toContain('summarise: median');
  });

  it('goes on measuring the last good version of a file that was broken', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.write('incidents/time-to-restore.yaml', TIME_TO_RESTORE.replace('better: lower', 'beter: lower'));
    await house.engine.measure(VIEWER);
    const [entry] = house.engine.catalogue(VIEWER);
    expect(entry).toMatchObject({ isLastGood: true, kpi: { id: KPI, better: 'lower' } });
    expect(entry?.problems.length).toBeGreaterThan(0);
  });

  it('measures after a restart what it would have measured without one', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull();
    await pull(...incident('B', '2026-11-10T10:00:00Z', '2026-11-10T11:00:00Z'));
    expect(await revisions('2026-W45')).toHaveLength(1);
    expect(await revisions('2026-W46')).toEqual([]);
    house.now = Date.parse('2026-11-20T06:00:00Z');
    await pull();
    expect(await revisions('2026-W46')).toMatchObject([{ revision: 1, value: HOUR }]);
  });

  it('lists the very items behind a number and confirms them against the stored digest', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'), ...incident('B', '2026-11-05T10:00:00Z', null));
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull();
    const evidence = await house.engine.evidence(VIEWER, KPI, 'organisation', '2026-W45', { offset: 0, limit: 10 });
    expect(evidence).toMatchObject({
      revision: 1,
      value: 2 * HOUR,
      count: 1,
      isConfirmed: true,
      exclusions: [{ reason: 'still open', count: 1 }],
    });
    expect(evidence.items.map(({ uid, excluded }) => [uid, excluded])).toEqual([
      ['desk:incident:A', null],
      ['desk:incident:B', 'still open'],
    ]);
  });

  it('does not confirm a number that its list does not give, and logs what differs', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const [row] = await house.store.measurements({ kpi: KPI, scope: 'organisation', grain: 'week' });
    if (row === undefined) throw new Error('nothing was measured');
    await house.store.saveMeasurements([{ ...row, value: 3 * HOUR, digest: 'of another list' }]);
    const evidence = await house.engine.evidence(VIEWER, KPI, 'organisation', row.period, { offset: 0, limit: 10 });
    expect(evidence.isConfirmed).toBe(false);
    expect(house.log.join()).toContain(`the list gives ${2 * HOUR} from 1 items, stored is ${3 * HOUR} from 1`);
  });

  it('publishes a review: what it shows is pinned with revision 1, and settles later as revision 2', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const { pinned } = await house.engine.publish(VIEWER, '2026-W45', 'organisation');
    expect(pinned).toBeGreaterThan(0);
    expect(await revisions('2026-W45')).toMatchObject([{ revision: 1, causes: ['published'] }]);
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await pull();
    expect(await revisions('2026-W45')).toMatchObject([{ revision: 1 }, { revision: 2, causes: ['settled'], value: 2 * HOUR }]);
  });
});

describe('numbers of what people bore', () => {
  const INTERRUPTIONS = `version: kpi/v1
id: interruptions
name: Interruptions
question: How often are people on call interrupted?
section: On-call
role: outcome
owner: Head of Operations
better: lower
measure:
  count: { of: interruptions }
settles_after: 0 days
`;

  it('settle when the last week of the period has ended, because only then it is known whether they may be shown', async () => {
    const pager = new GivenSource('pager', ['page']);
    const house = await smallHouse([pager], { 'on-call/interruptions.yaml': INTERRUPTIONS }, '2026-10-20T06:00:00Z');
    const page = (person: number, sent: string) =>
      event('page', `${person} ${sent}`, sent, { fields: { responder: `p${person}`, team: 'payments', sent: Date.parse(sent) } });
    const settled = async () => {
      pager.next = [];
      await house.engine.pull(VIEWER, 'pager');
      const rows = await house.store.latestSnapshots({ kpi: 'interruptions', grain: 'month' });
      return rows.map(({ scope, period, value, emptiness }) => [scope, period, value ?? emptiness]);
    };
    pager.next = [{ events: [1, 2, 3, 4, 5, 6].map((person) => page(person, '2026-10-14T10:00:00Z')) }];
    await house.engine.pull(VIEWER, 'pager');
    // 31 October is a Saturday.
    house.now = Date.parse('2026-11-01T06:00:00Z');
    expect(await settled()).toEqual([]);
    house.now = Date.parse('2026-11-02T06:00:00Z');
    expect(await settled()).toEqual([
      ['organisation', '2026-10', 6],
      ['team:payments', '2026-10', 6],
      ['team:search', '2026-10', 'hidden'],
    ]);
    // A page of the Sunday that nobody knew of: one of November, but it tells what is left of the week without October.
    pager.next = [{ events: [page(1, '2026-11-01T10:00:00Z')] }];
    await house.engine.pull(VIEWER, 'pager');
    expect(await settled()).toContainEqual(['organisation', '2026-10', 'hidden']);
    await house.close();
  });
});

const CHANGE_FAILURE_RATE = `version: kpi/v1
id: change-failure-rate
name: Change failure rate
question: How many of our changes hurt?
section: Delivery
role: outcome
owner: Head of Engineering
better: lower
measure:
  ratio: { of: deployments, where: { change_failed: true }, out_of: { purpose: [release, hotfix] } }
settles_after: 3 days
`;

describe('a number that rests on links', () => {
  let house: SmallHouse;
  let desk: GivenSource;
  beforeEach(async () => {
    desk = new GivenSource('desk', ['deployment', 'incident']);
    house = await smallHouse([desk], { 'delivery/change-failure-rate.yaml': CHANGE_FAILURE_RATE }, '2026-11-09T06:00:00Z');
  });
  afterEach(() => house.close());

  it('is restated when an incident blames a deployment of a settled week, however late', async () => {
    const deployment = (id: string, at: string) =>
      event('deployment', id, at, {
        fields: {
          service: 'checkout',
          environment: 'production',
          outcome: 'succeeded',
          purpose: 'release',
          started: Date.parse(at) - 60_000,
          finished: Date.parse(at),
        },
      });
    desk.next = [{ events: [deployment('D1', '2026-11-03T10:00:00Z'), deployment('D2', '2026-11-04T10:00:00Z')] }];
    await house.engine.pull(VIEWER, 'desk');
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await house.engine.pull(VIEWER, 'desk');
    house.now = Date.parse('2027-02-12T06:00:00Z');
    const opened = event('incident', 'A', '2027-02-11T10:00:00Z', {
      state: 'opened',
      fields: { service: 'checkout', severity: 2 },
    });
    desk.next = [{ events: [opened] }];
    await house.engine.pull(VIEWER, 'desk');
    expect(await house.store.revisions('change-failure-rate', 'organisation', '2026-W45')).toHaveLength(1);
    desk.next = [{ events: [event('incident', 'A', '2027-02-11T12:00:00Z', { fields: { caused_by: 'D1' } })] }];
    await house.engine.pull(VIEWER, 'desk');
    expect(await house.store.revisions('change-failure-rate', 'organisation', '2026-W45')).toMatchObject([
      { revision: 1, value: 0, count: 2 },
      { revision: 2, value: 0.5, count: 2, causes: ['relinked'], moved: ['desk:incident:A'] },
    ]);
  });
});

describe('pulling', () => {
  let house: SmallHouse;
  let desk: GivenSource;
  let other: GivenSource;
  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    other = new GivenSource('other', ['ticket']);
    house = await smallHouse([desk, other], {}, '2026-11-09T06:00:00Z');
  });
  afterEach(() => house.close());

  it('keeps what was committed before a failure, leaves the cursor and says what failed', async () => {
    await house.engine.pull(VIEWER, 'desk');
    const [before] = await house.store.sourceStates();
    house.now += 60_000;
    desk.next = [
      { events: [event('incident', 'A', '2026-11-03T10:00:00Z', { state: 'opened' })] },
      new Error('the connection was cut'),
    ];
    expect(await house.engine.pull(VIEWER, 'desk')).toMatchObject({
      outcome: 'failed',
      newEvents: 1,
      error: 'the connection was cut',
    });
    const after = (await house.store.sourceStates()).find((state) => state.source === 'desk');
    expect(after).toMatchObject({ cursor: before?.cursor, lastError: 'the connection was cut' });
    expect((await house.store.countEvents()).events).toBe(1);
    expect(house.log.join()).toContain('the connection was cut');
  });

  it('lets one failing source stop no other', async () => {
    desk.next = [new Error('down')];
    await house.engine.pull(VIEWER, 'desk');
    expect(await house.engine.pull(VIEWER, 'other')).toMatchObject({ outcome: 'complete' });
    const statuses = await house.engine.sources(VIEWER);
    expect(statuses.map(({ id, freshness }) => [id, freshness])).toEqual([
      ['desk', 'failing'],
      ['other', 'fresh'],
    ]);
  });

  it('starts the next pass from the cursor of the last complete one', async () => {
    await house.engine.pull(VIEWER, 'desk');
    await house.engine.pull(VIEWER, 'desk');
    expect(desk.cursors).toEqual([null, `after ${house.now}`]);
  });

  it('names the sources there are when one is asked for that is not', () => {
    expect(() => house.engine.pull(VIEWER, 'disk')).toThrow(/"disk".*desk, other/s);
  });
});

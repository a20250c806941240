import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, GivenSource, ORGANISATION, reopened, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const HOUR = 3600;
const DAY_MS = 86_400_000;
const KPI = 'time-to-restore';

describe('what clocks, restarts and reorganisations do to numbers', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE }, '2026-11-13T06:00:00Z');
  });
  afterEach(() => house.close());

  const incident = (id: string, opened: string, restored: string, team: string | null = 'payments') => [
    event('incident', id, opened, {
      state: 'opened',
      fields: { service: 'checkout', severity: 1, ...(team === null ? {} : { team }) },
    }),
    event('incident', id, restored, { state: 'restored' }),
  ];
  const pull = async (...events: ReturnType<typeof event>[]) => {
    desk.next = [{ events }];
    return house.engine.pull(VIEWER, 'desk');
  };
  const revisions = (scope = 'organisation', period = '2026-W45') => house.store.revisions(KPI, scope, period);
  const expectRebuilt = async (): Promise<void> => {
    const { differences, told } = await house.engine.rebuild(VIEWER, false, () => undefined);
    expect({ differences, told }).toEqual({ differences: 0, told: [] });
  };

  it('restates what was recorded by a process that ended before it measured', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    await house.store.append('desk', house.now, incident('B', '2026-11-04T10:00:00Z', '2026-11-04T16:00:00Z'), []);
    expect(await revisions()).toHaveLength(1);
    const next = await reopened(house, [desk]);
    await next.measure(VIEWER);
    expect(await revisions()).toMatchObject([
      { value: 2 * HOUR },
      { value: 4 * HOUR, causes: ['late'], moved: ['desk:incident:B'] },
    ]);
    await expectRebuilt();
  });

  it('keeps every revision and can be rebuilt when the clock jumps ahead a day and back', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now += DAY_MS;
    await pull(...incident('B', '2026-11-04T10:00:00Z', '2026-11-04T16:00:00Z'));
    house.now -= DAY_MS;
    await pull(...incident('C', '2026-11-04T10:00:00Z', '2026-11-04T20:00:00Z'));
    expect((await revisions()).map(({ revision, value }) => [revision, value])).toEqual([
      [1, 2 * HOUR],
      [2, 4 * HOUR],
      [3, 6 * HOUR],
    ]);
    await expectRebuilt();
    expect(await house.store.batchRecordedAt(3)).toBe(await house.store.batchRecordedAt(2));
  });

  it('makes up for weeks asleep in one run: everything due settles, and nothing twice', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    house.now += 24 * DAY_MS;
    await pull(...incident('B', '2026-11-17T10:00:00Z', '2026-11-17T13:00:00Z'));
    expect(await revisions('organisation', '2026-W46')).toMatchObject([{ emptiness: 'none to measure', causes: ['settled'] }]);
    expect(await revisions('organisation', '2026-W47')).toMatchObject([{ value: 3 * HOUR, causes: ['settled'] }]);
    expect(await revisions('organisation', '2026-W48')).toMatchObject([{ emptiness: 'none to measure' }]);
    expect(await revisions('organisation', '2026-W49')).toEqual([]);
    const { settled } = await house.engine.measure(VIEWER);
    expect(settled).toBe(0);
    await expectRebuilt();
  });

  it('rejects what is said to happen in days to come, and takes in the rest of the batch', async () => {
    const record = await pull(
      ...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'),
      event('incident', 'B', '2027-11-03T10:00:00Z', { state: 'opened' }),
    );
    expect(record).toMatchObject({ outcome: 'complete', newEvents: 2, rejected: 1 });
    const [state] = await house.store.sourceStates();
    expect(state?.rejected).toEqual([
      'incident B: 2027-11-03T10:00:00.000Z lies in the future. Check the clock and the time zone of the source',
    ]);
  });

  it('measures everything again by other time zone data, and restates nothing that stays the same', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const usual = await house.engine.measure(VIEWER);
    const next = await reopened(house, [desk], '2099z');
    const after = await next.measure(VIEWER);
    expect(after.measured).toBeGreaterThan(usual.measured);
    expect(after.restated).toBe(0);
    expect((await next.measure(VIEWER)).measured).toBe(usual.measured);
  });

  it('restates what a backdated change of ownership moves, as remapped, and nothing where it is dated from now on', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z', null));
    const owners = (since: string): string =>
      ORGANISATION.replace(
        'owner: payments',
        `owners: [{ team: payments, since: 2020-01-01 }, { team: search, since: ${since} }]`,
      );
    house.write('organisation.yaml', owners('2026-11-13'));
    expect((await house.engine.measure(VIEWER)).restated).toBe(0);
    house.write('organisation.yaml', owners('2026-11-02'));
    await house.engine.measure(VIEWER);
    expect(await revisions('team:payments')).toMatchObject([
      { value: 2 * HOUR },
      { value: null, emptiness: 'none to measure', causes: ['remapped'] },
    ]);
    expect(await revisions('team:search')).toMatchObject([{ value: null }, { value: 2 * HOUR, causes: ['remapped'] }]);
    expect(await revisions('organisation')).toHaveLength(1);
    await expectRebuilt();
  });

  it('restates quarters that are cut otherwise as redefined', async () => {
    await pull(...incident('A', '2026-08-03T10:00:00Z', '2026-08-03T12:00:00Z'));
    const quarter = () => revisions('organisation', '2026-Q3');
    expect(await quarter()).toMatchObject([{ value: 2 * HOUR }]);
    house.write('organisation.yaml', `${ORGANISATION}fiscal_year_ends: november\n`);
    await house.engine.measure(VIEWER);
    const rows = await quarter();
    expect(rows.map(({ causes }) => causes)).toEqual([['settled'], ['redefined']]);
    await expectRebuilt();
  });

  it('leaves what was measured before a dated change of calendar as it is', async () => {
    await pull(...incident('A', '2026-08-03T10:00:00Z', '2026-08-03T12:00:00Z'));
    const before = await house.store.latestSnapshots({});
    house.write('organisation.yaml', `${ORGANISATION}calendars:\n  - { since: 2026-12-01, fiscal_year_ends: november }\n`);
    expect(await house.engine.measure(VIEWER)).toMatchObject({ restated: 0 });
    expect(house.engine.organisation(VIEWER).problems).toEqual([]);
    expect(await house.store.latestSnapshots({})).toEqual(before);
    await expectRebuilt();
  });
});

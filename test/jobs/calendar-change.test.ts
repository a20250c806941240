import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, GivenSource, ORGANISATION, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const KPI = 'time-to-restore';
const RETAIL = `${ORGANISATION}calendars:
  - since: 2026-11-15
    week_starts: sunday
    fiscal_year_ends: january
    fiscal_pattern: 4-5-4
    fiscal_year_end_rule: nearest saturday
`;

describe('a calendar that changes on a day', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE }, '2026-09-28T06:00:00Z');
    await goTo('2026-10-05');
  });
  afterEach(() => house.close());

  /** A pass at six in the morning. It brings one incident for each day since the last, restored after as many minutes as the day of its month. */
  const goTo = async (day: string): Promise<void> => {
    const now = Date.parse(`${day}T06:00:00Z`);
    const events = [];
    for (let opened = house.now; opened < now; opened += 24 * 3_600_000) {
      const id = new Date(opened).toISOString();
      const restored = new Date(opened + new Date(opened).getUTCDate() * 60_000).toISOString();
      events.push(event('incident', id, id, { state: 'opened', fields: { team: 'payments', severity: 1 } }));
      events.push(event('incident', id, restored, { state: 'restored' }));
    }
    house.now = now;
    desk.next = [{ events }];
    await house.engine.pull(VIEWER, 'desk');
  };
  const told = async (period: string) =>
    (await house.store.revisions(KPI, 'organisation', period)).map(({ value, count, causes }) => ({
      minutes: (value ?? 0) / 60,
      count,
      causes,
    }));
  const settledBefore = async () => {
    const rows = await house.store.latestSnapshots({ scope: 'organisation' });
    return rows
      .filter(({ grain, period }) => grain !== 'week' || period <= '2026-W45')
      .map(({ period, revision, value }) => ({ period, revision, value }));
  };

  it('leaves every settled number as it is, and measures the days before and after it by its own calendar', async () => {
    await goTo('2026-11-13');
    const before = await settledBefore();
    expect(before.map(({ period }) => period)).toEqual(expect.arrayContaining(['2026-W45', '2026-10']));
    house.write('organisation.yaml', RETAIL);
    await house.engine.measure(VIEWER);
    expect(await settledBefore()).toEqual(before);
    await goTo('2026-12-10');
    expect(await settledBefore()).toEqual(expect.arrayContaining(before));
    // 9 to 14 November, 15 to 21 November.
    expect(await told('2026-W46a')).toEqual([{ minutes: 11.5, count: 6, causes: ['settled'] }]);
    expect(await told('2026-W46')).toEqual([{ minutes: 18, count: 7, causes: ['settled'] }]);
    expect(await told('2026-11a')).toEqual([{ minutes: 7.5, count: 14, causes: ['settled'] }]);
    // What is left of the tenth period of the year that ends in January 2027: 15 to 28 November.
    expect(await told('2027-P10')).toEqual([{ minutes: 21.5, count: 14, causes: ['settled'] }]);
    expect(await told('2026-11')).toEqual([]);
  });

  it('keeps no live number of a week that there is no longer', async () => {
    await goTo('2026-11-13');
    house.write('organisation.yaml', RETAIL);
    await house.engine.measure(VIEWER);
    const { live } = await house.engine.snapshots(VIEWER, { kpi: KPI, scope: 'organisation', grain: 'week' });
    expect(live.map(({ period }) => period).at(-1)).toBe('2026-W46a');
    const months = await house.engine.snapshots(VIEWER, { kpi: KPI, scope: 'organisation', grain: 'month' });
    expect(months.live.map(({ period }) => period)).toEqual(['2026-11a']);
  });

  it('restates what it renames where it is written down too late', async () => {
    await goTo('2026-12-10');
    expect(await told('2026-W46')).toEqual([{ minutes: 12, count: 7, causes: ['settled'] }]);
    house.write('organisation.yaml', RETAIL);
    await house.engine.measure(VIEWER);
    expect(await told('2026-W46')).toEqual([
      { minutes: 12, count: 7, causes: ['settled'] },
      { minutes: 18, count: 7, causes: ['redefined'] },
    ]);
    expect(await told('2026-W45')).toHaveLength(1);
    expect(await told('2026-W46a')).toMatchObject([{ minutes: 11.5, count: 6 }]);
  });

  it('is reviewed week by week, the cut one too', async () => {
    await goTo('2026-11-13');
    house.write('organisation.yaml', RETAIL);
    await goTo('2026-12-10');
    const { review: cut } = await house.engine.review(VIEWER, '2026-W46a', 'organisation');
    expect(cut.week).toMatchObject({ id: '2026-W46a', days: '9–14 Nov 2026', previous: '2026-W45', next: '2026-W46' });
    const { review: whole } = await house.engine.review(VIEWER, '2026-W48', 'organisation');
    expect(whole.cards[0]?.weeks.map(({ period }) => period)).toEqual([
      '2026-W44',
      '2026-W45',
      '2026-W46a',
      '2026-W46',
      '2026-W47',
      '2026-W48',
    ]);
    expect(whole.cards[0]?.months.slice(-3).map(({ period }) => period)).toEqual(['2026-10', '2026-11a', '2027-P10']);
  });
});

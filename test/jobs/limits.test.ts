import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrozenLimits } from '../../server/jobs/limits.ts';
import type { StoredLimits } from '../../server/store/store.ts';
import { parsePeriod, shiftPeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const HOUR = 3_600_000;
const INCIDENTS = `version: kpi/v1
id: incidents
name: Incidents
question: How often are customers hurt?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
  count: { of: incidents }
when_empty: zero
settles_after: 0 days
`;
const FIRST = '2026-W05';

describe('process limits', () => {
  let house: SmallHouse;
  let desk: GivenSource;
  const calendar = () => house.engine.organisationNow.calendar;
  const week = (number: number): Period => {
    const first = parsePeriod(calendar(), FIRST);
    if (first === null) throw new Error('no week');
    return shiftPeriod(calendar(), first, number - 1);
  };
  /** The nth week has 6 incidents where n is even, 4 where it is odd. */
  const incidentsOf = (number: number) =>
    Array.from({ length: number % 2 === 0 ? 6 : 4 }, (_, index) =>
      event('incident', `${number}-${index}`, new Date(week(number).start + (index + 10) * HOUR).toISOString(), {
        state: 'opened',
        fields: { team: 'payments', service: 'checkout', severity: 1 },
      }),
    );
  const pullIn = async (number: number, ...events: ReturnType<typeof event>[]) => {
    house.now = week(number).end + HOUR;
    desk.next = [{ events }];
    await house.engine.pull(VIEWER, 'desk');
  };
  const lateInWeek3 = () =>
    range(1, 40).flatMap((index) =>
      incidentsOf(3)
        .slice(0, 1)
        .map((fact) => ({ ...fact, item: `late-${index}`, key: `late-${index}` })),
    );
  const limitsIn = async (scope = 'organisation', grain: 'week' | 'month' = 'week'): Promise<(StoredLimits | null)[]> =>
    (await house.store.latestSnapshots({ kpi: 'incidents', scope, grain })).map(({ limits }) => limits);
  const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/incidents.yaml': INCIDENTS }, '2026-01-20T06:00:00Z');
  });
  afterEach(() => house.close());

  it('are stored with a value as they are when it settles: none, provisional from 12 points on, frozen from 24 on', async () => {
    await pullIn(30, ...range(1, 30).flatMap(incidentsOf));
    const limits = await limitsIn();
    expect(limits.slice(0, 11)).toEqual(new Array(11).fill(null));
    expect(limits[11]).toMatchObject({ mean: 5, isProvisional: true, from: week(1).id, to: week(12).id });
    const frozen = { mean: 5, lower: null, upper: 5 + 2.66 * 2, isProvisional: false, from: week(1).id, to: week(24).id };
    expect(limits.slice(23)).toEqual(new Array(7).fill(frozen));
    expect((await limitsIn('team:payments')).at(-1)).toEqual(frozen);
    expect((await limitsIn('team:search')).at(-1)).toMatchObject({ mean: 0, isProvisional: false });
    expect((await limitsIn('organisation', 'month')).at(-1)).toBeNull();
  });

  it('are the same whether weeks settle one by one or all at once', async () => {
    for (const number of range(1, 26)) await pullIn(number, ...incidentsOf(number));
    const byWeek = await limitsIn();
    const other = new GivenSource('desk', ['incident']);
    const second = await smallHouse([other], { 'incidents/incidents.yaml': INCIDENTS }, new Date(house.now).toISOString());
    other.next = [{ events: range(1, 26).flatMap(incidentsOf) }];
    await second.engine.pull(VIEWER, 'desk');
    const rows = await second.store.latestSnapshots({ kpi: 'incidents', scope: 'organisation', grain: 'week' });
    await second.close();
    expect(rows.map(({ limits }) => limits)).toEqual(byWeek);
  });

  it('do not move when an early point is restated, and neither does the review that shows them', async () => {
    await pullIn(26, ...range(1, 26).flatMap(incidentsOf));
    const before = await house.engine.review(VIEWER, week(26).id, 'organisation');
    await pullIn(27, ...lateInWeek3(), ...incidentsOf(27));
    const limits = await limitsIn();
    expect((await house.store.revisions('incidents', 'organisation', week(3).id)).at(-1)).toMatchObject({
      revision: 2,
      value: 44,
    });
    expect(limits[26]).toEqual(limits[25]);
    const after = await house.engine.review(VIEWER, week(27).id, 'organisation');
    const drawn = ({ review }: typeof before) => review.cards[0]?.limits.map(({ mean, upper }) => ({ mean, upper }));
    expect(drawn(before)).toEqual([{ mean: 5, upper: 5 + 2.66 * 2 }]);
    expect(drawn(after)).toEqual(drawn(before));
  });

  it.each([20, 26])('go on after a restart as they would have without one, %i weeks in', async (weeks) => {
    await pullIn(weeks, ...range(1, weeks).flatMap(incidentsOf));
    await pullIn(weeks, ...lateInWeek3());
    const [kpi] = house.engine.catalogue(VIEWER).flatMap((entry) => (entry.kpi === null ? [] : [entry.kpi]));
    if (kpi === undefined) throw new Error('no KPI');
    const again = new FrozenLimits();
    await again.open(house.store, kpi, calendar(), true);
    await pullIn(weeks + 1, ...incidentsOf(weeks + 1));
    for (const scope of ['organisation', 'team:payments', 'service:checkout']) {
      const row = (await house.store.latestSnapshots({ kpi: 'incidents', scope, grain: 'week' })).at(-1);
      if (row === undefined) throw new Error('no row');
      expect(again.take(kpi, week(weeks + 1), row)).toEqual(row.limits);
      expect(row.limits).not.toBeNull();
    }
  });

  it('begin anew at a divider, also after they were frozen, and with another definition', async () => {
    await pullIn(26, ...range(1, 26).flatMap(incidentsOf));
    const day = new Date(week(14).start + 12 * HOUR).toISOString().slice(0, 10);
    house.write('incidents/incidents.yaml', `${INCIDENTS}dividers:\n  - { on: ${day}, because: another way of counting }\n`);
    await pullIn(27, ...incidentsOf(27));
    expect((await limitsIn()).at(-1)).toMatchObject({ isProvisional: true, from: week(14).id, to: week(27).id });
    const later = new Date(week(29).start + 12 * HOUR).toISOString().slice(0, 10);
    house.write('incidents/incidents.yaml', `${INCIDENTS}dividers:\n  - { on: ${later}, because: another way of counting }\n`);
    await pullIn(41, ...range(28, 41).flatMap(incidentsOf));
    const limits = await limitsIn();
    expect(limits[27]).toMatchObject({ isProvisional: false, to: week(24).id });
    expect(limits.slice(28, 39)).toEqual(new Array(11).fill(null));
    expect(limits[40]).toMatchObject({ isProvisional: true, from: week(29).id, to: week(41).id });
    house.write('incidents/incidents.yaml', INCIDENTS.replace('incidents }', 'incidents }\n  where: { severity: [1, 2] }'));
    await pullIn(42, ...incidentsOf(42));
    expect((await limitsIn()).at(-1)).toMatchObject({ isProvisional: false, from: week(1).id, to: week(24).id });
  });

  it('of quarters are kept like those of weeks: provisional from twelve on, frozen from 24 on', async () => {
    await pullIn(2, ...range(1, 2).flatMap(incidentsOf));
    const [kpi] = house.engine.catalogue(VIEWER).flatMap((entry) => (entry.kpi === null ? [] : [entry.kpi]));
    const [row] = await house.store.latestSnapshots({ kpi: 'incidents', scope: 'organisation', grain: 'week' });
    const first = parsePeriod(calendar(), '2018-Q1');
    if (kpi === undefined || row === undefined || first === null) throw new Error('no row');
    const limits = new FrozenLimits();
    const kept = range(0, 25).map((index) => {
      const quarter = shiftPeriod(calendar(), first, index);
      const value = index % 2 === 0 ? 6 : 4;
      return limits.take(kpi, quarter, {
        ...row,
        grain: 'quarter',
        period: quarter.id,
        firstDay: quarter.firstDay,
        value,
        count: value,
      });
    });
    expect(kept.slice(0, 11)).toEqual(new Array(11).fill(null));
    expect(kept[11]).toMatchObject({ mean: 5, isProvisional: true, from: '2018-Q1', to: '2020-Q4' });
    expect(kept.at(-1)).toMatchObject({ mean: 5, upper: 5 + 2.66 * 2, isProvisional: false, from: '2018-Q1', to: '2023-Q4' });
  });

  it('of one series know nothing of another', async () => {
    await pullIn(13, ...range(1, 13).flatMap(incidentsOf));
    expect((await limitsIn('service:checkout')).at(-1)).toMatchObject({ mean: 64 / 13 });
  });
});

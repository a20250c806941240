import { describe, expect, it } from 'vitest';
import type { State } from '../../server/event/kinds.ts';
import type { Organisation } from '../../server/event/organisation.ts';
import type { Kpi, Where } from '../../server/kpi/kpi.ts';
import { LATER, at, item, one } from './support/in-berlin.ts';
import { kpiOf, ORGANISATION, type PlainItem } from './support/plain.ts';

describe('conditions', () => {
  const count = (where: Where): Kpi =>
    kpiOf({ type: 'count', of: 'incident', per: null }, { countedIn: 'opened', whenEmpty: 'zero', where: [where] });

  it.each([
    ['business_hours', ['noon Tuesday']],
    ['evenings', ['eight on Tuesday evening']],
    ['nights', ['three on Saturday']],
    ['weekends', ['noon Saturday']],
    ['holidays', ['noon on New Year']],
    ['days_off', ['noon Saturday', 'noon on New Year']],
    ['off_hours', ['eight on Tuesday evening', 'noon Saturday', 'noon on New Year', 'three on Saturday']],
  ] as const)('during %s', (during, expected) => {
    const items = [
      item('noon Tuesday', [['opened', '2026-03-03T12:00']]),
      item('eight on Tuesday evening', [['opened', '2026-03-03T20:00']]),
      item('noon Saturday', [['opened', '2026-03-07T12:00']]),
      item('three on Saturday', [['opened', '2026-03-07T03:00']]),
      item('noon on New Year', [['opened', '2026-01-01T12:00']]),
    ];
    const found = one(
      count({ field: 'during', condition: { test: 'during', during } }),
      { items: { incident: items }, now: LATER },
      '2026',
    );
    expect(found.evidence().map((each) => each.uid)).toEqual(expected);
  });

  it('are the same of many, for which hours are looked up by the quarter', () => {
    const zones = ['Asia/Kathmandu', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'];
    const START = at('2026-02-01T00:00');
    const items = Array.from({ length: 2400 }, (_, index): PlainItem => {
      const opened = START + index * 5_003_000 * 2;
      const team = index % 3 === 0 ? 'platform' : 'payments';
      return {
        uid: `many ${index}`,
        instants: { opened },
        stretches: [{ from: opened, state: 'opened', team }],
        codes: index % 5 === 0 ? {} : { zone: zones[index % zones.length] ?? '' },
      };
    });
    const world = { items: { incident: items }, now: LATER };
    const off = count({ field: 'during', condition: { test: 'during', during: 'off_hours' } });
    const first = one(off, world, '2026');
    for (let round = 0; round < 100; round += 1) one(off, world, '2026');
    const last = one(off, world, '2026');
    expect([last.value, last.digest]).toEqual([first.value, first.digest]);
    const business = one(count({ field: 'during', condition: { test: 'during', during: 'business_hours' } }), world, '2026');
    expect((first.value ?? 0) + (business.value ?? 0)).toBe(
      one(kpiOf({ type: 'count', of: 'incident', per: null }, { countedIn: 'opened' }), world, '2026').value,
    );
    expect(business.value).toBeGreaterThan(300);
  });

  it('read the clock of the item, else of its team, else of the organisation', () => {
    const noonInBerlin: [State, string][] = [['opened', '2026-03-03T12:00']];
    const items = [
      item('in Berlin', noonInBerlin),
      item('in New York, where the team is', noonInBerlin, { team: 'platform' }),
      item('in Tokyo, where the item is', noonInBerlin, { team: 'platform', codes: { zone: 'Asia/Tokyo' } }),
    ];
    const within = (during: 'nights' | 'evenings' | 'business_hours'): string[] =>
      one(count({ field: 'during', condition: { test: 'during', during } }), { items: { incident: items }, now: LATER }, '2026')
        .evidence()
        .map((each) => each.uid);
    expect(within('business_hours')).toEqual(['in Berlin']);
    expect(within('nights')).toEqual(['in New York, where the team is']);
    expect(within('evenings')).toEqual(['in Tokyo, where the item is']);
  });

  it('count holidays of everyone, of the zone and of the lists that a team chose', () => {
    const noon = (date: string): [State, string][] => [['opened', `${date}T12:00`]];
    const items = ['2026-01-01', '2026-08-14', '2026-10-02'].flatMap((date) =>
      ['payments', 'platform'].map((team) => item(`${date} ${team}`, noon(date), { team, codes: { zone: 'Europe/Berlin' } })),
    );
    const organisation: Organisation = {
      ...ORGANISATION,
      holidays: { all: ['2026-01-01'], 'Europe/Berlin': ['2026-10-02'], bavaria: ['2026-08-14'] },
      teams: ORGANISATION.teams.map((team) => (team.id === 'payments' ? { ...team, holidays: ['bavaria'] } : team)),
    };
    const found = one(
      count({ field: 'during', condition: { test: 'during', during: 'holidays' } }),
      { items: { incident: items }, now: LATER, organisation },
      '2026',
    );
    expect(found.evidence().map((each) => each.uid)).toEqual([
      '2026-01-01 payments',
      '2026-01-01 platform',
      '2026-08-14 payments',
      '2026-10-02 payments',
      '2026-10-02 platform',
    ]);
  });

  it('find a pattern anywhere in the text, and never in what is not set', () => {
    const items = [
      item('a', [['opened', '2026-03-03T12:00']], { codes: { cause: 'db: disk full' } }),
      item('b', [['opened', '2026-03-03T12:00']], { codes: { cause: 'network' } }),
      item('c', [['opened', '2026-03-03T12:00']]),
    ];
    const found = (negated: boolean): string[] =>
      one(
        count({ field: 'cause', condition: { test: 'matches', pattern: '^db:.*full$|disk', negated } }),
        { items: { incident: items }, now: LATER },
        '2026',
      )
        .evidence()
        .map((each) => each.uid);
    expect(found(false)).toEqual(['a']);
    expect(found(true)).toEqual(['b', 'c']);
  });

  it('survive a pattern that takes a backtracking engine years', () => {
    const items = [item('a', [['opened', '2026-03-03T12:00']], { codes: { cause: `${'a'.repeat(5000)}!` } })];
    const kpi = count({ field: 'cause', condition: { test: 'matches', pattern: '^(a+)+$', negated: false } });
    expect(one(kpi, { items: { incident: items }, now: LATER }, '2026').value).toBe(0);
  });
});

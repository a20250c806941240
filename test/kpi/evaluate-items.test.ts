import { describe, expect, it } from 'vitest';
import type { State } from '../../server/event/kinds.ts';
import type { Scope } from '../../server/event/organisation.ts';
import type { Measure, Where } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { HOUR, LATER, at, item, one, periodNamed } from './support/in-berlin.ts';
import { kpiOf, type PlainItem } from './support/plain.ts';

const restore: Measure = {
  type: 'duration',
  of: 'incident',
  from: 'opened',
  to: 'restored',
  excluding: [],
  clock: 'wall',
  summarise: 'median',
};
const timeToRestore = kpiOf(restore, { countedIn: 'restored' });
const excluded = (measured: Evaluated): Record<string, number> =>
  Object.fromEntries(measured.exclusions.map(({ reason, count }) => [reason, count]));

describe('time to restore', () => {
  it('names the incidents still open beside the value, with the age of the oldest', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-02T10:00'],
        ['restored', '2026-03-02T12:00'],
      ]),
      item('b', [
        ['opened', '2026-03-03T00:00'],
        ['restored', '2026-03-20T00:00'],
      ]),
      item('c', [['opened', '2026-03-05T00:00']]),
    ];
    const measured = one(timeToRestore, { items: { incident: items }, now: LATER }, '2026-W10');
    expect(measured.value).toBe(2 * HOUR);
    expect(excluded(measured)).toEqual({ 'still open': 2 });
    expect(measured.also['oldest open']).toBe(6 * 24 * HOUR);
    expect(measured.evidence().map(({ uid, value, excluded: reason }) => [uid, value, reason])).toEqual([
      ['a', 2 * HOUR, null],
      ['b', null, 'still open'],
      ['c', null, 'still open'],
    ]);
  });

  it('judges what is still open in a running week at the present, not at its end', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-02T10:00'],
        ['restored', '2026-03-05T10:00'],
      ]),
    ];
    const measured = one(timeToRestore, { items: { incident: items }, now: at('2026-03-04T10:00') }, '2026-W10');
    expect(measured).toMatchObject({ value: null, emptiness: 'none to measure', also: { 'oldest open': 48 * HOUR } });
  });

  it('leaves out merged, planned, cancelled, unresolved and impossible ones, each with its reason', () => {
    const done: [State, string][] = [
      ['opened', '2026-03-02T10:00'],
      ['restored', '2026-03-02T12:00'],
    ];
    const items = [
      item('a', done, { codes: { merged_into: 'z' } }),
      item('b', done, { numbers: { planned: 1 } }),
      item('c', [
        ['opened', '2026-03-02T10:00'],
        ['cancelled', '2026-03-03T10:00'],
      ]),
      item('d', [
        ['opened', '2026-03-02T10:00'],
        ['closed', '2026-03-03T10:00'],
      ]),
      item('e', done, { instants: { opened: at('2026-03-02T13:00') } }),
      item('f', done),
    ];
    const measured = one(timeToRestore, { items: { incident: items }, now: LATER }, '2026-W10');
    expect(measured).toMatchObject({ value: 2 * HOUR, count: 1 });
    expect(excluded(measured)).toEqual({
      merged: 1,
      planned: 1,
      cancelled: 1,
      'closed without resolution': 1,
      'restored before opened': 1,
    });
  });

  it('takes the time in an excluded state out of the duration', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-02T10:00'],
        ['on_hold', '2026-03-02T11:00'],
        ['in_progress', '2026-03-02T14:00'],
        ['restored', '2026-03-02T15:00'],
      ]),
    ];
    const kpi = { ...timeToRestore, measure: { ...restore, excluding: ['on_hold'] } };
    expect(one(kpi, { items: { incident: items }, now: LATER }, '2026-W10').value).toBe(2 * HOUR);
  });

  it('measures real hours through the night in which a clock hour is skipped', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-29T00:00'],
        ['restored', '2026-03-29T06:00'],
      ]),
    ];
    expect(one(timeToRestore, { items: { incident: items }, now: LATER }, '2026-W13').value).toBe(5 * HOUR);
  });

  it('cuts weeks at local midnight on both sides of a clock change', () => {
    const items = [
      item('last minute of the 167 hour week', [
        ['opened', '2026-03-29T20:00'],
        ['restored', '2026-03-29T23:59'],
      ]),
      item('first second of the week after', [
        ['opened', '2026-03-29T20:00'],
        ['restored', '2026-03-30T00:00'],
      ]),
    ];
    const world = { items: { incident: items }, now: LATER };
    expect(one(timeToRestore, world, '2026-W13').evidence()[0]?.uid).toBe('last minute of the 167 hour week');
    expect(one(timeToRestore, world, '2026-W13').count).toBe(1);
    expect(one(timeToRestore, world, '2026-W14').evidence()[0]?.uid).toBe('first second of the week after');
  });

  it('says "never acknowledged" of an incident that was closed out without it', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-02T10:00'],
        ['resolved', '2026-03-03T10:00'],
      ]),
    ];
    const kpi = kpiOf({ ...restore, to: 'acknowledged' }, { countedIn: 'acknowledged' });
    expect(excluded(one(kpi, { items: { incident: items }, now: LATER }, '2026-W10'))).toEqual({ 'never acknowledged': 1 });
  });
});

describe('attribution', () => {
  const moved: PlainItem = {
    uid: 'a',
    instants: { opened: at('2026-03-02T10:00'), restored: at('2026-03-11T10:00') },
    stretches: [
      { from: at('2026-03-02T10:00'), state: 'opened', team: 'payments', service: 'checkout' },
      { from: at('2026-03-10T10:00'), state: 'opened', team: 'platform', service: 'checkout' },
      { from: at('2026-03-11T10:00'), state: 'restored', team: 'platform', service: 'checkout' },
    ],
  };

  it('counts a moved incident where it stood at the counted moment', () => {
    const arrivals = kpiOf({ type: 'count', of: 'incident', per: null }, { countedIn: 'opened', whenEmpty: 'zero' });
    const world = { items: { incident: [moved] }, now: LATER };
    expect(one(arrivals, world, '2026-W10', 'team:payments').value).toBe(1);
    expect(one(arrivals, world, '2026-W10', 'team:platform').value).toBe(0);
    expect(one(timeToRestore, world, '2026-W11', 'team:platform').count).toBe(1);
    expect(one(timeToRestore, world, '2026-W11', 'team:payments').count).toBe(0);
    expect(one(timeToRestore, world, '2026-W11', 'service:checkout').count).toBe(1);
  });

  it('gives an item without a team to the owner of its service, from the day ownership changed', () => {
    const depth = kpiOf({ type: 'depth', of: 'incident', growth: false });
    const items = [item('a', [['opened', '2026-03-02T10:00']], { service: 'search' })];
    const world = { items: { incident: items }, now: LATER };
    const depths = (scope: Scope): (number | null)[] =>
      ['2026-W10', '2026-W11', '2026-W12'].map((week) => one(depth, world, week, scope).value);
    // The owner changes at the very end of week 11, the 15th belonging to it already.
    expect(depths('team:platform')).toEqual([1, 0, 0]);
    expect(depths('team:payments')).toEqual([0, 1, 1]);
  });
});

describe('queues', () => {
  it('hold a reopened item, and forget what closed', () => {
    const items = [
      item('a', [
        ['opened', '2026-03-02T10:00'],
        ['closed', '2026-03-03T10:00'],
        ['reopened', '2026-03-12T00:00'],
      ]),
    ];
    const depth = kpiOf({ type: 'depth', of: 'incident', growth: false });
    const world = { items: { incident: items }, now: LATER };
    expect(['2026-W09', '2026-W10', '2026-W11'].map((week) => one(depth, world, week).value)).toEqual([0, 0, 1]);
    const age = (since: 'first opened' | 'last opened'): number | null =>
      one(kpiOf({ type: 'age', of: 'incident', since, summarise: 'p50' }), world, '2026-W11').value;
    expect(age('first opened')).toBe((13 * 24 + 14) * HOUR);
    expect(age('last opened')).toBe(4 * 24 * HOUR);
  });

  it('change by what arrived less what closed', () => {
    const items = [
      item('closed at the very end', [
        ['opened', '2026-03-02T00:00'],
        ['closed', '2026-03-09T00:00'],
      ]),
      item('opened at the very end', [
        ['opened', '2026-03-09T00:00'],
        ['closed', '2026-03-10T00:00'],
      ]),
    ];
    const world = { items: { incident: items }, now: LATER };
    const depth = kpiOf({ type: 'depth', of: 'incident', growth: false });
    const count = (countedIn: string, week: string): number | null =>
      one(kpiOf({ type: 'count', of: 'incident', per: null }, { countedIn, whenEmpty: 'zero' }), world, week).value;
    expect(one(depth, world, '2026-W10').value).toBe(1);
    expect(one(depth, world, '2026-W11').value).toBe(0);
    expect([count('opened', '2026-W11'), count('closed', '2026-W11')]).toEqual([1, 2]);
  });
});

describe('emptiness', () => {
  const depth = kpiOf({ type: 'depth', of: 'incident', growth: false });
  const count = kpiOf({ type: 'count', of: 'incident', per: null }, { countedIn: 'opened' });
  const week = periodNamed('2026-W10');
  const hour = 3_600_000;

  it.each([
    ['a source that never completed a pass', { from: null, until: null }, 'no data', 'no data'],
    ['a pass that ended before the week began', { from: null, until: week.start }, 'no data', 'no data'],
    ['a pass that ended within the week', { from: null, until: week.start + hour }, 'none to measure', 'no data'],
    ['history that begins with the week', { from: week.start, until: LATER }, 'none to measure', null],
    ['history that begins within the week', { from: week.start + hour, until: LATER }, 'before history', null],
    ['history that begins after the week', { from: week.end + hour, until: LATER }, 'before history', 'before history'],
    ['all of history', { from: null, until: LATER }, 'none to measure', null],
  ])('with %s', (_name, coverage, ofCount, ofDepth) => {
    expect(one(count, { now: LATER, coverage }, '2026-W10').emptiness).toBe(ofCount);
    expect(one(depth, { now: LATER, coverage }, '2026-W10').emptiness).toBe(ofDepth);
  });

  it('gives a running week what is known so far', () => {
    const now = week.start + 48 * hour;
    const coverage = { from: null, until: now - hour };
    expect(one(depth, { now, coverage }, '2026-W10')).toMatchObject({ value: 0, emptiness: null });
  });

  it('is zero where nothing happening is a count', () => {
    expect(one({ ...count, whenEmpty: 'zero' }, { now: LATER }, '2026-W10')).toMatchObject({
      value: 0,
      emptiness: null,
      count: 0,
    });
  });
});

describe('counts by time', () => {
  const three = ['2026-03-02T10:00', '2026-03-03T10:00', '2026-03-04T10:00'];
  const items = three.map((text, index) => item(`i${index}`, [['opened', text]]));

  it('by day divide by local days, and by those begun while the week runs', () => {
    const perDay = kpiOf({ type: 'count', of: 'incident', per: 'day' }, { countedIn: 'opened' });
    expect(one(perDay, { items: { incident: items }, now: LATER }, '2026-W10').value).toBe(3 / 7);
    expect(one(perDay, { items: { incident: items }, now: at('2026-03-04T12:00') }, '2026-W10').value).toBe(1);
  });

  it('by 12 hours on call divide by shifts clipped to the week and the present', () => {
    const perShift = kpiOf({ type: 'count', of: 'page', per: '12 hours on call' }, { countedIn: 'sent' });
    const page: PlainItem = {
      uid: 'p',
      instants: { sent: at('2026-03-02T01:00') },
      stretches: [{ from: at('2026-03-02T01:00'), state: null, team: 'payments' }],
    };
    const shift: PlainItem = {
      uid: 's',
      instants: { from: at('2026-03-01T12:00'), to: at('2026-03-03T00:00') },
      stretches: [{ from: at('2026-03-01T12:00'), state: null, team: 'payments' }],
    };
    const world = { items: { page: [page], shift: [shift] }, now: LATER };
    expect(one(perShift, world, '2026-W10').value).toBe(0.5);
    expect(one(perShift, world, '2026-W10', 'team:payments').value).toBe(0.5);
    expect(one(perShift, world, '2026-W10', 'team:platform')).toMatchObject({ value: null, emptiness: 'no denominator' });
    expect(one(perShift, { ...world, now: at('2026-03-02T12:00') }, '2026-W10').value).toBe(1);
  });

  it('leave out what was deleted from its source, and say so', () => {
    const deployment = (uid: string, more: Record<string, number>): PlainItem => ({
      uid,
      instants: { finished: at('2026-03-02T10:00'), ...more },
      stretches: [{ from: at('2026-03-02T10:00'), state: null }],
    });
    const kpi = kpiOf({ type: 'count', of: 'deployment', per: null }, { countedIn: 'finished' });
    const world = {
      items: { deployment: [deployment('a', {}), deployment('b', { cancelled: at('2026-03-09T00:00') })] },
      now: LATER,
    };
    const measured = one(kpi, world, '2026-W10');
    expect(measured.value).toBe(1);
    expect(excluded(measured)).toEqual({ cancelled: 1 });
  });
});

describe('what stands beside a value', () => {
  const at9 = { instants: { opened: at('2026-03-02T09:00'), restored: at('2026-03-02T12:00') } };
  const reopened = (uid: string, harm: number | null) =>
    item(
      uid,
      [
        ['opened', '2026-03-02T09:00'],
        ['restored', '2026-03-02T12:00'],
      ],
      { ...at9, ...(harm === null ? {} : { numbers: { harm } }) },
    );

  it('time in harm is summarised as the time to restore is, over those of which it is known', () => {
    const planned = { ...reopened('D', 9 * HOUR), numbers: { harm: 9 * HOUR, planned: 1 } };
    const items = { incident: [reopened('A', 2 * HOUR), reopened('B', HOUR), reopened('C', null), planned] };
    const found = one(kpiOf(restore, { alsoShow: ['time in harm', 'longest'] }), { items, now: LATER }, '2026-W10');
    expect(found.also).toEqual({ 'time in harm': 1.5 * HOUR, longest: 3 * HOUR });
    const unknown = { incident: [reopened('C', null)] };
    expect(one(kpiOf(restore, { alsoShow: ['time in harm'] }), { items: unknown, now: LATER }, '2026-W10').also).toEqual({
      'time in harm': null,
    });
  });

  const deployment = (uid: string, numbers: Record<string, number>, service = 'checkout'): PlainItem => ({
    uid,
    instants: { finished: at('2026-03-03T09:00') },
    codes: { purpose: uid === 'D' ? 'rollback' : 'release' },
    numbers,
    stretches: [{ from: at('2026-03-03T09:00'), state: null, service }],
  });
  const failures = kpiOf(
    { type: 'ratio', of: 'deployment', outOf: [] },
    {
      where: [
        { field: 'change_failed', condition: { test: 'in', values: [true], negated: false } },
        { field: 'purpose', condition: { test: 'in', values: ['release'], negated: false } },
      ],
      countedIn: 'finished',
      alsoShow: ['up to'],
    },
  );

  it('a share of failures goes up to those that may have failed, where the other conditions hold', () => {
    const deployments = [
      deployment('A', { change_failed: 1, may_have_failed: 0 }),
      deployment('B', { change_failed: 0, may_have_failed: 1 }),
      deployment('C', { change_failed: 0, may_have_failed: 0 }),
      deployment('D', { change_failed: 0, may_have_failed: 1 }),
    ];
    const found = one(failures, { items: { deployment: deployments }, now: LATER }, '2026-W10');
    expect([found.value, found.also]).toEqual([0.25, { 'up to': 0.5 }]);
  });

  it('where nobody is suspected, the range ends with the value', () => {
    const deployments = [deployment('A', { change_failed: 1 }), deployment('B', { change_failed: 0 })];
    const found = one(failures, { items: { deployment: deployments }, now: LATER }, '2026-W10');
    expect([found.value, found.also]).toEqual([0.5, { 'up to': 0.5 }]);
    expect(one(failures, { now: LATER }, '2026-W10').also).toEqual({ 'up to': null });
  });
});

describe('what is overdue', () => {
  const action = (uid: string, due: string | null, states: Parameters<typeof item>[1]) =>
    item(uid, states, due === null ? {} : { instants: { opened: at('2026-03-02T09:00'), due: at(due) } });
  const items = {
    action: [
      action('late', '2026-03-05T00:00', [['opened', '2026-03-02T09:00']]),
      action('late but done', '2026-03-05T00:00', [
        ['opened', '2026-03-02T09:00'],
        ['closed', '2026-03-06T00:00'],
      ]),
      action('due at the very end', '2026-03-09T00:00', [['opened', '2026-03-02T09:00']]),
      action('not due', null, [['opened', '2026-03-02T09:00']]),
    ],
  };
  const overdue = (isOverdue: boolean): readonly Where[] => [
    { field: 'overdue', condition: { test: 'in', values: [isOverdue], negated: false } },
  ];
  const open = (isOverdue: boolean, period: string) =>
    one(kpiOf({ type: 'depth', of: 'action', growth: false }, { where: overdue(isOverdue) }), { items, now: LATER }, period);

  it("is still open and was due before the period's end", () => {
    expect(
      open(true, '2026-W10')
        .evidence()
        .map(({ uid }) => uid),
    ).toEqual(['late']);
    expect(
      open(true, '2026-W11')
        .evidence()
        .map(({ uid }) => uid),
    ).toEqual(['due at the very end', 'late']);
  });

  it('is false of what is not due at all', () => {
    expect(
      open(false, '2026-W11')
        .evidence()
        .map(({ uid }) => uid),
    ).toEqual(['not due']);
  });

  it('grows by what becomes due, without anything being moved', () => {
    const growth = kpiOf({ type: 'depth', of: 'action', growth: true }, { where: overdue(true) });
    const found = one(growth, { items, now: LATER }, '2026-W10');
    expect([found.value, found.also['moved in'], found.also['closed']]).toEqual([1, 2, 1]);
  });
});

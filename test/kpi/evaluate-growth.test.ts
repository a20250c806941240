import { describe, expect, it } from 'vitest';
import { isOpenState } from '../../server/event/states.ts';
import { MOVEMENTS, type Movement } from '../../server/kpi/beside.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { everywhere, sameValue } from './support/everywhere.ts';
import { LATER, item, one } from './support/in-berlin.ts';
import { isIn, meets, oracleOpen, type OracleQuestion } from './support/oracle.ts';
import { ORGANISATION, kpiOf, type PlainItem } from './support/plain.ts';

const growth = (more: Partial<Kpi> = {}): Kpi => kpiOf({ type: 'depth', of: 'incident', growth: true }, more);

/** Every second at which anything may change is looked at from both sides. */
const oracleMoves = (question: OracleQuestion): { counts: Record<string, number>; nets: Record<string, number> } => {
  const counts: Record<string, number> = Object.fromEntries(MOVEMENTS.map((name) => [name, 0]));
  const nets: Record<string, number> = {};
  const owners = ORGANISATION.services.flatMap((service) => service.owners.map((owner) => owner.since));
  for (const each of question.items) {
    const begun = each.stretches[0]?.from ?? 0;
    const isOpen = (instant: number): boolean =>
      instant >= begun && isOpenState(each.stretches.filter((stretch) => stretch.from <= instant).at(-1)?.state ?? null);
    const isThere = (instant: number): boolean =>
      isOpen(instant) && isIn(question, each, instant) && meets(question, each, instant);
    const seconds = new Set([...each.stretches.map((stretch) => stretch.from), ...owners, each.instants['due'] ?? 0]);
    for (const second of [...seconds].sort((left, right) => left - right)) {
      if (second < question.period.start || second >= question.period.end || second > question.now) continue;
      const [was, is] = [isThere(second - 1000), isThere(second)];
      if (was === is) continue;
      counts[nameOf(each, second, is, isOpen)] = (counts[nameOf(each, second, is, isOpen)] ?? 0) + 1;
      nets[each.uid] = (nets[each.uid] ?? 0) + (is ? 1 : -1);
    }
  }
  return { counts, nets };
};

const nameOf = (each: PlainItem, second: number, isIn: boolean, isOpen: (instant: number) => boolean): Movement => {
  if (isIn) {
    if (isOpen(second - 1000)) return 'moved in';
    return each.stretches.some((stretch) => stretch.from < second && isOpenState(stretch.state)) ? 'reopened' : 'arrived';
  }
  if (isOpen(second)) return 'moved out';
  return each.stretches.filter((stretch) => stretch.from <= second).at(-1)?.state === 'cancelled' ? 'cancelled' : 'closed';
};

describe('growth of a queue', () => {
  it('is the depth at the end less that at the start, in every scope and period, and so is its list', () => {
    everywhere(
      3000,
      (each) => growth({ where: each.where }),
      (measured, question) => {
        const { period } = question;
        const depth = oracleOpen(question).values.length;
        const before = oracleOpen({ ...question, period: { ...period, end: period.start } }).values.length;
        sameValue(measured, depth - before);
        const { counts, nets } = oracleMoves(question);
        const evidence = measured.evidence();
        const told = Object.fromEntries(evidence.map(({ uid, value }) => [uid, value]));
        if (evidence.reduce((sum, { value }) => sum + (value ?? 0), 0) !== measured.value || measured.count !== evidence.length)
          expect({ evidence, count: measured.count }).toBe(measured.value);
        if (JSON.stringify(measured.also) !== JSON.stringify(counts)) expect(measured.also).toEqual(counts);
        if (Object.keys(told).length !== evidence.length || JSON.stringify(told) !== JSON.stringify(sorted(nets)))
          expect(told).toEqual(nets);
      },
    );
  });

  const nothing = Object.fromEntries(MOVEMENTS.map((name) => [name, 0]));

  it('is 0 where nothing came or went', () => {
    const found = one(growth(), { now: LATER }, '2026-W10');
    expect([found.value, found.emptiness, found.count, found.also]).toEqual([0, null, 0, nothing]);
  });

  const moved = item('A', [
    ['opened', '2026-03-02T10:00'],
    ['in_progress', '2026-03-03T10:00'],
    ['restored', '2026-03-05T10:00'],
    ['reopened', '2026-03-06T10:00'],
  ]);
  const [, second, third, fourth] = moved.stretches;
  if (second === undefined || third === undefined || fourth === undefined) throw new Error('too few stretches');
  const wandering: PlainItem = {
    ...moved,
    stretches: moved.stretches.map((stretch, index) => ({ ...stretch, team: index === 0 ? 'payments' : 'platform' })),
  };

  it.each<[Scope, number, Record<string, number>]>([
    ['organisation', 1, { arrived: 1, reopened: 1, closed: 1 }],
    ['team:payments', 0, { arrived: 1, 'moved out': 1 }],
    ['team:platform', 1, { 'moved in': 1, closed: 1, reopened: 1 }],
  ])('tells what came and what went, where an item moved between teams and was reopened: %s', (scope, value, counts) => {
    const found = one(growth(), { items: { incident: [wandering] }, now: LATER }, '2026-W10', scope);
    expect([found.value, found.count, found.also]).toEqual([value, 1, { ...nothing, ...counts }]);
    expect(found.evidence().map((each) => [each.uid, each.value])).toEqual([['A', value]]);
  });

  it('follows a service that changed hands', () => {
    const open = item('B', [['opened', '2026-03-01T10:00']], { service: 'search' });
    const world = { items: { incident: [open] }, now: LATER };
    const of = (scope: Scope) => one(growth(), world, '2026-03', scope);
    const byWeek = (scope: Scope) => one(growth(), world, '2026-W11', scope);
    expect([byWeek('team:platform').value, byWeek('team:payments').value, byWeek('organisation').value]).toEqual([-1, 1, 0]);
    expect(of('team:platform').also).toEqual({ ...nothing, arrived: 1, 'moved out': 1 });
    expect(of('service:search').also).toEqual({ ...nothing, arrived: 1 });
  });

  it('takes what closes at the very end of a period for the next one', () => {
    const items = {
      incident: [
        item('C', [
          ['opened', '2026-03-04T10:00'],
          ['closed', '2026-03-09T00:00'],
        ]),
      ],
    };
    expect(one(growth(), { items, now: LATER }, '2026-W10').value).toBe(1);
    expect(one(growth(), { items, now: LATER }, '2026-W11').value).toBe(-1);
  });

  it('knows a period only whose beginning and end are known', () => {
    const [monday, sunday] = [Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 8)];
    const within = (from: number | null, until: number) =>
      one(growth(), { now: LATER, coverage: { from, until } }, '2026-W10').emptiness;
    expect([within(monday, LATER), within(null, sunday), within(Date.UTC(2026, 2, 1), LATER)]).toEqual([
      'before history',
      'no data',
      null,
    ]);
  });
});

const sorted = (nets: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(nets).sort(([left], [right]) => (left < right ? -1 : 1)));

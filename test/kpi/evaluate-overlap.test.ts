import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { everywhere, sameValue } from './support/everywhere.ts';
import { HOUR, LATER, at, item, one } from './support/in-berlin.ts';
import { isIn, meets, serviceAt, teamAt, type OracleQuestion } from './support/oracle.ts';
import { kpiOf, type PlainItem } from './support/plain.ts';

const overlap = (oncePer: string | null, more: Partial<Kpi> = {}): Kpi =>
  kpiOf({ type: 'overlap', of: 'incident', from: 'impact_started', to: 'restored', oncePer }, more);

interface Part {
  readonly item: PlainItem;
  readonly began: number;
  readonly start: number;
  readonly end: number;
  readonly reason: string | null;
  readonly group: string | null;
}

const partOf = (question: OracleQuestion, each: PlainItem, oncePer: string | null): Part[] => {
  const { period, now } = question;
  const known = (name: string): number | undefined => {
    const instant = each.instants[name];
    return instant !== undefined && instant <= now ? instant : undefined;
  };
  const began = known('impact_started') ?? known('opened');
  if (began === undefined) return [];
  const restored = known('restored');
  const over = restored ?? Math.min(...['resolved', 'closed', 'cancelled'].map((name) => known(name) ?? Infinity));
  const reason =
    each.codes?.['merged_into'] !== undefined
      ? 'merged'
      : each.numbers?.['planned'] === 1
        ? 'planned'
        : known('cancelled') !== undefined
          ? 'cancelled'
          : restored === undefined && over < Infinity
            ? 'closed without resolution'
            : restored !== undefined && restored < began
              ? 'restored before impact started'
              : null;
  const last = Math.max(began, over);
  const isIn = began < period.end && began <= now && (last > period.start || (last === began && began >= period.start));
  if (!isIn) return [];
  const start = Math.max(began, period.start);
  const end = Math.max(start, Math.min(last, period.end, now));
  const group =
    oncePer === 'service'
      ? serviceAt(each, start)
      : oncePer === 'team'
        ? teamAt(each, question.organisation, start)
        : each.codes?.[oncePer ?? ''];
  return [{ item: each, began, start, end, reason, group: group ?? null }];
};

/** Time is cut at every start and end; each piece goes to the item that began first among those of a group. */
const secondsOf = (part: Part, all: readonly Part[], oncePer: string | null): number => {
  const rivals = all.filter(
    (other) =>
      oncePer !== null &&
      part.group !== null &&
      other.group === part.group &&
      other.reason === null &&
      (other.began < part.began || (other.began === part.began && other.item.uid < part.item.uid)),
  );
  const cuts = [...new Set([part.start, part.end, ...rivals.flatMap(({ start, end }) => [start, end])])]
    .filter((cut) => cut >= part.start && cut <= part.end)
    .sort((left, right) => left - right);
  let ms = 0;
  cuts.slice(1).forEach((to, index) => {
    const from = cuts[index] ?? to;
    if (!rivals.some((rival) => rival.start <= from && rival.end >= to)) ms += to - from;
  });
  return ms / 1000;
};

describe('time within the period', () => {
  it.each([null, 'service', 'team', 'cause'])('agrees with cutting time at every start and end, once per %s', (oncePer) => {
    everywhere(
      1200,
      (each) => overlap(oncePer, { where: each.where }),
      (measured, question) => {
        // Whoever took the time, in whatever scope: a second belongs to one item.
        const all = question.items
          .flatMap((each) => partOf(question, each, oncePer))
          .filter((part) => meets(question, part.item, part.start));
        const own = all.filter((part) => isIn(question, part.item, part.start));
        const counted = own.filter(({ reason }) => reason === null);
        const seconds = counted.map((part) => ({ uid: part.item.uid, value: secondsOf(part, all, oncePer) }));
        seconds.sort((left, right) => (left.uid < right.uid ? -1 : 1));
        const total = seconds.reduce((sum, { value }) => sum + value, 0);
        sameValue(measured, counted.length === 0 ? null : total);
        const evidence = measured.evidence();
        const told = evidence.flatMap(({ uid, value }) => (value === null ? [] : [{ uid, value }]));
        if (JSON.stringify(told) !== JSON.stringify(seconds)) expect(told).toEqual(seconds);
        const left = evidence.flatMap(({ excluded }) => excluded ?? []).sort();
        const expected = own.flatMap(({ reason }) => reason ?? []).sort();
        if (left.join() !== expected.join()) expect(left).toEqual(expected);
        const excluded = measured.exclusions.reduce((sum, { count }) => sum + count, 0);
        if (measured.count !== told.length || excluded !== left.length)
          expect([measured.count, excluded]).toEqual([told.length, left.length]);
      },
    );
  });

  const incident = (uid: string, from: string, to: string | null, service: string | undefined = 'checkout'): PlainItem =>
    item(uid, [['opened', from], ...(to === null ? [] : [['restored', to] as ['restored', string]])], {
      ...(service === undefined ? {} : { service }),
    });

  const items = {
    incident: [
      incident('A', '2026-03-08T23:00', '2026-03-09T02:00'),
      incident('B', '2026-03-09T01:00', '2026-03-09T04:00'),
      incident('C', '2026-03-09T01:00', '2026-03-09T02:30', 'search'),
    ],
  };

  it('counts from the opening where nobody knows when the impact began, and is cut at the bounds of the period', () => {
    expect(one(overlap(null), { items, now: LATER }, '2026-W10').value).toBe(1 * HOUR);
    expect(one(overlap(null), { items, now: LATER }, '2026-W11').value).toBe((2 + 3 + 1.5) * HOUR);
    const known = {
      incident: [
        {
          ...incident('A', '2026-03-09T02:00', '2026-03-09T03:00'),
          instants: { impact_started: at('2026-03-08T22:00'), opened: at('2026-03-09T02:00'), restored: at('2026-03-09T03:00') },
        },
      ],
    };
    expect(one(overlap(null), { items: known, now: LATER }, '2026-W10').value).toBe(2 * HOUR);
  });

  it('counts the time of a service once, and gives it to the incident that began first', () => {
    const found = one(overlap('service', { alsoShow: ['longest'] }), { items, now: LATER }, '2026-W11');
    expect([found.value, found.count, found.also]).toEqual([(2 + 2 + 1.5) * HOUR, 3, { longest: 2 * HOUR }]);
    expect(found.evidence().map(({ uid, value }) => [uid, value])).toEqual([
      ['A', 2 * HOUR],
      ['B', 2 * HOUR],
      ['C', 1.5 * HOUR],
    ]);
    const alone = {
      incident: items.incident.map((each) => ({
        ...each,
        stretches: each.stretches.map(({ from, state }) => ({ from, state })),
      })),
    };
    expect(one(overlap('service'), { items: alone, now: LATER }, '2026-W11').value).toBe((2 + 3 + 1.5) * HOUR);
  });

  it('adds up over teams and services to the organisation', () => {
    const of = (scope: 'organisation' | `service:${string}`) =>
      one(overlap('service'), { items, now: LATER }, '2026-W11', scope).value ?? 0;
    expect(of('service:checkout') + of('service:search')).toBe(of('organisation'));
  });

  it('lasts to the end of the period where it has not ended, or to now', () => {
    const open = { incident: [incident('A', '2026-03-07T00:00', null)] };
    expect(one(overlap(null), { items: open, now: LATER }, '2026-W10').value).toBe(48 * HOUR);
    expect(one(overlap(null), { items: open, now: at('2026-03-10T06:00') }, '2026-W11').value).toBe(30 * HOUR);
    expect(one(overlap(null), { items: open, now: LATER }, '2026-W13').value).toBe((7 * 24 - 1) * HOUR);
  });

  const shifts = (people: number, from: string, to: string | null): PlainItem[] =>
    Array.from({ length: people }, (_, index) => ({
      uid: `S${index}`,
      instants: { from: at(from), ...(to === null ? {} : { to: at(to) }) },
      codes: { responder: `person ${index}` },
      stretches: [{ from: at(from), state: null, team: 'payments' }],
    }));
  const onCall = kpiOf({ type: 'overlap', of: 'shift', from: 'from', to: 'to', oncePer: null }, { isPersonal: true });

  it('is shown of five people who bore it, and without a list; four are hidden, also where they began long before', () => {
    const of = (people: number) =>
      one(onCall, { items: { shift: shifts(people, '2026-02-01T00:00', '2026-05-03T00:00') }, now: LATER }, '2026-W10');
    expect([of(5).value, of(5).count, of(5).evidence()]).toEqual([5 * 7 * 24 * HOUR, 5, []]);
    expect([of(4).value, of(4).emptiness, of(4).count]).toEqual([null, 'hidden', 0]);
  });

  it('is nothing to measure without any, or 0 where the file says so', () => {
    expect(one(overlap(null), { now: LATER }, '2026-W10').emptiness).toBe('none to measure');
    expect(one(overlap(null, { whenEmpty: 'zero' }), { now: LATER }, '2026-W10').value).toBe(0);
  });
});

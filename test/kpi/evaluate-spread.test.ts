import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { gini, giniByChance } from '../../server/stats/gini.ts';
import { fact, kpiOf, measure } from './support/telling.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-07-06T08:00:00Z');
const QUARTER = { from: Date.parse('2026-06-30T22:00:00Z'), to: Date.parse('2026-09-30T22:00:00Z') };

const kpi = kpiOf('spread: { of: pages, across: responder }');

const membership = (person: number, from = START - 90 * DAY, to: number | null = null, team = 'payments'): Event =>
  fact('membership', `M${person}-${from}`, from, {
    responder: `r${person}`,
    rotation: 'main',
    from,
    ...(to === null ? {} : { to }),
    team,
  });
const shift = (person: number, from: number, hours: number, team = 'payments'): Event =>
  fact('shift', `S${person}-${from}`, from, { responder: `r${person}`, rotation: 'main', from, to: from + hours * HOUR, team });
const page = (number: number, person: number | null, sent = START + number * HOUR, team = 'payments'): Event =>
  fact('page', `P${number}`, sent, { ...(person === null ? {} : { responder: `r${person}` }), sent, team });

const members = (count: number): Event[] => Array.from({ length: count }, (_, person) => membership(person));
/** Everyone a day, in the same week. */
const week = (count: number, from = START): Event[] => Array.from({ length: count }, (_, person) => shift(person, from, 20));
const pages = (...people: (number | null)[]): Event[] => people.map((person, number) => page(number, person));

describe('how a load was spread', () => {
  it('is the Gini coefficient over the whole rotation, those with none included', () => {
    const made = measure(kpi, '2026-Q3', { events: [...members(7), ...week(6), ...pages(0, 0, 0, 1, 1, 2)] });
    expect(made).toMatchObject({ value: gini([3, 2, 1, 0, 0, 0, 0]), count: 6 });
    expect(made.also).toEqual({
      people: 7,
      'per head': 6 / 7,
      'top share': 0.5,
      // One of the seven was never on call.
      'time on call': gini([1, 1, 1, 1, 1, 1, 0]),
      'equal chance': giniByChance(6, 7),
    });
    expect(made.evidence()).toEqual([]);
  });

  it('or the share of whoever bore most', () => {
    const top = kpiOf('spread: { of: pages, across: responder, statistic: top share }');
    const made = measure(top, '2026-Q3', { events: [...members(6), ...week(6), ...pages(0, 0, 0, 1, 1, 2)] });
    expect(made.value).toBe(0.5);
    expect(Object.keys(made.also).sort()).toEqual(['equal chance', 'people', 'per head', 'time on call']);
  });

  it('takes those with a shift where nobody is a member, and whoever bore something beside the rotation', () => {
    const shifts = [10, 10, 10, 10, 60].map((hours, person) => shift(person, START + person * DAY, hours));
    const made = measure(kpi, '2026-Q3', { events: [...shifts, ...pages(0)] });
    expect(made.also).toMatchObject({ people: 5, 'time on call': gini([10, 10, 10, 10, 60]) });
    const beside = measure(kpi, '2026-Q3', { events: [...members(5), ...week(5), ...pages(0, 8)] });
    expect(beside).toMatchObject({ value: gini([1, 1, 0, 0, 0, 0]), also: { people: 6 } });
  });

  it('has in its rotation who was a member for a part of the quarter, and nobody who left before it or joins after it', () => {
    const others = [
      membership(5, QUARTER.from - 9 * DAY, QUARTER.from),
      membership(6, QUARTER.to),
      membership(7, QUARTER.from - 9 * DAY, QUARTER.from + HOUR),
      membership(8, QUARTER.to - HOUR),
    ];
    expect(measure(kpi, '2026-Q3', { events: [...members(5), ...others, ...week(5), ...pages(0)] }).also).toMatchObject({
      people: 7,
    });
  });

  it('clips time on call to its quarter, in which the clocks may change', () => {
    // Two of the five days of the first shift lie in the third quarter; the others last two days each.
    const shifts = [
      shift(0, QUARTER.from - 3 * DAY, 5 * 24),
      ...[1, 2, 3, 4].map((each) => shift(each, START + each * 3 * DAY, 48)),
    ];
    expect(measure(kpi, '2026-Q3', { events: [...shifts, ...pages(0)] }).also['time on call']).toBeCloseTo(0, 12);
    // The clocks of Berlin go forward on 29 March: this shift has 47 hours there, from midnight to midnight.
    const march = Date.parse('2026-03-27T23:00:00Z');
    const spring = [shift(0, march, 47), ...[1, 2, 3, 4].map((each) => shift(each, march - each * 4 * DAY, 47))];
    const made = measure(kpi, '2026-Q1', { events: [...spring, page(0, 0, march)] });
    expect(made.also['time on call']).toBeCloseTo(0, 12);
  });

  it('is shown by the quarter alone, to teams as to the organisation, once it is over', () => {
    const events = [...members(5), ...week(5), ...pages(0, 1, 2)];
    for (const period of ['2026-07', '2026-W28', '2026'])
      expect(measure(kpi, period, { events })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-Q3', { events, scope: 'team:payments' })).toMatchObject({ count: 3 });
    expect(measure(kpi, '2026-Q3', { events, scope: 'team:search' })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-Q3', { events, now: QUARTER.to - 1 })).toMatchObject({ emptiness: 'hidden' });
  });

  it('is hidden where fewer than five were on call, however many are in the rotation, or the other way round', () => {
    expect(measure(kpi, '2026-Q3', { events: [...members(9), ...week(4), ...pages(0, 1)] })).toMatchObject({
      emptiness: 'hidden',
    });
    const few = measure(kpi, '2026-Q3', { events: [...members(2), ...week(6), ...pages(0, 0)] });
    expect(few).toMatchObject({ emptiness: 'hidden', count: 0, also: {} });
  });

  it('is hidden to a team with a month of fewer than five, or its other months would tell of them', () => {
    const august = START + 31 * DAY;
    const july = [...members(6), ...week(6), ...pages(0, 1, 2)];
    const few = [0, 1].map((person) => shift(person, august, 20));
    const others = Array.from({ length: 6 }, (_, person) => shift(person + 10, august, 20, 'search'));
    const valueOf = (events: readonly Event[]): number | null =>
      measure(kpi, '2026-Q3', { events, scope: 'team:payments' }).value;
    expect(valueOf(july)).toBe(gini([1, 1, 1, 0, 0, 0]));
    expect(valueOf([...july, ...others])).toBe(gini([1, 1, 1, 0, 0, 0]));
    expect(valueOf([...july, ...others, ...few])).toBeNull();
    expect(valueOf([...july, ...others, ...week(5, august)])).toBe(gini([1, 1, 1, 0, 0, 0]));
  });

  it('is shown to a single team in which one person a week is on call: no week or month tells of them', () => {
    const monday = Date.parse('2026-06-29T08:00:00Z');
    const rota = (people: number): Event[] =>
      Array.from({ length: 14 }, (_, each) => shift(each % people, monday + each * 7 * DAY, 7 * 24));
    for (const scope of ['organisation', 'team:payments'] as const)
      expect(measure(kpi, '2026-Q3', { events: [...members(8), ...rota(8), ...pages(0, 1, 2)], scope })).toMatchObject({
        count: 3,
      });
    expect(measure(kpi, '2026-Q3', { events: [...rota(4), ...pages(0, 1, 2)] })).toMatchObject({ emptiness: 'hidden' });
  });

  it('leaves out what fell on nobody who is named or was withdrawn, and has nothing to measure without an item', () => {
    const rotation = [...members(5), ...week(5)];
    const withdrawn = [page(7, 2), { ...fact('page', 'P7', START + DAY, {}), state: 'cancelled' as const }];
    const made = measure(kpi, '2026-Q3', { events: [...rotation, ...pages(1, null), ...withdrawn] });
    expect(made).toMatchObject({
      count: 1,
      exclusions: [
        { reason: 'cancelled', count: 1 },
        { reason: 'nobody named', count: 1 },
      ],
    });
    expect(measure(kpi, '2026-Q3', { events: rotation })).toMatchObject({ value: null, emptiness: 'none to measure', count: 0 });
  });

  it('is as its definition says slowly, whoever was on call and whatever fell on them', () => {
    const hours = fc.integer({ min: -20 * 24, max: 100 * 24 });
    const drawn = fc.record({
      members: fc.array(
        fc.record({ person: fc.integer({ min: 0, max: 9 }), from: hours, days: fc.option(fc.integer({ min: 1, max: 60 })) }),
        {
          maxLength: 12,
        },
      ),
      shifts: fc.array(
        fc.record({ person: fc.integer({ min: 0, max: 9 }), from: hours, length: fc.integer({ min: 1, max: 200 }) }),
        {
          minLength: 3,
          maxLength: 20,
          size: 'max',
        },
      ),
      pages: fc.array(fc.record({ person: fc.integer({ min: 0, max: 11 }), at: hours }), {
        minLength: 1,
        maxLength: 40,
        size: 'max',
      }),
    });
    let shown = 0;
    fc.assert(
      fc.property(drawn, (told) => {
        const spells = told.members.map(({ person, from, days }) => ({
          person,
          from: QUARTER.from + from * HOUR,
          to: days === null ? null : QUARTER.from + from * HOUR + days * DAY,
        }));
        const shifts = told.shifts.map(({ person, from, length }) => ({ person, from: QUARTER.from + from * HOUR, length }));
        const sent = told.pages.map(({ person, at }) => ({ person, at: QUARTER.from + at * HOUR }));
        const events = [
          ...spells.map(({ person, from, to }) => membership(person, from, to)),
          ...shifts.map(({ person, from, length }, number) => ({ ...shift(person, from, length), item: `S${number}` })),
          ...sent.map(({ person, at }, number) => page(number, person, at)),
        ].map((each, number) => (each.kind === 'membership' ? { ...each, item: `M${number}` } : each));
        const made = measure(kpi, '2026-Q3', { events });
        if (made.emptiness === 'hidden') return;
        shown += 1;

        const overlap = (from: number, to: number | null): number =>
          Math.max(0, Math.min(to ?? Infinity, QUARTER.to) - Math.max(from, QUARTER.from));
        const inRotation = new Set(spells.filter(({ from, to }) => overlap(from, to) > 0).map(({ person }) => person));
        const secondsOf = (person: number): number =>
          shifts.reduce(
            (sum, each) => sum + (each.person === person ? overlap(each.from, each.from + each.length * HOUR) : 0),
            0,
          );
        if (inRotation.size === 0) for (const { person } of shifts) if (secondsOf(person) > 0) inRotation.add(person);
        const borne = sent.filter(({ at }) => QUARTER.from <= at && at < QUARTER.to);
        const people = [...new Set([...inRotation, ...borne.map(({ person }) => person)])];
        const counts = people.map((person) => borne.filter((each) => each.person === person).length);
        const slowGini = (values: readonly number[]): number => {
          const total = values.reduce((sum, value) => sum + value, 0);
          const differences = values.flatMap((one) => values.map((other) => Math.abs(one - other)));
          return differences.reduce((sum, value) => sum + value, 0) / (2 * values.length * total);
        };
        expect(made.count).toBe(borne.length);
        if (borne.length === 0) {
          expect(made.emptiness).toBe('none to measure');
          return;
        }
        expect(people.length).toBeGreaterThanOrEqual(5);
        expect(made.value).toBeCloseTo(slowGini(counts), 12);
        expect(made.also).toMatchObject({ people: people.length, 'per head': borne.length / people.length });
        expect(made.also['top share']).toBe(Math.max(...counts) / borne.length);
        // Those who bore something beside the rotation were on call for nobody knows how long: 0.
        const onCall = people.map((person) => (inRotation.has(person) ? secondsOf(person) : 0));
        if (onCall.some((seconds) => seconds > 0)) expect(made.also['time on call']).toBeCloseTo(slowGini(onCall), 9);
        else expect(made.also['time on call']).toBeNull();
      }),
      { numRuns: 300 },
    );
    expect(shown).toBeGreaterThan(50);
  });
});

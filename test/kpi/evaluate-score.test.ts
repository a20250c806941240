import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { fact, kpiOf, measure } from './support/telling.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** In the month in which the clocks of Berlin go back, on its 25th. */
const START = Date.parse('2026-10-05T08:00:00Z');
const MONTH = { from: Date.parse('2026-09-30T22:00:00Z'), to: Date.parse('2026-10-31T23:00:00Z') };

const kpi = kpiOf('score: { of: feedback, instrument: shift }', 'also_show: [distribution, median]\n');

const asked = (person: number, score: number | null, more: Event['fields'] = {}): Event[] => [
  fact('feedback', `F${person}`, START + person * DAY, {
    instrument: 'shift',
    responder: `r${person}`,
    invited: 1,
    team: 'payments',
    ...more,
  }),
  ...(score === null
    ? []
    : [fact('feedback', `F${person}`, START + person * DAY + HOUR, { answered: START + person * DAY + HOUR, score })]),
];
const answers = (scores: readonly (number | null)[]): Event[] => scores.flatMap((score, person) => asked(person, score));

/** An answer of nobody who is named, in a round that asked many at once. */
const unnamed = (number: number, score: number, at = START): Event =>
  fact('feedback', `U${number}`, at, { instrument: 'shift', score, answered: at, team: 'payments' });
const round = (invited: number): Event => fact('feedback', 'ROUND', START, { instrument: 'shift', invited, team: 'payments' });

describe('what people answered', () => {
  it('is the mean of a month’s answers, beside the share of those asked who answered and how the scores fell', () => {
    const made = measure(kpi, '2026-10', { events: answers([5, 4, 4, 2, 5, null, null]) });
    expect(made).toMatchObject({ value: 4, count: 5, exclusions: [{ reason: 'not answered', count: 2 }] });
    expect(made.also).toEqual({
      'response rate': 5 / 7,
      median: 4,
      'scored 1': 0,
      'scored 2': 1,
      'scored 3': 0,
      'scored 4': 2,
      'scored 5': 2,
    });
    expect(made.evidence()).toEqual([]);
  });

  it('is hidden under five people, however often these answered', () => {
    expect(measure(kpi, '2026-10', { events: answers([5, 4, 4, 2]) })).toMatchObject({ emptiness: 'hidden', count: 0, also: {} });
    const again = asked(9, 3, { responder: 'r0' });
    expect(measure(kpi, '2026-10', { events: [...answers([5, 4, 4, 2]), ...again] })).toMatchObject({ emptiness: 'hidden' });
    const asMany = answers([5, 4, 4, 2, null, null, null]);
    expect(measure(kpi, '2026-10', { events: asMany })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-10', { events: answers([5, 4, 4, 2, 5]), scope: 'team:payments' })).toMatchObject({ count: 5 });
  });

  it('is hidden by the week, and until its round, the month, is over', () => {
    const events = answers([5, 4, 4, 2, 5, 5]);
    expect(measure(kpi, '2026-W41', { events })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-10', { events, now: MONTH.to - 1 })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(kpi, '2026-10', { events, now: MONTH.to })).toMatchObject({ count: 6 });
  });

  it('is shown by the month alone to a team, and by longer spans to the organisation', () => {
    const events = answers([5, 4, 4, 2, 5, 5]);
    expect(measure(kpi, '2026-Q4', { events, now: Date.parse('2027-01-02T00:00:00Z') })).toMatchObject({ count: 6 });
    const ofTeam = measure(kpi, '2026-Q4', { events, now: Date.parse('2027-01-02T00:00:00Z'), scope: 'team:payments' });
    expect(ofTeam).toMatchObject({ emptiness: 'hidden' });
  });

  it('leaves no way round: how many answered is told by the month, too', () => {
    const events = answers([5, 4, 4, 2, 5, 5]);
    const count = kpiOf('count: { of: feedback }');
    expect(measure(count, '2026-W41', { events })).toMatchObject({ emptiness: 'hidden' });
    expect(measure(count, '2026-10', { events })).toMatchObject({ value: 6 });
  });

  it('counts an answer in the month in which it was given, and who has not answered in that of the asking', () => {
    const late = asked(20, 1, { responder: 'late' }).map((each) => ({ ...each, effectiveAt: each.effectiveAt - 30 * DAY }));
    const [askedBefore, answeredNow] = late;
    if (askedBefore === undefined || answeredNow === undefined) throw new Error('two facts');
    const events = [...answers([4, 4, 4, 4, 4]), askedBefore, { ...answeredNow, effectiveAt: START + 20 * DAY }];
    expect(measure(kpi, '2026-10', { events })).toMatchObject({ count: 6, also: { 'response rate': 1 } });
    const silent = [...answers([4, 4, 4, 4, 4]), askedBefore];
    expect(measure(kpi, '2026-10', { events: silent }).also).toMatchObject({ 'response rate': 1 });
  });

  it('counts no other instrument, and no answer that its source has withdrawn', () => {
    const other = asked(9, 1, { instrument: 'retrospective' });
    const withdrawn = [...asked(8, 1), { ...fact('feedback', 'F8', START + 9 * DAY, {}), state: 'cancelled' as const }];
    const made = measure(kpi, '2026-10', { events: [...answers([5, 5, 5, 5, 5]), ...other, ...withdrawn] });
    expect(made).toMatchObject({ value: 5, count: 5, exclusions: [{ reason: 'cancelled', count: 1 }] });
    expect(made.also['response rate']).toBe(1);
  });

  it('takes each answer of a round that names no one for one person’s, out of all whom it invited', () => {
    const events = [round(20), ...[5, 4, 3, 4].map((score, number) => unnamed(number, score))];
    expect(measure(kpi, '2026-10', { events })).toMatchObject({ emptiness: 'hidden' });
    const five = measure(kpi, '2026-10', { events: [...events, unnamed(4, 4)] });
    expect(five).toMatchObject({ value: 4, count: 5, also: { 'response rate': 0.25 } });
    const both = measure(kpi, '2026-10', { events: [...events, unnamed(4, 4), ...asked(1, 4), ...asked(2, null)] });
    expect(both.also['response rate']).toBe(6 / 22);
  });

  it('is hidden too where five were asked and nobody answered, as nobody is a group under five', () => {
    expect(measure(kpi, '2026-10', { events: answers([null, null, null, null, null]) })).toMatchObject({ emptiness: 'hidden' });
  });

  it('is as its definition says slowly, whoever answered when', () => {
    const answer = fc.record({
      person: fc.integer({ min: 0, max: 8 }),
      // From a month before to a month after, an hour's change of clocks included.
      askedAfter: fc.integer({ min: -30 * 24, max: 55 * 24 }),
      answeredAfter: fc.option(fc.integer({ min: 0, max: 20 * 24 }), { freq: 3 }),
      score: fc.integer({ min: 1, max: 5 }),
      instrument: fc.constantFrom('shift', 'shift', 'retrospective'),
    });
    let shown = 0;
    fc.assert(
      fc.property(fc.array(answer, { minLength: 6, maxLength: 30, size: 'max' }), (drawn) => {
        const told = drawn.map((each, number) => {
          const at = START + each.askedAfter * HOUR;
          return { ...each, number, at, answered: each.answeredAfter === null ? null : at + each.answeredAfter * HOUR };
        });
        const events = told.flatMap(({ number, person, at, answered, score, instrument }) => [
          fact('feedback', `F${number}`, at, { instrument, responder: `r${person}`, invited: 1 }),
          ...(answered === null ? [] : [fact('feedback', `F${number}`, answered, { answered, score })]),
        ]);
        const made = measure(kpi, '2026-10', { events });

        const isWithin = (at: number): boolean => MONTH.from <= at && at < MONTH.to;
        const own = told.filter(({ instrument }) => instrument === 'shift');
        const given = own.filter(({ answered }) => answered !== null && isWithin(answered));
        const silent = own.filter(({ at, answered }) => answered === null && isWithin(at));
        const isHidden = new Set(given.map(({ person }) => person)).size < 5;
        expect(made.emptiness).toBe(isHidden ? 'hidden' : null);
        if (isHidden) return;
        shown += 1;
        expect(made.count).toBe(given.length);
        expect(made.value).toBeCloseTo(given.reduce((sum, { score }) => sum + score, 0) / given.length, 12);
        expect(made.also['response rate']).toBe(given.length / (given.length + silent.length));
        for (const score of [1, 2, 3, 4, 5])
          expect(made.also[`scored ${score}`]).toBe(given.filter((each) => each.score === score).length);
      }),
      { numRuns: 300 },
    );
    expect(shown).toBeGreaterThan(10);
  });
});

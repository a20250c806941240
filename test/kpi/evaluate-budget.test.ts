import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../server/event/event.ts';
import { HOUSE, kpiOf, measure } from './support/telling.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { zone } = HOUSE.calendar;
/** The end of week 46 of 2026, a Monday's midnight in Berlin. */
const END = Date.parse('2026-11-15T23:00:00Z');

const kpi = kpiOf('budget: { good: good, valid: valid, objective: 99%, over: 28 days }');

const point = (series: string, at: number, value: number, dimensions = ''): Sample => ({
  source: 'desk',
  series,
  dimensions,
  statistic: 'sum',
  at,
  value,
});

/** A point an hour, backwards from an end; `value` by how many whole days before it. */
const hourly = (series: string, value: (daysBack: number) => number | null, days = 60, end = END): Sample[] =>
  Array.from({ length: days * 24 }, (_, index) => ({ index, value: value(Math.floor(index / 24)) })).flatMap(
    ({ index, value: own }) => (own === null ? [] : [point(series, end - (index + 1) * HOUR, own)]),
  );
const always = (series: string, value: number): Sample[] => hourly(series, () => value);

describe('an error budget', () => {
  it('is what is left of the bad events that the objective allows, over its days up to the period’s end', () => {
    const made = measure(kpi, '2026-W46', {
      samples: [...always('valid', 1000), ...hourly('good', (back) => (back === 3 ? 900 : 1000))],
    });
    // The clocks went back within these 28 days: 673 hours of 1,000, 1% of which may go wrong.
    expect(made.value).toBeCloseTo(1 - 2400 / 6730, 12);
    expect(made.also['spent']).toBeCloseTo(2400 / 6730, 12);
    expect(made.also).toMatchObject({ good: 670_600, valid: 673_000, coverage: 1 });
    expect(made.evidence()).toHaveLength(made.count);
  });

  it('is below 0 when it is overspent, and forgets what lies before its days', () => {
    const badOn = (day: number): Sample[] => [...always('valid', 1000), ...hourly('good', (back) => (back === day ? 0 : 1000))];
    expect(measure(kpi, '2026-W46', { samples: badOn(27) }).value).toBeCloseTo(1 - 24_000 / 6730, 12);
    expect(measure(kpi, '2026-W46', { samples: badOn(29) }).value).toBe(1);
  });

  it('looks back from the end of a month as from that of a week, in a month in which the clocks change', () => {
    // October ends at 23:00Z; 28 local days before that is 3 October at 22:00Z, one hour more than 28 × 24.
    const end = Date.parse('2026-10-31T23:00:00Z');
    const samples = [...hourly('valid', () => 1, 40, end), ...hourly('good', () => 1, 40, end)];
    expect(measure(kpi, '2026-10', { samples }).also).toMatchObject({ valid: 673, coverage: 1 });
  });

  it('reaches up to now while its period runs, and not beyond', () => {
    const now = Date.parse('2026-11-11T11:59:00Z');
    const samples = [...always('valid', 1000), ...hourly('good', (back) => (back < 4 ? 0 : 1000))];
    const made = measure(kpi, '2026-W46', { samples, now });
    // The last 28 local days with today, of which 13 hours of Berlin have gone by.
    expect(made.also).toMatchObject({ valid: (27 * 24 + 1 + 13) * 1000 });
    expect(made.value).toBe(1);
  });

  it('is not told from less than all of its days: neither with a gap, nor before they are over, nor of one series alone', () => {
    const good = always('good', 1000);
    const gap = hourly('valid', (back) => (back === 9 ? null : 1000));
    expect(measure(kpi, '2026-W46', { samples: [...good, ...gap] })).toMatchObject({ value: null, emptiness: 'no data' });
    const young = [...hourly('good', () => 1000, 20), ...hourly('valid', () => 1000, 20)];
    expect(measure(kpi, '2026-W46', { samples: young })).toMatchObject({ value: null, emptiness: 'no data' });
    expect(measure(kpi, '2026-W46', { samples: good })).toMatchObject({ value: null, emptiness: 'no data' });
  });

  it('is told from less where the file says that this is enough', () => {
    const lenient = kpiOf('budget: { good: good, valid: valid, objective: 99%, over: 28 days }', 'coverage: { at_least: 90% }\n');
    const samples = ['good', 'valid'].flatMap((series) => hourly(series, (back) => (back === 9 ? null : 1000)));
    expect(measure(lenient, '2026-W46', { samples })).toMatchObject({ value: 1, also: { valid: 649_000 } });
  });

  it('has no denominator where nothing was asked for', () => {
    const samples = [...always('valid', 0), ...always('good', 0)];
    expect(measure(kpi, '2026-W46', { samples })).toMatchObject({
      value: null,
      emptiness: 'no denominator',
      also: { spent: null },
    });
  });

  it('of a team is that of the points which name it; where none do there is none to measure', () => {
    const of = (team: string, good: number): Sample[] =>
      [...always('valid', 1000), ...always('good', good)].map((each) => ({ ...each, dimensions: `team=${team}` }));
    const samples = [...of('payments', 995), ...of('search', 1000)];
    const valueOf = (scope: 'organisation' | 'team:payments' | 'team:search'): number | null =>
      measure(kpi, '2026-W46', { samples, scope }).value;
    expect(valueOf('team:payments')).toBeCloseTo(0.5, 12);
    expect(valueOf('team:search')).toBe(1);
    expect(valueOf('organisation')).toBeCloseTo(0.75, 12);
    const made = measure(kpi, '2026-W46', { samples: of('payments', 995), scope: 'team:search' });
    expect(made).toMatchObject({ value: null, emptiness: 'none to measure' });
  });

  it('is as its definition says slowly, whatever is missing or went wrong', () => {
    const hour = fc.record({ valid: fc.integer({ min: 0, max: 50 }), bad: fc.integer({ min: 0, max: 50 }) });
    const drawn = fc.record({
      over: fc.integer({ min: 1, max: 5 }),
      objective: fc.constantFrom(90, 99, 99.9),
      hours: fc.array(hour, { minLength: 130, maxLength: 130 }),
      missing: fc.option(fc.integer({ min: 0, max: 129 }), { freq: 2 }),
      // In one of these weeks the clocks go forward.
      week: fc.constantFrom({ id: '2026-W46', end: END }, { id: '2026-W13', end: Date.parse('2026-03-29T22:00:00Z') }),
    });
    fc.assert(
      fc.property(drawn, ({ over, objective, hours, missing, week }) => {
        const told = hours.map(({ valid, bad }, back) => ({
          at: week.end - (back + 1) * HOUR,
          valid,
          good: valid - Math.min(valid, bad),
        }));
        const kept = told.filter((_, back) => back !== missing);
        const samples = kept.flatMap(({ at, valid, good }) => [point('valid', at, valid), point('good', at, good)]);
        const budget = kpiOf(`budget: { good: good, valid: valid, objective: ${objective}%, over: ${over} days }`);
        const made = measure(budget, week.id, { samples });

        const start = zone.startOfDay(zone.dayOf(week.end) - over);
        const within = told.filter(({ at }) => at >= start);
        expect(within.length).toBe((week.end - start) / HOUR);
        const valid = within.reduce((sum, each) => sum + each.valid, 0);
        const bad = valid - within.reduce((sum, each) => sum + each.good, 0);
        const expected = 1 - bad / ((1 - objective / 100) * valid);
        const isWhole = missing === null || missing >= within.length;
        expect(made.emptiness).toBe(!isWhole ? 'no data' : valid === 0 ? 'no denominator' : null);
        expect(made.value).toEqual(made.emptiness === null ? expect.closeTo(expected, 7) : null);
        if (isWhole) expect(made.also).toMatchObject({ valid, good: valid - bad });
      }),
      { numRuns: 200 },
    );
  });
});

describe('the days of an error budget', () => {
  it('are whole local days: a day of 25 hours is one of them', () => {
    const oneDay = kpiOf('budget: { good: good, valid: valid, objective: 99%, over: 1 day }');
    const end = Date.parse('2026-10-25T23:00:00Z');
    const samples = ['good', 'valid'].flatMap((series) => hourly(series, () => 1, 5, end));
    expect(measure(oneDay, '2026-W43', { samples }).also['valid']).toBe(25);
    expect(end - 25 * HOUR).toBe(zone.startOfDay(zone.dayOf(end - DAY)));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kpi, Target } from '../../server/kpi/kpi.ts';
import { meets, scaleTo } from '../../server/review/targets.ts';
import { periodOf, toDate } from '../../server/time/calendar.ts';
import {
  atLeast,
  atMost,
  calendar,
  card,
  day,
  failures,
  incidents,
  kpi,
  hours,
  period,
  row,
  rows,
  toDateIds,
  waves,
} from './build.ts';

const week = period('2026-W46');
const { month, quarter, year } = toDate(calendar, week);
const total = incidents();
const judgements = (of: Kpi, values: readonly number[]) => {
  const toDateRows = toDateIds.map((id, index) => row(id, values[Math.floor(index / 2)] ?? 0, 9));
  const { boxes } = card({ kpi: of, weeks: rows('2026-W46', waves(30, 4, 1)), toDate: toDateRows });
  return ['MTD', 'QTD', 'YTD'].map((label) => boxes.find((box) => box.label === label)?.judgement);
};

describe('a target on a total', () => {
  it('is worth its share of days to date: each of its own periods counts for the days that lie within', () => {
    // To 15 November: half a month; October and half a month; 319 days of whole weeks or part of one.
    expect(scaleTo(total, atMost(30, '30', 'month'), calendar, month.current)).toBe(15 / 30);
    expect(scaleTo(total, atMost(30, '30', 'month'), calendar, quarter.current)).toBe(1 + 15 / 30);
    expect(scaleTo(total, atMost(30, '30', 'month'), calendar, year.current)).toBeCloseTo(10.5, 12);
    expect(scaleTo(total, atMost(30, '30', 'quarter'), calendar, quarter.current)).toBe(46 / 92);
    expect(scaleTo(total, atMost(30, '30', 'quarter'), calendar, year.current)).toBeCloseTo(3.5, 12);
    expect(scaleTo(total, atMost(7, '7'), calendar, month.current)).toBe(15 / 7);
  });

  it('of a month is worth three of it in any quarter, and twelve in a year', () => {
    fc.assert(
      fc.property(fc.integer({ min: day('2000-01-01'), max: day('2040-12-31') }), (at) => {
        const target = atMost(5, '5', 'month');
        expect(scaleTo(total, target, calendar, periodOf(calendar, 'quarter', at))).toBe(3);
        expect(scaleTo(total, target, calendar, periodOf(calendar, 'year', at))).toBe(12);
      }),
      { numRuns: 60 },
    );
  });

  it('meets to the very item to date, whatever the rounding of its days', () => {
    const of = incidents({ targets: [atMost(30, '30', 'month')] });
    expect(judgements(of, [15, 45, 315])).toEqual(['routine', 'routine', 'routine']);
    expect(judgements(of, [16, 46, 316])).toEqual(['against', 'against', 'against']);
    const least = incidents({ better: 'higher', targets: [{ ...atMost(30, '30', 'month'), direction: 'at_least' }] });
    expect(judgements(least, [15, 45, 315])).toEqual(['routine', 'routine', 'routine']);
    expect(judgements(least, [14, 44, 314])).toEqual(['against', 'against', 'against']);
  });

  it('of a quarter is judged by the quarter, and drawn per day', () => {
    const of = incidents({ targets: [atMost(92, '92', 'quarter')] });
    const made = (last: number) =>
      card({ kpi: of, weeks: rows('2026-W46', waves(30, 4, 1)), quarters: rows('2026-Q3', [80, 92, last]) });
    expect(made(92).verdict).toMatch(/ Q3 2026 met its target of at most 92\.$/);
    expect(made(93).verdict).toMatch(/ Q3 2026 missed its target of at most 92\.$/);
    expect(made(92).target).toMatchObject({
      short: '≤ 92 a quarter',
      text: 'at most 92 incidents a quarter, since 1 Jan 2024',
      isMet: true,
    });
    expect(made(92).target?.drawn).toBeCloseTo(92 / (365.2425 / 4), 12);
  });

  it('of a month is told beside a week that is judged, and of a quarter beside a month that is', () => {
    const of = kpi({ targets: [atMost(hours(4), '4 hours', 'quarter')] });
    const few = Array.from({ length: 40 }, () => ({ value: hours(3), count: 2 }));
    const made = card({
      kpi: of,
      weeks: rows('2026-W46', few),
      months: rows('2026-10', waves(24, hours(4), hours(0.5)), 22),
      quarters: rows('2026-Q3', [hours(3), hours(5)], 60),
    });
    expect(made.verdict).toBe(
      'Median 3 h over 2 incidents, too few a week to judge. By the month it is routine: median 3.5 h over 22 incidents in October, between its limits of 1.3 h and 6.7 h. Q3 2026 missed its target of at most 4 h.',
    );
  });
});

describe('a target on what is no total', () => {
  it('is the same to date as by its own grain', () => {
    expect(scaleTo(kpi(), atMost(hours(4), '4 hours', 'month'), calendar, year.current)).toBe(1);
  });
});

describe('meeting a target', () => {
  it('takes equality, and no rounding', () => {
    expect(meets(atMost(0.15, '15%'), 0.15)).toBe(true);
    expect(meets(atMost(0.15, '15%'), 0.150001)).toBe(false);
    expect(meets(atLeast(0.999, '99.9%'), 0.998999)).toBe(false);
    // 1 − 3/10 comes out a hair below 0.7, a third of nine tenths a hair above 0.3.
    expect(meets(atLeast(0.7, '70%'), 1 - 0.3)).toBe(true);
    expect(meets(atMost(0.3, '30%'), 0.1 + 0.2)).toBe(true);
    expect(meets(atMost(-5, '-5'), -5)).toBe(true);
    expect(meets(atMost(-5, '-5'), -4)).toBe(false);
  });
});

describe('a target that was changed', () => {
  const old: Target = atMost(hours(4), '4 hours', 'month');
  const fresh: Target = { ...atMost(hours(3), '3 hours', 'month'), since: day('2026-11-01') };
  const made = (october: number, last = '2026-W46') =>
    card(
      {
        kpi: kpi({ targets: [old, fresh] }),
        weeks: rows(last, waves(40, hours(4.1), hours(0.376))),
        months: rows('2026-10', [hours(3.8), hours(october)], 40),
      },
      { week: period(last) },
    );

  it('judges a month by the one in force on its last day', () => {
    expect(made(3.5).verdict).toMatch(/ October met its target of at most 4 h\.$/);
    expect(made(4.5).verdict).toMatch(/ October missed its target of at most 4 h\.$/);
  });

  it('shows the one in force now, of which nothing can be told before its first month ends', () => {
    const found = made(3.5);
    expect(found.target).toMatchObject({ short: '≤ 3 h each month', isMet: null });
    expect(found.boxes.at(-1)).toMatchObject({
      text: '≤ 3 h each month',
      judgement: 'unknown',
      title: expect.stringMatching(/: cannot be told$/) as string,
    });
  });

  it('counts in force from its first day on: on the last day of a week, that week', () => {
    const since = (text: string) =>
      kpi({ targets: [atMost(hours(4), '4 hours'), { ...atMost(hours(9), '9 hours'), since: day(text) }] });
    const said = (text: string) =>
      card({ kpi: since(text), weeks: rows('2026-W46', waves(40, hours(4.1), hours(0.376))) }).verdict;
    expect(said('2026-11-15')).toContain('at most 9 h is met');
    expect(said('2026-11-16')).toContain('at most 4 h is met');
  });
});

describe('targets and shares', () => {
  it('write so many digits that a miss is seen', () => {
    const of = failures({ better: 'higher', targets: [atLeast(0.999, '99.9%')] });
    expect(card({ kpi: of, weeks: rows('2026-W46', [...waves(30, 0.9995, 0.0001), 0.9989], 40_000) }).verdict).toContain(
      '99.89% of',
    );
  });
});

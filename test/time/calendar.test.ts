import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  daysTitle,
  lastCompleteWeek,
  parsePeriod,
  periodLabel,
  periodOf,
  periodsBetween,
  periodTitle,
  shiftPeriod,
  toDate,
  trailing,
} from '../../server/time/calendar.ts';
import { formatDay, parseDay, weekdayOf } from '../../server/time/day.ts';
import { parseInstant } from '../../server/time/instant.ts';
import type { Calendar, Day, Grain, Period, Weekday } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

const GRAINS: readonly Grain[] = ['week', 'month', 'quarter', 'year'];
const ZONES = ['Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Pacific/Apia'];
const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

function calendar(zoneName = 'Europe/Berlin', weekStart: Weekday = 1, fiscalYearEndMonth = 12): Calendar {
  const zone = findZone(zoneName);
  if (zone === null) throw new Error(`${zoneName} should be known`);
  return { zone, weekStart, fiscalYearEndMonth };
}

function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === null) throw new Error(`${text} should be a day`);
  return parsed;
}

function period(of: Calendar, id: string): Period {
  const parsed = parsePeriod(of, id);
  if (parsed === null) throw new Error(`${id} should be a period`);
  return parsed;
}

const ids = (periods: readonly Period[]) => periods.map((each) => each.id);
const days = (of: Period) => `${formatDay(of.firstDay)} to ${formatDay(of.endDay - 1)}`;

const calendars = fc
  .record({ zone: fc.constantFrom(...ZONES), weekStart: fc.constantFrom(...WEEKDAYS), endMonth: fc.integer({ min: 1, max: 12 }) })
  .map(({ zone, weekStart, endMonth }) => calendar(zone, weekStart, endMonth));
// 1972 to 2068: every change of offset that the zones above have seen, Apia's lost day included.
const anyDay = fc.integer({ min: 730, max: 36_000 });

describe('periods', () => {
  it('tile time without gap or overlap, in any zone, week start and fiscal year', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), anyDay, fc.integer({ min: -60, max: 60 }), (of, grain, start, n) => {
        const here = periodOf(of, grain, start);
        const next = shiftPeriod(of, here, 1);
        expect(here.firstDay).toBeLessThanOrEqual(start);
        expect(here.endDay).toBeGreaterThan(start);
        expect(next.firstDay).toBe(here.endDay);
        expect(next.start).toBe(here.end);
        expect(here.end).toBeGreaterThan(here.start);
        expect(shiftPeriod(of, shiftPeriod(of, here, n), -n)).toEqual(here);
        expect(periodOf(of, grain, next.firstDay)).toEqual(next);
      }),
      { numRuns: 500 },
    );
  });

  it('hold exactly the instants whose local day they hold', () => {
    fc.assert(
      fc.property(
        calendars,
        fc.constantFrom(...GRAINS),
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
        (of, grain, instant) => {
          const holding = periodOf(of, grain, of.zone.dayOf(instant));
          expect(instant).toBeGreaterThanOrEqual(holding.start);
          expect(instant).toBeLessThan(holding.end);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are found again by their id', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), anyDay, (of, grain, start) => {
        const here = periodOf(of, grain, start);
        expect(parsePeriod(of, here.id)).toEqual(here);
        if (grain !== 'week') return;
        const { month, quarter, year } = toDate(of, here);
        for (const { current, prior } of [month, quarter, year]) {
          expect(parsePeriod(of, current.id)).toEqual(current);
          expect(parsePeriod(of, prior.id)).toEqual(prior);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('list all that start in a stretch, each once', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), anyDay, fc.integer({ min: 0, max: 900 }), (of, grain, from, length) => {
        const expected = new Map<string, Period>();
        for (let each = from; each < from + length; each += 1) {
          const here = periodOf(of, grain, each);
          if (here.firstDay === each) expected.set(here.id, here);
        }
        expect(periodsBetween(of, grain, from, from + length)).toEqual([...expected.values()]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    '',
    '2026-W00',
    '2026-W54',
    '2025-W53',
    '2026-W6',
    '2026-13',
    '2026-00',
    '2026-Q0',
    '2026-Q5',
    '2026-W46-XTD',
    '2026-W46-PY-MTD',
    '0000',
    '9999',
    '2026-11-15',
    '2026-Q3-PY',
  ])('have no id %j', (id) => {
    expect(parsePeriod(calendar(), id)).toBeNull();
  });

  it('are 167 or 169 hours long in the weeks that the clocks change', () => {
    const hours = (id: string) => (period(calendar(), id).end - period(calendar(), id).start) / 3_600_000;
    expect([hours('2026-W13'), hours('2026-W43'), hours('2026-W46')]).toEqual([167, 169, 168]);
  });
});

describe('weeks', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2027-01-01', '2026-W53'],
    ['2021-01-03', '2020-W53'],
    ['2023-01-01', '2022-W52'],
    ['2026-11-15', '2026-W46'],
  ])('that start on Monday carry ISO names: %s is in %s', (date, id) => {
    expect(periodOf(calendar(), 'week', day(date)).id).toBe(id);
  });

  it('that start on Sunday belong to the year that holds their fourth day', () => {
    const sunday = calendar('America/New_York', 7);
    // The epidemiological calendar: 2020 had 53 weeks, 2021 began on 3 January.
    expect(days(period(sunday, '2020-W53'))).toBe('2020-12-27 to 2021-01-02');
    expect(days(period(sunday, '2021-W01'))).toBe('2021-01-03 to 2021-01-09');
    expect(days(period(sunday, '2026-W01'))).toBe('2026-01-04 to 2026-01-10');
    expect(parsePeriod(sunday, '2021-W53')).toBeNull();
  });

  it('start on the chosen day, and number 52 or 53 a year', () => {
    for (const weekStart of WEEKDAYS) {
      const of = calendar('UTC', weekStart);
      for (let year = 1990; year < 2060; year += 1) {
        const first = period(of, `${year}-W01`);
        expect(weekdayOf(first.firstDay)).toBe(weekStart);
        const next = period(of, `${year + 1}-W01`);
        expect([52, 53]).toContain((next.firstDay - first.firstDay) / 7);
      }
    }
  });

  it('are complete from the first instant of the next one', () => {
    const at = (text: string) => lastCompleteWeek(calendar(), parseInstant(text) ?? Number.NaN).id;
    expect(at('2026-11-15T22:59:59Z')).toBe('2026-W45');
    expect(at('2026-11-15T23:00:00Z')).toBe('2026-W46');
  });
});

describe('fiscal years', () => {
  it('are calendar years when they end in December', () => {
    expect(days(period(calendar(), '2026-Q3'))).toBe('2026-07-01 to 2026-09-30');
    expect(days(period(calendar(), '2026'))).toBe('2026-01-01 to 2026-12-31');
  });

  it('carry the name of the year in which they end', () => {
    const june = calendar('Europe/Berlin', 1, 6);
    expect(days(period(june, '2026'))).toBe('2025-07-01 to 2026-06-30');
    expect(days(period(june, '2026-Q1'))).toBe('2025-07-01 to 2025-09-30');
    expect(days(period(june, '2026-Q4'))).toBe('2026-04-01 to 2026-06-30');
    expect(periodOf(june, 'quarter', day('2026-11-15')).id).toBe('2027-Q2');
  });

  it('that end in January have quarters from February on', () => {
    const january = calendar('Europe/Berlin', 1, 1);
    expect(days(period(january, '2027-Q1'))).toBe('2026-02-01 to 2026-04-30');
    expect(days(period(january, '2027-Q4'))).toBe('2026-11-01 to 2027-01-31');
    expect(periodOf(january, 'year', day('2027-01-31')).id).toBe('2027');
  });
});

describe('the trailing series', () => {
  const of = calendar();

  it('are six weeks and twelve complete months', () => {
    const series = trailing(of, period(of, '2026-W46'));
    expect(ids(series.weeks)).toEqual(['2026-W41', '2026-W42', '2026-W43', '2026-W44', '2026-W45', '2026-W46']);
    expect(ids(series.months)).toEqual([
      '2025-11',
      '2025-12',
      '2026-01',
      '2026-02',
      '2026-03',
      '2026-04',
      '2026-05',
      '2026-06',
      '2026-07',
      '2026-08',
      '2026-09',
      '2026-10',
    ]);
    expect(ids(series.priorMonths)).toEqual(ids(series.months).map((id) => `${Number(id.slice(0, 4)) - 1}${id.slice(4)}`));
  });

  it('hold the current month only if the week ends on its last day', () => {
    // Week 22 of 2026 ends on Sunday 31 May.
    expect(trailing(of, period(of, '2026-W22')).months.at(-1)?.id).toBe('2026-05');
    expect(trailing(of, period(of, '2026-W21')).months.at(-1)?.id).toBe('2026-04');
    expect(trailing(of, period(of, '2026-W23')).months.at(-1)?.id).toBe('2026-05');
  });

  it('compare a week with the one 364 days before', () => {
    const series = trailing(of, period(of, '2026-W53'));
    expect(series.weeks.at(-1)?.firstDay).toBe((series.priorWeeks.at(-1)?.firstDay ?? 0) + 364);
    expect(series.priorWeeks.at(-1)?.id).toBe('2026-W01');
    expect(days(period(of, '2026-W46-PY'))).toBe(days(period(of, '2025-W46')));
  });

  it('list the twelve months of the fiscal year of the week on request', () => {
    const june = calendar('Europe/Berlin', 1, 6);
    const series = trailing(june, period(june, '2026-W46'), 'fiscal year');
    expect([series.months.at(0)?.id, series.months.at(-1)?.id]).toEqual(['2026-07', '2027-06']);
    expect([series.priorMonths.at(0)?.id, series.priorMonths.at(-1)?.id]).toEqual(['2025-07', '2026-06']);
  });
});

describe('to-date ranges', () => {
  const of = calendar();

  it('end with the reviewed week and compare the same dates a year before', () => {
    const { month, quarter, year } = toDate(of, period(of, '2026-W46'));
    expect([days(month.current), days(month.prior)]).toEqual(['2026-11-01 to 2026-11-15', '2025-11-01 to 2025-11-15']);
    expect([days(quarter.current), days(quarter.prior)]).toEqual(['2026-10-01 to 2026-11-15', '2025-10-01 to 2025-11-15']);
    expect([days(year.current), days(year.prior)]).toEqual(['2026-01-01 to 2026-11-15', '2025-01-01 to 2025-11-15']);
    expect([month.current.id, year.prior.id]).toEqual(['2026-W46-MTD', '2026-W46-YTD-PY']);
  });

  it('belong to the month, quarter and year that hold the last day of the week', () => {
    // Monday 28 December 2026 to Sunday 3 January 2027.
    const { month, quarter, year } = toDate(of, period(of, '2026-W53'));
    expect([days(month.current), days(quarter.current), days(year.current)]).toEqual(Array(3).fill('2027-01-01 to 2027-01-03'));
  });

  it('compare 29 February with the 28th', () => {
    const sundayEnds = calendar('Europe/Berlin', 5);
    // Friday 23 to Thursday 29 February 2024.
    const week = periodOf(sundayEnds, 'week', day('2024-02-29'));
    expect(days(week)).toBe('2024-02-23 to 2024-02-29');
    expect(days(toDate(sundayEnds, week).month.prior)).toBe('2023-02-01 to 2023-02-28');
  });

  it('move with their week', () => {
    const range = period(of, '2026-W53-QTD-PY');
    expect(shiftPeriod(of, range, 1).id).toBe('2027-W01-QTD-PY');
    expect(days(shiftPeriod(of, range, 1))).toBe('2026-01-01 to 2026-01-10');
  });
});

describe('names of periods', () => {
  const of = calendar();
  const june = calendar('Europe/Berlin', 1, 6);

  it.each([
    ['2026-W46', 'W46', 'Week 46, 9–15 Nov 2026'],
    ['2026-W44', 'W44', 'Week 44, 26 Oct – 1 Nov 2026'],
    ['2026-W53', 'W53', 'Week 53, 28 Dec 2026 – 3 Jan 2027'],
    ['2026-W06', 'W06', 'Week 6, 2–8 Feb 2026'],
    ['2026-W46-PY', 'W46', 'Week 46 a year before, 10–16 Nov 2025'],
    ['2026-11', 'Nov', 'November 2026'],
    ['2026-Q3', 'Q3', 'Q3 2026, 1 Jul – 30 Sep 2026'],
    ['2026', '2026', '2026'],
    ['2026-W46-MTD', 'MTD', 'Month to date, 1–15 Nov 2026'],
    ['2026-W46-YTD-PY', 'YTD', 'Year to date a year before, 1 Jan – 15 Nov 2025'],
  ])('call %s %s and %s', (id, label, title) => {
    expect([periodLabel(period(of, id)), periodTitle(period(of, id))]).toEqual([label, title]);
  });

  it('name the days of a fiscal year', () => {
    expect(periodTitle(period(june, '2026'))).toBe('Fiscal year 2026, 1 Jul 2025 – 30 Jun 2026');
  });

  it('name a single day once', () => {
    expect(daysTitle(day('2026-11-01'), day('2026-11-02'))).toBe('1 Nov 2026');
  });
});

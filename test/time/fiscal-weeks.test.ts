import { describe, expect, it } from 'vitest';
import {
  parsePeriod,
  periodLabel,
  periodOf,
  periodTitle,
  priorYearOf,
  shiftPeriod,
  toDate,
  trailing,
} from '../../server/time/calendar.ts';
import { formatDay, parseDay } from '../../server/time/day.ts';
import type { Calendar, Day, FiscalWeeks, Period, Weekday } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

function calendar(
  weekStart: Weekday,
  fiscalYearEndMonth: number,
  fiscalWeeks: FiscalWeeks,
  namedBy: 'end' | 'start' = 'end',
): Calendar {
  const zone = findZone('America/New_York');
  if (zone === null) throw new Error('New York should be known');
  return { zone, weekStart, fiscalYearEndMonth, fiscalWeeks, fiscalYearNamedBy: namedBy };
}

/** The National Retail Federation's: Saturday nearest 31 January, and the year carries the name of the year it starts in. */
const retail = calendar(7, 1, { pattern: '4-5-4', ends: 'nearest' }, 'start');

function period(of: Calendar, id: string): Period {
  const parsed = parsePeriod(of, id);
  if (parsed === null) throw new Error(`${id} should be a period`);
  return parsed;
}

function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === null) throw new Error(`${text} should be a day`);
  return parsed;
}

const days = (of: Period) => `${formatDay(of.firstDay)} to ${formatDay(of.endDay - 1)}`;
const lastDay = (of: Period) => formatDay(of.endDay - 1);
const weeks = (of: Period) => (of.endDay - of.firstDay) / 7;
const ids = (periods: readonly Period[]) => periods.map((each) => each.id);

describe('published calendars of weeks', () => {
  // nrf.com/resources/4-5-4-calendar: FY00, FY06, FY12, FY17, FY23 have 53 weeks;
  // coresight.com, The 4-5-4 US Retail Calendar 2023–24: fiscal 2023 ends on 3 February 2024.
  it('have the 53-week years of the National Retail Federation', () => {
    const long = Array.from({ length: 27 }, (_, index) => 1999 + index).filter((year) => weeks(period(retail, `${year}`)) === 53);
    expect(long).toEqual([2000, 2006, 2012, 2017, 2023]);
    expect(days(period(retail, '2023'))).toBe('2023-01-29 to 2024-02-03');
    expect(days(period(retail, '2024'))).toBe('2024-02-04 to 2025-02-01');
  });

  it('have its periods of four, five and four weeks', () => {
    expect(['2024-P01', '2024-P02', '2024-P03', '2024-P04'].map((id) => days(period(retail, id)))).toEqual([
      '2024-02-04 to 2024-03-02',
      '2024-03-03 to 2024-04-06',
      '2024-04-07 to 2024-05-04',
      '2024-05-05 to 2024-06-01',
    ]);
  });

  // Foot Locker, computation of ratios (sec.gov/Archives/edgar/data/850209, v151738_ex12, v232935_ex12, v361443_ex12).
  it.each([
    ['2004', '2005-01-29'],
    ['2005', '2006-01-28'],
    ['2006', '2007-02-03'],
    ['2007', '2008-02-02'],
    ['2008', '2009-01-31'],
    ['2009', '2010-01-30'],
    ['2010', '2011-01-29'],
    ['2011', '2012-01-28'],
    ['2012', '2013-02-02'],
    ['2008-Q1', '2008-05-03'],
    ['2009-Q1', '2009-05-02'],
    ['2011-Q2', '2011-07-30'],
    ['2012-Q3', '2012-10-27'],
    ['2013-Q3', '2013-11-02'],
  ])('end %s of a retailer on %s', (id, end) => {
    expect(lastDay(period(retail, id))).toBe(end);
  });

  // Home Depot, exhibit 12.1 of 5 May 2013 (sec.gov/Archives/edgar/data/354950/000035495013000015).
  it.each([
    ['2008', '2009-02-01', 52],
    ['2009', '2010-01-31', 52],
    ['2010', '2011-01-30', 52],
    ['2011', '2012-01-29', 52],
    ['2012', '2013-02-03', 53],
  ])('end %s on the Sunday nearest 31 January: %s, %d weeks', (id, end, count) => {
    const year = period(calendar(1, 1, { pattern: '4-5-4', ends: 'nearest' }, 'start'), id);
    expect([lastDay(year), weeks(year)]).toEqual([end, count]);
  });

  // Mallinckrodt, 10-K 2015 (sec.gov/Archives/edgar/data/1567892/000156789215000047/R35.htm).
  it.each([
    ['2013', '2013-09-27', 52],
    ['2014', '2014-09-26', 52],
    ['2015', '2015-09-25', 52],
    ['2016', '2016-09-30', 53],
  ])('end %s on the last Friday of September: %s, %d weeks', (id, end, count) => {
    const year = period(calendar(6, 9, { pattern: '4-4-5', ends: 'last' }), id);
    expect([lastDay(year), weeks(year)]).toEqual([end, count]);
  });

  // Intel, 10-K for the fiscal year that ended on 31 December 2016, one of 53 weeks (which it puts into its first quarter).
  it('end on the last Saturday of December', () => {
    const of = calendar(7, 12, { pattern: '4-4-5', ends: 'last' });
    expect(days(period(of, '2016'))).toBe('2015-12-27 to 2016-12-31');
  });
});

describe('fiscal periods', () => {
  const of = calendar(7, 1, { pattern: '4-5-4', ends: 'nearest' });

  it('follow the pattern in every quarter, and the 53rd week belongs to the last one', () => {
    const lengths = (pattern: FiscalWeeks['pattern'], year: number) =>
      Array.from({ length: 12 }, (_, index) =>
        weeks(period(calendar(7, 1, { pattern, ends: 'nearest' }, 'start'), `${year}-P${String(index + 1).padStart(2, '0')}`)),
      ).join('');
    expect([lengths('4-5-4', 2024), lengths('4-4-5', 2024), lengths('5-4-4', 2024)]).toEqual([
      '454454454454',
      '445445445445',
      '544544544544',
    ]);
    expect([lengths('4-5-4', 2023), lengths('4-4-5', 2023), lengths('5-4-4', 2023)]).toEqual([
      '454454454455',
      '445445445446',
      '544544544545',
    ]);
    expect(weeks(period(retail, '2023-Q4'))).toBe(14);
  });

  it('are named by the year that their fiscal year ends in, or starts in', () => {
    expect(periodOf(of, 'month', day('2024-02-03')).id).toBe('2024-P12');
    expect(periodOf(retail, 'month', day('2024-02-03')).id).toBe('2023-P12');
    // A year that ends in December has one name, also where it ends on 2 January.
    const december = calendar(7, 12, { pattern: '4-4-5', ends: 'nearest' }, 'start');
    expect(days(period(december, '2020'))).toBe('2019-12-29 to 2021-01-02');
  });

  it('are no Gregorian months, nor the other way round', () => {
    expect(parsePeriod(of, '2026-10')).toBeNull();
    expect(parsePeriod({ zone: of.zone, weekStart: 7, fiscalYearEndMonth: 1 }, '2026-P10')).toBeNull();
    expect([parsePeriod(of, '2026-P00'), parsePeriod(of, '2026-P13'), parsePeriod(of, '2026-P1')]).toEqual([null, null, null]);
  });

  it.each([
    ['2026-P03', 'P3', 'Period 3 of fiscal 2026, 6 Apr – 3 May 2025'],
    ['2026-P12', 'P12', 'Period 12 of fiscal 2026, 4–31 Jan 2026'],
    ['2026-Q3', 'Q3', 'Q3 of fiscal 2026, 3 Aug – 1 Nov 2025'],
    ['2026', '2026', 'Fiscal year 2026, 2 Feb 2025 – 31 Jan 2026'],
    ['2026-W46-MTD', 'MTD', 'Month to date, 1–21 Nov 2026'],
  ])('call %s %s and %s', (id, label, title) => {
    expect([periodLabel(period(of, id)), periodTitle(period(of, id))]).toEqual([label, title]);
  });
});

describe('a year before, by weeks', () => {
  it('is the same period of the last fiscal year, also where that had another number of weeks', () => {
    expect(priorYearOf(retail, period(retail, '2024-P01')).id).toBe('2023-P01');
    expect(priorYearOf(retail, period(retail, '2024-P12')).id).toBe('2023-P12');
    expect(priorYearOf(retail, period(retail, '2023-P12')).id).toBe('2022-P12');
    expect(priorYearOf(retail, period(retail, '2024-Q4')).id).toBe('2023-Q4');
    expect(priorYearOf(retail, period(retail, '2024')).id).toBe('2023');
  });

  it('is of a week the one 364 days back, of the 53rd week the first of the same fiscal year', () => {
    const week53 = periodOf(retail, 'week', day('2024-02-03'));
    expect(days(priorYearOf(retail, week53))).toBe('2023-01-29 to 2023-02-04');
  });

  it('stands beneath twelve complete fiscal periods', () => {
    const series = trailing(retail, periodOf(retail, 'week', day('2024-03-02')));
    expect([series.months.at(0)?.id, series.months.at(-1)?.id]).toEqual(['2023-P02', '2024-P01']);
    expect([series.priorMonths.at(0)?.id, series.priorMonths.at(-1)?.id]).toEqual(['2022-P02', '2023-P01']);
    const whole = trailing(retail, periodOf(retail, 'week', day('2024-03-02')), 'fiscal year');
    expect(ids(whole.months)).toEqual(Array.from({ length: 12 }, (_, index) => `2024-P${String(index + 1).padStart(2, '0')}`));
  });

  it('holds as many weeks to date, counted from the start of the same period', () => {
    // Three weeks into the second period of 2024: a year of 53 weeks lies between, so 371 days.
    const ranges = toDate(retail, periodOf(retail, 'week', day('2024-03-23')));
    expect([days(ranges.month.current), days(ranges.month.prior)]).toEqual([
      '2024-03-03 to 2024-03-23',
      '2023-02-26 to 2023-03-18',
    ]);
    expect([days(ranges.year.current), days(ranges.year.prior)]).toEqual([
      '2024-02-04 to 2024-03-23',
      '2023-01-29 to 2023-03-18',
    ]);
    const ordinary = toDate(retail, periodOf(retail, 'week', day('2023-03-18')));
    expect(days(ordinary.quarter.prior)).toBe('2022-01-30 to 2022-03-19');
  });

  it('holds 53 weeks beside a fiscal year of 53, the last of them in the year that follows', () => {
    const { month, year } = toDate(retail, periodOf(retail, 'week', day('2024-02-03')));
    expect([weeks(year.current), weeks(year.prior), days(year.prior)]).toEqual([53, 53, '2022-01-30 to 2023-02-04']);
    expect([weeks(month.current), weeks(month.prior)]).toEqual([5, 5]);
  });

  it('moves with its week', () => {
    const range = period(retail, '2024-W12-MTD-PY');
    expect(shiftPeriod(retail, range, 1)).toEqual(period(retail, '2024-W13-MTD-PY'));
  });
});

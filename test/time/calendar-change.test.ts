import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lastCompleteWeek,
  parsePeriod,
  periodLabel,
  periodOf,
  periodsBetween,
  periodTitle,
  priorYearOf,
  shiftPeriod,
  toDate,
  trailing,
} from '../../server/time/calendar.ts';
import { formatDay, parseDay, weekdayOf } from '../../server/time/day.ts';
import type { Calendar, CalendarRules, DatedRules, Day, Grain, Period, Weekday } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

const GRAINS: readonly Grain[] = ['week', 'month', 'quarter', 'year'];
const zone = findZone('Europe/Berlin') ?? unknownZone();

function unknownZone(): never {
  throw new Error('Berlin should be known');
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

const days = (of: Period) => `${formatDay(of.firstDay)} to ${formatDay(of.endDay - 1)}`;
const told = (of: Period) => `${of.id}: ${days(of)}${of.cutFrom === undefined ? '' : ', cut'}`;
const between = (of: Calendar, grain: Grain, from: string, end: string) =>
  periodsBetween(of, grain, day(from), day(end)).map(told);

const rules: fc.Arbitrary<CalendarRules> = fc
  .record({
    weekStart: fc.constantFrom<Weekday[]>(1, 2, 3, 4, 5, 6, 7),
    fiscalYearEndMonth: fc.oneof(fc.constantFrom(1, 12), fc.integer({ min: 1, max: 12 })),
    fiscalYearNamedBy: fc.constantFrom<('start' | 'end')[]>('start', 'end'),
    fiscalWeeks: fc.option(
      fc.record({
        pattern: fc.constantFrom<('4-4-5' | '4-5-4' | '5-4-4')[]>('4-4-5', '4-5-4', '5-4-4'),
        ends: fc.constantFrom<('last' | 'nearest')[]>('last', 'nearest'),
      }),
      { nil: undefined },
    ),
  })
  .map(({ fiscalWeeks, ...rest }) => (fiscalWeeks === undefined ? rest : { ...rest, fiscalWeeks }));

// 2015 to 2031, dense enough for several changes in one year.
const anyDay = fc.integer({ min: 16_436, max: 22_645 });
const nearby = fc.oneof(anyDay, fc.integer({ min: 20_000, max: 20_400 }));

const withChanges = (first: CalendarRules, later: readonly DatedRules[]): Calendar => ({
  zone,
  ...first,
  changes: later.toSorted((one, other) => one.since - other.since),
});
const calendars = fc
  .tuple(
    rules,
    fc.uniqueArray(
      fc.tuple(rules, nearby).map(([each, since]): DatedRules => ({ ...each, since })),
      { maxLength: 4, selector: ({ since }) => since },
    ),
  )
  .map(([first, later]) => withChanges(first, later));

/** As organisation.yaml demands: where weeks make years, a change comes with the first day of a week. */
const weeklyCalendars = fc
  .tuple(
    rules.filter(({ fiscalWeeks }) => fiscalWeeks !== undefined),
    fc.array(
      fc
        .tuple(
          rules.filter(({ fiscalWeeks }) => fiscalWeeks !== undefined),
          nearby,
        )
        .map(([each, since]) => ({ ...each, since: since - ((weekdayOf(since) - each.weekStart + 7) % 7) })),
      { maxLength: 4 },
    ),
  )
  .map(([first, later]) => withChanges(first, later));

describe('a calendar that changes', () => {
  it('cuts time into periods without gap or overlap, whatever changes when', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), nearby, (of, grain, from) => {
        const here = periodOf(of, grain, from);
        const next = periodOf(of, grain, here.endDay);
        expect(here.firstDay).toBeLessThanOrEqual(from);
        expect(here.endDay).toBeGreaterThan(from);
        expect([next.firstDay, next.start]).toEqual([here.endDay, here.end]);
        expect(periodOf(of, grain, here.firstDay)).toEqual(here);
        expect(periodOf(of, grain, here.endDay - 1)).toEqual(here);
      }),
      { numRuns: 5_000 },
    );
  });

  it('finds each period again by its id, and gives no id twice', () => {
    fc.assert(
      fc.property(calendars, (of) => {
        const seen = new Set<string>();
        for (const grain of GRAINS) {
          for (const each of periodsBetween(of, grain, 16_436, 22_645)) {
            expect(seen).not.toContain(each.id);
            seen.add(each.id);
            expect(parsePeriod(of, each.id)).toEqual(each);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds to-date ranges again by their id', () => {
    fc.assert(
      fc.property(calendars, nearby, (of, from) => {
        const week = periodOf(of, 'week', from);
        const { month, quarter, year } = toDate(of, week);
        for (const { current, prior } of [month, quarter, year]) {
          expect(parsePeriod(of, current.id)).toEqual(current);
          expect(parsePeriod(of, prior.id)).toEqual(prior);
          expect(current.endDay).toBe(week.endDay);
          expect(prior.endDay).toBeGreaterThan(prior.firstDay);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts periods forward and back as it lists them', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), nearby, fc.integer({ min: 1, max: 30 }), (of, grain, from, n) => {
        const first = periodOf(of, grain, from);
        const later = shiftPeriod(of, first, n);
        const listed = periodsBetween(of, grain, first.firstDay, later.endDay);
        expect(listed.length).toBe(n + 1);
        expect(listed.at(-1)).toEqual(later);
        expect(shiftPeriod(of, later, -n)).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves alone every period that ended by the day of a later change', () => {
    fc.assert(
      fc.property(calendars, rules, fc.constantFrom(...GRAINS), nearby, nearby, (of, newer, grain, one, other) => {
        const last = of.changes?.at(-1)?.since ?? 0;
        const since = Math.max(one, other, last + 1);
        const changed: Calendar = { ...of, changes: [...(of.changes ?? []), { ...newer, since }] };
        const before = periodOf(of, grain, Math.min(one, other));
        if (before.endDay <= since) expect(periodOf(changed, grain, before.firstDay)).toEqual(before);
        const all = periodsBetween(of, grain, since - 800, since).filter(({ endDay }) => endDay <= since);
        expect(periodsBetween(changed, grain, since - 800, since).slice(0, all.length)).toEqual(all);
      }),
      { numRuns: 1_000 },
    );
  });

  it('nests weeks in fiscal periods, those in quarters, and those in years', () => {
    fc.assert(
      fc.property(weeklyCalendars, nearby, (of, from) => {
        let inner = periodOf(of, 'week', from);
        for (const grain of ['month', 'quarter', 'year'] as const) {
          const outer = periodOf(of, grain, from);
          expect(outer.firstDay).toBeLessThanOrEqual(inner.firstDay);
          expect(outer.endDay).toBeGreaterThanOrEqual(inner.endDay);
          inner = outer;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('makes years of 52 or 53 whole weeks and quarters of 13 or 14, where nothing is cut', () => {
    fc.assert(
      fc.property(weeklyCalendars, nearby, (of, from) => {
        const weeks = (grain: Grain) => {
          const { firstDay, endDay, cutFrom } = periodOf(of, grain, from);
          return ((cutFrom?.endDay ?? endDay) - (cutFrom?.firstDay ?? firstDay)) / 7;
        };
        expect([4, 5, 6]).toContain(weeks('month'));
        expect([13, 14]).toContain(weeks('quarter'));
        expect([52, 53]).toContain(weeks('year'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('compares each period with one that lies about a year before', () => {
    fc.assert(
      fc.property(calendars, fc.constantFrom(...GRAINS), nearby, (of, grain, from) => {
        const here = periodOf(of, grain, from);
        const before = priorYearOf(of, here);
        const middle = (each: Period) => (each.firstDay + each.endDay - 1) / 2;
        expect(before.firstDay).toBeLessThanOrEqual(middle(here) - 357);
        expect(before.endDay).toBeGreaterThan(middle(here) - 373);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a change of the day that weeks start on', () => {
  const of: Calendar = {
    zone,
    weekStart: 1,
    fiscalYearEndMonth: 12,
    changes: [{ weekStart: 7, fiscalYearEndMonth: 12, since: day('2026-11-15') }],
  };

  it('cuts the last week short and nothing else', () => {
    expect(between(of, 'week', '2026-11-02', '2026-11-30')).toEqual([
      '2026-W45: 2026-11-02 to 2026-11-08',
      '2026-W46a: 2026-11-09 to 2026-11-14, cut',
      '2026-W46: 2026-11-15 to 2026-11-21',
      '2026-W47: 2026-11-22 to 2026-11-28',
      '2026-W48: 2026-11-29 to 2026-12-05',
    ]);
    expect(between(of, 'month', '2026-11-01', '2026-12-02')).toEqual([
      '2026-11: 2026-11-01 to 2026-11-30',
      '2026-12: 2026-12-01 to 2026-12-31',
    ]);
    expect(told(period(of, '2026'))).toBe('2026: 2026-01-01 to 2026-12-31');
  });

  it('leaves the name to the week of the newer calendar', () => {
    const week = period(of, '2026-W46a');
    expect([periodLabel(week), periodTitle(week)]).toEqual(['W46a', 'Week 46a, 9–14 Nov 2026 (cut short)']);
    expect(periodTitle(period(of, '2026-W46'))).toBe('Week 46, 15–21 Nov 2026');
    expect(days(period(of, '2026-W46a-MTD'))).toBe('2026-11-01 to 2026-11-14');
    expect(days(period(of, '2026-W46-MTD'))).toBe('2026-11-01 to 2026-11-21');
    expect(parsePeriod(of, '2026-W45a')).toBeNull();
    expect(parsePeriod(of, '2026-W46b')).toBeNull();
  });

  it('compares a week with the older week that lies nearest 364 days back', () => {
    const week = period(of, '2026-W47');
    expect(told(priorYearOf(of, week))).toBe('2025-W48: 2025-11-24 to 2025-11-30');
    const series = trailing(of, week);
    expect(series.weeks.map(({ id }) => id)).toEqual(['2026-W43', '2026-W44', '2026-W45', '2026-W46a', '2026-W46', '2026-W47']);
  });

  it('makes the cut week complete on the day of the change', () => {
    expect(lastCompleteWeek(of, zone.startOfDay(day('2026-11-15'))).id).toBe('2026-W46a');
    expect(lastCompleteWeek(of, zone.startOfDay(day('2026-11-15')) - 1).id).toBe('2026-W45');
  });
});

describe('a change of the fiscal year', () => {
  it('leaves months as they are, and names the quarters apart that had their names before', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 6,
      changes: [{ weekStart: 1, fiscalYearEndMonth: 12, since: day('2027-07-01') }],
    };
    expect(between(of, 'quarter', '2026-07-01', '2028-02-01')).toEqual([
      '2027-Q1: 2026-07-01 to 2026-09-30',
      '2027-Q2: 2026-10-01 to 2026-12-31',
      '2027-Q3: 2027-01-01 to 2027-03-31',
      '2027-Q4: 2027-04-01 to 2027-06-30',
      '2027-Q3b: 2027-07-01 to 2027-09-30',
      '2027-Q4b: 2027-10-01 to 2027-12-31',
      '2028-Q1: 2028-01-01 to 2028-03-31',
    ]);
    expect(between(of, 'year', '2026-01-01', '2029-01-01')).toEqual([
      '2027: 2026-07-01 to 2027-06-30',
      '2027b: 2027-07-01 to 2027-12-31, cut',
      '2028: 2028-01-01 to 2028-12-31',
    ]);
    expect(told(periodOf(of, 'week', day('2027-07-01')))).toBe('2027-W26: 2027-06-28 to 2027-07-04');
    expect(periodTitle(period(of, '2027b'))).toBe('Fiscal year 2027b, 1 Jul – 31 Dec 2027 (cut short)');
    expect(periodTitle(period(of, '2027-Q3b'))).toBe('Q3b 2027, 1 Jul – 30 Sep 2027');
    expect(periodLabel(period(of, '2027-Q3b'))).toBe('Q3b');
    expect(told(priorYearOf(of, period(of, '2027-Q3b')))).toBe('2027-Q1: 2026-07-01 to 2026-09-30');
  });

  // sec.gov/Archives/edgar/data/1053706/000104746911007151/R7.htm: from the last Saturday in November to the Saturday
  // nearest 31 December, with a transition of five weeks from 28 November 2010 to 1 January 2011.
  it('gives the transition period that a company published', () => {
    const of: Calendar = {
      zone,
      weekStart: 7,
      fiscalYearEndMonth: 11,
      fiscalWeeks: { pattern: '4-4-5', ends: 'last' },
      changes: [
        { weekStart: 7, fiscalYearEndMonth: 12, fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' }, since: day('2010-11-28') },
      ],
    };
    expect(between(of, 'year', '2009-11-29', '2012-01-01')).toEqual([
      '2010: 2009-11-29 to 2010-11-27',
      '2010b: 2010-11-28 to 2011-01-01, cut',
      '2011: 2011-01-02 to 2011-12-31',
    ]);
    expect(told(period(of, '2011-Q2'))).toBe('2011-Q2: 2011-04-03 to 2011-07-02');
  });

  it('from months to weeks cuts the month that it falls into', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 12,
      changes: [
        { weekStart: 1, fiscalYearEndMonth: 12, fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' }, since: day('2027-01-04') },
      ],
    };
    expect(between(of, 'month', '2026-12-01', '2027-03-02')).toEqual([
      '2026-12: 2026-12-01 to 2026-12-31',
      '2027-01a: 2027-01-01 to 2027-01-03, cut',
      '2027-P01: 2027-01-04 to 2027-01-31',
      '2027-P02: 2027-02-01 to 2027-02-28',
      '2027-P03: 2027-03-01 to 2027-04-04',
    ]);
    expect(between(of, 'year', '2026-01-01', '2028-01-01')).toEqual([
      '2026: 2026-01-01 to 2026-12-31',
      '2027a: 2027-01-01 to 2027-01-03, cut',
      '2027: 2027-01-04 to 2028-01-02',
    ]);
    expect(periodTitle(period(of, '2027-01a'))).toBe('January 2027, 1–3 Jan 2027 (cut short)');
    expect(told(priorYearOf(of, period(of, '2027-P03')))).toBe('2026-03: 2026-03-01 to 2026-03-31');
    const { year } = toDate(of, period(of, '2027-W03'));
    expect([days(year.current), days(year.prior)]).toEqual(['2027-01-04 to 2027-01-24', '2025-12-29 to 2026-01-18']);
  });

  it('that names it by another end cuts nothing', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 6,
      changes: [{ weekStart: 1, fiscalYearEndMonth: 6, fiscalYearNamedBy: 'start', since: day('2026-07-01') }],
    };
    expect(between(of, 'year', '2024-07-01', '2028-01-01')).toEqual([
      '2025: 2024-07-01 to 2025-06-30',
      '2026: 2025-07-01 to 2026-06-30',
      '2026b: 2026-07-01 to 2027-06-30',
      '2027: 2027-07-01 to 2028-06-30',
    ]);
    const late: Calendar = { ...of, changes: [{ ...of, since: day('2027-02-01'), fiscalYearNamedBy: 'start' }] };
    expect(told(periodOf(late, 'year', day('2027-02-01')))).toBe('2026b: 2026-07-01 to 2027-06-30');
    expect(between(late, 'quarter', '2026-10-01', '2027-04-02')).toEqual([
      '2027-Q2: 2026-10-01 to 2026-12-31',
      '2026-Q3b: 2027-01-01 to 2027-03-31',
      '2026-Q4b: 2027-04-01 to 2027-06-30',
    ]);
  });

  it('cuts a quarter that begins alike where its year does not', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 12,
      changes: [
        { weekStart: 1, fiscalYearEndMonth: 12, fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' }, since: day('2019-07-15') },
      ],
    };
    expect(between(of, 'quarter', '2019-04-01', '2019-12-01')).toEqual([
      '2019-Q2: 2019-04-01 to 2019-06-30',
      '2019-Q3a: 2019-07-01 to 2019-07-14, cut',
      '2019-Q3: 2019-07-15 to 2019-09-29, cut',
      '2019-Q4: 2019-09-30 to 2019-12-29',
    ]);
    expect(between(of, 'year', '2019-01-01', '2020-01-01')).toEqual([
      '2019a: 2019-01-01 to 2019-07-14, cut',
      '2019: 2019-07-15 to 2019-12-29, cut',
      '2020: 2019-12-30 to 2021-01-03',
    ]);
  });

  it('cuts a fiscal period that begins alike where its quarter does not', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 12,
      fiscalWeeks: { pattern: '5-4-4', ends: 'last' },
      changes: [
        { weekStart: 1, fiscalYearEndMonth: 12, fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' }, since: day('2027-02-08') },
      ],
    };
    // By both its second period is 1 to 28 February; the older year begins on 28 December, the newer one on 4 January.
    expect(between(of, 'month', '2027-02-01', '2027-03-02')).toEqual([
      '2027-P02a: 2027-02-01 to 2027-02-07, cut',
      '2027-P02: 2027-02-08 to 2027-02-28, cut',
      '2027-P03: 2027-03-01 to 2027-04-04',
    ]);
    expect(between(of, 'quarter', '2026-12-28', '2027-04-01')).toEqual([
      '2027-Q1a: 2026-12-28 to 2027-02-07, cut',
      '2027-Q1: 2027-02-08 to 2027-04-04, cut',
    ]);
  });

  it('that lets the year begin alike cuts only what differs', () => {
    const of: Calendar = {
      zone,
      weekStart: 1,
      fiscalYearEndMonth: 12,
      fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' },
      changes: [
        { weekStart: 1, fiscalYearEndMonth: 12, fiscalWeeks: { pattern: '5-4-4', ends: 'nearest' }, since: day('2026-02-02') },
      ],
    };
    expect(between(of, 'month', '2025-12-29', '2026-04-01')).toEqual([
      '2026-P01: 2025-12-29 to 2026-01-25',
      '2026-P02a: 2026-01-26 to 2026-02-01, cut',
      '2026-P02: 2026-02-02 to 2026-03-01',
      '2026-P03: 2026-03-02 to 2026-03-29',
      '2026-P04: 2026-03-30 to 2026-05-03',
    ]);
    expect(told(period(of, '2026-Q1'))).toBe('2026-Q1: 2025-12-29 to 2026-03-29');
    expect(told(period(of, '2026'))).toBe('2026: 2025-12-29 to 2027-01-03');
  });
});

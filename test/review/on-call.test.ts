import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { loudAlerts } from '../../server/review/on-call-alerts.ts';
import { hourMap } from '../../server/review/on-call-hours.ts';
import type { AlertPage, OnCallInput, OnCallKpiInput } from '../../server/review/on-call-input.ts';
import { buildOnCall } from '../../server/review/on-call.ts';
import type { ReviewRow } from '../../server/review/input.ts';
import { periodsBetween, shiftPeriod, toDate } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { calendar, instant, kpi, organisation, period } from './build.ts';

const WEEK = period('2026-W46');
const QUARTER = period('2026-Q4');
const WHOLE = toDate(calendar, WEEK).quarter.current;
const NOW = instant('2026-11-17T09:00:00Z');

const counting = (rest: Partial<Kpi>): Kpi =>
  kpi({
    measure: { type: 'count', of: 'night', per: null },
    countedIn: 'evening',
    unit: { type: 'count', label: 'nights', isTotal: true },
    targets: [],
    isPersonal: true,
    whenEmpty: 'zero',
    minimumCount: 1,
    ...rest,
  });
const NIGHTS = counting({ id: 'broken-nights', name: 'Broken nights' });
const LOAD = counting({
  id: 'interruptions-per-12h',
  name: 'Interruptions per 12 hours on call',
  measure: { type: 'count', of: 'interruption', per: '12 hours on call' },
  countedIn: 'started',
  unit: { type: 'number', label: 'per 12 h on call', isTotal: false },
});
const SHIFTS = counting({
  id: 'shifts-over-budget',
  name: 'Shifts over budget',
  measure: { type: 'ratio', of: 'shift', outOf: [] },
  countedIn: 'to',
  unit: { type: 'share', label: '', isTotal: false },
});
const PAGES = counting({
  id: 'pages',
  name: 'Pages',
  measure: { type: 'count', of: 'page', per: null },
  countedIn: 'sent',
  unit: { type: 'count', label: 'pages', isTotal: true },
  isPersonal: false,
});

const row = (of: Period, value: number | null, count = value ?? 0): ReviewRow => ({
  period: of.id,
  value,
  emptiness: value === null ? 'hidden' : null,
  count: value === null ? 0 : count,
  exclusions: [],
  also: {},
  flags: [],
  revision: value === null ? null : 1,
  limits: null,
});

const months = periodsBetween(calendar, 'month', period('2025-01').firstDay, period('2026-11').firstDay);
const weeks = Array.from({ length: 104 }, (_, index) => shiftPeriod(calendar, WEEK, index - 103));

interface Given {
  readonly kpi: Kpi;
  readonly week?: (index: number) => number | null;
  readonly month?: (id: string) => number | null;
  readonly count?: (id: string) => number;
  readonly whole?: number | null;
  readonly quarter?: number | null;
}
const inputOf = ({
  kpi: of,
  week = () => null,
  month = () => null,
  count,
  whole = null,
  quarter = null,
}: Given): OnCallKpiInput => ({
  kpi: of,
  words: '',
  sources: [],
  weeks: weeks.map((each, index) => row(each, week(index))),
  months: months.map((each) => row(each, month(each.id), count?.(each.id))),
  quarters: [row(period('2026-Q3'), quarter)],
  toDate: [],
  events: null,
  restatements: [],
  whole: row(WHOLE, whole),
});

const health = (given: readonly Given[], rest: Partial<OnCallInput> = {}) =>
  buildOnCall({
    organisation: {
      ...organisation,
      teams: [{ id: 'payments', name: 'Payments', zone: 'Europe/Berlin', hours: organisation.hours }],
    },
    scope: 'team:payments',
    quarter: QUARTER,
    whole: WHOLE,
    week: WEEK,
    firstDay: months[0]?.firstDay ?? 0,
    now: NOW,
    kpis: given.map(inputOf),
    alerts: null,
    hours: { spans: [], counts: [] },
    teams: [],
    sources: [],
    watermark: 1,
    measuredAt: null,
    ...rest,
  });

const usual = (index: number): number => 20 + (index % 3);

describe('on-call health of a team', () => {
  it('says that load is rising where a signal does, by the number that moved most, beside last quarter', () => {
    const { verdict, judgement } = health([
      { kpi: PAGES, week: (index) => (index === 103 ? 64 : usual(index)), whole: 195, quarter: 276 },
      { kpi: NIGHTS, month: (id) => (id === '2026-10' ? 12 : 3) },
    ]);
    expect(judgement).toBe('against');
    expect(verdict).toBe(
      'Load is rising: 30 pages a week, 21 last quarter; 64 in week 46, above the limit of 24 for the first time on record (104 weeks). 12 nights were broken in October: 2.7 a week, 0.68 last quarter.',
    );
  });

  it('judges no number that it hides, also where its weeks before were judged', () => {
    const given = (whole: number | null) => [{ kpi: PAGES, week: (index: number) => (index === 103 ? 64 : usual(index)), whole }];
    expect(health(given(195)).measures[0]).toMatchObject({ judgement: 'against', now: { text: '195' } });
    expect(health(given(null)).measures[0]).toMatchObject({ judgement: 'unknown', now: { value: null } });
  });

  it('names the teams in which load rises by a signal of their own that still stands, by name and without a rank', () => {
    const rises = inputOf({ kpi: PAGES, week: (index) => (index === 103 ? 64 : usual(index)) });
    const calm = inputOf({ kpi: PAGES, week: usual });
    const over = inputOf({ kpi: PAGES, week: (index) => (index === 101 ? 64 : usual(index)) });
    const fell = inputOf({ kpi: PAGES, week: (index) => (index === 103 ? 0 : usual(index)) });
    const { rising } = health([{ kpi: PAGES, week: usual, whole: 195, quarter: 276 }], {
      scope: 'organisation',
      teams: [
        { id: 'search', label: 'Search', kpis: [calm, rises] },
        { id: 'data', label: 'Data', kpis: [calm, over] },
        { id: 'mobile', label: 'Mobile', kpis: [fell] },
        { id: 'payments', label: 'Payments', kpis: [rises] },
      ],
    });
    expect(rising).toEqual([
      { id: 'payments', label: 'Payments' },
      { id: 'search', label: 'Search' },
    ]);
  });

  it('leads with shifts over budget where they moved much, small numbers as they are', () => {
    const { verdict } = health([
      { kpi: PAGES, week: (index) => (index === 103 ? 64 : usual(index)), whole: 195, quarter: 276 },
      { kpi: SHIFTS, month: (id) => (id === '2026-10' ? 0.5 : 0.2), count: () => 6 },
    ]);
    expect(verdict).toContain(
      'Load is rising: 3 of 6 shifts were over budget in October (more than 2 incidents in 12 h), 20% last quarter;',
    );
  });

  it('does not take routine variation for a rise', () => {
    const { verdict, judgement } = health([{ kpi: PAGES, week: usual, whole: 150, quarter: 270 }]);
    expect(judgement).toBe('routine');
    expect(verdict).toBe('Load is as usual: 23 pages a week, 21 last quarter.');
  });

  it('says so where nothing can be told yet, and why', () => {
    const made = health([{ kpi: NIGHTS }, { kpi: LOAD }]);
    expect(made.verdict).toBe('Where load goes cannot be told yet.');
    expect(made.told).toContain('None of these days can be told yet');
    expect(made.measures.map(({ now }) => now.text)).toEqual(['hidden', 'hidden']);
    expect(made.hidden.map(({ why }) => why.slice(0, 40))).toEqual([
      'A month is told once all of its weeks ar',
      'Fewer than five people were on call, or ',
      'The hour at which a page came is the hou',
    ]);
    expect(made.hidden[0]?.what).toBe('What people bore in November 2026');
    expect(made.hours).toMatchObject({ counts: [], total: 0, hidden: expect.stringMatching(/five or more/) as unknown });
  });

  it('puts a quarter together from the months that are shown, and names them', () => {
    const made = health([
      {
        kpi: LOAD,
        month: (id) => (id === '2026-08' ? null : id === '2026-07' ? 1 : 2),
        count: (id) => (id === '2026-07' ? 60 : 120),
      },
      { kpi: NIGHTS, month: (id) => (id === '2026-08' ? null : 4) },
    ]);
    const [load, nights] = made.measures;
    // 60 and 60 turns of twelve hours: 180 in 120.
    expect(load?.before).toMatchObject({ value: 1.5, text: '1.5', count: 180, span: 'July and September' });
    expect(nights?.before).toMatchObject({ value: 8, span: 'July and September', rate: 'in 9 weeks' });
    expect(nights?.now).toMatchObject({ value: 4, text: '4', span: 'October', rate: 'in 4 weeks' });
    expect(nights?.change).toBe('4 in 4 weeks, was 8 in 9 weeks');
  });

  it('draws hidden months as gaps, and marks those beyond a limit', () => {
    const { nights } = health([{ kpi: NIGHTS, month: (id) => (id === '2026-10' ? 12 : id === '2026-05' ? null : 2) }]);
    const points = nights?.series.points ?? [];
    expect(points.at(-1)).toMatchObject({ period: '2026-10', drawn: 12, text: '12' });
    expect(points.find(({ period: id }) => id === '2026-05')).toMatchObject({ drawn: null, emptiness: 'hidden' });
    expect(nights?.series.beyond).toEqual(['2026-10']);
    expect(nights?.series.grain).toBe('month');
  });

  it('names the KPIs that the folder lacks', () => {
    expect(health([{ kpi: PAGES }]).missing).toContain('broken-nights');
  });
});

const paged = (key: string, count: number, needless = 0): AlertPage[] =>
  Array.from({ length: count }, (_, index) => ({
    key,
    service: 'ledger',
    isRepeat: index > 0,
    neededAction: index < needless ? false : index < count - 1 ? true : null,
  }));

describe('loud alerts', () => {
  it('are as few as make half of the pages, with what needed no action among those answered', () => {
    const made = loudAlerts(
      [...paged('disk', 30, 15), ...paged('lag', 20, 2), ...paged('slow', 9), ...paged('odd', 1)],
      'Q3',
      '2026-Q3',
    );
    expect(made.text).toBe('1 alert = 50% of pages (30 of 60); of those answered, 52% (15 of 29) needed no action.');
    expect(made.rows.map(({ key, pages, repeats }) => [key, pages, repeats])).toEqual([
      ['disk', 30, 29],
      ['lag', 20, 19],
      ['slow', 9, 8],
      ['odd', 1, 0],
    ]);
  });

  it('are the five loudest where no few make half, and the others are counted', () => {
    const made = loudAlerts(
      Array.from({ length: 40 }, (_, index) => paged(`k${String(index).padStart(2, '0')}`, index === 0 ? 3 : 1)).flat(),
      'Q3',
      '2026-Q3',
    );
    expect(made.text).toMatch(/^The 5 loudest of 40 alerts = 17% of pages \(7 of 42\)/);
    expect([made.rows.length, made.others]).toEqual([8, 32]);
    expect(loudAlerts([], 'Q3', '2026-Q3').text).toBe('Nobody was paged.');
  });
});

describe('hours of the week', () => {
  const counts = Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: 24 }, (_, hour) => (day === 5 && hour === 3 ? 4 : day === 6 && hour === 12 ? 5 : hour === 10 ? 1 : 0)),
  );

  it('tell nights and weekends by day apart, and the busiest hour', () => {
    const made = hourMap(counts, 'October', 1, [6, 7], { from: 1320, to: 420 });
    expect(made.text).toBe(
      '25% of 16 pages came at night, 44% by day on Saturdays and Sundays; the busiest hour is Sun 12:00 to 13:00 with 5.',
    );
    expect([made.total, made.most, made.days[0]]).toEqual([16, 5, 'Mon']);
  });

  it('name the days that are off each week, since a holiday stands with its weekday, and none where there are none', () => {
    const said = (weekend: number[]): string => hourMap(counts, 'October', 1, weekend, { from: 1320, to: 420 }).text;
    expect(said([5, 6])).toContain(', 13% by day on Fridays and Saturdays;');
    expect(said([])).toMatch(/^25% of 16 pages came at night; /);
  });

  it('begin with the day on which weeks begin', () => {
    const made = hourMap(counts, 'October', 7, [6, 7], { from: 1320, to: 420 });
    expect(made.days[0]).toBe('Sun');
    expect(made.counts[0]?.[12]).toBe(5);
  });

  it('are hidden whole where they may not be told', () => {
    expect(hourMap(null, '', 1, [6, 7], { from: 0, to: 1 })).toMatchObject({ text: 'Hidden.', counts: [], total: 0, most: 0 });
  });
});

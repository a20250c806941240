import { describe, expect, it } from 'vitest';
import { buildDistribution, refusedSpread } from '../../server/review/distribution.ts';
import { buildKpiPage } from '../../server/review/kpi-page.ts';
import type { RestatedValue } from '../../server/review/kpi-page-input.ts';
import type { KpiPage } from '../../server/review/kpi-page-schema.ts';
import { NO_TALK, type Talk } from '../../server/review/talk.ts';
import { pastOf } from '../../server/review/slice-past.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import {
  atMost,
  calendar,
  card,
  day,
  hours,
  incidents,
  instant,
  kpi,
  kpiInput,
  period,
  queue,
  rows,
  waves,
  type Given,
} from './build.ts';

const NOW = instant('2026-11-20T06:00:00Z');

function page(given: Given, restated: readonly RestatedValue[] = [], talk: Talk = NO_TALK): KpiPage {
  return buildKpiPage({
    organisation: 'Northwind Cloud',
    calendar,
    scope: { id: 'organisation', label: 'All teams' },
    scopes: [],
    week: period('2026-W46'),
    weekState: 'settled',
    now: NOW,
    card: card(given),
    kpi: kpiInput(given),
    restated,
    talk,
    file: { name: given.kpi.file, text: 'version: kpi/v1\n', isLastGood: false, problems: [] },
    slices: { by: [], refused: null },
    usedIn: [],
    sources: [],
    watermark: 7,
    measuredAt: null,
  });
}

const view = (of: KpiPage, id: string) => of.views.find((one) => one.id === id);

describe('the history on the page of a KPI', () => {
  it('holds every week that is kept, beyond the two years of a card, with limits where they are made', () => {
    const all = page({ kpi: kpi(), weeks: rows('2026-W46', waves(130, hours(4), hours(0.5))) });
    const weeks = view(all, 'week');
    expect(weeks?.points).toHaveLength(130);
    expect(weeks?.limits[0]?.from).toBe(weeks?.points[0]?.period);
    expect(all.card.history).toHaveLength(104);
    expect(all.views[0]?.id).toBe('week');
  });

  it('keeps a week without a row as a gap, and never draws it as 0', () => {
    const weeks = rows('2026-W46', waves(30, hours(4), hours(0.5))).filter(({ period: id }) => id !== '2026-W40');
    const points = view(page({ kpi: kpi(), weeks }), 'week')?.points ?? [];
    expect(points.find(({ period: id }) => id === '2026-W40')).toMatchObject({ value: null, drawn: null, emptiness: 'no data' });
  });

  it('shows a level by its value, and beside it the changes that are judged', () => {
    const all = page({ kpi: queue(), weeks: rows('2026-W46', waves(40, 100, 4)), months: rows('2026-10', waves(9, 100, 4)) });
    expect(all.views.map(({ id, limits }) => [id, limits.length])).toEqual([
      ['week', 0],
      ['month', 0],
      ['rules', 1],
    ]);
    expect(view(all, 'rules')?.label).toBe('Change per week');
  });

  it('draws each target over the periods that it judged', () => {
    const moved = kpi({
      targets: [
        { ...atMost(hours(6), '6 hours'), since: day('2026-01-01') },
        { ...atMost(hours(4), '4 hours'), since: day('2026-06-03') },
      ],
    });
    const all = page({ kpi: moved, weeks: rows('2026-W46', waves(60, hours(4), hours(0.5))) });
    // Week 1 of 2026 ends on 4 January; week 23 holds 3 June, and is judged by what is in force on its last day.
    expect(view(all, 'week')?.targets.map(({ from, to, short }) => [from, to, short])).toEqual([
      ['2026-W01', '2026-W22', '≤ 6 h'],
      ['2026-W23', '2026-W46', '≤ 4 h'],
    ]);
    expect(all.targets.map(({ span, isInForce }) => [span, isInForce])).toEqual([
      ['since 3 Jun 2026', true],
      ['1 Jan 2026 to 2 Jun 2026', false],
    ]);
  });

  it('draws a total that was agreed for a week among months for as long as a month is', () => {
    const all = page({
      kpi: incidents({ targets: [atMost(7, '7')] }),
      weeks: rows('2026-W46', waves(30, 8, 1)),
      months: rows('2026-10', waves(9, 30, 2)),
    });
    expect(view(all, 'week')?.targets[0]?.drawn).toBe(7);
    expect(view(all, 'month')?.targets[0]?.drawn).toBeCloseTo(365.2425 / 12, 6);
    expect(view(all, 'month')?.targets[0]?.short).toBe('≤ 7 a week');
  });
});

describe('what was told and is told otherwise now', () => {
  const restated = (before: number, after: number): RestatedValue => ({
    period: '2026-W40',
    before: { value: before, emptiness: null, count: 9 },
    after: { value: after, emptiness: null, count: 10 },
    causes: ['late'],
    moved: 1,
    revision: 2,
    at: NOW,
  });
  const weeks = rows('2026-W46', waves(30, hours(4), hours(0.5)));

  it('stands beside the number as it is known now, with its cause', () => {
    const all = page({ kpi: kpi(), weeks }, [restated(hours(3), hours(4.5))]);
    expect(all.revisions[0]).toMatchObject({ before: '3 h', after: '4 h 30 m', causes: ['late'], moved: 1, revision: 2 });
    expect(view(all, 'week')?.earlier).toEqual([{ period: '2026-W40', drawn: hours(3), text: '3 h' }]);
    expect(all.revisionsText).toBe('1 period changed after settling or publication: late. 1 period shows another figure.');
  });

  it('is not drawn where no shown figure moved', () => {
    const all = page({ kpi: kpi(), weeks }, [restated(hours(4), hours(4) + 1)]);
    expect(view(all, 'week')?.earlier).toEqual([]);
    expect(all.revisionsText).toMatch(/None of them shows another figure/);
  });

  it('is never drawn of what people bore', () => {
    const all = page({ kpi: kpi({ isPersonal: true }), weeks }, [restated(hours(3), hours(4.5))]);
    expect(view(all, 'week')?.earlier).toEqual([]);
    expect(all.revisionsText).toMatch(/would tell of whoever moved it/);
  });
});

describe('every item as a dot', () => {
  const months = ['2026-09', '2026-10'].map((id) => ({ period: period(id), label: id }));
  const spread = (values: readonly (readonly [at: string, value: number])[], of: Kpi = kpi()) =>
    buildDistribution({
      kpi: of,
      scope: 'organisation',
      unit: { type: 'duration', label: '', axis: 'hours', isTotal: false },
      months,
      items: values.map(([at, value]) => ({ title: at, at: instant(at), atText: at, value })),
    });

  it('has the median of each month and of all, and a ninth decile only of ten items and more', () => {
    const made = spread([
      ['2026-09-10T12:00:00Z', hours(1)],
      ['2026-09-11T12:00:00Z', hours(3)],
      ['2026-10-11T12:00:00Z', hours(5)],
    ]);
    expect(made.months.map(({ count, medianText, p90 }) => [count, medianText, p90])).toEqual([
      [2, '2 h', null],
      [1, '5 h', null],
    ]);
    expect(made.text).toBe('Half of 3 items at most 3 h.');
    const ten = spread(Array.from({ length: 10 }, (_, index) => ['2026-10-05T12:00:00Z', hours(index + 1)] as const));
    expect(ten.p90).toBeCloseTo(hours(9.1), 6);
  });

  it('says so where nothing was measured, and draws no line', () => {
    expect(spread([])).toMatchObject({ text: 'Nothing was measured in these months.', median: null, medianText: 'none' });
  });

  it('is thinned evenly where there are too many to tell apart, with lines made from all', () => {
    const many = spread(Array.from({ length: 4000 }, (_, index) => ['2026-10-05T12:00:00Z', index] as const));
    expect(many.dots.length).toBeLessThanOrEqual(1500);
    expect(many.total).toBe(4000);
    expect(many.median).toBe(1999.5);
    expect(many.text).toMatch(/One dot in 3 is drawn/);
  });

  it('is refused with a reason for people, counts and shares', () => {
    expect(refusedSpread(kpi({ isPersonal: true }))).toMatch(/five or more/);
    expect(refusedSpread(incidents())).toMatch(/counts once/);
    expect(refusedSpread(kpi())).toBeNull();
  });
});

describe('what was said about a KPI, on its own page', () => {
  const filed = <Body>(id: number, week: string | null, at: string, body: Body) => ({
    id,
    revision: 1,
    scope: 'organisation',
    kpi: 'time-to-restore',
    period: week,
    author: 'Service Operations',
    at: instant(at),
    firstAt: instant(at),
    body,
  });
  const comment = (id: number, week: string | null, at: string, text: string) => filed(id, week, at, { text, point: null });
  const action = (id: number, at: string, title: string, closedOn: string | null) =>
    filed(id, '2026-W10', at, {
      title,
      owner: 'Payments',
      due: '2026-12-14',
      expected: null,
      state: closedOn === null ? ('open' as const) : ('done' as const),
      closedOn,
      note: '',
    });
  const given = {
    kpi: kpi(),
    weeks: rows('2026-W46', [...waves(46, hours(4.1), hours(0.376)), ...Array.from({ length: 20 }, () => hours(3))]),
  };

  it('is every comment of every review, the newest first, under the full name of its week', () => {
    const comments = [
      comment(1, '2025-W44', '2025-11-05T09:00Z', 'a year ago'),
      comment(2, '2026-W46', '2026-11-16T09:00Z', 'now'),
      comment(3, '2026-W46', '2026-11-16T10:00Z', 'now, too'),
      comment(4, null, '2026-09-16T10:00Z', 'filed under no review'),
      { ...comment(5, '2026-W46', '2026-11-16T10:00Z', 'of another KPI'), kpi: 'queue-depth' },
    ];
    const { said } = page(given, [], { ...NO_TALK, comments });
    expect(said.comments.map(({ text, when, isPast }) => [text, when, isPast])).toEqual([
      ['now, too', 'Week 46, 9–15 Nov 2026', false],
      ['now', 'Week 46, 9–15 Nov 2026', false],
      ['filed under no review', 'Week 38, 14–20 Sep 2026', true],
      ['a year ago', 'Week 44, 27 Oct – 2 Nov 2025', true],
    ]);
  });

  it('is on the time axis what was written on all KPIs, of any year, beside what was written on this one', () => {
    const note = (id: number, on: string, of: string | null) => ({
      ...filed(id, '2026-W10', '2026-06-02T09:00Z', { day: on, type: 'note' as const, text: `note ${id}` }),
      kpi: of,
    });
    const annotations = [
      note(1, '2025-02-03', null),
      note(2, '2024-05-06', null),
      note(3, '2026-10-12', 'time-to-restore'),
      note(4, '2026-10-12', 'queue-depth'),
      note(5, '2027-01-04', null),
    ];
    const made = page(given, [], { ...NO_TALK, annotations });
    expect(made.annotations.map(({ id, kpi: of, dayText }) => [id, of, dayText])).toEqual([
      [2, null, '6 May 2024'],
      [1, null, '3 Feb 2025'],
    ]);
  });

  it('is every action with its verdict, also those that reviews have left behind', () => {
    const actions = [
      action(1, '2025-06-02T09:00Z', 'Done long ago', '2025-09-01'),
      action(2, '2026-06-02T09:00Z', 'Rehearse the failover', '2026-06-29'),
      action(3, '2026-11-10T09:00Z', 'Write the runbook anew', null),
    ];
    const of = page(given, [], { ...NO_TALK, actions });
    expect(of.said.actions.map(({ title, setOn }) => [title, setOn])).toEqual([
      ['Write the runbook anew', '2026-11-10'],
      ['Rehearse the failover', '2026-06-02'],
      ['Done long ago', '2025-06-02'],
    ]);
    expect(of.said.actions[1]?.verdict?.text).toMatch(/^Shifted from 4\.1 h to 3 h after 29 Jun 2026: better\.$/);
  });
});

describe('a slice beside its own past', () => {
  const values = (list: readonly number[], count = 9) =>
    rows('2026-W46', list, count).map((row) => ({ period: period(row.period), row }));

  it('is told by its own limits', () => {
    expect(pastOf(kpi(), values([...waves(29, hours(4), hours(0.5)), hours(20)])).text).toMatch(/^above its own limit of /);
    expect(pastOf(kpi(), values(waves(30, hours(4), hours(0.5)))).text).toBe('routine: around 4 h');
  });

  it('has no limits where its weeks hold too few', () => {
    const past = pastOf(kpi(), values(waves(30, hours(4), hours(0.5)), 1));
    expect(past).toEqual({
      limits: null,
      text: expect.stringMatching(/^too few a week for limits; its usual week 4/) as unknown,
    });
  });
});

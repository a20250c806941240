import { describe, expect, it } from 'vitest';
import { judgedAs, limitsOf, processOf } from '../../server/review/process.ts';
import type { KpiCard } from '../../server/review/schema.ts';
import { periodName } from '../../server/review/series.ts';
import { scaleTo, targetStateOf } from '../../server/review/targets.ts';
import { parsePeriod, shiftPeriod, toDate } from '../../server/time/calendar.ts';
import type { Calendar, Period } from '../../server/time/period.ts';
import {
  atMost,
  calendar as monday,
  card as cardOf,
  day,
  incidents,
  instant,
  organisation,
  review,
  row,
  rows,
  waves,
} from './build.ts';

/** Weeks from Monday until Saturday 14 November 2026, then from Sunday. */
const calendar: Calendar = { ...monday, changes: [{ weekStart: 7, fiscalYearEndMonth: 12, since: day('2026-11-15') }] };

function period(id: string, of: Calendar = calendar): Period {
  const parsed = parsePeriod(of, id);
  if (parsed === null) throw new Error(`${id} should be a period`);
  return parsed;
}

const stepsTo = (last: string, values: readonly number[]) =>
  values.map((value, index) => {
    const each = shiftPeriod(calendar, period(last), index - values.length + 1);
    return { period: each, row: row(each.id, value, value) };
  });

function card(week: string, values: readonly number[], kpi = incidents()): KpiCard {
  return cardOf(
    { kpi, weeks: stepsTo(week, values).map((step) => step.row), sources: ['pager'] },
    { organisation: { ...organisation, calendar }, week: period(week), now: instant('2026-12-10T09:00Z') },
  );
}

describe('a week that a change of calendar cut short', () => {
  // Far above every limit, were it a week.
  const values = [...waves(30, 10, 1), 90];

  it('enters neither limits nor rules', () => {
    const steps = stepsTo('2026-W46a', values);
    const process = processOf(incidents(), steps, [], period('2026-W46a'));
    expect(process.points.at(-1)).toMatchObject({ period: '2026-W46a', value: 90, isJudged: false });
    expect(process.signals).toEqual([]);
    expect(judgedAs(process)).toBe('its weekly value');
    expect(limitsOf(incidents(), steps)).toEqual(limitsOf(incidents(), steps.slice(0, -1)));
  });

  it('is shown, and its verdict says why it is not judged', () => {
    const { verdict, judgement, current } = card('2026-W46a', values);
    expect(current.title).toBe('Week 46a, 9–14 Nov 2026 (cut short)');
    expect(verdict).toBe('Not judged: a change of calendar cut the week to 6 days, with 90 incidents, was 9.');
    expect(judgement).toBe('unknown');
  });

  it('neither meets nor misses its target', () => {
    const kpi = incidents({ targets: [atMost(20, '20')] });
    const state = targetStateOf(kpi, { week: stepsTo('2026-W46a', values), month: [], quarter: [] }, period('2026-W46a'));
    expect(state).toMatchObject({ isMet: null, missedRun: 0, isNewlyMissed: false });
    const after = targetStateOf(kpi, { week: stepsTo('2026-W46', [...values, 9]), month: [], quarter: [] }, period('2026-W46'));
    expect(after).toMatchObject({ isMet: true, isRegained: false });
  });

  it('is held against no other week, nor another against it', () => {
    const text = (week: string, label: string) => card(week, [...values, 9]).boxes.find((box) => box.label === label)?.text;
    expect(text('2026-W46a', 'WoW')).toBe('cut short');
    expect(text('2026-W46', 'WoW')).toBe('cut short');
    expect(text('2026-W47', 'WoW')).not.toBe('cut short');
  });

  it('is no week between this and the one a year before', () => {
    // Weeks from Tuesday, after a week of one Monday.
    const tuesday: Calendar = { ...monday, changes: [{ weekStart: 2, fiscalYearEndMonth: 12, since: day('2026-11-10') }] };
    const { boxes, priorWeeks } = cardOf(
      { kpi: incidents(), weeks: rows('2026-W46', [3, 4, 5]) },
      { organisation: { ...organisation, calendar: tuesday }, week: period('2026-W47', tuesday) },
    );
    expect(boxes.find(({ label }) => label === 'YoY')?.title).toMatch(/^Against Week 47, 17–23 Nov 2025/);
    expect(priorWeeks.at(-1)?.period).toBe('2025-W47');
  });

  it('folds with its reason', () => {
    const weeks = stepsTo('2026-W46a', values).map((step) => step.row);
    const { routine } = review([{ kpi: incidents(), weeks, sources: ['pager'] }], {
      organisation: { ...organisation, calendar },
      week: period('2026-W46a'),
      now: instant('2026-12-10T09:00Z'),
    });
    expect(routine.map(({ line }) => line).join()).toContain('cut short by a change of calendar');
  });
});

describe('targets under a calendar that changed', () => {
  it('scale with the whole period, not with what is left of one', () => {
    const fiscal: Calendar = { ...monday, fiscalYearEndMonth: 6, changes: [{ ...monday, since: day('2026-08-01') }] };
    const kpi = incidents({ targets: [atMost(90, '90', 'quarter')] });
    const { quarter } = toDate(fiscal, period('2026-W35', fiscal));
    expect([quarter.current.firstDay, quarter.current.endDay]).toEqual([day('2026-08-01'), day('2026-08-31')]);
    const target = kpi.targets[0];
    if (target === undefined) throw new Error('there should be a target');
    // 30 days of a third quarter of 92, though the change left only 61 of them.
    expect(scaleTo(kpi, target, fiscal, quarter.current)).toBeCloseTo(30 / 92, 10);
  });
});

describe('fiscal periods in sentences', () => {
  const weekly: Calendar = { ...monday, fiscalYearEndMonth: 1, fiscalWeeks: { pattern: '4-5-4', ends: 'nearest' } };

  it.each([
    ['2026-P09', 2026, 'period 9'],
    ['2027-P10', 2026, 'period 10 of fiscal 2027'],
    ['2026-Q3', 2026, 'Q3 of fiscal 2026'],
  ])('%s in %d is %s', (id, year, name) => {
    expect(periodName(period(id, weekly), year)).toBe(name);
  });

  it('keep the letter of a week that was cut short', () => {
    expect(periodName(period('2026-W46a'), 2026)).toBe('week 46a');
    expect(periodName(period('2026-W06'), 2025)).toBe('week 6 of 2026');
  });

  it('make the twelve months of a card', () => {
    const { months } = cardOf(
      { kpi: incidents(), weeks: rows('2026-W46', [3, 4, 5]) },
      { organisation: { ...organisation, calendar: weekly } },
    );
    expect([months.at(0)?.label, months.at(-1)?.title]).toEqual(['P10', 'Period 9 of fiscal 2027, 5 Oct – 1 Nov 2026']);
  });
});

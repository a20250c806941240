import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../server/event/event.ts';
import type { Organisation } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { periodOf, toDate, trailing } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';
import type { Calendar, Day, Period } from '../../server/time/period.ts';
import { ORGANISATION, digest, zoneNamed } from './support/plain.ts';

/** Published worked examples (test/fixtures/wbr/README.md), through KPI files, evaluation and calendar. */
interface Expected {
  readonly scenario: number;
  readonly case: number;
  readonly metric: string;
  readonly months: 'fiscal_year' | 'trailing_twelve_months';
  /** `25-SEP-2021` */
  readonly weekEnding: string;
  readonly weeks: readonly (number | null)[];
  readonly priorWeeks: readonly (number | null)[];
  readonly cyMonths: readonly (number | null)[];
  readonly pyMonths: readonly (number | null)[];
  readonly box: readonly number[];
}

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/wbr/${name}`, import.meta.url)), 'utf8');
const EXPECTED = JSON.parse(fixture('expected.json')) as readonly Expected[];

/** Weeks end on Saturday; a zone with summer time shows that days of 23 and 25 hours weigh as much as others. */
const CALENDAR: Calendar = { zone: zoneNamed('America/New_York'), weekStart: 7, fiscalYearEndMonth: 12 };
const NORTHWIND: Organisation = { ...ORGANISATION, calendar: CALENDAR };

const dayOf = (iso: string): Day => {
  const day = parseDay(iso);
  if (day === null) throw new Error(`no day: ${iso}`);
  return day;
};

/** One point a local midnight; a blank is no point. */
const samplesOf = (scenario: number): Sample[] => {
  const [header = '', ...lines] = fixture(`scenario_${scenario === 8 ? 1 : scenario}.csv`)
    .trim()
    .split('\n');
  const names = header.split(',');
  return lines.flatMap((line) => {
    const cells = line.split(',');
    const country = cells[names.indexOf('latency_country')];
    const at = CALENDAR.zone.startOfDay(dayOf(cells[0] ?? ''));
    return names.flatMap((name, column): Sample[] => {
      const text = cells[column] ?? '';
      if (column === 0 || name === 'latency_country' || text === '') return [];
      const dimensions = country === undefined ? '' : `country=${country}`;
      return [{ source: 'wbr', series: name, statistic: 'value', at, value: Number(text), dimensions }];
    });
  });
};

const fileOf = (id: string, measure: string): string => `
version: kpi/v1
id: ${id}
name: ${id}
question: What does the published example say?
section: Customers
role: outcome
owner: Service Operations
better: higher
measure:
  ${measure}
`;

const level = (series: string, statistic: string): string => `level: { series: ${series}, statistic: ${statistic} }`;

const DEFINITIONS: Readonly<Record<string, string>> = {
  'page-views': level('PageViews', 'sum'),
  'customers-paying': level('cumulative_paid_customers', 'mean'),
  'customers-new': level('new_paid_customers', 'sum'),
  'customers-churned': level('new_churned_customers', 'sum'),
  'cost-of-acquisition': level('cac_usd', 'sum'),
  'trials-started': level('free_trial_starts', 'sum'),
  'revenue-new': level('new_logo_mrr_usd', 'sum'),
  'revenue-upsell': level('upsell_mrr_usd', 'sum'),
  'latency-max': level('latency', 'max'),
  'latency-min': level('latency', 'min'),
  'latency-sum': level('latency', 'sum'),
  'latency-us': `${level('latency', 'mean')}\n  where: { country: US }`,
  'revenue-won': 'combine: { sum: [revenue-new, revenue-upsell] }',
  'customers-gained': 'combine: { difference: [customers-new, customers-churned] }',
  'churn-rate': 'combine: { divide: [customers-churned, customers-paying] }',
  'trials-at-cost': 'combine: { product: [cost-of-acquisition, trials-started] }',
  'churn-times-customers': 'combine: { product: [customers-paying, customers-churned] }',
  members: level('Total_PMs', 'last'),
  'members-counted': level('Total_PMsv2', 'last'),
  'recurring-revenue': level('MRR', 'last'),
  'members-target': level('Total_PMs_Target', 'first'),
  'recurring-revenue-target': level('MRR_Target', 'last'),
};

const METRICS: Readonly<Record<string, string>> = {
  PageViewsFiscal: 'page-views',
  PageViewsTrailing: 'page-views',
  PageViews: 'page-views',
  PageViewsFiscalInSetup: 'page-views',
  CumulativePaidCustomers: 'customers-paying',
  PaidCustomers: 'customers-new',
  TestMaxMetric: 'latency-max',
  TestMinMetric: 'latency-min',
  TestSumMetrics: 'revenue-won',
  TestSumMetricColumn: 'revenue-won',
  TestDifferenceMetric: 'customers-gained',
  TestSumDoubleMetric: 'latency-sum',
  TestFilterMetricUS: 'latency-us',
  TestProductMetric: 'trials-at-cost',
  TestDivisionMetric: 'churn-rate',
  TestProductMetricTwo: 'churn-times-customers',
  Total_PMs: 'members',
  Total_PMsv2: 'members-counted',
  MRR: 'recurring-revenue',
  TotalPMs_TARGET: 'members-target',
  MRR_TARGET: 'recurring-revenue-target',
};

const KPIS: readonly Kpi[] = Object.entries(DEFINITIONS).map(([id, measure]) => {
  const { kpi, problems } = parseKpi(fileOf(id, measure), `kpis/${id}.yaml`, { digest });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return kpi;
});

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekOf = (ending: string): Period => {
  const [day = '', month = '', year = ''] = ending.split('-');
  return periodOf(CALENDAR, 'week', dayOf(`${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`));
};

/** As printed: as many decimals as the example shows, and no more digits than a double holds. */
const agrees = (value: number | null, expected: number | null): boolean => {
  if (value === null || expected === null) return value === expected;
  const decimals = /\.(\d+)/.exec(String(expected))?.[1]?.length ?? 0;
  return Math.abs(value - expected) <= 0.5 * 10 ** -decimals + Math.abs(expected) * 1e-12;
};

const expectSeries = (values: readonly (number | null)[], expected: readonly (number | null)[]): void => {
  const isSame = values.length === expected.length && values.every((value, index) => agrees(value, expected[index] ?? null));
  if (!isSame) expect(values).toEqual(expected);
  expect(isSame).toBe(true);
};

describe('six weeks, twelve months and boxes agree with published examples', () => {
  it.each(EXPECTED)('scenario $scenario, case $case: $metric', (example) => {
    const week = weekOf(example.weekEnding);
    const kpi = KPIS.find((each) => each.id === METRICS[example.metric]);
    if (kpi === undefined) throw new Error(`no definition of ${example.metric}`);
    // As seen when the week has ended: later points of the file are not yet known.
    const world = worldOf({
      organisation: NORTHWIND,
      events: [],
      samples: samplesOf(example.scenario),
      kpis: KPIS,
      now: week.end,
      digest,
    });
    const valueOf = (period: Period): number | null => {
      // A month that the week has not completed is running; the example leaves it out.
      if (period.grain === 'month' && period.end > week.end) return null;
      return evaluate(kpi, world, ['organisation'], [period])[0]?.value ?? null;
    };
    const series = trailing(CALENDAR, week, example.months === 'fiscal_year' ? 'fiscal year' : 'trailing');
    expectSeries(series.weeks.map(valueOf), example.weeks);
    expectSeries(series.priorWeeks.map(valueOf), example.priorWeeks);
    expectSeries(series.months.map(valueOf), example.cyMonths);
    expectSeries(series.priorMonths.map(valueOf), example.pyMonths);

    const change = (current: number | null, prior: number | null): number | null =>
      current === null || prior === null || prior === 0 ? null : ((current - prior) / prior) * 100;
    const [before = null, last = null] = series.weeks.slice(-2).map(valueOf);
    const ranges = toDate(CALENDAR, week);
    const boxes = [last, change(last, before), change(last, valueOf(series.priorWeeks.at(-1) ?? week))].concat(
      [ranges.month, ranges.quarter, ranges.year].flatMap(({ current, prior }) => [
        valueOf(current),
        change(valueOf(current), valueOf(prior)),
      ]),
    );
    const hasNoPriorYear = example.scenario === 6 && example.case >= 4;
    expectSeries(
      boxes,
      hasNoPriorYear ? example.box.map((value, index) => (index >= 2 && index % 2 === 0 ? null : value)) : example.box,
    );
  });

  it('covers every case of the five scenarios', () => {
    expect(EXPECTED.map((example) => example.scenario)).toEqual([1, 1, 2, 2, ...Array<number>(12).fill(4), 6, 6, 6, 6, 6, 8, 8]);
  });
});

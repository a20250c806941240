import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesColumns } from '../../server/event/columns.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi, Measure } from '../../server/kpi/kpi.ts';
import { summarise } from '../../server/kpi/summary.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { quantile } from '../../server/stats/quantile.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainWorld } from './support/plain.ts';

const { calendar } = ORGANISATION;
const periodNamed = (id: string): Period => {
  const period = parsePeriod(calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
/** The week of 167 hours: summer time begins on its Sunday. */
const WEEK = periodNamed('2026-W13');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LATER = periodNamed('2026-W30').start;

type Point = readonly [at: number, value: number, dimensions?: string];

const seriesOf = (points: readonly Point[], statistic = 'average'): SeriesColumns => {
  const dictionary = [...new Set(points.map(([, , dimensions = '']) => dimensions))];
  return {
    series: 'latency',
    statistic,
    at: Float64Array.from(points, ([at]) => at),
    values: Float64Array.from(points, ([, value]) => value),
    dimensions: { dictionary, codes: Int32Array.from(points, ([, , dimensions = '']) => dictionary.indexOf(dimensions)) },
  };
};
type Statistic = Extract<Measure, { type: 'level' }>['statistic'];
const level = (statistic: Statistic, more: Partial<Kpi> = {}): Kpi =>
  kpiOf({ type: 'level', series: 'latency', statistic }, more);
const one = (kpi: Kpi, points: readonly Point[], more: Partial<PlainWorld> = {}, period = WEEK): Evaluated => {
  const found = evaluate(kpi, plainWorld({ series: [seriesOf(points)], now: LATER, ...more }), ['organisation'], [period])[0];
  if (found === undefined) throw new Error('nothing came out');
  return found;
};
const midnight = (day: number): number => calendar.zone.startOfDay(WEEK.firstDay + day);

describe('a daily series', () => {
  const days = (values: readonly (number | null)[]): Point[] =>
    values.flatMap((value, day) => (value === null ? [] : [[midnight(day), value] as const]));
  const all = days([1, 2, 3, 4, 5, 6, 14, 99]);
  const blank = days([null, 2, 3, null, 5, 6, null, 99]);

  it.each<[Statistic, number, number | null]>([
    ['sum', 35, null],
    ['mean', 5, 4],
    ['min', 1, 2],
    ['max', 14, 6],
    ['first', 1, 2],
    ['last', 14, 6],
    ['p50', 4, 4],
  ])('gives its %s of seven days, and of those that are there', (statistic, whole, partial) => {
    expect(one(level(statistic), all)).toMatchObject({ value: whole, count: 7, also: { coverage: 1 } });
    expect(one(level(statistic), blank).value).toBe(partial);
    expect(one(level(statistic), blank).also['coverage']).toBe(4 / 7);
  });

  it('says no data of a sum with a blank day, unless its file allows for it', () => {
    expect(one(level('sum'), blank).emptiness).toBe('no data');
    expect(one(level('sum', { minimumCoverage: 0.5 }), blank).value).toBe(16);
    expect(one(level('mean', { minimumCoverage: 0.9 }), blank).emptiness).toBe('no data');
  });

  it('sums a running week over the days that are complete', () => {
    const now = midnight(3) + 12 * HOUR;
    expect(one(level('sum'), all, { now }).value).toBe(1 + 2 + 3 + 4);
    expect(one(level('sum'), days([1, 2, 3]), { now }).value).toBe(6);
    expect(one(level('sum'), days([1, 3]), { now }).emptiness).toBe('no data');
  });

  it('takes days before its first point for days before it began, and shows the coverage', () => {
    const begun: Point[] = Array.from({ length: 30 }, (_, day) => [midnight(4 + day), 1]);
    expect(one(level('sum'), begun)).toMatchObject({ value: 3, also: { coverage: 3 / 7 } });
  });

  it('has no data where no point falls, before its first and after its last', () => {
    expect(one(level('mean'), all, {}, periodNamed('2026-W12')).emptiness).toBe('no data');
    expect(one(level('mean'), all, {}, periodNamed('2026-W20')).emptiness).toBe('no data');
    expect(one(level('mean'), []).emptiness).toBe('no data');
    expect(one(level('mean'), all, { coverage: { from: null, until: null } }).emptiness).toBe('no data');
    expect(one(level('mean'), all, { coverage: { from: WEEK.end, until: LATER } }).emptiness).toBe('before history');
  });
});

describe('a history that begins inside of a period', () => {
  const days = Array.from({ length: 60 }, (_, day): Point => [midnight(3 + day), 10 + day]);
  const coverage = { from: midnight(3), until: LATER };

  it.each<Statistic>(['sum', 'mean', 'min', 'max', 'first', 'p50'])(
    'leaves its %s before history: of a part it would be another',
    (statistic) => {
      expect(one(level(statistic), days, { coverage })).toMatchObject({ value: null, emptiness: 'before history' });
      // The next one is whole.
      expect(one(level(statistic), days, { coverage }, periodNamed('2026-W14')).value).not.toBeNull();
    },
  );

  it('leaves what is as of its end, and a history that begins with the period takes nothing away', () => {
    expect(one(level('last'), days, { coverage }).value).toBe(13);
    expect(one(level('sum'), days, { coverage: { ...coverage, from: midnight(0) } }).value).toBe(10 + 11 + 12 + 13);
  });

  it('leaves nothing out where points stand off the hour: the first that there can be is there', () => {
    const hours = Array.from({ length: 400 }, (_, hour): Point => [WEEK.start + 4 * MINUTE + hour * HOUR, 1]);
    const from = WEEK.start + 4 * MINUTE;
    expect(one(level('sum'), hours, { coverage: { from, until: LATER } })).toMatchObject({ value: 167, also: { coverage: 1 } });
    const late = hours.slice(1);
    expect(one(level('sum'), late, { coverage: { from: from + HOUR, until: LATER } }).emptiness).toBe('before history');
    expect(one(level('sum'), late, { coverage: { from, until: LATER } }).emptiness).toBe('before history');
    expect(one(level('sum'), hours, { coverage: { from: from + 30 * HOUR, until: LATER } }).emptiness).toBe('before history');
  });

  it('holds for all that reaches back before it: the month, the year to date, and while they run', () => {
    const now = midnight(20) + 12 * HOUR;
    for (const id of ['2026-03', '2026-Q1', '2026'])
      expect(one(level('sum'), days, { coverage, now }, periodNamed(id)).emptiness).toBe('before history');
    const week = periodNamed('2026-W14');
    const toDate: Period = {
      ...week,
      grain: 'to-date',
      id: '2026-to-W14',
      firstDay: week.firstDay - 80,
      start: calendar.zone.startOfDay(week.firstDay - 80),
    };
    expect(one(level('mean'), days, { coverage, now }, toDate).emptiness).toBe('before history');
  });

  it('is no part of a combination either', () => {
    const sums = ['one', 'two'].map((id) => level('sum', { id }));
    const kpi = kpiOf({ type: 'combine', operation: 'divide', parts: ['one', 'two'] }, { id: 'share' });
    const world = plainWorld({ series: [seriesOf(days)], kpis: sums, now: LATER, coverage });
    const [partly, whole] = evaluate(kpi, world, ['organisation'], [WEEK, periodNamed('2026-W14')]);
    expect([partly?.emptiness, whole?.value]).toEqual(['before history', 1]);
  });
});

describe('a series of five minutes', () => {
  const count = (WEEK.end - WEEK.start) / (5 * MINUTE);
  const regular = (value: (index: number) => number, shift = 0): Point[] =>
    Array.from({ length: count }, (_, index): Point => [WEEK.start + shift + index * 5 * MINUTE, value(index)]);

  it('covers its week whole, off the full minute too', () => {
    expect(
      one(
        level('sum'),
        regular(() => 1, 2 * MINUTE),
      ),
    ).toMatchObject({ value: count, also: { coverage: 1 } });
    expect(count).toBe(167 * 12);
  });

  it('weighs a point by the time until the next, and a gap by none', () => {
    const points: Point[] = [...regular(() => 10).slice(0, 1000), [WEEK.start + 1000 * 5 * MINUTE + 2.5 * MINUTE, 10]];
    const sparse: Point[] = [
      [WEEK.start, 1],
      [WEEK.start + HOUR, 1],
      [WEEK.start + 2 * HOUR, 4],
      [WEEK.start + 2.5 * HOUR, 2],
      [WEEK.start + 3.5 * HOUR, 2],
      [WEEK.start + 100 * HOUR, 2],
    ];
    expect(one(level('mean'), points).value).toBe(10);
    // 1 h of 1, 1 h of 1, half an hour of 4, 1 h of 2, 1 h of 2 (then a gap), 1 h of 2.
    expect(one(level('mean'), sparse).value).toBeCloseTo((1 + 1 + 2 + 2 + 2 + 2) / 5.5, 12);
  });

  it('is no data as a sum with an hour missing, and a mean with its coverage beside it', () => {
    const gap = regular(() => 1).filter((_, index) => index < 500 || index >= 512);
    expect(one(level('sum'), gap).emptiness).toBe('no data');
    expect(one(level('mean'), gap)).toMatchObject({ value: 1, also: { coverage: (count - 12) / count } });
  });

  it('asks a running week for the points that are due, not for the one on its way', () => {
    const now = WEEK.start + 52 * MINUTE;
    const due = regular(() => 1).slice(0, 10);
    expect(one(level('sum'), due, { now }).value).toBe(10);
    expect(one(level('sum'), due.slice(0, 9), { now }).emptiness).toBe('no data');
  });

  it('makes one value of several dimensions at a timestamp, whatever their order', () => {
    const points: Point[] = [
      [WEEK.start, 1, 'country=DE'],
      [WEEK.start, 5, 'country=US'],
      [WEEK.start + HOUR, 3, 'country=DE'],
      [WEEK.start + HOUR, 9, 'country=US'],
    ];
    const swapped = [points[1], points[0], points[3], points[2]].filter((point) => point !== undefined);
    for (const [statistic, value] of [
      ['sum', 18],
      ['mean', 4.5],
      ['max', 9],
      ['min', 1],
      ['first', 1],
      ['last', 9],
    ] as const) {
      const kpi = level(statistic, { minimumCoverage: 0 });
      expect(one(kpi, points).value).toBe(value);
      expect(one(kpi, swapped).value).toBe(value);
      expect(one(kpi, swapped).digest).toBe(one(kpi, points).digest);
    }
    const onlyGermany = level('max', {
      where: [{ field: 'country', condition: { test: 'in', values: ['DE'], negated: false } }],
    });
    expect(one(onlyGermany, points)).toMatchObject({ value: 3, count: 2 });
  });

  it('belongs to a team by its dimension or by who owned the service, and says nothing of other scopes', () => {
    const points: Point[] = [
      [WEEK.start, 1, 'service=checkout'],
      [WEEK.start + HOUR, 7, 'service=search'],
      [WEEK.start + 2 * HOUR, 30, 'team=platform'],
    ];
    const world = plainWorld({ series: [seriesOf(points)], now: LATER });
    const found = evaluate(
      level('max'),
      world,
      ['organisation', 'team:payments', 'team:platform', 'service:search', 'service:attic'],
      [WEEK],
    );
    expect(found.map((each) => each.value ?? each.emptiness)).toEqual([30, 7, 30, 7, 'none to measure']);
  });

  it('is read from the statistic that the source measured', () => {
    const world = plainWorld({
      series: [
        seriesOf([[WEEK.start, 1]], 'Average'),
        seriesOf([[WEEK.start, 50]], 'Maximum'),
        seriesOf([[WEEK.start, 40]], 'p90'),
      ],
      now: LATER,
    });
    const valueOf = (statistic: Statistic): number | null | undefined =>
      evaluate(level(statistic), world, ['organisation'], [WEEK])[0]?.value;
    expect([valueOf('mean'), valueOf('max'), valueOf('p90'), valueOf('last')]).toEqual([1, 50, 40, 1]);
  });

  it('lists its points as evidence, by series and instant', () => {
    const measured = one(level('max'), [
      [WEEK.start, 1],
      [WEEK.end, 9],
    ]);
    expect(measured.evidence()).toEqual([{ uid: 'latency@2026-03-22T23:00:00.000Z', value: 1, at: WEEK.start, excluded: null }]);
  });
});

describe('combinations', () => {
  const series = (name: string, value: number | null): SeriesColumns => ({
    ...seriesOf(value === null ? [] : [[WEEK.start, value]]),
    series: name,
  });
  const part = (id: string): Kpi => kpiOf({ type: 'level', series: id, statistic: 'max' }, { id });
  const combined = (
    operation: 'divide' | 'difference' | 'sum' | 'product',
    values: readonly (number | null)[],
  ): Evaluated | undefined => {
    const names = ['one', 'two', 'three'].slice(0, values.length);
    const kpi = kpiOf({ type: 'combine', operation, parts: names });
    const world = plainWorld({
      series: names.map((name, index) => series(name, values[index] ?? null)),
      kpis: names.map(part),
      now: LATER,
    });
    return evaluate(kpi, world, ['organisation'], [WEEK])[0];
  };

  it('calculate with the values of their parts', () => {
    expect(combined('divide', [6, 4])?.value).toBe(1.5);
    expect(combined('difference', [6, 4])?.value).toBe(2);
    expect(combined('sum', [6, 4, 1])?.value).toBe(11);
    expect(combined('product', [6, 4, 2])?.value).toBe(48);
  });

  it('have no denominator where they would divide by zero', () => {
    expect(combined('divide', [6, 0])).toMatchObject({ value: null, emptiness: 'no denominator' });
    expect(combined('divide', [0, 0])).toMatchObject({ value: null, emptiness: 'no denominator' });
  });

  it('are empty where a part is, and show the evidence of all parts', () => {
    expect(combined('sum', [6, null])).toMatchObject({ value: null, emptiness: 'no data' });
    const whole = combined('sum', [6, 4]);
    expect(whole?.count).toBe(2);
    expect(whole?.evidence().map((each) => each.value)).toEqual([6, 4]);
  });

  it('of themselves, or of what does not exist, have no data', () => {
    const circle = kpiOf({ type: 'combine', operation: 'sum', parts: ['circle', 'circle'] }, { id: 'circle' });
    const world = plainWorld({ now: LATER, kpis: [circle] });
    expect(evaluate(circle, world, ['organisation'], [WEEK])[0]?.emptiness).toBe('no data');
    expect(
      evaluate(
        { ...circle, id: 'other', measure: { type: 'combine', operation: 'sum', parts: ['missing'] } },
        world,
        ['organisation'],
        [WEEK],
      )[0]?.emptiness,
    ).toBe('no data');
  });
});

describe('summaries', () => {
  it('of sorted values are the quantiles of stats', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 99 }),
        (values, percent) => {
          const sorted = Float64Array.from(values).sort();
          expect(summarise(sorted, `p${percent}`)).toBe(quantile(values, percent / 100));
          expect(summarise(sorted, 'median')).toBe(quantile(values, 0.5));
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesColumns } from '../../server/event/columns.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi, Measure } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainWorld } from './support/plain.ts';

const HOUR = 3_600_000;
const periodNamed = (id: string): Period => {
  const period = parsePeriod(ORGANISATION.calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
const WEEK = periodNamed('2026-W20');
const LATER = periodNamed('2026-W30').start;

type Point = readonly [hour: number, value: number, line: string];
const seriesOf = (points: readonly Point[], statistic = 'maximum'): SeriesColumns => {
  const sorted = [...points].sort((one, other) => one[0] - other[0]);
  const dictionary = [...new Set(sorted.map(([, , line]) => line))];
  return {
    series: 'depth',
    statistic,
    at: Float64Array.from(sorted, ([hour]) => WEEK.start + hour * HOUR),
    values: Float64Array.from(sorted, ([, value]) => value),
    dimensions: { dictionary, codes: Int32Array.from(sorted, ([, , line]) => dictionary.indexOf(line)) },
  };
};
type Level = Extract<Measure, { type: 'level' }>;
const level = (rest: Pick<Level, 'statistic'> & Partial<Level>, more: Partial<Kpi> = {}): Kpi =>
  kpiOf({ type: 'level', series: 'depth', ...rest }, more);
const one = (kpi: Kpi, points: readonly Point[], more: Partial<PlainWorld> = {}, scope: Scope = 'organisation'): Evaluated => {
  const found = evaluate(kpi, plainWorld({ series: [seriesOf(points)], now: LATER, ...more }), [scope], [WEEK])[0];
  if (found === undefined) throw new Error('nothing came out');
  return found;
};

/** Three workloads whose risks are told at different times. */
const RISKS: readonly Point[] = [
  [1, 4, 'risk=HIGH,workload=shop'],
  [100, 3, 'risk=HIGH,workload=shop'],
  [5, 7, 'risk=HIGH,workload=ledger'],
  [90, 2, 'risk=MEDIUM,workload=ledger'],
  [-10, 50, 'risk=HIGH,workload=gone'],
];

describe('the last value of each line', () => {
  it('adds up to one of the organisation, though lines share no timestamp', () => {
    const found = one(level({ statistic: 'last', across: 'sum' }), RISKS);
    expect(found).toMatchObject({ value: 3 + 7 + 2, count: 3 });
    expect(found.evidence().map(({ uid, value }) => [uid.replace(/^.* /, ''), value])).toEqual([
      ['risk=HIGH,workload=ledger', 7],
      ['risk=MEDIUM,workload=ledger', 2],
      ['risk=HIGH,workload=shop', 3],
    ]);
  });

  it('is the greatest, least or mean of them where asked for, and the first ones likewise', () => {
    const values = (['max', 'min', 'mean'] as const).map((across) => one(level({ statistic: 'last', across }), RISKS).value);
    expect(values).toEqual([7, 2, 4]);
    expect(one(level({ statistic: 'first', across: 'sum' }), RISKS).value).toBe(4 + 7 + 2);
  });

  it('is of the lines that conditions mean, and of a service or team those that are its own', () => {
    const high: Kpi['where'] = [{ field: 'risk', condition: { test: 'in', values: ['HIGH'], negated: false } }];
    expect(one(level({ statistic: 'last', across: 'sum' }, { where: high }), RISKS).value).toBe(10);
    const queues: readonly Point[] = [
      [1, 4, 'queue=a,service=checkout'],
      [2, 5, 'queue=b,service=checkout'],
      [2, 9, 'queue=c,service=attic'],
    ];
    const kpi = level({ statistic: 'last', across: 'sum' });
    const scopes = ['organisation', 'service:checkout', 'team:payments', 'service:search'] as const;
    expect(scopes.map((scope) => one(kpi, queues, {}, scope).value)).toEqual([18, 9, 9, null]);
  });

  it('is as known at the present, and has no data where no line tells any', () => {
    const kpi = level({ statistic: 'last', across: 'sum' });
    expect(one(kpi, RISKS, { now: WEEK.start + 6 * HOUR }).value).toBe(11);
    expect(one(kpi, []).emptiness).toBe('no data');
    expect(one(kpi, [[-10, 50, 'queue=a']]).emptiness).toBe('no data');
    expect(one(kpi, RISKS, { coverage: { from: WEEK.end, until: LATER } }).emptiness).toBe('before history');
    // Only its end needs to be known.
    expect(one(kpi, RISKS, { coverage: { from: WEEK.start + HOUR, until: LATER } }).value).toBe(12);
  });

  it('is what looking at each line alone finds, in any order', () => {
    const point = fc.tuple(
      fc.integer({ min: -5, max: 200 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom('q=a', 'q=b', 'q=c', ''),
    );
    fc.assert(
      fc.property(fc.uniqueArray(point, { maxLength: 40, selector: ([hour, , line]) => `${hour} ${line}` }), (points) => {
        const week = (WEEK.end - WEEK.start) / HOUR;
        const lines = Map.groupBy(
          points.filter(([hour]) => hour >= 0 && hour < week),
          ([, , line]) => line,
        );
        const last = [...lines.values()].map((own) => own.reduce((one, other) => (other[0] > one[0] ? other : one))[1]);
        const expected = last.length === 0 ? null : last.reduce((sum, value) => sum + value, 0);
        const found = one(level({ statistic: 'last', across: 'sum' }), points);
        expect(found.value).toBe(expected);
        const turned = one(level({ statistic: 'last', across: 'sum' }), [...points].reverse());
        expect([turned.value, turned.digest]).toEqual([found.value, found.digest]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('lines that are put together at each moment', () => {
  const depth: readonly Point[] = [
    [0, 5, 'queue=a'],
    [0, 1, 'queue=b'],
    [1, 1, 'queue=a'],
    [1, 9, 'queue=b'],
    [2, 3, 'queue=a'],
    [2, 3, 'queue=b'],
  ];

  it('give the peak of the total, which is not the total of peaks', () => {
    expect(one(level({ statistic: 'max', across: 'sum' }), depth).value).toBe(10);
    expect(one(level({ statistic: 'max' }), depth).value).toBe(9);
    expect(one(level({ statistic: 'mean', across: 'sum' }), depth).value).toBeCloseTo((6 + 10 + 6) / 3, 12);
    expect(one(level({ statistic: 'p50', across: 'max' }), depth).value).toBe(5);
  });

  it('leave out moments at which a line that lives has no point: that would read as a fall', () => {
    const gap = depth.filter(([hour, , line]) => hour !== 1 || line !== 'queue=b');
    expect(one(level({ statistic: 'min', across: 'sum' }), gap).value).toBe(6);
    // A queue that begins later, or ends, is no gap.
    const born = [...depth, [3, 4, 'queue=a'] as const, [4, 4, 'queue=a'] as const];
    expect(one(level({ statistic: 'min', across: 'sum' }), born)).toMatchObject({ value: 4, count: 5 });
  });
});

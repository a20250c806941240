import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesColumns } from '../../server/event/columns.ts';
import { bucketName } from '../../server/event/histogram.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi, Measure } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { quantile } from '../../server/stats/quantile.ts';
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
const EDGES = [100, 250, 500, 1_000];

/** Values of one line in one hour. */
interface Told {
  readonly hour: number;
  readonly line: string;
  readonly values: readonly number[];
}

/** As a source would tell them: a line of points for each bucket, and one of all values. */
const told = (all: readonly Told[], edges: readonly number[] = EDGES, layout = ''): SeriesColumns[] => {
  const bounds = [-Infinity, ...edges, Infinity];
  const buckets = bounds.slice(1).map((upTo, index) => ({ over: bounds[index] ?? 0, upTo }));
  return [...buckets, { over: -Infinity, upTo: Infinity }].map(({ over, upTo }) =>
    columnsOf(
      bucketName({ layout, over, upTo }),
      all.map(({ hour, line, values }) => [hour, line, values.filter((value) => value > over && value <= upTo).length]),
    ),
  );
};

const columnsOf = (statistic: string, points: readonly (readonly [number, string, number])[]): SeriesColumns => {
  const sorted = [...points].sort((one, other) => one[0] - other[0]);
  const dictionary = [...new Set(sorted.map(([, line]) => line))];
  return {
    series: 'latency',
    statistic,
    at: Float64Array.from(sorted, ([hour]) => WEEK.start + hour * HOUR),
    values: Float64Array.from(sorted, ([, , count]) => count),
    dimensions: { dictionary, codes: Int32Array.from(sorted, ([, line]) => dictionary.indexOf(line)) },
  };
};

type Level = Extract<Measure, { type: 'level' }>;
const level = (rest: Partial<Level>, more: Partial<Kpi> = {}): Kpi =>
  kpiOf({ type: 'level', series: 'latency', statistic: 'p90', ...rest }, more);
const one = (
  series: readonly SeriesColumns[],
  kpi = level({}),
  { scope = 'organisation', period = WEEK, ...world }: Partial<PlainWorld> & { scope?: Scope; period?: Period } = {},
): Evaluated => {
  const found = evaluate(kpi, plainWorld({ series, now: LATER, ...world }), [scope], [period])[0];
  if (found === undefined) throw new Error('nothing came out');
  return found;
};

const LINES = ['service=checkout', 'service=search', 'host=a,service=checkout', ''];
const tellings = fc
  .array(
    fc.record({
      hour: fc.integer({ min: 0, max: 20 }),
      line: fc.constantFrom(...LINES),
      values: fc.array(fc.integer({ min: 1, max: 1_600 }), { maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((all) => [...new Map(all.map((each) => [`${each.hour} ${each.line}`, each])).values()]);

describe('a percentile of a series with a histogram', () => {
  it('is of all values of the period, within its bounds, over any hours and lines', () => {
    let many = 0;
    fc.assert(
      fc.property(tellings, fc.constantFrom<Scope>('organisation', 'service:checkout'), (all, scope) => {
        const own = scope === 'organisation' ? all : all.filter(({ line }) => line.includes('checkout'));
        const values = own.flatMap((each) => each.values);
        const found = one(told(all), level({}), { scope });
        expect(found.value === null).toBe(values.length === 0);
        if (values.length === 0) return;
        many += 1;
        const exact = quantile(values, 0.9) ?? Number.NaN;
        expect(found.count).toBe(values.length);
        expect(exact).toBeGreaterThanOrEqual(found.also['at least'] ?? 0);
        expect(exact).toBeLessThanOrEqual(found.also['at most'] ?? Infinity);
        expect(found.value).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 400 },
    );
    expect(many).toBeGreaterThan(200);
  });

  it('is the same however values are spread over hours, lines and order of arrival, and so is the share', () => {
    const kpis = [level({}), level({ statistic: 'share', atMost: 250 })];
    fc.assert(
      fc.property(tellings, (all) => {
        const together = [{ hour: 3, line: '', values: all.flatMap((each) => each.values) }];
        for (const kpi of kpis) {
          const whole = one(told(together), kpi);
          const parts = one(told(all), kpi);
          expect([parts.value, parts.count, parts.also['at least'], parts.also['at most']]).toEqual([
            whole.value,
            whole.count,
            whole.also['at least'],
            whole.also['at most'],
          ]);
          const shuffled = one(told([...all].reverse()).reverse(), kpi);
          expect([shuffled.value, shuffled.digest]).toEqual([parts.value, parts.digest]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is not the mean of percentiles: few slow values among many fast ones stay few', () => {
    const fast = { hour: 1, line: '', values: Array.from({ length: 990 }, () => 50) };
    const slow = { hour: 2, line: '', values: Array.from({ length: 10 }, () => 900) };
    expect(one(told([fast, slow]))).toMatchObject({ count: 1_000, also: { 'at least': null, 'at most': 100 } });
    expect(one(told([fast, slow]), level({ statistic: 'p99.9' })).also).toMatchObject({ 'at least': 500, 'at most': 1_000 });
  });

  it('says that it lies above the last edge, and no more', () => {
    const slow = told([{ hour: 1, line: '', values: [50, 5_000, 6_000, 7_000] }]);
    expect(one(slow)).toMatchObject({ value: 1_000, also: { 'at least': 1_000, 'at most': null } });
  });

  it('shows further percentiles beside it, and nothing that counts do not know', () => {
    const found = one(
      told([{ hour: 1, line: '', values: [10, 300, 300, 700] }]),
      level({}, { alsoShow: ['median', 'p25', 'mean'] }),
    );
    expect(found.also).toMatchObject({ mean: null });
    expect(found.also['median']).toBeGreaterThan(250);
    expect(found.also['median']).toBeLessThan(500);
  });

  it('stands before averages and percentiles of points, unless lines are to be put together', () => {
    const points = columnsOf('p90', [[1, '', 7]]);
    const counts = told([{ hour: 1, line: '', values: [300] }]);
    expect(one([points, ...counts]).also).toMatchObject({ 'at least': 250, 'at most': 500 });
    expect(one([points, ...counts], level({ across: 'max' })).value).toBe(7);
    // Counts are no values: a mean has none to be made of.
    expect(one(counts, level({ statistic: 'mean' })).emptiness).toBe('no data');
  });
});

describe('buckets whose lines stand in another order', () => {
  it('are put together line by line', () => {
    const all = ['service=search', 'service=checkout', ''].map((line, index) => ({
      hour: 1,
      line,
      values: [50, 300 * (index + 1)],
    }));
    const mixed = told(all).map((columns, index) => (index % 2 === 0 ? columns : (told([...all].reverse())[index] ?? columns)));
    expect(one(mixed)).toMatchObject({ count: 6, exclusions: [] });
    expect(one(mixed).digest).toBe(one(told(all)).digest);
  });
});

describe('no data, nothing to measure and zero', () => {
  const counts = told([{ hour: 1, line: '', values: [300, 20] }]);

  it('are told apart', () => {
    expect(one(told([{ hour: 1, line: '', values: [] }])).emptiness).toBe('none to measure');
    expect(one([]).emptiness).toBe('no data');
    expect(one([], level({ statistic: 'share', atMost: 100 })).emptiness).toBe('no data');
    expect(one(counts, level({}), { period: periodNamed('2026-W21') }).emptiness).toBe('no data');
    expect(one(counts, level({}), { scope: 'service:checkout' }).emptiness).toBe('none to measure');
    expect(one(told([{ hour: 1, line: '', values: [300] }]), level({ statistic: 'share', atMost: 100 })).value).toBe(0);
  });

  it('a period that begins before history is before history, whatever of it is known', () => {
    const coverage = { from: WEEK.start + 1, until: LATER };
    expect(one(counts, level({}), { coverage }).emptiness).toBe('before history');
    expect(one(counts, level({}), { coverage: { from: WEEK.start, until: LATER } }).value).not.toBeNull();
  });

  it('takes what comes later as it is known then', () => {
    const series = told([
      { hour: 1, line: '', values: [20] },
      { hour: 5, line: '', values: [700, 800] },
    ]);
    const early = one(series, level({}), { now: WEEK.start + 4 * HOUR });
    expect([early.count, early.also['at most']]).toEqual([1, 100]);
    expect(one(series).count).toBe(3);
  });
});

describe('counts that are not whole', () => {
  const whole = { hour: 1, line: '', values: [20, 300] };
  const other = { hour: 2, line: '', values: [700] };

  it('are left out and said so, and are a gap', () => {
    const series = told([whole, other]).map((columns) =>
      columns.statistic === 'bucket(500:1000)'
        ? { ...columns, at: columns.at.slice(0, 1), values: columns.values.slice(0, 1) }
        : columns,
    );
    const found = one(series);
    expect(found).toMatchObject({ count: 2, exclusions: [{ reason: 'counts not whole', count: 1 }] });
    expect(found.evidence().map(({ excluded }) => excluded)).toEqual([null, 'counts not whole']);
    expect(found.digest).not.toBe(one(told([whole])).digest);
  });

  it('are whole where the buckets that were told make up all values: the others are empty', () => {
    const series = told([whole, other]);
    const sparse = series.map((columns) => {
      const kept = [...columns.values.keys()].filter((row) => (columns.values[row] ?? 0) > 0);
      return {
        ...columns,
        at: Float64Array.from(kept, (row) => columns.at[row] ?? 0),
        values: Float64Array.from(kept, (row) => columns.values[row] ?? 0),
        dimensions: { dictionary: [''], codes: new Int32Array(kept.length) },
      };
    });
    const [found, full] = [one(sparse), one(series)];
    expect([found.value, found.count, found.digest]).toEqual([full.value, full.count, full.digest]);
    // Without the count of all values nobody can tell.
    const blind = sparse.filter(({ statistic }) => statistic !== 'bucket(:)');
    expect(one(blind).emptiness).toBe('no data');
  });

  it('are those that do not come to the count of all values', () => {
    const series = told([whole]).map((columns) =>
      columns.statistic === 'bucket(:)' ? { ...columns, values: Float64Array.of(3) } : columns,
    );
    expect(one(series)).toMatchObject({ emptiness: 'no data', exclusions: [{ count: 1 }] });
  });

  it('may be fractions, as sources interpolate them: they need not come to the last digit, and so many values are a whole number', () => {
    const interpolated = (counts: readonly number[]): SeriesColumns[] =>
      ['bucket(:100)', 'bucket(100:250)', 'bucket(250:)', 'bucket(:)'].map((statistic, index) =>
        columnsOf(statistic, [[1, '', counts[index] ?? 0]]),
      );
    const share = level({ statistic: 'share', atMost: 100 });
    expect(one(interpolated([3.4, 5.35, 1.3, 10]), share)).toMatchObject({ value: 3.4 / 10.05, count: 10 });
    expect(one(interpolated([3.4, 5.3, 1, 10]), share).emptiness).toBe('no data');
    expect(one(interpolated([3.4, 5.3, 1.3, 10]), share).digest).not.toBe(one(interpolated([3.5, 5.2, 1.3, 10]), share).digest);
  });

  it('are never taken of buckets that overlap', () => {
    const counts = { 'bucket(:100)': 3, 'bucket(:250)': 4, 'bucket(250:)': 1, 'bucket(:)': 5 };
    const series = Object.entries(counts).map(([statistic, count]) => columnsOf(statistic, [[1, '', count]]));
    expect(one(series).emptiness).toBe('no data');
  });
});

describe('edges that change', () => {
  const before = { hour: 1, line: '', values: [20, 300, 300] };
  const after = { hour: 2, line: '', values: [220, 220, 900] };

  it('are put together by those that all points know', () => {
    const series = [...told([before], [100, 250, 1_000], 'one'), ...told([after], [100, 500, 1_000], 'two')];
    expect(one(series, level({ statistic: 'share', atMost: 100 })).value).toBe(1 / 6);
    // 250 lies inside of a bucket of the second that is not empty, 500 in one of the first.
    expect(one(series, level({ statistic: 'p50' })).also).toMatchObject({ 'at least': 100, 'at most': 1_000 });
  });

  it('take nothing away where the past was read again with the new ones', () => {
    const series = [...told([before], [100, 250, 1_000], 'one'), ...told([before, after], [100, 500, 1_000], 'two')];
    const found = one(series, level({ statistic: 'share', atMost: 500 }));
    expect([found.value, found.count]).toEqual([5 / 6, 6]);
  });

  it('say nothing together where they share none', () => {
    const series = [...told([before], [10, 250], 'one'), ...told([after], [500], 'two')];
    expect(one(series).emptiness).toBe('no data');
  });
});

describe('the evidence of counts', () => {
  it('is a point each, with what its own counts come to', () => {
    const found = one(
      told([
        { hour: 1, line: 'service=checkout', values: [20] },
        { hour: 1, line: 'service=search', values: [30, 40] },
        { hour: 2, line: '', values: [] },
        { hour: 3, line: '', values: [20, 300] },
      ]),
      level({ statistic: 'share', atMost: 100 }),
    );
    expect(found.evidence().map(({ uid, value }) => [uid.slice(-13, -5), value])).toEqual([
      ['23:00:00', 1],
      ['01:00:00', 0.5],
    ]);
    expect(found.count).toBe(5);
  });

  it('has another digest as soon as one value lies in another bucket', () => {
    const digests = [
      [20, 300, 600],
      [20, 20, 600],
      [20, 600, 600],
    ].map((values) => one(told([{ hour: 1, line: '', values }]), level({ statistic: 'p99' })).digest);
    expect(new Set(digests).size).toBe(3);
  });
});

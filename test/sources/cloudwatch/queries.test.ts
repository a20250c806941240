import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../server/sources/cloudwatch/calls.ts';
import { fewestCalls } from '../../../server/sources/cloudwatch/plan.ts';
import { queriesOf } from '../../../server/sources/cloudwatch/queries.ts';
import { keyOfSeries, type Metric, type Series } from '../../../server/sources/cloudwatch/series.ts';
import { historyWindows, pollWindows } from '../../../server/sources/cloudwatch/windows.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T22:47:31Z');
const [WEEK] = pollWindows(NOW - HOUR, HOUR, NOW, 'week');
if (WEEK === undefined) throw new Error('there is no window');

const metric = (name: string): Metric => ({ namespace: 'Shop', metric: name, dimensions: [['tier', 'web']] });
const seriesOf = (name: string, wanted: Series['wanted'], statistics = ['Sum']): Series => {
  const labels = wanted.by === 'search' ? [{ dimension: 'queue', property: 'Dim.Queue' }] : [];
  const own = {
    name,
    wanted,
    statistics: statistics.map((asked) => ({ asked, name: asked })),
    periodMs: HOUR,
    labels,
    as: [],
  } as const;
  return { ...own, accounts: null, regions: null, key: keyOfSeries(own) };
};
const plain = (name: string, statistics?: string[]): Series => seriesOf(name, { by: 'metric', ...metric(name) }, statistics);
const SUM = seriesOf('sum', {
  by: 'expression',
  expression: 'a + b',
  inputs: [
    { id: 'a', statistic: 'Sum', ...metric('a') },
    { id: 'b', statistic: 'Sum', ...metric('b') },
  ],
});
const SEARCH = seriesOf('age', { by: 'search', search: '{Shop,Queue} Age' }, ['Maximum', 'p90']);

describe('the calls of a window', () => {
  test('keep the statistics of one metric together, also where two series name them', () => {
    const many = Array.from({ length: 300 }, (_, nth) => [
      plain(`m${nth}`, ['Sum', 'p99']),
      seriesOf(`n${nth}`, { by: 'metric', ...metric(`m${nth}`) }, ['Average']),
    ]);
    const calls = callsOf([{ window: WEEK, series: many.flat() }]);
    const groups = calls.flatMap((call) => call.groups);
    expect(groups).toHaveLength(300);
    expect(calls.length).toBeLessThanOrEqual(fewestCalls(groups) + 1);
    for (const { series, queries } of groups) expect([series[0]?.name.slice(1), queries]).toEqual([series[1]?.name.slice(1), 3]);
  });

  test('leave metric math to calls of its own, because an answer with it has no second page', () => {
    const calls = callsOf([{ window: WEEK, series: [plain('x'), SUM, SEARCH] }]);
    expect(calls.map(({ groups }) => groups.flatMap(({ series }) => series.map(({ name }) => name)))).toEqual([
      ['x', 'age'],
      ['sum'],
    ]);
  });

  test('split series and never time', () => {
    const [window] = historyWindows(HOUR, NOW);
    if (window === undefined) throw new Error('there is no history');
    const calls = callsOf([{ window, series: Array.from({ length: 1000 }, (_, nth) => plain(`m${nth}`)) }]);
    // Nine series of 10,916 hours fill a page.
    expect(calls).toHaveLength(112);
    expect(new Set(calls.map(({ stretch }) => `${stretch.start} ${stretch.end}`)).size).toBe(1);
  });
});

test('queries have names of their own, ask for the period of the window, and return what is wanted alone', () => {
  const [first, second] = callsOf([{ window: WEEK, series: [plain('x', ['Sum', 'p99']), SEARCH, SUM] }]).map(({ groups }) =>
    queriesOf(groups),
  );
  const stat = (name: string, asked: string) => ({
    Metric: { Namespace: 'Shop', MetricName: name, Dimensions: [{ Name: 'tier', Value: 'web' }] },
    Period: 3600,
    Stat: asked,
  });
  const Label = "${PROP('Dim.Queue')}";
  expect(first?.queries).toEqual([
    { Id: 'q0', MetricStat: stat('x', 'Sum'), ReturnData: true },
    { Id: 'q1', MetricStat: stat('x', 'p99'), ReturnData: true },
    { Id: 'q2', Expression: "SEARCH('{Shop,Queue} Age', 'Maximum', 3600)", Label, Period: 3600, ReturnData: true },
    { Id: 'q3', Expression: "SEARCH('{Shop,Queue} Age', 'p90', 3600)", Label, Period: 3600, ReturnData: true },
  ]);
  expect(second?.queries).toEqual([
    { Id: 'q0_a', MetricStat: stat('a', 'Sum'), ReturnData: false },
    { Id: 'q0_b', MetricStat: stat('b', 'Sum'), ReturnData: false },
    { Id: 'q0', Expression: 'q0_a + q0_b', Period: 3600, ReturnData: true },
  ]);
});

import fc from 'fast-check';
import { GetMetricDataCommand, paginateGetMetricData, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { takePage, type Range } from '../../scripts/aws-server/cloudwatch/pages.ts';
import { HOUR, metricOf, MINUTE, minutesBefore, NOW, query, shown, startWorld, type World } from './world.ts';

const PERIODS = [60, 300, 3_600] as const;
const PENDING = fc.array(
  fc.record({ from: fc.nat(20), length: fc.integer({ min: 1, max: 300 }), period: fc.constantFrom(...PERIODS) }),
  { minLength: 1, maxLength: 12 },
);

/** Every page of a call, merged by id. */
async function readAll(
  world: World,
  queries: MetricDataQuery[],
  most: number,
  scan: 'TimestampAscending' | 'TimestampDescending',
) {
  const merged = new Map<string, string[]>();
  const statuses = new Map<string, string>();
  const sizes: number[] = [];
  const config = { client: world.cloudwatch() };
  const input = {
    MetricDataQueries: queries,
    StartTime: new Date(NOW - HOUR),
    EndTime: new Date(NOW),
    ScanBy: scan,
    MaxDatapoints: most,
  };
  for await (const { MetricDataResults = [] } of paginateGetMetricData(config, input)) {
    sizes.push(MetricDataResults.reduce((sum, { Values = [] }) => sum + Values.length, 0));
    for (const result of MetricDataResults) {
      const own = merged.get(String(result.Id)) ?? [];
      own.push(
        ...shown({ ...result, StatusCode: undefined })
          .split(', ')
          .slice(0, -1),
      );
      merged.set(String(result.Id), own);
      statuses.set(String(result.Id), String(result.StatusCode));
    }
  }
  return { merged, statuses, sizes };
}

describe('pages of points', () => {
  it.each(['by-series', 'by-time'] as const)('come to the same as one, filled %s', async (paging) => {
    await using world = await startWorld();
    world.server.state.cloudwatch.paging = paging;
    for (const metric of ['Requests', 'Errors', 'Latency'])
      world.server.state.cloudwatch.metrics.put(metricOf(metric), minutesBefore(NOW, 60));
    const queries = [query('a', 'Requests'), query('b', 'Errors', 'Sum', 300), query('c', 'Latency')];
    for (const scan of ['TimestampAscending', 'TimestampDescending'] as const) {
      const whole = await readAll(world, queries, 100_800, scan);
      const cut = await readAll(world, queries, 17, scan);
      expect(whole.sizes).toEqual([132]);
      expect(cut.sizes).toEqual([17, 17, 17, 17, 17, 17, 17, 13]);
      expect(cut.merged).toEqual(whole.merged);
      expect([...cut.statuses.values()]).toEqual(['Complete', 'Complete', 'Complete']);
    }
  });

  it.each([
    ['by-series', ['a 3 Complete', 'b 1 PartialData']],
    ['by-time', ['a 2 PartialData', 'b 2 PartialData']],
  ] as const)('filled %s hold %j', async (paging, held) => {
    await using world = await startWorld();
    world.server.state.cloudwatch.paging = paging;
    for (const metric of ['Requests', 'Errors'])
      world.server.state.cloudwatch.metrics.put(metricOf(metric), minutesBefore(NOW, 3));
    const { MetricDataResults } = await world.cloudwatch().send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('a', 'Requests'), query('b', 'Errors')],
        StartTime: new Date(NOW - 3 * MINUTE),
        EndTime: new Date(NOW),
        MaxDatapoints: 4,
      }),
    );
    expect(MetricDataResults?.map(({ Id, Values, StatusCode }) => `${Id} ${Values?.length} ${StatusCode}`)).toEqual(held);
  });

  it('say PartialData of a series that goes on', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 4));
    const input = { MetricDataQueries: [query('a', 'Requests')], StartTime: new Date(NOW - 4 * MINUTE), EndTime: new Date(NOW) };
    const { MetricDataResults, NextToken } = await world
      .cloudwatch()
      .send(new GetMetricDataCommand({ ...input, MaxDatapoints: 3 }));
    expect(MetricDataResults?.map(shown)).toEqual(['11:59 1, 11:58 2, 11:57 3, PartialData']);
    expect(NextToken).toBeTypeOf('string');
  });

  it('count periods, whether there is a point in them or not', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 2));
    const { sizes } = await readAll(world, [query('a', 'Requests')], 30, 'TimestampAscending');
    expect(sizes).toEqual([0, 2]);
  });

  it('show what was there when the first was read', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), [
      { at: NOW - 2 * MINUTE, value: 1 },
      { at: NOW - MINUTE, value: 1 },
      { at: NOW - MINUTE, value: 5, from: NOW + MINUTE },
    ]);
    const input = {
      MetricDataQueries: [query('a', 'Requests')],
      StartTime: new Date(NOW - 2 * MINUTE),
      EndTime: new Date(NOW),
      ScanBy: 'TimestampAscending' as const,
      MaxDatapoints: 1,
    };
    const { NextToken } = await world.cloudwatch().send(new GetMetricDataCommand(input));
    world.now = NOW + MINUTE;
    const second = await world.cloudwatch().send(new GetMetricDataCommand({ ...input, NextToken }));
    expect(second.MetricDataResults?.map(shown)).toEqual(['11:59 1, Complete']);
  });

  it('take each period once, as many as fit, whatever is pending', () => {
    fc.assert(
      fc.property(PENDING, fc.integer({ min: 1, max: 400 }), fc.constantFrom('by-series', 'by-time'), (own, most, paging) => {
        let pending: Range[] = own.map(({ from, length }, column) => ({ column, from, to: from + length }));
        const periods = (column: number): number => own[column]?.period ?? 60;
        const told = new Map<number, number>(pending.map(({ column, from }) => [column, from]));
        while (pending.length > 0) {
          const left = pending.reduce((sum, { from, to }) => sum + to - from, 0);
          const page = takePage(pending, most, paging, periods);
          expect(page.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(Math.min(most, left));
          for (const { column, from, to } of page) {
            expect(from).toBe(told.get(column));
            told.set(column, to);
          }
          pending = pending.flatMap((range) => {
            const from = told.get(range.column) ?? range.from;
            return from < range.to ? [{ ...range, from }] : [];
          });
        }
      }),
    );
  });
});

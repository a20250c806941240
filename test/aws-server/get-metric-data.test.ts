import { GetMetricDataCommand, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../server/time/period.ts';
import { DAY, HOUR, metricOf, MINUTE, minutesBefore, NOW, query, REGION, shown, startWorld, type World } from './world.ts';

const ask = (
  world: World,
  from: Instant,
  to: Instant,
  queries: GetMetricDataCommandInput['MetricDataQueries'],
  more: Partial<GetMetricDataCommandInput> = {},
) =>
  world.cloudwatch().send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      ...more,
    }),
  );

const lines = async (...args: Parameters<typeof ask>) => (await ask(...args)).MetricDataResults?.map(shown);

describe('a window', () => {
  it('has its start and not its end', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 5));
    expect(await lines(world, NOW - 4 * MINUTE, NOW - 2 * MINUTE, [query('a', 'Requests')])).toEqual([
      '11:56 4, 11:57 3, Complete',
    ]);
  });

  it('is told newest first unless the call says otherwise', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 2));
    const { MetricDataResults } = await world.cloudwatch().send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('a', 'Requests')],
        StartTime: new Date(NOW - HOUR),
        EndTime: new Date(NOW),
      }),
    );
    expect(MetricDataResults?.map(shown)).toEqual(['11:59 1, 11:58 2, Complete']);
  });

  it('cuts periods from its start, not from the clock, and the last may be a part of one', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.generate(metricOf('Requests'), { everyMs: MINUTE, value: () => 1 });
    expect(await lines(world, NOW - 57 * MINUTE, NOW - 10 * MINUTE, [query('a', 'Requests', 'Sum', 1_800)])).toEqual([
      '11:03 30, 11:33 17, Complete',
    ]);
  });

  it('starts at the minute, at 5 minutes after 15 days, at the hour after 63', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.generate(metricOf('Requests'), { everyMs: 5 * MINUTE, value: () => 1 });
    const start = async (from: Instant, periodSeconds: number) =>
      (await lines(world, from, from + 2 * HOUR, [query('a', 'Requests', 'Sum', periodSeconds)]))?.[0]?.split(' ')[0];
    const odd = 27 * MINUTE + 32_000;
    expect(await start(NOW - DAY + odd, 300)).toBe('12:27');
    expect(await start(NOW - 20 * DAY + odd, 300)).toBe('12:25');
    expect(await start(NOW - 70 * DAY + odd, 3_600)).toBe('12:00');
  });
});

describe('age', () => {
  it('makes a period that is too fine come back empty, Complete and without a word', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.generate(metricOf('Requests'), { everyMs: MINUTE, value: () => 1 });
    const points = async (ageMs: number, periodSeconds: number) => {
      const from = NOW - ageMs;
      const result = await ask(world, from, from + 2 * HOUR, [query('a', 'Requests', 'Sum', periodSeconds)]);
      expect(result.MetricDataResults?.[0]?.StatusCode).toBe('Complete');
      expect(result.Messages).toEqual([]);
      return result.MetricDataResults?.[0]?.Values?.length;
    };
    expect(await points(2 * HOUR, 30)).toBe(120);
    expect(await points(4 * HOUR, 30)).toBe(0);
    expect(await points(15 * DAY, 60)).toBe(120);
    expect(await points(15 * DAY + MINUTE, 60)).toBe(0);
    expect(await points(15 * DAY + MINUTE, 300)).toBe(25);
    expect(await points(63 * DAY, 300)).toBe(24);
    expect(await points(63 * DAY + HOUR, 300)).toBe(0);
    expect(await points(63 * DAY + HOUR, 3_600)).toBe(2);
    expect(await points(454 * DAY, 3_600)).toBe(2);
    expect(await points(456 * DAY, 3_600)).toBe(0);
  });

  it('leaves hours of what is older than 63 days: a window that ends within one has all of it', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.generate(metricOf('Requests'), { everyMs: MINUTE, value: () => 1 });
    const from = NOW - 70 * DAY;
    expect(await lines(world, from, from + 90 * MINUTE, [query('a', 'Requests', 'Sum', 3_600)])).toEqual([
      '12:00 60, 13:00 60, Complete',
    ]);
  });
});

describe('points', () => {
  it('that arrive late are there from then on, and add to what was there', async () => {
    await using world = await startWorld();
    const at = NOW - 10 * MINUTE;
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), [
      { at, value: 5 },
      { at, value: 2, from: NOW + MINUTE },
      { at: at - MINUTE, value: 9, from: NOW + 2 * DAY },
    ]);
    const now = () => lines(world, at - HOUR, at + MINUTE, [query('a', 'Requests')]);
    expect(await now()).toEqual(['11:50 5, Complete']);
    world.now = NOW + MINUTE;
    expect(await now()).toEqual(['11:50 7, Complete']);
    world.now = NOW + 2 * DAY;
    expect(await now()).toEqual(['11:49 9, 11:50 7, Complete']);
  });

  it('of the future are not there yet', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests'), [{ at: NOW + MINUTE, value: 1 }]);
    metrics.generate(metricOf('Errors'), { everyMs: MINUTE, value: () => 1, delayMs: 2 * MINUTE });
    const now = () => lines(world, NOW - 3 * MINUTE, NOW + HOUR, [query('a', 'Requests'), query('b', 'Errors')]);
    expect(await now()).toEqual(['Complete', '11:57 1, 11:58 1, Complete']);
    world.now = NOW + MINUTE;
    expect(await now()).toEqual(['12:01 1, Complete', '11:57 1, 11:58 1, 11:59 1, Complete']);
  });

  it('of a metric that there is not are none, Complete', async () => {
    await using world = await startWorld();
    expect(await lines(world, NOW - HOUR, NOW, [query('a', 'Nothing')])).toEqual(['Complete']);
  });

  it('of another Region or account are not seen', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests', { region: 'us-east-1' }), minutesBefore(NOW, 2));
    metrics.put(metricOf('Requests', { account: '444455556666' }), minutesBefore(NOW, 2));
    expect(await lines(world, NOW - HOUR, NOW, [query('a', 'Requests')])).toEqual(['Complete']);
  });

  it('of another unit than the call asks for are none', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Latency'), minutesBefore(NOW, 1), 'Milliseconds');
    const of = (Unit: 'Seconds' | 'Milliseconds') => {
      const own = query('a', 'Latency');
      return own.MetricStat === undefined ? [] : [{ ...own, MetricStat: { ...own.MetricStat, Unit } }];
    };
    expect(await lines(world, NOW - HOUR, NOW, of('Seconds'))).toEqual(['Complete']);
    expect(await lines(world, NOW - HOUR, NOW, of('Milliseconds'))).toEqual(['11:59 1, Complete']);
  });
});

describe('accounts', () => {
  it('are seen from one that monitors them, named by the query; others are forbidden', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    const source = '444455556666';
    metrics.put(metricOf('Requests', { account: source }), minutesBefore(NOW, 1));
    const queries = [{ ...query('a', 'Requests'), AccountId: source }];
    const { MetricDataResults } = await ask(world, NOW - HOUR, NOW, queries);
    expect(MetricDataResults).toMatchObject([{ Values: [], StatusCode: 'Forbidden', Messages: [{ Code: 'Forbidden' }] }]);
    world.server.state.cloudwatch.link(metricOf('').account, source);
    expect(await lines(world, NOW - HOUR, NOW, queries)).toEqual(['11:59 1, Complete']);
  });
});

describe('single series', () => {
  it('fail while the call succeeds, and come with the next token', async () => {
    await using world = await startWorld();
    const { metrics, seriesFaults } = world.server.state.cloudwatch;
    for (const metric of ['Requests', 'Errors', 'Latency']) metrics.put(metricOf(metric), minutesBefore(NOW, 4));
    seriesFaults.add({ as: 'InternalError', of: { metric: 'Requests', region: REGION } });
    seriesFaults.add({ as: 'PartialData', of: { metric: 'Errors' } });
    seriesFaults.add({ as: 'Forbidden', of: { metric: 'Latency' }, times: Infinity });
    const queries = ['Requests', 'Errors', 'Latency'].map((metric, index) => query(`q${index}`, metric));
    const first = await ask(world, NOW - 4 * MINUTE, NOW, queries);
    expect(first.MetricDataResults?.map(shown)).toEqual(['InternalError', '11:56 4, 11:57 3, PartialData', 'Forbidden']);
    const second = await ask(world, NOW - 4 * MINUTE, NOW, queries, { NextToken: first.NextToken });
    expect(second.MetricDataResults?.map((result) => `${String(result.Id)}: ${shown(result)}`)).toEqual([
      'q0: 11:56 4, 11:57 3, 11:58 2, 11:59 1, Complete',
      'q1: 11:58 2, 11:59 1, Complete',
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it('may fail without a token to what is missing', async () => {
    await using world = await startWorld();
    const { metrics, seriesFaults } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests'), minutesBefore(NOW, 4));
    seriesFaults.add({ as: 'InternalError', hasToken: false });
    const { MetricDataResults, NextToken } = await ask(world, NOW - HOUR, NOW, [query('a', 'Requests')]);
    expect(MetricDataResults?.map(shown)).toEqual(['InternalError']);
    expect(NextToken).toBeUndefined();
  });

  it('leave a message of the whole call to itself', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.message({ Code: 'Busy', Value: 'some of it is late' });
    const first = await ask(world, NOW - HOUR, NOW, [query('a', 'Requests')]);
    expect(first.Messages).toEqual([{ Code: 'Busy', Value: 'some of it is late' }]);
    expect((await ask(world, NOW - HOUR, NOW, [query('a', 'Requests')])).Messages).toEqual([]);
  });
});

describe('what CloudWatch refuses', () => {
  it.each([
    ['an empty window', [query('a', 'Requests')], NOW, 'must be less than the parameter EndTime'],
    ['two queries of one id', [query('a', 'Requests'), query('a', 'Errors')], NOW - HOUR, 'not unique'],
    ['an id with a capital', [query('A', 'Requests')], NOW - HOUR, 'not matching the expected pattern'],
    ['a period of 45 seconds', [query('a', 'Requests', 'Sum', 45)], NOW - HOUR, 'multiple of 60'],
    ['a statistic that there is not', [query('a', 'Requests', 'Median')], NOW - HOUR, 'Median'],
    ['a percentile beyond 100', [query('a', 'Requests', 'p101')], NOW - HOUR, 'p101'],
    ['neither metric nor expression', [{ Id: 'a' }], NOW - HOUR, 'and not both'],
    ['nothing to return', [{ ...query('a', 'Requests'), ReturnData: false }], NOW - HOUR, 'ReturnData'],
    ['no query', [], NOW - HOUR, 'is required'],
    ['501 queries', Array.from({ length: 501 }, (_, index) => query(`q${index}`, 'Requests')), NOW - HOUR, 'greater than 500'],
  ])('is %s', async (_, queries, from, message) => {
    await using world = await startWorld();
    await expect(ask(world, from, NOW, queries)).rejects.toThrow(message);
  });

  it('is a token of another request, and more points than a page holds', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests'), minutesBefore(NOW, 4));
    const { NextToken } = await ask(world, NOW - HOUR, NOW, [query('a', 'Requests')], { MaxDatapoints: 3 });
    await expect(ask(world, NOW - HOUR, NOW, [query('b', 'Requests')], { NextToken })).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
    await expect(ask(world, NOW - HOUR, NOW, [query('a', 'Requests')], { MaxDatapoints: 100_801 })).rejects.toThrow('100800');
  });
});

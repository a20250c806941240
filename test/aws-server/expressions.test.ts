import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, metricOf, MINUTE, minutesBefore, NOW, query, shown, startWorld, type World } from './world.ts';

const ask = (world: World, queries: MetricDataQuery[], most?: number) =>
  world.cloudwatch().send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(NOW - HOUR),
      EndTime: new Date(NOW),
      ScanBy: 'TimestampAscending',
      MaxDatapoints: most,
    }),
  );
const hidden = (own: MetricDataQuery): MetricDataQuery => ({ ...own, ReturnData: false });

async function shop(): Promise<World> {
  const world = await startWorld();
  const { metrics } = world.server.state.cloudwatch;
  metrics.put(
    metricOf('Requests'),
    [10, 20, 0].map((value, index) => ({ at: NOW - (3 - index) * MINUTE, value })),
  );
  metrics.put(
    metricOf('Errors'),
    [1, 5].map((value, index) => ({ at: NOW - (3 - 2 * index) * MINUTE, value })),
  );
  return world;
}

describe('metric math', () => {
  it.each([
    ['requests + errors * 2', '11:57 12, 11:59 10'],
    ['(requests + errors) * 2', '11:57 22, 11:59 10'],
    ['100 * errors / requests', '11:57 10'],
    ['-errors', '11:57 -1, 11:59 -5'],
    ['SUM([requests, errors])', '11:57 11, 11:58 20, 11:59 5'],
    ['MAX(METRICS())', '11:57 10, 11:58 20, 11:59 5'],
    ['requests / SUM(requests) * 3', '11:57 1, 11:58 2, 11:59 0'],
    ['FILL(errors, 0)', '11:57 1, 11:58 0, 11:59 5'],
    ['doubled / 2', '11:57 10, 11:58 20, 11:59 0'],
  ])('%s has points where both sides have', async (expression, points) => {
    await using world = await shop();
    const { MetricDataResults } = await ask(world, [
      hidden(query('requests', 'Requests')),
      hidden(query('errors', 'Errors')),
      hidden({ Id: 'doubled', Expression: 'requests * 2' }),
      { Id: 'e', Expression: expression },
    ]);
    expect(MetricDataResults?.map(shown)).toEqual([`${points}, Complete`]);
  });

  it.each([
    ['requests +', 'it ends too early'],
    ['other * 2', "there is no 'other' in this call"],
    ['MEDIAN(requests)', "there is no function 'MEDIAN'"],
    ['e + 1', "'e' needs itself"],
    ['5', 'a metric is expected'],
    ["SEARCH('Shop (', 'Sum')", 'a search'],
    ['SELECT SUM(Requests) FROM Shop', 'Metrics Insights'],
  ])('%s is refused', async (expression, message) => {
    await using world = await shop();
    await expect(ask(world, [query('requests', 'Requests'), { Id: 'e', Expression: expression }])).rejects.toThrow(message);
  });

  it('has no second page: what does not fit is not told', async () => {
    await using world = await shop();
    const sums = { Id: 'e', Expression: 'requests + errors' };
    const { MetricDataResults, NextToken } = await ask(
      world,
      [query('requests', 'Requests'), query('errors', 'Errors'), sums],
      90,
    );
    expect(MetricDataResults?.map(({ Id, StatusCode }) => `${String(Id)} ${String(StatusCode)}`)).toEqual([
      'requests Complete',
      'errors PartialData',
      'e PartialData',
    ]);
    expect(NextToken).toBeUndefined();
  });
});

describe('a search', () => {
  async function services(): Promise<World> {
    const world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    for (const [index, service] of ['checkout', 'search', 'stock-api'].entries()) {
      metrics.put(metricOf('Requests', { dimensions: { Service: service } }), [{ at: NOW - MINUTE, value: index + 1 }]);
      metrics.put(metricOf('Requests', { dimensions: { Service: service, Zone: 'a' } }), [{ at: NOW - MINUTE, value: 10 }]);
      metrics.put(metricOf('HTTPErrors', { dimensions: { Service: service } }), [{ at: NOW - MINUTE, value: 100 }]);
    }
    return world;
  }
  const found = async (world: World, search: string) => {
    const Label = "${PROP('Dim.Service')}${PROP('Dim.Zone')} ${PROP('MetricName')}";
    const { MetricDataResults = [] } = await ask(world, [{ Id: 's', Expression: `SEARCH('${search}', 'Sum', 60)`, Label }]);
    return MetricDataResults.map(({ Label: own }) => own);
  };

  it.each([
    ['{Shop,Service} MetricName="Requests"', ['checkout Requests', 'search Requests', 'stock-api Requests']],
    ['{Shop,Zone,Service}', ['checkouta Requests', 'searcha Requests', 'stock-apia Requests']],
    ['Service="checkout" NOT Zone="a"', ['checkout HTTPErrors', 'checkout Requests']],
    ['{Shop,Service} errors', []],
    ['{Shop,Service} httperrors', ['checkout HTTPErrors', 'search HTTPErrors', 'stock-api HTTPErrors']],
    ['{Shop,Service} Requests (search OR stock)', ['search Requests', 'stock-api Requests']],
    ['{Shop,Service} Requests Service=("search" OR "checkout")', ['checkout Requests', 'search Requests']],
    ['{Shop,Service} Service="stock"', []],
    ['{Shop,Service} Service=stock Requests', ['stock-api Requests']],
    ['Namespace="Other"', []],
  ])('for %s finds %s', async (search, labels) => {
    await using world = await services();
    expect(await found(world, search)).toEqual(labels);
  });

  it('gives all that it found one id, told apart by their labels', async () => {
    await using world = await services();
    const Expression = `SEARCH('{Shop,Service} MetricName="Requests"', 'Sum', 60)`;
    const { MetricDataResults } = await ask(world, [
      { Id: 's', Expression, Label: "${PROP('Dim.Service')} of ${PROP('AccountId')}: ${MAX}" },
      { Id: 't', Expression: `SUM(${Expression})` },
    ]);
    expect(MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
      ['s', 'checkout of 111122223333: 1', [1]],
      ['s', 'search of 111122223333: 2', [2]],
      ['s', 'stock-api of 111122223333: 3', [3]],
      ['t', 't', [6]],
    ]);
  });

  it('finds 500 series at most, and says so', async () => {
    await using world = await startWorld();
    for (let index = 0; index < 501; index += 1)
      world.server.state.cloudwatch.metrics.put(
        metricOf('Requests', { dimensions: { Service: `s${index}` } }),
        minutesBefore(NOW, 1),
      );
    const search = { Id: 's', Expression: "SEARCH('{Shop,Service}', 'Sum', 60)" };
    const { MetricDataResults, Messages } = await ask(world, [search]);
    expect(MetricDataResults).toHaveLength(500);
    expect(Messages).toEqual([{ Code: 'MaxMetricsExceeded', Value: 'Maximum number of allowed metrics exceeded' }]);
  });

  it('finds nothing that has been silent for two weeks', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), [{ at: NOW - 15 * DAY, value: 1 }]);
    expect(await found(world, '{Shop,Service}')).toEqual([]);
  });

  it('looks into the accounts that this one monitors', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests'), minutesBefore(NOW, 1));
    metrics.put(metricOf('Requests', { account: '444455556666' }), minutesBefore(NOW, 1));
    world.server.state.cloudwatch.link('111122223333', '444455556666');
    const search = { Id: 's', Expression: "SEARCH('{Shop,Service}', 'Sum', 60)", Label: "${PROP('AccountId')}" };
    const { MetricDataResults } = await ask(world, [search]);
    expect(MetricDataResults?.map(({ Label }) => Label)).toEqual(['111122223333', '444455556666']);
  });
});

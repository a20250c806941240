import { ListMetricsCommand, paginateListMetrics, type ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, metricOf, minutesBefore, NOW, startWorld, type World } from './world.ts';

const names = async (world: World, input: ListMetricsCommandInput = {}) =>
  (await world.cloudwatch().send(new ListMetricsCommand(input))).Metrics?.map(({ MetricName }) => MetricName);

describe('a list of metrics', () => {
  it('has pages of 500, each metric once', async () => {
    await using world = await startWorld();
    for (let index = 0; index < 1_200; index += 1)
      world.server.state.cloudwatch.metrics.put(metricOf(`m${index}`), minutesBefore(NOW, 1));
    const sizes: number[] = [];
    const seen = new Set<string>();
    for await (const { Metrics = [] } of paginateListMetrics({ client: world.cloudwatch() }, { Namespace: 'Shop' })) {
      sizes.push(Metrics.length);
      for (const { MetricName = '' } of Metrics) seen.add(MetricName);
    }
    expect(sizes).toEqual([500, 500, 200]);
    expect(seen.size).toBe(1_200);
  });

  it('hides what has been silent for two weeks, and for three hours where only what is active is asked for', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Active'), [{ at: NOW - HOUR, value: 1 }]);
    metrics.put(metricOf('Quiet'), [{ at: NOW - 13 * DAY, value: 1 }]);
    metrics.put(metricOf('Silent'), [{ at: NOW - 15 * DAY, value: 1 }]);
    metrics.put(metricOf('Coming'), [{ at: NOW + HOUR, value: 1 }]);
    expect(await names(world)).toEqual(['Active', 'Quiet']);
    expect(await names(world, { RecentlyActive: 'PT3H' })).toEqual(['Active']);
  });

  it('is of one namespace, name and dimensions, where asked', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Requests'), minutesBefore(NOW, 1));
    metrics.put(metricOf('Errors', { dimensions: { Service: 'search', Zone: 'a' } }), minutesBefore(NOW, 1));
    metrics.put(metricOf('Other', { namespace: 'Else', dimensions: {} }), minutesBefore(NOW, 1));
    expect(await names(world, { Namespace: 'Else' })).toEqual(['Other']);
    expect(await names(world, { MetricName: 'Errors' })).toEqual(['Errors']);
    expect(await names(world, { Dimensions: [{ Name: 'Service' }] })).toEqual(['Errors', 'Requests']);
    expect(await names(world, { Dimensions: [{ Name: 'Service', Value: 'checkout' }] })).toEqual(['Requests']);
    expect(await names(world, { Dimensions: [{ Name: 'Service' }, { Name: 'Zone' }] })).toEqual(['Errors']);
  });

  it('has the metrics of accounts that this one monitors, with whose each is', async () => {
    await using world = await startWorld();
    const { metrics } = world.server.state.cloudwatch;
    metrics.put(metricOf('Own'), minutesBefore(NOW, 1));
    metrics.put(metricOf('Theirs', { account: '444455556666' }), minutesBefore(NOW, 1));
    world.server.state.cloudwatch.link('111122223333', '444455556666');
    expect(await names(world)).toEqual(['Own']);
    const linked = await world.cloudwatch().send(new ListMetricsCommand({ IncludeLinkedAccounts: true }));
    expect(linked.OwningAccounts).toEqual(['111122223333', '444455556666']);
    expect(await names(world, { IncludeLinkedAccounts: true, OwningAccount: '444455556666' })).toEqual(['Theirs']);
    await expect(names(world, { OwningAccount: '444455556666' })).rejects.toThrow('IncludeLinkedAccounts');
  });

  it('refuses a token of another list', async () => {
    await using world = await startWorld();
    await expect(names(world, { NextToken: 'abc' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });
});

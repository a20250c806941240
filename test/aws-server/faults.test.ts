import { DescribeAlarmsCommand, ListMetricsCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { accountKey } from '../../scripts/aws-server/caller.ts';
import { AwsError } from '../../scripts/aws-server/errors.ts';
import { metricOf, NOW, startWorld } from './world.ts';

const list = new ListMetricsCommand({});

describe('what is planned to go wrong', () => {
  it('throttles as often as planned, and then answers', async () => {
    await using world = await startWorld();
    world.server.fail({ service: 'cloudwatch', action: 'ListMetrics', times: 1, as: 'throttle' });
    const { $metadata } = await world.cloudwatch().send(list);
    expect($metadata.attempts).toBe(2);
    expect(world.server.calls.map(({ answer }) => answer)).toEqual(['ThrottlingException', 'ok']);
  });

  it('throttles to the end where that is planned, until it is healed', async () => {
    await using world = await startWorld();
    world.server.fail({ times: Infinity, as: 'throttle' });
    const refused = world.cloudwatch({ maxAttempts: 2 }).send(list);
    await expect(refused).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    world.server.heal();
    await expect(world.cloudwatch().send(list)).resolves.toMatchObject({ Metrics: [] });
  });

  it('meets only the calls that it is planned for', async () => {
    await using world = await startWorld();
    world.server.fail({ service: 'cloudwatch', account: '444455556666', region: 'us-east-1', times: Infinity, as: 'denied' });
    const key = accountKey('444455556666');
    await world.cloudwatch().send(list);
    await world.cloudwatch({ key }).send(list);
    await world.cloudwatch({ region: 'us-east-1' }).send(list);
    await world.sts({ key, region: 'us-east-1' }).send(new GetCallerIdentityCommand({}));
    await expect(world.cloudwatch({ key, region: 'us-east-1' }).send(list)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'arn:aws:iam::444455556666:user/quarterdeck is not authorized to perform: cloudwatch:ListMetrics',
      ),
    });
  });

  it('lets so many calls through before', async () => {
    await using world = await startWorld();
    world.server.fail({ action: 'ListMetrics', after: 1, as: 'denied' });
    await world.cloudwatch().send(new DescribeAlarmsCommand({}));
    await world.cloudwatch().send(list);
    await expect(world.cloudwatch().send(list)).rejects.toMatchObject({ name: 'AccessDenied' });
    await world.cloudwatch().send(list);
  });

  it('says that a service fails within, is not there, or that credentials have expired', async () => {
    await using world = await startWorld();
    const client = world.cloudwatch({ maxAttempts: 1 });
    world.server.fail({ as: 'internal' });
    await expect(client.send(list)).rejects.toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 500 } });
    world.server.fail({ as: 'unavailable' });
    await expect(client.send(list)).rejects.toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
    world.server.fail({ as: 'expired' });
    await expect(client.send(list)).rejects.toMatchObject({ name: 'ExpiredToken' });
    world.server.fail({ as: new AwsError('LimitExceededException', 'too many') });
    await expect(client.send(list)).rejects.toMatchObject({ name: 'LimitExceededException', message: 'too many' });
  });

  it('speaks Query where the caller does', async () => {
    await using world = await startWorld();
    const client = world.sts({ maxAttempts: 1 });
    const ask = new GetCallerIdentityCommand({});
    world.server.fail({ as: 'throttle' });
    await expect(client.send(ask)).rejects.toMatchObject({ name: 'Throttling' });
    world.server.fail({ as: 'expired' });
    await expect(client.send(ask)).rejects.toMatchObject({ name: 'ExpiredToken', $metadata: { httpStatusCode: 403 } });
  });

  it('answers with a page of a proxy, half of the JSON, or not at all', async () => {
    await using world = await startWorld();
    const client = world.cloudwatch({ maxAttempts: 1 });
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), [{ at: NOW, value: 1 }]);
    world.server.fail({ as: 'html' });
    await expect(client.send(list)).rejects.toThrow('is not valid JSON');
    world.server.fail({ as: 'truncated' });
    await expect(client.send(list)).rejects.toThrow('JSON');
    world.server.fail({ as: 'reset' });
    await expect(client.send(list)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(world.server.calls.map(({ answer }) => answer)).toEqual(['html', 'truncated', 'reset']);
  });

  it('sends the caller to another host, where the SDK does not go', async () => {
    await using world = await startWorld();
    world.server.fail({ as: 'redirect' });
    await expect(world.cloudwatch({ maxAttempts: 1 }).send(list)).rejects.toMatchObject({ $metadata: { httpStatusCode: 302 } });
  });

  it('is slow, and answers all the same', async () => {
    await using world = await startWorld();
    world.server.fail({ as: 'slow', delayMs: 20 });
    await world.cloudwatch().send(list);
    expect(world.server.calls.map(({ answer }) => answer)).toEqual(['slow']);
  });

  it('leads in circles by one token, or by ever new ones, or over an empty page', async () => {
    await using world = await startWorld();
    const { server } = world;
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), [{ at: NOW, value: 1 }]);
    const pages = async (most: number) => {
      const seen: string[] = [];
      for await (const { Metrics = [], NextToken } of paginateListMetrics({ client: world.cloudwatch() }, {})) {
        seen.push(`${Metrics.length} ${NextToken ?? 'end'}`);
        if (seen.length === most) break;
      }
      return seen;
    };
    server.fail({ as: 'same-token', times: Infinity });
    expect(new Set(await pages(3)).size).toBe(1);
    server.heal();
    server.fail({ as: 'endless', times: Infinity });
    expect(new Set(await pages(3)).size).toBe(3);
    server.heal();
    server.fail({ as: 'empty' });
    expect((await pages(9)).map((page) => page.replace(/again.*/, 'more'))).toEqual(['0 more', '1 end']);
  });
});

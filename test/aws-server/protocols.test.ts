import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { accountKey } from '../../scripts/aws-server/caller.ts';
import { route } from '../../scripts/aws-server/route.ts';
import type { Service } from '../../scripts/aws-server/service.ts';
import { ACCOUNT, HOUR, metricOf, minutesBefore, NOW, query, REGION, shown, startWorld } from './world.ts';

describe('protocols', () => {
  it('CloudWatch answers the same in AWS JSON and in AWS Query', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 3));
    const older = new CloudWatchClient({
      region: REGION,
      endpoint: world.server.url,
      credentials: accountKey(ACCOUNT),
      protocol: AwsQueryProtocol,
    });
    const ask = {
      MetricDataQueries: [query('requests', 'Requests')],
      StartTime: new Date(NOW - HOUR),
      EndTime: new Date(NOW),
    };
    const [one, other] = [
      await world.cloudwatch().send(new GetMetricDataCommand(ask)),
      await older.send(new GetMetricDataCommand(ask)),
    ];
    expect(other.MetricDataResults?.map(shown)).toEqual(['11:59 1, 11:58 2, 11:57 3, Complete']);
    expect(other.MetricDataResults).toEqual(one.MetricDataResults);
    expect((await older.send(new ListMetricsCommand({}))).Metrics).toEqual(
      (await world.cloudwatch().send(new ListMetricsCommand({}))).Metrics,
    );
    const backwards = new GetMetricDataCommand({ ...ask, EndTime: ask.StartTime });
    const refused = { name: 'InvalidParameterValueException', message: expect.stringContaining('must be less than') };
    await expect(older.send(backwards)).rejects.toMatchObject(refused);
    await expect(world.cloudwatch().send(backwards)).rejects.toMatchObject(refused);
    older.destroy();
  });

  const service: Service = {
    name: 'library',
    target: { prefix: 'Library_2026', protocol: 'json-1.1' },
    routes: [
      { action: 'ListBooks', method: 'GET', path: '/shelves/{Shelf}/books' },
      { action: 'GetBook', method: 'GET', path: '/shelves/{Shelf}/books/{Book}' },
    ],
    state: null,
    handle: () => ({}),
  };
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIA111122223333TEST/20261121/eu-central-1/library/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const rest = (method: string, target: string, body = '') =>
    route({ method, target, headers: { authorization }, body: Buffer.from(body) }, [service]);

  it('REST goes by method and path; labels, the query string and the body are the input', () => {
    const routed = rest('GET', '/shelves/a%2Fb/books?limit=5&tag=new&tag=old&isOpen=true');
    expect(routed).toMatchObject({ protocol: 'rest-json', service, action: 'ListBooks' });
    const input = routed.read();
    expect(input.text('Shelf')).toBe('a/b');
    expect(input.integer('limit', 1, 10)).toBe(5);
    expect(input.texts('tag')).toEqual(['new', 'old']);
    expect(input.flag('isOpen')).toBe(true);
    expect(rest('GET', '/shelves/1/books/2').action).toBe('GetBook');
  });

  it('what nobody offers is refused', () => {
    expect(() => rest('POST', '/shelves/1/books').read()).toThrow('library has no POST /shelves/1/books');
    const headers = { 'x-amz-target': 'Museum_2026.List', 'content-type': 'application/x-amz-json-1.1' };
    expect(() => route({ method: 'POST', target: '/', headers, body: Buffer.from('{}') }, [service]).read()).toThrow(
      "there is no service 'Museum_2026'",
    );
  });

  it('a service is not spoken to in the wrong version of AWS JSON, nor in no JSON', () => {
    const ask = (type: string, body: string) =>
      route(
        {
          method: 'POST',
          target: '/',
          headers: { 'x-amz-target': 'Library_2026.ListBooks', 'content-type': type },
          body: Buffer.from(body),
        },
        [service],
      );
    expect(() => ask('application/x-amz-json-1.0', '{}').read()).toThrow('speaks application/x-amz-json-1.1');
    expect(() => ask('application/x-amz-json-1.1', '[]').read()).toThrow('no structure');
    expect(() => ask('application/x-amz-json-1.1', '{').read()).toThrow('no JSON');
    const input = ask('application/x-amz-json-1.1', '{"limit":"5","since":1795262400.5}').read();
    expect(() => input.integer('limit', 1, 10)).toThrow("'limit' can not be converted to a number");
    expect(input.instant('since')).toBe(1_795_262_400_500);
    expect(() => input.requiredText('shelf')).toThrow(
      "1 validation error detected: Value null at 'shelf' failed to satisfy constraint: Member must not be null",
    );
  });
});

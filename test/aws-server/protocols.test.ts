import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { accountKey } from '../../scripts/aws-server/caller.ts';
import { route } from '../../scripts/aws-server/route.ts';
import type { Service } from '../../scripts/aws-server/service.ts';
import { Sha256 } from '../../server/sources/aws/sha256.ts';
import { ACCOUNT, HOUR, metricOf, minutesBefore, NOW, query, REGION, shown, startWorld, type World } from './world.ts';

/** A form as older clients of CloudWatch send it, signed. */
async function askInQuery(world: World, form: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> {
  const { hostname, host, port } = new URL(world.server.url);
  const body = new URLSearchParams({ Version: '2010-08-01', ...form }).toString();
  const signer = new SignatureV4({ service: 'monitoring', region: REGION, credentials: accountKey(ACCOUNT), sha256: Sha256 });
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const request = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/', headers, body };
  const signed = await signer.sign(request);
  const response = await fetch(world.server.url, { method: 'POST', headers: signed.headers, body });
  return { status: response.status, text: await response.text() };
}

describe('protocols', () => {
  it('CloudWatch answers the same in AWS JSON and in AWS Query', async () => {
    await using world = await startWorld();
    world.server.state.cloudwatch.metrics.put(metricOf('Requests'), minutesBefore(NOW, 2));
    const [StartTime, EndTime] = [new Date(NOW - HOUR), new Date(NOW)];
    const json = await world
      .cloudwatch()
      .send(new GetMetricDataCommand({ MetricDataQueries: [query('requests', 'Requests')], StartTime, EndTime }));
    expect(json.MetricDataResults?.map(shown)).toEqual(['11:59 1, 11:58 2, Complete']);
    const form = {
      Action: 'GetMetricData',
      'MetricDataQueries.member.1.Id': 'requests',
      'MetricDataQueries.member.1.MetricStat.Metric.Namespace': 'Shop',
      'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'Requests',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name': 'Service',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value': 'checkout',
      'MetricDataQueries.member.1.MetricStat.Period': '60',
      'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
      StartTime: StartTime.toISOString(),
      EndTime: EndTime.toISOString(),
    };
    const { status, text } = await askInQuery(world, form);
    expect(status).toBe(200);
    expect(text).toContain(
      '<MetricDataResults><member><Id>requests</Id><Label>Requests</Label>' +
        '<Timestamps><member>2026-11-21T11:59:00.000Z</member><member>2026-11-21T11:58:00.000Z</member></Timestamps>' +
        '<Values><member>1</member><member>2</member></Values><StatusCode>Complete</StatusCode></member></MetricDataResults>',
    );
  });

  it('a refusal has its older code in AWS Query', async () => {
    await using world = await startWorld();
    const refused = await askInQuery(world, { Action: 'GetMetricData', 'MetricDataQueries.member.1.Id': 'A<b' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('<Type>Sender</Type><Code>InvalidParameterValue</Code><Message>The value A&#60;b for');
    expect((await askInQuery(world, { Action: 'PutDashboard' })).text).toContain('<Code>InvalidAction</Code>');
    expect((await askInQuery(world, { Action: 'ListMetrics', Version: '2011-06-15' })).status).toBe(400);
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

import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accountKey } from '../../../scripts/aws-server/caller.ts';
import type { FaultKind } from '../../../scripts/aws-server/faults.ts';
import { startAwsServer } from '../../../scripts/aws-server/server.ts';
import { awsFault, callFault } from '../../../server/sources/aws/faults.ts';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';
import { SourceError } from '../../../server/sources/source.ts';

const ROLE = 'arn:aws:iam::111122223333:role/quarterdeck';
const PLACE: AwsPlace = {
  name: '111122223333 eu-central-1',
  account: '111122223333',
  region: 'eu-central-1',
  role: ROLE,
  externalId: 'review',
  endpoint: null,
};

/** What the SDK throws, tried once. */
async function thrownAt(endpoint: string, credentials = accountKey('111122223333')): Promise<unknown> {
  const client = new CloudWatchClient({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 });
  try {
    await client.send(new ListMetricsCommand({}));
  } catch (error) {
    return error;
  } finally {
    client.destroy();
  }
  throw new Error('it was answered');
}

async function server(): Promise<Awaited<ReturnType<typeof startAwsServer>>> {
  const started = await startAwsServer();
  onTestFinished(() => started.close());
  return started;
}

const spoken = (error: unknown, place = PLACE): { readonly message: string; readonly fix: string | null } => {
  const { message, fix } = awsFault(place, 'cloudwatch:ListMetrics', error);
  return { message, fix };
};

describe('a fault of AWS', () => {
  test.each<[FaultKind, string, string]>([
    ['denied', `the role ${ROLE} may not call cloudwatch:ListMetrics`, 'Allow cloudwatch:ListMetrics in its policy'],
    ['expired', `the role ${ROLE} had expired`, 'the next pull goes on where this one came'],
    ['throttle', 'cloudwatch:ListMetrics was throttled to the end', 'Pull less often'],
    ['internal', 'cloudwatch:ListMetrics failed at AWS', 'AWS Health Dashboard'],
    ['unavailable', 'cloudwatch:ListMetrics failed at AWS', 'AWS Health Dashboard'],
    ['html', 'is no AWS service', 'a login page'],
    ['truncated', 'is no AWS service', 'a login page'],
    ['reset', 'cannot be reached', 'the firewall'],
  ])('%s is said in words, with what helps', async (as, message, fix) => {
    const aws = await server();
    aws.fail({ as });
    const fault = spoken(await thrownAt(aws.url));
    expect(fault.message).toContain(`111122223333 eu-central-1: `);
    expect(fault.message).toContain(message);
    expect(fault.fix).toContain(fix);
  });

  test('is told of the credentials of the process where no role was taken', async () => {
    const { url } = await server();
    const fault = spoken(await thrownAt(url, { ...accountKey('111122223333'), accessKeyId: 'AKIAUNKNOWN' }), {
      ...PLACE,
      role: null,
    });
    expect(fault.message).toContain('AWS does not know the credentials of this process');
    expect(fault.fix).toContain('AWS_PROFILE');
  });

  test('at an address where nobody listens names the address', async () => {
    const aws = await startAwsServer();
    const { url } = aws;
    await aws.close();
    const fault = spoken(await thrownAt(url), { ...PLACE, endpoint: url });
    expect(fault.message).toContain(`${url} cannot be reached (ECONNREFUSED)`);
  });

  test.each([
    ['SubscriptionRequiredException', 'this account is not signed up for cloudwatch', 'in the console of this account'],
    ['CredentialsProviderError', 'no credentials were found', 'AWS_PROFILE'],
    ['OptInRequired', 'cloudwatch does not answer cloudwatch:ListMetrics in eu-central-1', 'closed to this account'],
    ['RequestTimeTooSkewed', 'the clock of this machine is wrong', 'NTP'],
    ['SomethingNew', 'cloudwatch:ListMetrics was refused (SomethingNew): no', null],
  ])('%s is said in words, too', (name, message, fix) => {
    const error = Object.assign(new Error('no'), { name, $fault: 'client' });
    expect(spoken(error).message).toContain(message);
    if (fix === null) expect(spoken(error).fix).toBeNull();
    else expect(spoken(error).fix).toContain(fix);
  });

  test('that a policy of the organization denies is not to be allowed in the role', () => {
    const text = `User: x is not authorized to perform: cloudwatch:ListMetrics with an explicit deny in a service control policy`;
    expect(spoken(Object.assign(new Error(text), { name: 'AccessDenied', $fault: 'client' })).fix).toContain(
      'denies cloudwatch:ListMetrics outright',
    );
  });

  test('that means a support plan is told so by the service for which one is paid', () => {
    const error = Object.assign(new Error(''), { name: 'SubscriptionRequiredException', $fault: 'client' });
    const fault = awsFault(PLACE, 'health:DescribeEvents', error);
    expect(fault.message).toContain("health is not part of this account's support plan");
    expect(fault.fix).toContain('Business Support+');
  });

  test('of which nothing is known but its name still says where to look, and nothing that the SDK made up', () => {
    const error = Object.assign(new Error('UnknownError'), { name: 'SomethingNew', $fault: 'client' });
    const fault = callFault(PLACE, 'fis:ListExperiments', error);
    expect(fault.message).toContain('fis:ListExperiments was refused (SomethingNew): no more is said');
    expect(fault.fix).toContain('the documentation of fis:ListExperiments');
  });

  test('that has been said is left as it is', () => {
    const error = new SourceError('a', 'b', 'c');
    expect(awsFault(PLACE, 'cloudwatch:ListMetrics', error)).toBe(error);
  });
});

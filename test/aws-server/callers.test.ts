import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { accountKey, type AccessKey } from '../../scripts/aws-server/caller.ts';
import { ACCOUNT, HOUR, NOW, REGION, startWorld, type World } from './world.ts';

const ROLE = 'arn:aws:iam::222233334444:role/quarterdeck';
const assume = (world: World, more: { readonly ExternalId?: string; readonly DurationSeconds?: number } = {}) =>
  world.sts().send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'review', ...more }));

/** A key of the role's session. */
async function roleKey(world: World) {
  world.server.state.sts.role(ROLE, { externalId: null });
  const { Credentials } = await assume(world);
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

describe('who calls', () => {
  it('is told by the key, and the Region by the signature; each call is recorded', async () => {
    await using world = await startWorld();
    const key = accountKey('444455556666');
    await world.cloudwatch({ key, region: 'us-east-1' }).send(new ListMetricsCommand({ Namespace: 'Shop' }));
    const [call, ...others] = world.server.calls;
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      at: NOW,
      service: 'cloudwatch',
      action: 'ListMetrics',
      account: '444455556666',
      region: 'us-east-1',
      answer: 'ok',
    });
    expect(call?.input?.text('Namespace')).toBe('Shop');
  });

  it('is a user of an account in a process that has the environment of one', async () => {
    await using world = await startWorld();
    for (const [name, value] of Object.entries(world.server.environment('444455556666'))) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const client = new STSClient({ region: REGION });
    expect((await client.send(new GetCallerIdentityCommand({}))).Account).toBe('444455556666');
    client.destroy();
  });

  it('is refused without a signature', async () => {
    await using world = await startWorld();
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics',
    };
    const response = await fetch(world.server.url, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-query-error')).toBe('MissingAuthenticationToken;Sender');
    expect(await response.json()).toMatchObject({ message: 'Missing Authentication Token' });
  });

  it('is refused with a key of nobody, or a secret that is not of the key', async () => {
    await using world = await startWorld();
    const { accessKeyId, secretAccessKey } = accountKey(ACCOUNT);
    const listed = (key: AccessKey) => world.cloudwatch({ key }).send(new ListMetricsCommand({}));
    await expect(listed({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expect(listed({ accessKeyId, secretAccessKey: 'another' })).rejects.toThrow('does not match the signature');
  });

  it('whose clock is wrong is refused, and let in when the SDK has corrected it', async () => {
    await using world = await startWorld();
    world.server.skew(HOUR);
    const { Account } = await world.sts().send(new GetCallerIdentityCommand({}));
    expect(Account).toBe(ACCOUNT);
    expect(world.server.calls.map(({ answer }) => answer)).toEqual(['SignatureDoesNotMatch', 'ok']);
  });
});

describe('a role', () => {
  it('gives keys that name its account', async () => {
    await using world = await startWorld();
    const key = await roleKey(world);
    const { Account, Arn } = await world.sts({ key }).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe('222233334444');
    expect(Arn).toBe('arn:aws:sts::222233334444:assumed-role/quarterdeck/review');
    await world.cloudwatch({ key }).send(new ListMetricsCommand({}));
    expect(world.server.calls.at(-1)).toMatchObject({ service: 'cloudwatch', account: '222233334444', region: REGION });
  });

  it('is refused with another external id than its trust asks for, or none', async () => {
    await using world = await startWorld();
    world.server.state.sts.role(ROLE, { externalId: 'quarterdeck-7' });
    const refused = {
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${ACCOUNT}:user/quarterdeck is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    };
    await expect(assume(world, { ExternalId: 'quarterdeck-8' })).rejects.toMatchObject(refused);
    await expect(assume(world)).rejects.toMatchObject(refused);
    await expect(assume(world, { ExternalId: 'quarterdeck-7' })).resolves.toMatchObject({ Credentials: {} });
  });

  it('that nobody made is refused as one that does not trust', async () => {
    await using world = await startWorld();
    await expect(assume(world)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('lets in only the accounts that it trusts, for no longer than it allows', async () => {
    await using world = await startWorld();
    world.server.state.sts.role(ROLE, { externalId: null, accounts: ['444455556666'] });
    await expect(assume(world)).rejects.toMatchObject({ name: 'AccessDenied' });
    world.server.state.sts.role(ROLE, { externalId: null });
    await expect(assume(world, { DurationSeconds: 7_200 })).rejects.toThrow('exceeds the MaxSessionDuration');
    await expect(assume(world, { DurationSeconds: 60 })).rejects.toThrow('greater than or equal to 900');
  });

  it('has keys that expire by the clock of the server', async () => {
    await using world = await startWorld();
    const client = world.cloudwatch({ key: await roleKey(world), maxAttempts: 1 });
    world.now += HOUR - 1;
    await client.send(new ListMetricsCommand({}));
    world.now += 1;
    await expect(client.send(new ListMetricsCommand({}))).rejects.toMatchObject({
      message: 'The security token included in the request is expired',
    });
    expect(world.server.calls.at(-1)?.answer).toBe('ExpiredTokenException');
  });

  it('tells when keys expire by the clock of the caller, whatever year the server is in', async () => {
    await using world = await startWorld(Date.parse('2024-02-29T00:00:00Z'));
    world.server.state.sts.role(ROLE, { externalId: null });
    const { Credentials } = await assume(world);
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    expect(Math.abs(left - HOUR)).toBeLessThan(5 * 60_000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';
import { policiesFor, type AwsAccess } from '../../../server/sources/aws/policy.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { cloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import { eventBridgeAdapter } from '../../../server/sources/eventbridge/adapter.ts';

const [FIRST, SECOND] = ['111122223333', '444455556666'];
const REGION = 'eu-central-1';
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/quarterdeck`;

function accessesOf(...entries: readonly string[]): AwsAccess[] {
  const { sources, problems } = parseSources(
    `version: sources/v1\nsources:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`,
    'sources.yaml',
    [cloudWatchLogsAdapter, eventBridgeAdapter],
  );
  expect(problems).toEqual([]);
  return sources.flatMap(({ aws }) => aws ?? []);
}
const LOGS =
  "series: [{ name: api, log_groups: [/shop/api], query: 'stats count(*) as n by bin(1h)', columns: { n: requests } }]";
const accounts = (...ids: readonly string[]): string =>
  `accounts: [${ids.map((id) => `{ id: '${id}', role: '${roleOf(id)}', external_id: qd-7, regions: [${REGION}, us-east-1] }`).join(', ')}]`;

const place = (account: string, region: string, externalId: string | null = null): AwsPlace => ({
  name: `${account} ${region}`,
  account,
  region,
  role: roleOf(account),
  externalId,
  endpoint: null,
});
const access = (places: readonly AwsPlace[], actions: readonly string[], confined: boolean): AwsAccess => ({
  places,
  actions,
  ...(confined
    ? { confine: (action, { account, region }) => ({ resources: [`arn:aws:x:${region}:${account ?? ''}:${action}`] }) }
    : {}),
  check: () => Promise.resolve(),
});

describe('the policy of a role', () => {
  it('names what is of its own account, in all Regions that are read there', () => {
    const policies = policiesFor(accessesOf(`id: logs, type: cloudwatch-logs, ${accounts(FIRST, SECOND)}, ${LOGS}`));
    const resources = policies.map(({ role, policy }) => [
      role,
      policy.Statement.flatMap(({ Action, Resource }) => (Action.includes('logs:StartQuery') ? Resource : [])),
    ]);
    const groups = (account: string): string[] =>
      [REGION, 'us-east-1'].map((region) => `arn:aws:logs:${region}:${account}:log-group:/shop/api:*`);
    expect(resources).toEqual([
      [null, []],
      [roleOf(FIRST), groups(FIRST)],
      [roleOf(SECOND), groups(SECOND)],
    ]);
  });

  it('never names what is of another account, and never loses what a source needs', () => {
    const ids = fc.constantFrom('111111111111', '222222222222', '333333333333');
    const anyPlace = fc.tuple(ids, fc.constantFrom('eu-central-1', 'us-east-1')).map(([id, region]) => place(id, region));
    const anyAccess = fc
      .tuple(
        fc.array(anyPlace, { minLength: 1, maxLength: 4 }),
        fc.subarray(['a:Get', 'a:List', 'b:Get'], { minLength: 1 }),
        fc.boolean(),
      )
      .map(([places, actions, confined]) => access(places, actions, confined));
    fc.assert(
      fc.property(fc.array(anyAccess, { minLength: 1, maxLength: 4 }), (accesses) => {
        const policies = policiesFor(accesses);
        for (const { role, account, policy } of policies) {
          if (role === null) continue;
          for (const { Resource } of policy.Statement)
            if (Resource !== '*') for (const arn of Resource) expect(arn.split(':')[4]).toBe(account);
        }
        for (const { places, actions, confine } of accesses)
          for (const each of places)
            for (const action of actions) {
              const statements = policies.find(({ role }) => role === each.role)?.policy.Statement ?? [];
              const [wanted = '*'] = confine?.(action, each)?.resources ?? [];
              expect(
                statements.some(
                  ({ Action, Resource }) => Action.includes(action) && (Resource === '*' || Resource.includes(wanted)),
                ),
              ).toBe(true);
            }
        expect(policiesFor([...accesses].reverse())).toEqual(policies);
      }),
    );
  });

  it('lets in those that show any of the external ids that are written for it', () => {
    const [, role] = policiesFor([
      access([place(FIRST, REGION, 'one')], ['a:Get'], false),
      access([place(FIRST, REGION, 'two')], ['a:Get'], false),
    ]);
    expect(role?.trust?.Statement[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': ['one', 'two'] } });
  });

  it('allows the key of a queue that is encrypted, for what SQS holds and nothing else', () => {
    const key = `arn:aws:kms:${REGION}:${FIRST}:key/0a1b2c3d`;
    const bus = (more: string): string =>
      `id: bus, type: eventbridge, regions: [${REGION}], queue: 'https://sqs.${REGION}.amazonaws.com/${FIRST}/quarterdeck', alarms: {}${more}`;
    const kms = (more: string): unknown[] =>
      policiesFor(accessesOf(bus(more))).flatMap(({ policy }) =>
        policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith('kms:'))),
      );
    expect(kms('')).toEqual([]);
    expect(kms(`, kms_key: '${key}'`)).toEqual([
      {
        Sid: 'QuarterdeckKms',
        Effect: 'Allow',
        Action: ['kms:Decrypt'],
        Resource: [key],
        Condition: { StringEquals: { 'kms:ViaService': `sqs.${REGION}.amazonaws.com` } },
      },
    ]);
  });

  it('takes the ARN of a key, not its alias', () => {
    const { problems } = parseSources(
      `version: sources/v1\nsources:\n  - { id: bus, type: eventbridge, regions: [${REGION}], queue: 'https://sqs.${REGION}.amazonaws.com/${FIRST}/q', alarms: {}, kms_key: alias/own }\n`,
      'sources.yaml',
      [eventBridgeAdapter],
    );
    expect(problems.map(({ message }) => message)).toEqual(["'alias/own' is no key"]);
  });
});

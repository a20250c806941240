import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startAwsServer } from '../../scripts/aws-server/server.ts';
import type { Policy } from '../../server/sources/aws/policy.ts';
import { desk, ORGANISATION, sources, ticketSource, type Desk } from './command.ts';

const ROLE = 'arn:aws:iam::111122223333:role/quarterdeck';
const METRICS = `  - id: metrics
    type: cloudwatch
    accounts:
      - { id: '111122223333', role: '${ROLE}', external_id: 'qd-7', regions: [eu-central-1, us-east-1] }
    series:
      - { name: orders, namespace: Shop, metric: Orders, statistics: [Sum] }
`;
const ITEMS = `  - id: items
    type: opscenter
    accounts:
      - { id: '111122223333', role: '${ROLE}', external_id: 'qd-7', regions: [eu-central-1] }
`;
const QUEUE = `  - id: bus
    type: eventbridge
    regions: [eu-central-1]
    queue: https://sqs.eu-central-1.amazonaws.com/444455556666/quarterdeck
    alarms: {}
`;

let house: Desk;
beforeAll(() => {
  house = desk({ 'kpis/organisation.yaml': ORGANISATION });
});
afterAll(() => house.close());

async function policies(...entries: readonly string[]): Promise<Policy[]> {
  house.write('kpis/sources.yaml', sources(...entries));
  const { code, err, out } = await house.say(['aws', 'policy', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const found: Policy[] = JSON.parse(out);
  return found;
}

const actionsOf = (policy: Policy | undefined): string[] =>
  (policy?.policy.Statement ?? []).flatMap(({ Action }) => [...Action]).sort();

describe('quarterdeck aws policy', () => {
  it('allows a role what the sources that take it ask for, and nothing else', async () => {
    const [process, role, ...others] = await policies(METRICS, ITEMS);
    expect(others).toEqual([]);
    expect(process).toMatchObject({ role: null, trust: null });
    expect(process?.policy.Statement).toEqual([
      { Sid: 'QuarterdeckSts', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [ROLE] },
    ]);
    expect(role?.role).toBe(ROLE);
    expect(actionsOf(role)).toEqual(
      ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'ssm:DescribeOpsItems', 'ssm:GetOpsItem'].sort(),
    );
    expect(role?.trust?.Statement[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': 'qd-7' } });
  });

  it('confines what takes messages off a queue to that queue', async () => {
    const [process, ...others] = await policies(QUEUE);
    expect(others).toEqual([]);
    const statement = process?.policy.Statement.find(({ Action }) => Action.includes('sqs:DeleteMessage'));
    expect(statement?.Resource).toEqual(['arn:aws:sqs:eu-central-1:444455556666:quarterdeck']);
    expect(
      process?.policy.Statement.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => [...Action]),
    ).not.toContain('sqs:DeleteMessage');
  });

  it('names nothing that writes, but taking messages off a queue', async () => {
    const all = (await policies(METRICS, ITEMS, QUEUE)).flatMap(actionsOf);
    const writing = all.filter((action) => !/:(?:Get|List|Describe|BatchGet|Receive|Start|AssumeRole)/.test(action));
    expect(writing).toEqual(['sqs:DeleteMessage']);
  });

  it('does not depend on the order of sources', async () => {
    expect(await policies(ITEMS, QUEUE, METRICS)).toEqual(await policies(METRICS, ITEMS, QUEUE));
  });

  it('says it where nothing reads from AWS, and what is wrong in sources.yaml', async () => {
    house.write('kpis/sources.yaml', sources(ticketSource('tickets', 'tickets.csv')));
    expect(await house.say(['aws', 'policy'])).toEqual({
      code: 0,
      out: 'No source of sources.yaml reads from AWS, so there is nothing to allow.\n',
      err: '',
    });
    house.write('kpis/sources.yaml', sources(METRICS.replace('111122223333:role', '999900001111:role')));
    const { code, err } = await house.say(['aws', 'policy']);
    expect(code).toBe(1);
    expect(err).toContain('this role is of account 999900001111, not of 111122223333');
  });

  it('reads as a document with a heading for each role', async () => {
    house.write('kpis/sources.yaml', sources(METRICS));
    const { out } = await house.say(['aws', 'policy']);
    expect(out).toContain('# The user or role that Quarterdeck runs as');
    expect(out).toContain(`# ${ROLE}: what it may do`);
    expect(out).toContain(`# ${ROLE}: who may take it (put your own ARN in)`);
  });
});

it('quarterdeck aws discover proposes series of what a source can see', async () => {
  const server = await startAwsServer();
  onTestFinished(() => server.close());
  server.state.sts.role(ROLE, { externalId: 'qd-7' });
  for (const region of ['eu-central-1', 'us-east-1'])
    server.state.cloudwatch.metrics.put(
      { account: '111122223333', region, namespace: 'Shop', metric: 'Orders', dimensions: { Shop: 'north' } },
      [{ at: Date.now() - 60_000, value: 3 }],
    );
  house.write('kpis/sources.yaml', sources(METRICS));
  for (const [name, value] of Object.entries(server.environment('999988887777'))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { code, err, out } = await house.say(['aws', 'discover', 'metrics', 'Shop']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('# 111122223333 eu-central-1: 1 metric');
  expect(out).toContain('namespace: Shop');
  expect(out).toContain('metric: Orders');
});

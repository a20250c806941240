import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../scripts/aws-server/server.ts';
import { desk, ORGANISATION, sources, ticketSource, type Desk, type Said } from './command.ts';

const [OWN, FIRST, SECOND] = ['999988887777', '111122223333', '444455556666'];
const REGION = 'eu-central-1';
const HOUR_MS = 3_600_000;
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/quarterdeck`;

let house: Desk;
let server: AwsServer;
beforeAll(() => {
  house = desk({ 'kpis/organisation.yaml': ORGANISATION });
});
afterAll(() => house.close());
beforeEach(async () => {
  server = await startAwsServer();
  for (const [name, value] of Object.entries(server.environment(OWN))) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    vi.stubEnv(name, undefined);
  for (const account of [FIRST, SECOND]) server.state.sts.role(roleOf(account), { externalId: 'qd-7' });
  server.state.cloudwatch.metrics.put(
    { account: FIRST, region: REGION, namespace: 'Shop', metric: 'Orders', dimensions: { Shop: 'north' } },
    [{ at: Date.now() - 30 * HOUR_MS, value: 3 }],
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** An entry of sources.yaml that reads in one Region of accounts, by a role of each. */
function entry(id: string, type: string, rest = '', accounts: readonly string[] = [FIRST]): string {
  const places = accounts.map(
    (account) => `      - { id: '${account}', role: '${roleOf(account)}', external_id: qd-7, regions: [${REGION}] }\n`,
  );
  return `  - id: ${id}\n    type: ${type}\n    endpoint: ${server.url}\n    accounts:\n${places.join('')}${rest}`;
}
const metric = (name: string, dimensions: string, namespace = 'Shop'): string =>
  `      - { name: ${name}, namespace: ${namespace}, metric: Orders, dimensions: ${dimensions}, statistics: [Sum, p99] }\n`;
const METRICS = `    series:\n${metric('orders', '{ Shop: north }')}`;
const LOGS = `    series:
      - { name: api, log_groups: [/shop/api], query: 'stats count(*) as n by bin(1h)', columns: { n: api-requests } }
`;

function check(entries: readonly string[], ...args: readonly string[]): Promise<Said> {
  house.write('kpis/sources.yaml', sources(...entries));
  return house.say(['aws', 'check', ...args]);
}

interface Report {
  readonly runsAs: string | null;
  readonly clock: { readonly aheadSeconds: number; readonly outcome: string } | null;
  readonly places: readonly {
    readonly account: string;
    readonly outcome: string;
    readonly findings: readonly {
      readonly action: string;
      readonly thing: string | null;
      readonly outcome: string;
      readonly words: string;
      readonly fix: string | null;
      readonly sources: readonly string[];
    }[];
  }[];
  readonly missing: readonly { readonly role: string | null; readonly policy: { readonly Statement: readonly object[] } }[];
  readonly refusedRoles: readonly { readonly role: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly calls: { readonly total: number; readonly byAction: Readonly<Record<string, number>> };
  readonly cost: { readonly leastMetrics: number; readonly mostMetrics: number };
}

async function reported(
  entries: readonly string[],
  ...args: readonly string[]
): Promise<Report & { readonly code: number | null }> {
  const { code, err, out } = await check(entries, '--json', ...args);
  expect(err).toBe('');
  const report: Report = JSON.parse(out);
  return { ...report, code };
}
const outcomes = ({ places }: Report): Record<string, string> =>
  Object.fromEntries(places.flatMap(({ findings }) => findings.map((each) => [each.thing ?? each.action, each.outcome])));
const foundOf = ({ places }: Report, name: string): Report['places'][number]['findings'][number] | undefined =>
  places.flatMap(({ findings }) => findings).find(({ action, thing }) => (thing ?? action) === name);

describe('quarterdeck aws check', () => {
  it('says of each account, Region and action that it works, where it does, and ends with 0', async () => {
    const { code, err, out } = await check([entry('metrics', 'cloudwatch', METRICS), entry('items', 'opscenter')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Quarterdeck runs as arn:aws:iam::${OWN}:user/quarterdeck.`);
    expect(out).toContain('Its clock agrees with that of AWS.');
    expect(out).toContain(`${FIRST} ${REGION}, by ${roleOf(FIRST)}, at ${server.url}`);
    expect(out).toMatch(/works +sts:AssumeRole +for metrics, items/);
    expect(out).toMatch(/works +cloudwatch:GetMetricData +for metrics\n/);
    expect(out).toMatch(/works +series orders +for metrics/);
    expect(out).toMatch(/works +ssm:GetOpsItem +for items/);
    expect(out).toContain('1 place: 8 work. 7 calls, 1 metric billed, less than $0.01.');
    expect(server.calls).toHaveLength(7);
  });

  it('tells a denied action with the statement that is missing, and tries the others', async () => {
    server.fail({ service: 'ssm', action: 'DescribeOpsItems', as: 'denied', times: Infinity });
    const report = await reported([entry('items', 'opscenter'), entry('games', 'fis')]);
    expect(report.code).toBe(1);
    expect(outcomes(report)).toMatchObject({
      'ssm:DescribeOpsItems': 'fails',
      'ssm:GetOpsItem': 'works',
      'fis:ListExperiments': 'works',
    });
    expect(report.missing).toEqual([
      {
        role: roleOf(FIRST),
        account: FIRST,
        trust: null,
        policy: {
          Version: '2012-10-17',
          Statement: [{ Sid: 'QuarterdeckSsm', Effect: 'Allow', Action: ['ssm:DescribeOpsItems'], Resource: '*' }],
        },
      },
    ]);
    const { out } = await check([entry('items', 'opscenter')]);
    expect(out).toMatch(
      /fails +ssm:DescribeOpsItems +the role .*\n +ssm:DescribeOpsItems \(for items\)\n +→ Allow ssm:DescribeOpsItems/,
    );
    expect(out).toContain(`# To add to the policy of ${roleOf(FIRST)}`);
    expect(out).toContain('"Sid": "QuarterdeckSsm"');
  });

  it('goes on with other accounts where the role of one cannot be taken, and prints whom it has to let in', async () => {
    server.state.sts.role(roleOf(SECOND), { externalId: 'another' });
    const report = await reported([entry('items', 'opscenter', '', [SECOND, FIRST])]);
    expect(report.code).toBe(1);
    const [first, second] = report.places;
    expect([first?.account, first?.outcome, second?.account, second?.outcome]).toEqual([FIRST, 'works', SECOND, 'fails']);
    expect(second?.findings.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'sts:AssumeRole fails',
      'ssm:DescribeOpsItems not tried',
      'ssm:GetOpsItem not tried',
    ]);
    expect(report.refusedRoles).toMatchObject([
      {
        role: roleOf(SECOND),
        trust: {
          Statement: [
            {
              Principal: { AWS: `arn:aws:iam::${OWN}:user/quarterdeck` },
              Condition: { StringEquals: { 'sts:ExternalId': 'qd-7' } },
            },
          ],
        },
      },
    ]);
    expect(report.missing).toMatchObject([
      { role: null, policy: { Statement: [{ Action: ['sts:AssumeRole'], Resource: [roleOf(SECOND)] }] } },
    ]);
    // One that is refused is asked once, not by every source and action.
    expect(server.calls.filter(({ account }) => account === SECOND)).toEqual([]);
  });

  it('refuses credentials of another account than the one that is written', async () => {
    const own = `  - id: items\n    type: opscenter\n    endpoint: ${server.url}\n    accounts: [{ id: '${FIRST}', regions: [${REGION}] }]\n`;
    const report = await reported([own]);
    expect(report.code).toBe(1);
    expect(foundOf(report, 'sts:GetCallerIdentity')).toMatchObject({
      outcome: 'fails',
      words: `these credentials are of account ${OWN} (arn:aws:iam::${OWN}:user/quarterdeck), not of ${FIRST}, as sources.yaml says`,
    });
    expect(outcomes(report)['ssm:DescribeOpsItems']).toBe('not tried');
    expect(server.calls.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
  });

  it('warns of series without points, and says what CloudWatch has in their place', async () => {
    const series = [
      metric('orders', '{ Shop: north }'),
      metric('value', '{ Shop: nroth }'),
      metric('names', '{ Store: north }'),
      metric('space', '{ Shop: north }', 'Shp'),
      '      - { name: found, search: \'{Shop,Store} MetricName="Orders"\', label: { shop: Store }, statistics: [Sum] }\n',
    ];
    const report = await reported([entry('metrics', 'cloudwatch', `    series:\n${series.join('')}`)]);
    expect(report.code).toBe(0);
    expect(outcomes(report)).toMatchObject({
      'series orders': 'works',
      'series value': 'warning',
      'series names': 'warning',
      'series space': 'warning',
      'series found': 'warning',
    });
    expect(foundOf(report, 'series value')?.words).toContain('lists it with other values, such as Shop: north');
    expect(foundOf(report, 'series names')?.words).toContain('CloudWatch has it by Shop, not by Store');
    expect(foundOf(report, 'series space')?.fix).toContain('quarterdeck aws discover metrics Shp');
    expect(foundOf(report, 'series found')?.words).toContain('it finds no metric');
    // One statistic of each series is asked for, in one call; a search is billed by what it may find.
    expect(report.cost).toMatchObject({ leastMetrics: 5, mostMetrics: 504 });
    expect(report.calls.byAction['cloudwatch:GetMetricData']).toBe(1);
    expect(report.calls.total).toBe(server.calls.length);
  });

  it('tells what is alike in one line, with the first names where something is the matter', async () => {
    const silent = Array.from({ length: 600 }, (_, at) => metric(`silent-${at}`, `{ Store: s${at} }`)).join('');
    const well = Array.from({ length: 5 }, (_, at) => metric(`well-${at}`, '{ Shop: north }')).join('');
    const { code, out } = await check([entry('metrics', 'cloudwatch', `    series:\n${well}${silent}`)]);
    expect(code).toBe(0);
    expect(out).toMatch(/works +5 series +for metrics\n/);
    expect(out).toMatch(/warning +600 series +silent-0, silent-1, silent-2 and 597 more: no point in the last 7 days/);
    expect(out.split('\n').length).toBeLessThan(20);
    // Two calls hold 605 series, and one asks what there is of a metric that all of them name.
    expect(server.calls.filter(({ action }) => action === 'GetMetricData')).toHaveLength(2);
    expect(server.calls.filter(({ action }) => action === 'ListMetrics')).toHaveLength(2);
  });

  it('names the series whose query CloudWatch refuses, and reads the others', async () => {
    const bad = "      - { name: bad, expression: 'METRICS(', statistics: [Sum] }\n";
    const report = await reported([entry('metrics', 'cloudwatch', `${METRICS}${bad}`)]);
    expect(outcomes(report)).toMatchObject({ 'series orders': 'works', 'series bad': 'fails' });
    expect(report.code).toBe(1);
  });

  it('finds log groups that are not there, and runs no query', async () => {
    server.state.logs.groups(FIRST, REGION).push({ name: '/shop/api', createdAt: Date.now() - HOUR_MS });
    const report = await reported([entry('logs', 'cloudwatch-logs', LOGS.replace('[/shop/api]', '[/shop/api, /shop/apo]'))]);
    expect(outcomes(report)).toMatchObject({
      'logs:StartQuery': 'works',
      'log group /shop/api': 'works',
      'log group /shop/apo': 'fails',
      'logs:GetQueryResults': 'works',
      'logs:StopQuery': 'works',
    });
    expect(foundOf(report, 'log group /shop/apo')?.words).toBe("there is no log group '/shop/apo' here");
    expect(server.state.logs.queries).toEqual([]);
    server.fail({ service: 'logs', action: 'StartQuery', as: 'denied', times: Infinity });
    const denied = await reported([entry('logs', 'cloudwatch-logs', LOGS)]);
    expect(denied.missing[0]?.policy.Statement).toEqual([
      {
        Sid: 'QuarterdeckLogs',
        Effect: 'Allow',
        Action: ['logs:StartQuery'],
        Resource: [`arn:aws:logs:${REGION}:${FIRST}:log-group:/shop/api:*`],
      },
    ]);
  });

  it('takes no message off a queue, says what it did not try, and looks at the queue itself', async () => {
    const queue = `https://sqs.${REGION}.amazonaws.com/${FIRST}/quarterdeck`;
    const rest = `    queue: ${queue}\n    alarms: {}\n`;
    const absent = await reported([entry('bus', 'eventbridge', rest)]);
    expect(outcomes(absent)['sqs:GetQueueAttributes']).toBe('fails');
    server.state.sqs.send(queue, '{}');
    server.state.sqs.attributes(queue)['KmsMasterKeyId'] = `arn:aws:kms:${REGION}:${FIRST}:key/0a1b`;
    const report = await reported([entry('bus', 'eventbridge', rest)]);
    expect(outcomes(report)).toMatchObject({ 'sqs:ReceiveMessage': 'not tried', 'sqs:DeleteMessage': 'not tried' });
    expect(server.state.sqs.queue(queue)).toMatchObject([{ received: 0 }]);
    const said = report.places.flatMap(({ findings }) => findings).filter(({ thing }) => thing === `queue ${queue}`);
    expect(said.map(({ outcome, words }) => `${outcome}: ${words}`)).toEqual([
      `fails: its messages are encrypted with the key arn:aws:kms:${REGION}:${FIRST}:key/0a1b, which this source is not told of`,
      'warning: it has no dead-letter queue: a message that cannot be read comes again and again until it is too old',
    ]);
    server.state.sqs.attributes(queue)['RedrivePolicy'] = '{"maxReceiveCount":5}';
    const key = `${rest}    kms_key: arn:aws:kms:${REGION}:${FIRST}:key/0a1b\n`;
    const well = await reported([entry('bus', 'eventbridge', key)]);
    expect(well.code).toBe(0);
    expect(outcomes(well)).toMatchObject({ 'kms:Decrypt': 'not tried', 'sqs:GetQueueAttributes': 'works' });
  });

  it('says of services that are closed to an account, not set up or not paid for, and tries nothing more of them', async () => {
    server.state.incidents.closedTo.add(FIRST);
    server.state.ssm.notEnabled.add(FIRST);
    server.state.health.withoutPlan.add(FIRST);
    const report = await reported([
      entry('incidents', 'incident-manager'),
      entry('items', 'opscenter'),
      entry('health', 'aws-health'),
    ]);
    expect(report.code).toBe(1);
    expect(foundOf(report, 'ssm-incidents:ListIncidentRecords')?.words).toContain('is not set up for this account');
    expect(outcomes(report)['ssm-incidents:GetIncidentRecord']).toBe('not tried');
    expect(foundOf(report, 'ssm:DescribeOpsItems')?.fix).toContain('Get started');
    expect(foundOf(report, 'health:DescribeEvents')?.fix).toContain('Business Support+');
    expect(report.missing).toEqual([]);
  });

  it.each([
    [60_000, 0, 'warning', 60],
    [-600_000, 1, 'fails', -600],
  ])('tells how far the clock is off: %d ms', async (ahead, code, outcome, seconds) => {
    server.skew(ahead);
    const report = await reported([entry('items', 'opscenter')]);
    expect(report.code).toBe(code);
    expect(report.clock?.outcome).toBe(outcome);
    expect(Math.abs((report.clock?.aheadSeconds ?? 0) - seconds)).toBeLessThanOrEqual(2);
    const { out } = await check([entry('items', 'opscenter')]);
    expect(out).toContain(`that of AWS; AWS refuses what is 5 minutes off. Keep it set by NTP.`);
  });

  it('does not hold a passing refusal against a policy', async () => {
    server.fail({ service: 'fis', action: 'ListExperiments', as: 'throttle', times: 1 });
    expect((await reported([entry('games', 'fis')])).code).toBe(0);
  });

  it('looks at the sources that are named, and says which there are where one is not', async () => {
    const entries = [entry('items', 'opscenter'), entry('games', 'fis'), ticketSource('tickets', 'tickets.csv')];
    const report = await reported(entries, 'games');
    expect(report.places.flatMap(({ findings }) => findings.flatMap((each) => each.sources))).not.toContain('items');
    expect(await check(entries, 'gamse')).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean 'games'?") });
    expect((await check(entries, 'tickets')).code).toBe(2);
    expect(await check([ticketSource('tickets', 'tickets.csv')])).toEqual({
      code: 0,
      out: 'No source of sources.yaml reads from AWS, so there is nothing to check.\n',
      err: '',
    });
  });

  it('checks what can be used of sources.yaml and ends with 1 where something else in it is wrong', async () => {
    const { code, err, out } = await check([entry('items', 'opscenter'), '  - { id: broken, type: fis }\n']);
    expect(code).toBe(1);
    expect(err).toContain("'regions' is missing");
    expect(out).toMatch(/works +ssm:DescribeOpsItems/);
  });

  it('says what is missing where there are no credentials at all', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const { code, out } = await check([entry('items', 'opscenter')]);
    expect(code).toBe(1);
    expect(out).toContain('AWS_PROFILE');
  });

  it('has a shape that others may build on', async () => {
    server.fail({ service: 'fis', action: 'GetExperiment', as: 'denied', times: Infinity });
    const { out } = await check([entry('games', 'fis')], '--json');
    const report: Record<string, unknown> = JSON.parse(out);
    expect(Object.keys(report)).toEqual('version runsAs clock places missing refusedRoles problems counts calls cost'.split(' '));
    expect(report).toMatchObject({
      version: 1,
      clock: { aheadSeconds: 0, outcome: 'works' },
      places: [
        {
          account: FIRST,
          region: REGION,
          role: roleOf(FIRST),
          endpoint: server.url,
          outcome: 'fails',
          findings: [
            { action: 'sts:AssumeRole', thing: null, outcome: 'works', words: '', fix: null, denied: null, sources: ['games'] },
            { action: 'sts:GetCallerIdentity', outcome: 'works' },
            { action: 'fis:ListExperiments', outcome: 'works' },
            { action: 'fis:GetExperiment', outcome: 'fails', denied: 'fis:GetExperiment' },
          ],
        },
      ],
      counts: { works: 4, warning: 0, fails: 1, 'not tried': 0 },
      calls: { total: 5 },
      cost: { calls: 0, leastMetrics: 0, mostMetrics: 0 },
    });
    expect(server.calls).toHaveLength(5);
  });
});

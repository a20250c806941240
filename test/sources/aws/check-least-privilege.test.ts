import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { checkAccess } from '../../../server/sources/aws/check.ts';
import { policiesFor, type Policy } from '../../../server/sources/aws/policy.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { makeCloudWatchLogsAdapter } from '../../../server/sources/cloudwatch-logs/adapter.ts';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { discoverSeries } from '../../../server/sources/cloudwatch/discover.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { eventBridgeAdapter } from '../../../server/sources/eventbridge/adapter.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { incidentManagerAdapter } from '../../../server/sources/incident-manager/adapter.ts';
import { opsCenterAdapter } from '../../../server/sources/opscenter/adapter.ts';
import { SourceError, type Source } from '../../../server/sources/source.ts';
import { wellArchitectedAdapter } from '../../../server/sources/well-architected/adapter.ts';
import { busEvent } from '../eventbridge/messages.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const HOUR_MS = 3_600_000;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/quarterdeck`;
const QUEUE = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/quarterdeck`;
const ADAPTERS = [
  awsHealthAdapter,
  cloudWatchAlarmsAdapter,
  // A query that never ends is stopped at last, without waiting for it.
  makeCloudWatchLogsAdapter(() => Promise.resolve()),
  cloudwatchAdapter,
  codeDeployAdapter,
  codePipelineAdapter,
  eventBridgeAdapter,
  fisAdapter,
  incidentManagerAdapter,
  opsCenterAdapter,
  wellArchitectedAdapter,
];

let server: AwsServer;
let now: number;
beforeEach(async () => {
  now = Date.now();
  server = await startAwsServer({ now: () => now });
  const { AWS_ENDPOINT_URL: _, ...identity } = server.environment('999988887777');
  for (const [name, value] of Object.entries(identity)) vi.stubEnv(name, value);
  server.state.sts.role(ROLE, { externalId: null });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** What each source is told beside its place. */
const SETTINGS: Readonly<Record<string, string>> = {
  cloudwatch: 'series: [{ name: orders, namespace: Shop, metric: Orders, statistics: [Sum] }]',
  'cloudwatch-logs':
    "series: [{ name: api, log_groups: [/shop/api], query: 'stats count(*) as n by bin(1h)', columns: { n: requests } }]",
  'cloudwatch-alarms': 'tags: { service: service }',
  eventbridge: `queue: '${QUEUE}', deployments: {}, alarms: {}`,
};

function sourcesOf(): readonly Source[] {
  const place = `endpoint: '${server.url}', accounts: [{ id: '${ACCOUNT}', role: '${ROLE}', regions: [${REGION}] }]`;
  const entries = ADAPTERS.map(({ type }) => {
    const own = SETTINGS[type];
    return `  - { id: ${type}, type: ${type}, ${place}${own === undefined ? '' : `, ${own}`} }`;
  });
  const { sources, problems } = parseSources(`version: sources/v1\nsources:\n${entries.join('\n')}\n`, 'sources.yaml', ADAPTERS);
  expect(problems).toEqual([]);
  return sources;
}

/** Something in every service that takes each of its calls to be read. */
function fill(): void {
  const { state } = server;
  const [before, later] = [new Date(now - 3 * HOUR_MS), new Date(now - 2 * HOUR_MS)];
  state.cloudwatch.metrics.put({ account: ACCOUNT, region: REGION, namespace: 'Shop', metric: 'Orders', dimensions: {} }, [
    { at: now - HOUR_MS, value: 1 },
  ]);
  const alarm = { name: 'errors', account: ACCOUNT, region: REGION };
  state.cloudwatch.alarms.put({ ...alarm, type: 'MetricAlarm', createdAt: now - 48 * HOUR_MS });
  state.cloudwatch.alarms.turn(alarm, now - 2 * HOUR_MS, 'ALARM');
  state.logs.groups(ACCOUNT, REGION).push({ name: '/shop/api', createdAt: now - 48 * HOUR_MS });
  state.logs.polls = Infinity;
  state.ssm.opsItems(ACCOUNT, REGION).push({
    OpsItemId: 'oi-0123456789ab',
    OpsItemType: '/aws/issue',
    Title: 'Queue is full',
    Source: 'EC2',
    Status: 'Open',
    CreatedTime: before,
    LastModifiedTime: before,
  });
  state.incidents.incidents(ACCOUNT, REGION).push({
    arn: `arn:aws:ssm-incidents::${ACCOUNT}:incident-record/shop/1`,
    title: 'Shop is down',
    status: 'OPEN',
    impact: 2,
    creationTime: before,
    lastModifiedTime: later,
    timeline: [
      {
        eventId: '00000000-0000-4000-8000-000000000001',
        eventTime: later,
        eventType: 'SSM Incident Record Update',
        eventData: JSON.stringify({ modifiedAttributes: [{ attributeName: 'impact', oldValue: '3', newValue: '2' }] }),
      },
    ],
  });
  state.codedeploy.deployments(ACCOUNT, REGION).push({
    deploymentId: 'd-ABCDEF123',
    applicationName: 'shop',
    deploymentGroupName: 'production',
    status: 'Succeeded',
    createTime: before,
    startTime: before,
    completeTime: later,
  });
  state.codepipeline.pipelines(ACCOUNT, REGION).push({
    name: 'shop',
    actions: [
      {
        pipelineExecutionId: 'run-1',
        actionExecutionId: 'action-1',
        stageName: 'Prod',
        actionName: 'Deploy',
        startTime: before,
        lastUpdateTime: later,
        status: 'Succeeded',
        input: { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' } },
      },
    ],
    executions: [{ pipelineExecutionId: 'run-1', status: 'Succeeded', startTime: before, lastUpdateTime: later }],
  });
  state.fis.experiments(ACCOUNT, REGION).push({
    id: 'EXP1',
    experimentTemplateId: 'EXT1',
    state: { status: 'completed' },
    creationTime: before,
    startTime: before,
    endTime: later,
  });
  state.wellarchitected.workloads(ACCOUNT, REGION).push({
    WorkloadId: 'a'.repeat(32),
    WorkloadName: 'shop',
    UpdatedAt: before,
    reviews: [],
    milestones: [],
  });
  state.sqs.send(
    QUEUE,
    busEvent('CodeDeploy Deployment State-change Notification', now - HOUR_MS, { deploymentId: 'd-ABCDEF123', state: 'SUCCESS' }),
  );
}

/** A pass to its end; where it failed, what it came to. */
async function passed(source: Source, cursor: string | null): Promise<string | null> {
  let last = cursor;
  const pass = source.pull({ cursor, now, pseudonym: (person) => person, signal: new AbortController().signal });
  try {
    for (;;) {
      const step = await pass.next();
      if (step.done === true) return step.value.cursor;
      last = step.value.cursor ?? last;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return last;
  }
}

const check = (sources: readonly Source[]): ReturnType<typeof checkAccess> =>
  checkAccess(
    sources.flatMap(({ id, aws }) => (aws === undefined ? [] : [{ id, aws }])),
    { now, clock: Date.now, signal: new AbortController().signal, onProgress: () => undefined },
  );

const PRINTED_AS: Readonly<Record<string, string>> = { 'sqs:DeleteMessageBatch': 'sqs:DeleteMessage' };
/** Nobody needs to be allowed to ask who it is. */
const FREE = 'sts:GetCallerIdentity';
const called = (): Set<string> => {
  const actions = server.calls.map(({ service, action }) => `${service}:${action}`);
  return new Set(actions.map((action) => PRINTED_AS[action] ?? action).filter((action) => action !== FREE));
};
const printed = (policies: readonly Policy[]): Set<string> =>
  new Set(policies.flatMap(({ policy }) => policy.Statement.flatMap(({ Action }) => Action)));
const without = (all: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...all].filter((each) => !others.has(each)).sort();

describe('what aws policy prints', () => {
  it('is what sources call when they read, discover and check, and nothing else', async () => {
    const sources = sourcesOf();
    expect(sources).toHaveLength(ADAPTERS.length);
    const policies = printed(policiesFor(sources.flatMap(({ aws }) => aws ?? [])));
    fill();
    const cursors = new Map<string, string | null>();
    for (const source of sources) cursors.set(source.id, await passed(source, null));
    // An open item that no list shows any more is asked for by its id.
    server.state.ssm.opsItems(ACCOUNT, REGION).length = 0;
    now += HOUR_MS;
    for (const { id, ...source } of sources) await passed({ id, ...source }, cursors.get(id) ?? null);
    const ofPulls = called();
    expect(without(ofPulls, policies)).toEqual([]);
    expect(without(policies, ofPulls)).toEqual(['cloudwatch:ListMetrics', 'sqs:GetQueueAttributes']);

    const metrics = sources.find(({ id }) => id === 'cloudwatch');
    await discoverSeries(metrics?.aws?.places ?? [], { namespace: null, metric: null }, new AbortController().signal);
    await check(sources);
    expect([...called()].sort()).toEqual([...policies].sort());
  });

  it('is tried by aws check action by action: each has a word, and taking messages alone is not tried', async () => {
    const sources = sourcesOf();
    fill();
    const policies = printed(policiesFor(sources.flatMap(({ aws }) => aws ?? [])));
    const { places } = await check(sources);
    const findings = places.flatMap((place) => place.findings);
    expect(without(new Set(findings.map(({ action }) => action)), new Set([FREE]))).toEqual([...policies].sort());
    const untried = findings.filter(({ outcome }) => outcome === 'not tried').map(({ action }) => action);
    expect(untried.sort()).toEqual(['sqs:DeleteMessage', 'sqs:ReceiveMessage']);
    expect(findings.filter(({ outcome }) => outcome === 'fails')).toEqual([]);
    // Looking has no effect: nothing is received, no query runs.
    expect(server.state.sqs.queue(QUEUE)).toMatchObject([{ received: 0 }]);
    expect(server.state.logs.queries).toEqual([]);
  });

  it('is named by aws check, one by one, where a role is denied it', async () => {
    const sources = sourcesOf();
    const policies = printed(policiesFor(sources.flatMap(({ aws }) => aws ?? [])));
    fill();
    await check(sources);
    for (const action of policies) {
      const [service = '', name = ''] = action.split(':');
      if (service === 'sts') continue;
      server.heal();
      server.fail({ service, action: name, as: 'denied', times: Infinity });
      const { missing, places } = await check(sources);
      const refused = places.flatMap(({ findings }) => findings.filter(({ denied }) => denied !== null));
      const isTried = !/^sqs:(?:Receive|Delete)/.test(action);
      expect(refused.map(({ denied }) => denied)).toEqual(isTried ? refused.map(() => action) : []);
      expect(refused.length > 0, action).toBe(isTried);
      expect(missing.flatMap(({ policy }) => policy.Statement.flatMap(({ Action }) => Action))).toEqual(isTried ? [action] : []);
    }
  });
});

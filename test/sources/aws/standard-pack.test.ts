import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Experiment } from '../../../scripts/aws-server/fis.ts';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { incidentManagerAdapter } from '../../../server/sources/incident-manager/adapter.ts';
import { wellArchitectedAdapter } from '../../../server/sources/well-architected/adapter.ts';
import { smallHouse, type SmallHouse } from '../../jobs/small-house.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const NOW = '2026-11-16T12:00:00Z';
const WEEK = '2026-W46';
const MINUTE_MS = 60_000;
const VIEWER = { who: 'test', roles: [], teams: [] };
const PACK = [
  'delivery/deployment-frequency.yaml',
  'delivery/change-failure-rate.yaml',
  'delivery/failed-deployment-recovery-time.yaml',
  'delivery/rework-share.yaml',
  'culture/game-days.yaml',
  'incidents/incidents.yaml',
];
const HIGH_RISKS = `version: kpi/v1
id: high-risks
name: High risks
question: How many risks do we know and leave?
section: Culture
role: input
owner: Head of Engineering
better: lower
measure:
  level: { series: well-architected-risks, statistic: last }
  where: { risk: HIGH, workload: shop }
unit: { type: count, label: risks }
settles_after: 1 day
`;

const HALTED = `version: kpi/v1
id: game-days-halted
name: Game days halted
question: How many rehearsals had to be stopped by their own limits?
section: Culture
role: input
owner: Head of Engineering
better: neither
measure:
  count: { of: sessions }
  where: { type: game day, outcome: halted }
when_empty: zero
settles_after: 1 day
`;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const at = (text: string, minutes = 0): Date => new Date(Date.parse(text) + minutes * MINUTE_MS);

let server: AwsServer;
let house: SmallHouse;

beforeEach(async () => {
  server = await startAwsServer({ now: () => Date.parse(NOW) });
  for (const [name, value] of Object.entries(server.environment(ACCOUNT))) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
  fill();
  const places = `regions: [${REGION}], endpoint: '${server.url}'`;
  const is = 'service: checkout, environment: production';
  const text = `version: sources/v1
sources:
  - { id: codedeploy, type: codedeploy, ${places}, applications: [{ application: shop, group: prod, ${is} }] }
  - { id: codepipeline, type: codepipeline, ${places}, pipelines: [{ pipeline: shop, stage: Prod, ${is} }] }
  - { id: fis, type: fis, ${places} }
  - { id: well-architected, type: well-architected, ${places} }
  - { id: incidents, type: incident-manager, ${places}, incidents: [{ plan: shop-down, service: checkout }] }
`;
  const adapters = [codeDeployAdapter, codePipelineAdapter, fisAdapter, wellArchitectedAdapter, incidentManagerAdapter];
  const { sources, problems } = parseSources(text, 'kpis/sources.yaml', adapters);
  expect(problems).toEqual([]);
  // The demo organisation and its pack.
  const files = Object.fromEntries(
    ['organisation.yaml', ...PACK].map((file) => [file, readFileSync(`${root}kpis/${file}`, 'utf8')]),
  );
  house = await smallHouse(sources, { ...files, 'culture/high-risks.yaml': HIGH_RISKS, 'culture/halted.yaml': HALTED }, NOW);
});
afterEach(async () => {
  await house.close();
  await server.close();
  vi.unstubAllEnvs();
});

/** A week of an account: six deployments, of which one hurt, a rehearsal, an incident and a review of the architecture. */
function fill(): void {
  const { codedeploy, codepipeline, fis, wellarchitected, incidents } = server.state;
  const of = { applicationName: 'shop', deploymentGroupName: 'prod' };
  const deployment = (id: string, day: string, more: object): void => {
    const times = { createTime: at(day), startTime: at(day, 1), completeTime: at(day, 10) };
    codedeploy
      .deployments(ACCOUNT, REGION)
      .push({ deploymentId: id, ...of, status: 'Succeeded', creator: 'user', ...times, ...more });
  };
  deployment('d-1', '2026-11-09T10:00Z', {});
  deployment('d-2', '2026-11-10T10:00Z', {});
  deployment('d-3', '2026-11-11T10:00Z', { status: 'Stopped', rollbackInfo: { rollbackDeploymentId: 'd-4' } });
  deployment('d-4', '2026-11-11T10:12Z', {
    creator: 'codeDeployRollback',
    rollbackInfo: { rollbackTriggeringDeploymentId: 'd-3' },
  });

  const shop = { name: 'shop', actions: [], executions: [] };
  codepipeline.pipelines(ACCOUNT, REGION).push(shop);
  const deploy = (id: string, day: string, execution: object): void => {
    const { actions, executions } = codepipeline.pipelines(ACCOUNT, REGION)[0] ?? shop;
    actions.push({
      pipelineExecutionId: `run-${id}`,
      actionExecutionId: id,
      stageName: 'Prod',
      actionName: 'Deploy',
      startTime: at(day),
      lastUpdateTime: at(day, 5),
      status: 'Succeeded',
      input: { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' } },
    });
    executions.push({ pipelineExecutionId: `run-${id}`, status: 'Succeeded', startTime: at(day, -5), ...execution });
  };
  deploy('good', '2026-11-12T10:00Z', {});
  deploy('bad', '2026-11-13T10:00Z', {});
  deploy('back', '2026-11-13T10:40Z', {
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: 'run-good' },
  });

  const experiment = (id: string, day: string, state: Experiment['state']): void => {
    const times = { creationTime: at(day), startTime: at(day), endTime: at(day, 30) };
    fis.experiments(ACCOUNT, REGION).push({ id, experimentTemplateId: 'EXT1', state, ...times, tags: { service: 'checkout' } });
  };
  experiment('EXP1', '2026-11-12T14:00Z', { status: 'completed' });
  experiment('EXP2', '2026-11-13T14:00Z', { status: 'stopped', reason: 'Experiment halted by stop condition.' });
  incidents.incidents(ACCOUNT, REGION).push({
    arn: `arn:aws:ssm-incidents::${ACCOUNT}:incident-record/shop-down/1`,
    title: 'Shop is down',
    status: 'RESOLVED',
    impact: 1,
    creationTime: at('2026-11-13T10:10Z'),
    resolvedTime: at('2026-11-13T10:50Z'),
    lastModifiedTime: at('2026-11-13T10:50Z'),
    timeline: [],
  });
  const review = (HIGH: number) => ({
    LensAlias: 'wellarchitected',
    LensName: 'Framework',
    LensStatus: 'CURRENT',
    UpdatedAt: at(NOW),
    RiskCounts: { HIGH },
  });
  wellarchitected.workloads(ACCOUNT, REGION).push({
    WorkloadId: 'w1',
    WorkloadName: 'shop',
    UpdatedAt: at(NOW),
    reviews: [review(1)],
    milestones: [
      {
        MilestoneNumber: 1,
        MilestoneName: 'first',
        RecordedAt: at('2026-11-12T09:00Z'),
        reviews: [review(4)],
      },
    ],
  });
}

async function valuesOf(): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const kpi of [
    'deployment-frequency',
    'change-failure-rate',
    'failed-deployment-recovery-time',
    'rework-share',
    'game-days',
    'game-days-halted',
    'incidents',
    'high-risks',
  ]) {
    const { live } = await house.engine.snapshots(VIEWER, { kpi, scope: 'organisation', grain: 'week' });
    values[kpi] = live.find(({ period }) => period === WEEK)?.value;
  }
  return values;
}

const EXPECTED = {
  // Two of CodeDeploy, two of CodePipeline: rollbacks and what was stopped are none.
  'deployment-frequency': 4 / 7,
  // The one that was rolled back, of those four.
  'change-failure-rate': 1 / 4,
  // From their finish to that of their rollback: 12 minutes for the stopped one, 40 for the bad one.
  'failed-deployment-recovery-time': 26 * 60,
  // Two rollbacks of six that succeeded.
  'rework-share': 2 / 6,
  // A stop condition ended one of them.
  'game-days': 2,
  'game-days-halted': 1,
  incidents: 1,
  'high-risks': 4,
};

describe('the standard pack', () => {
  it('measures what AWS tells of deployments, rollbacks, rehearsals, incidents and risks', async () => {
    for (const id of ['codedeploy', 'codepipeline', 'fis', 'well-architected', 'incidents'])
      expect((await house.engine.pull(VIEWER, id)).outcome).toBe('complete');
    expect(await valuesOf()).toEqual(EXPECTED);
  });

  it('measures the same when each pull broke off once, and when all is read again', async () => {
    for (const id of ['codedeploy', 'codepipeline', 'fis', 'well-architected', 'incidents']) {
      server.fail({ as: 'denied', after: 1 });
      expect((await house.engine.pull(VIEWER, id)).outcome).toBe('failed');
      expect((await house.engine.pull(VIEWER, id)).outcome).toBe('complete');
      const again = await house.engine.pull(VIEWER, id);
      expect([again.newEvents, again.newSamples]).toEqual([0, 0]);
    }
    expect(await valuesOf()).toEqual(EXPECTED);
  });
});

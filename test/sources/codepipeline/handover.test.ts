import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { readBusEvent } from '../../../server/sources/eventbridge/bus-event.ts';
import { pipelinesSay } from '../../../server/sources/eventbridge/families.ts';
import type { Source } from '../../../server/sources/source.ts';
import { smallHouse, type SmallHouse } from '../../jobs/small-house.ts';
import { busEvent } from '../eventbridge/messages.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const NOW = '2026-11-16T12:00:00Z';
const WEEK = '2026-W46';
const VIEWER = { who: 'test', roles: [], teams: [] };
const PACK = ['deployment-frequency', 'change-failure-rate', 'rework-share'];
const root = fileURLToPath(new URL('../../../', import.meta.url));
const at = (text: string, minutes = 0): Date => new Date(Date.parse(text) + minutes * 60_000);

let server: AwsServer;
let house: SmallHouse | null = null;

beforeEach(async () => {
  server = await startAwsServer({ now: () => Date.parse(NOW) });
  for (const [name, value] of Object.entries(server.environment(ACCOUNT))) vi.stubEnv(name, value);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
  // A good run, a bad one, one that goes back to the good one; and one that CodeDeploy itself rolled back.
  deployed('d-1', 'good', '2026-11-09T10:00Z');
  deployed('d-2', 'bad', '2026-11-10T10:00Z');
  deployed('d-3', 'back', '2026-11-10T11:00Z', {
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: 'run-good' },
  });
  deployed('d-4', 'broken', '2026-11-12T10:00Z', {}, 'Failed');
  server.state.codedeploy.deployments(ACCOUNT, REGION).push({
    ...deploymentAt('d-5', '2026-11-12T10:12Z', 'Succeeded'),
    creator: 'codeDeployRollback',
    rollbackInfo: { rollbackTriggeringDeploymentId: 'd-4' },
  });
});
afterEach(async () => {
  await house?.close();
  house = null;
  await server.close();
  vi.unstubAllEnvs();
});

const deploymentAt = (deploymentId: string, day: string, status: 'Succeeded' | 'Failed') => ({
  deploymentId,
  applicationName: 'shop',
  deploymentGroupName: 'prod',
  creator: 'user' as const,
  status,
  createTime: at(day),
  startTime: at(day, 1),
  completeTime: at(day, 10),
});

/** An action of a pipeline, and the deployment by which CodeDeploy carried it out. */
function deployed(
  deployment: string,
  id: string,
  day: string,
  execution: object = {},
  status: 'Succeeded' | 'Failed' = 'Succeeded',
): void {
  const pipelines = server.state.codepipeline.pipelines(ACCOUNT, REGION);
  if (pipelines.length === 0) pipelines.push({ name: 'shop', actions: [], executions: [] });
  const [pipeline] = pipelines;
  pipeline?.actions.push({
    pipelineExecutionId: `run-${id}`,
    actionExecutionId: id,
    stageName: 'Prod',
    actionName: 'Deploy',
    startTime: at(day),
    lastUpdateTime: at(day, 11),
    status,
    input: { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'CodeDeploy', version: '1' } },
    output: { executionResult: { externalExecutionId: deployment } },
  });
  pipeline?.executions.push({ pipelineExecutionId: `run-${id}`, status, startTime: at(day, -5), ...execution });
  server.state.codedeploy.deployments(ACCOUNT, REGION).push(deploymentAt(deployment, day, status));
}

const fileOf = (...entries: readonly string[]): ReturnType<typeof parseSources> =>
  parseSources(`version: sources/v1\nsources:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`, 'sources.yaml', [
    codeDeployAdapter,
    codePipelineAdapter,
  ]);

function sourcesOf(pipelines = ''): readonly Source[] {
  const places = `regions: [${REGION}], endpoint: '${server.url}'`;
  const is = 'service: checkout, environment: production';
  const { sources, problems } = fileOf(
    `id: pipelines, type: codepipeline, ${places}, pipelines: [{ pipeline: shop, ${is} }]${pipelines}`,
    `id: deployments, type: codedeploy, ${places}, applications: [{ application: shop, ${is} }]`,
  );
  expect(problems).toEqual([]);
  return sources;
}

async function measured(sources: readonly Source[], order: readonly string[]): Promise<readonly (number | null | undefined)[]> {
  const files = Object.fromEntries(
    PACK.map((id) => [`delivery/${id}.yaml`, readFileSync(`${root}kpis/delivery/${id}.yaml`, 'utf8')]),
  );
  house = await smallHouse([...sources], files, NOW);
  for (const id of order) expect((await house.engine.pull(VIEWER, id)).outcome).toBe('complete');
  const values = [];
  for (const kpi of PACK) {
    const { live } = await house.engine.snapshots(VIEWER, { kpi, scope: 'organisation', grain: 'week' });
    values.push(live.find(({ period }) => period === WEEK)?.value);
  }
  return values;
}

/** Two releases came out, of which one was taken back; of four that came out two were rollbacks. */
const ONCE = [2 / 7, 1 / 2, 2 / 4];

describe('a deployment that a pipeline asks CodeDeploy for', () => {
  it.each([[['pipelines', 'deployments']], [['deployments', 'pipelines']]])(
    'counts once where both are read, and what a pipeline rolled back is a failed change: %s',
    async (order) => {
      expect(await measured(sourcesOf(), order)).toEqual(ONCE);
    },
  );

  it('is told by the pipeline where that is wished, and then counts twice unless CodeDeploy is not read', async () => {
    expect(await measured(sourcesOf(', codedeploy: none'), ['pipelines'])).toEqual([2 / 7, 1 / 2, 1 / 3]);
  });

  it('is said to be left to CodeDeploy, once', async () => {
    const own = (await measured(sourcesOf(), ['pipelines']), house);
    const rejected = async (): Promise<readonly string[]> =>
      (await own?.store.sourceStates())?.find(({ source }) => source === 'pipelines')?.rejected ?? [];
    expect(await rejected()).toEqual([
      `${REGION}, pipeline shop: CodeDeploy carried out 4 of its deployments: the source 'deployments' tells them, so that they count once. See that it reads this account and Region; with codedeploy: none they are told here`,
    ]);
    await own?.engine.pull(VIEWER, 'pipelines');
    expect(await rejected()).toEqual([]);
  });
});

describe('an event of such an action', () => {
  const event = readBusEvent(
    busEvent('CodePipeline Action Execution State Change', Date.parse(NOW), {
      pipeline: 'shop',
      'execution-id': 'run-good',
      'action-execution-id': 'good',
      stage: 'Prod',
      action: 'Deploy',
      state: 'SUCCEEDED',
      type: { owner: 'AWS', provider: 'CodeDeployToECS', category: 'Deploy', version: '1' },
    }),
  );

  it.each([
    [true, 0],
    [false, 1],
  ])('says nothing where CodeDeploy tells the deployment: %s', (isHandedOver, events) => {
    if (typeof event === 'string') throw new Error(event);
    expect(pipelinesSay({ source: 'pipelines', isPolled: true, rules: [], isHandedOver }, event)).toHaveLength(events);
  });
});

describe('who tells deployments of CodeDeploy', () => {
  const places = `regions: [${REGION}]`;
  const pipelines = `id: pipelines, type: codepipeline, ${places}`;
  const wrong = (...entries: readonly string[]): (string | null)[] =>
    fileOf(...entries).problems.map(({ message, fix }) => `${message} (${fix ?? ''})`);

  it('is asked for where it cannot be known, and must be there', () => {
    expect(wrong(pipelines)).toEqual([]);
    expect(wrong(`${pipelines}, codedeploy: ours`, `id: theirs, type: codedeploy, ${places}`)).toEqual([
      "there is no source 'ours' of type codedeploy in this file (Write codedeploy: theirs or codedeploy: none)",
    ]);
    expect(wrong(pipelines, `id: one, type: codedeploy, ${places}`, `id: two, type: codedeploy, ${places}`)).toEqual([
      'several sources tell deployments of CodeDeploy, and it is not said which tells those of these pipelines (Write codedeploy: one or codedeploy: two or codedeploy: none)',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../scripts/aws-server/errors.ts';
import type { ActionExecution, Pipeline, PipelineExecution } from '../../../scripts/aws-server/codepipeline.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, keysOf, NOW, pull, REGION, standing } from '../aws/place-house.ts';

const house = houseOf(codePipelineAdapter);
const RULES = `
pipelines:
  - { pipeline: 'sandbox-*', leave_out: true }
  - { pipeline: shop, stage: Prod, service: shop, team: web, environment: production }
  - { pipeline: shop, service: shop, environment: staging }
  - { pipeline: ledger, category: Build, action: cdk-deploy, service: ledger, environment: production }
`;

function pipeline(name: string): Pipeline {
  const pipelines = house.server.state.codepipeline.pipelines(ACCOUNT, REGION);
  const found = pipelines.find((each) => each.name === name) ?? { name, actions: [], executions: [] };
  if (!pipelines.includes(found)) pipelines.push(found);
  return found;
}

interface Run {
  readonly stage?: string;
  readonly action?: string;
  readonly category?: string;
  readonly provider?: string;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly status?: ActionExecution['status'];
  readonly execution?: Partial<PipelineExecution>;
  /** Of the execution, where the action is not its first. */
  readonly of?: string;
}

/** An action of five minutes that went well, unless told otherwise; its execution began an hour before. */
function ran(name: string, id: string, at: number, run: Run = {}): ActionExecution {
  const { actions, executions } = pipeline(name);
  const {
    stage = 'Prod',
    action = 'Deploy',
    category = 'Deploy',
    provider = 'ECS',
    status = 'Succeeded',
    of = `run-${id}`,
  } = run;
  const execution: ActionExecution = {
    pipelineExecutionId: of,
    actionExecutionId: id,
    stageName: stage,
    actionName: action,
    startTime: new Date(at),
    lastUpdateTime: new Date(at + 300_000),
    status,
    input: {
      actionTypeId: { category, owner: 'AWS', provider, version: '1' },
      ...(run.configuration === undefined ? {} : { configuration: run.configuration }),
    },
  };
  actions.push(execution);
  if (!executions.some(({ pipelineExecutionId }) => pipelineExecutionId === of))
    executions.push({ pipelineExecutionId: of, status: 'Succeeded', startTime: new Date(at - HOUR_MS), ...run.execution });
  return execution;
}

const rollbackTo = (target: string): Run => ({
  execution: { executionType: 'ROLLBACK', rollbackMetadata: { rollbackTargetPipelineExecutionId: target } },
});

const callsOf = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

describe('deployments of CodePipeline', () => {
  it('are actions that deploy, with service and environment by the first rule that fits', async () => {
    ran('shop', 'a', NOW - DAY_MS);
    ran('shop', 'b', NOW - DAY_MS, { stage: 'Test', of: 'run-a' });
    ran('shop', 'c', NOW - DAY_MS, { stage: 'Build', action: 'compile', category: 'Build', of: 'run-a' });
    ran('sandbox-1', 'd', NOW - DAY_MS);
    const { events, rejects, end } = await pull(house.source(RULES), NOW);
    expect(rejects).toEqual([]);
    expect(events.map(({ item, fields }) => [item, fields])).toEqual([
      ['b', expect.objectContaining({ environment: 'staging', service: 'shop' })],
      [
        'a',
        {
          environment: 'production',
          finished: NOW - DAY_MS + 300_000,
          outcome: 'succeeded',
          purpose: 'release',
          service: 'shop',
          started: NOW - DAY_MS,
          team: 'web',
        },
      ],
    ]);
    expect(end).toMatchObject({ completeUntil: NOW, historyFrom: NOW - 365 * DAY_MS });
    // What is left out altogether is not even asked for.
    expect(callsOf('ListActionExecutions')).toBe(1);
  });

  it('are actions of another category where a rule says so, and changes that CloudFormation is only told of are none', async () => {
    ran('ledger', 'a', NOW - DAY_MS, { action: 'cdk-deploy', category: 'Build', provider: 'CodeBuild' });
    ran('ledger', 'b', NOW - DAY_MS, { action: 'compile', category: 'Build', provider: 'CodeBuild' });
    ran('shop', 'c', NOW - DAY_MS, { provider: 'CloudFormation', configuration: { ActionMode: 'CHANGE_SET_REPLACE' } });
    ran('shop', 'd', NOW - DAY_MS, { provider: 'CloudFormation', configuration: { ActionMode: 'CHANGE_SET_EXECUTE' } });
    const { events } = await pull(house.source(RULES), NOW);
    expect(events.map(({ item }) => item).sort()).toEqual(['a', 'd']);
  });

  it('of a pipeline that no rule knows are told without a service, and that is said once a stage', async () => {
    ran('search', 'a', NOW - DAY_MS);
    ran('search', 'b', NOW - HOUR_MS);
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events).toHaveLength(2);
    expect(rejects.map(({ place, isKept }) => [place, isKept])).toEqual([[`${REGION}, pipeline search, stage Prod`, true]]);
  });

  it('that failed or were given up are so; what was superseded never came to its deployment and is none', async () => {
    ran('shop', 'a', NOW - 3 * HOUR_MS, { status: 'Failed' });
    ran('shop', 'b', NOW - 2 * HOUR_MS, { status: 'Abandoned', execution: { status: 'Stopped' } });
    ran('shop', 'c', NOW - HOUR_MS, { stage: 'Build', category: 'Build', execution: { status: 'Superseded' } });
    const { events } = await pull(house.source(RULES), NOW);
    expect(events.map(({ item, fields }) => [item, fields['outcome']])).toEqual([
      ['a', 'failed'],
      ['b', 'cancelled'],
    ]);
  });

  it('that run are told when they have ended, however many began after them', async () => {
    house.server.state.codepipeline.pageSize = 3;
    const running = ran('shop', 'slow', NOW - 2 * HOUR_MS, { status: 'InProgress' });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    expect(first.events).toEqual([]);
    for (let number = 0; number < 20; number += 1) ran('shop', `n${number}`, NOW + number * HOUR_MS);
    house.now = NOW + 21 * HOUR_MS;
    const second = await pull(source, house.now, first.cursor);
    expect(second.events).toHaveLength(20);
    running.status = 'Succeeded';
    running.lastUpdateTime = new Date(house.now);
    const third = await pull(source, house.now + HOUR_MS, second.cursor);
    expect(standing([first.events, second.events, third.events]).size).toBe(21);
    expect(third.events.find(({ item }) => item === 'slow')?.effectiveAt).toBe(house.now);
  });

  it('are read once, and then no further back than what is new', async () => {
    house.server.state.codepipeline.pageSize = 10;
    for (let number = 0; number < 100; number += 1) ran('shop', `n${number}`, NOW - (number + 2) * HOUR_MS);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    expect(first.events).toHaveLength(100);
    const before = callsOf('ListActionExecutions');
    expect((await pull(source, NOW + HOUR_MS, first.cursor)).events).toEqual([]);
    expect(callsOf('ListActionExecutions') - before).toBe(1);
  });

  it('of a pipeline that is deleted while it is read are none', async () => {
    ran('a-gone', 'b', NOW - HOUR_MS);
    ran('shop', 'a', NOW - HOUR_MS);
    const gone = new AwsError('PipelineNotFoundException', 'The account does not have a pipeline with that name');
    house.server.fail({ service: 'codepipeline', action: 'ListActionExecutions', as: gone });
    const { events, error } = await pull(house.source(RULES), NOW);
    expect(error).toBeNull();
    expect(events.map(({ item }) => item)).toEqual(['a']);
  });
});

describe('a rollback of CodePipeline', () => {
  it('takes back what the same action had brought last', async () => {
    ran('shop', 'good', NOW - 9 * HOUR_MS);
    ran('shop', 'bad', NOW - 8 * HOUR_MS);
    ran('shop', 'elsewhere', NOW - 7 * HOUR_MS, { stage: 'Test' });
    ran('shop', 'other', NOW - 7 * HOUR_MS, { action: 'Deploy-assets' });
    ran('shop', 'back', NOW - 6 * HOUR_MS, rollbackTo('run-good'));
    const { events } = await pull(house.source(RULES), NOW);
    expect(events.find(({ item }) => item === 'back')?.fields).toMatchObject({ purpose: 'rollback', rolls_back: 'bad' });
    expect(events.flatMap(({ kind, fields }) => (kind === 'link' ? [fields] : []))).toEqual([
      { from: 'back', to: 'bad', relation: 'rolls_back', grade: 'B', made: NOW - 6 * HOUR_MS },
    ]);
  });

  it('tried again takes back the same, and not the rollback that failed', async () => {
    ran('shop', 'good', NOW - 9 * HOUR_MS);
    ran('shop', 'bad', NOW - 8 * HOUR_MS, { status: 'Failed' });
    ran('shop', 'back-1', NOW - 7 * HOUR_MS, { ...rollbackTo('run-good'), status: 'Failed' });
    ran('shop', 'back-2', NOW - 6 * HOUR_MS, rollbackTo('run-good'));
    const { events } = await pull(house.source(RULES), NOW);
    const undone = events.flatMap(({ kind, item, fields }) => (kind === 'deployment' ? [[item, fields['rolls_back']]] : []));
    expect(undone).toEqual([
      ['good', undefined],
      ['bad', undefined],
      ['back-1', 'bad'],
      ['back-2', 'bad'],
    ]);
  });

  it('after a rollback takes back what that had put out again', async () => {
    ran('shop', 'older', NOW - 10 * HOUR_MS);
    ran('shop', 'good', NOW - 9 * HOUR_MS);
    ran('shop', 'bad', NOW - 8 * HOUR_MS);
    ran('shop', 'back-1', NOW - 7 * HOUR_MS, rollbackTo('run-good'));
    ran('shop', 'again', NOW - 6 * HOUR_MS, rollbackTo('run-good'));
    ran('shop', 'back-2', NOW - 5 * HOUR_MS, rollbackTo('run-older'));
    const { events } = await pull(house.source(RULES), NOW);
    const undone = events.flatMap(({ kind, fields }) => (kind === 'link' ? [[fields['from'], fields['to']]] : []));
    expect(undone).toEqual([
      ['back-1', 'bad'],
      ['back-2', 'good'],
    ]);
  });

  it('to what is out already takes nothing back', async () => {
    ran('shop', 'good', NOW - 9 * HOUR_MS);
    ran('shop', 'back', NOW - 8 * HOUR_MS, rollbackTo('run-good'));
    const { events } = await pull(house.source(RULES), NOW);
    expect(events.map(({ kind }) => kind)).toEqual(['deployment', 'deployment']);
  });

  it('finds what it takes back far behind what is new', async () => {
    house.server.state.codepipeline.pageSize = 2;
    ran('shop', 'good', NOW - 90 * DAY_MS);
    ran('shop', 'bad', NOW - 80 * DAY_MS);
    for (let day = 1; day < 20; day += 1) ran('shop', `test-${day}`, NOW - day * DAY_MS, { stage: 'Test' });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    ran('shop', 'back', NOW + HOUR_MS, rollbackTo('run-good'));
    house.now = NOW + 2 * HOUR_MS;
    const second = await pull(source, house.now, first.cursor);
    expect(second.events.find(({ item }) => item === 'back')?.fields).toMatchObject({ rolls_back: 'bad' });
  });
});

describe('a pull of CodePipeline', () => {
  it('that is cut off anywhere and goes on ends with the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            pipeline: fc.constantFrom('shop', 'ledger', 'search', 'sandbox-1'),
            hours: fc.integer({ min: 1, max: 4_000 }),
            status: fc.constantFrom('Succeeded', 'Failed', 'InProgress'),
            isRollback: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
        async (drawn, cuts) => {
          house.server.state.codepipeline.pipelines(ACCOUNT, REGION).length = 0;
          house.server.state.codepipeline.pageSize = 4;
          for (const [number, { pipeline: name, hours, status, isRollback }] of drawn.entries())
            ran(name, `n${number}`, NOW - hours * HOUR_MS, { ...(isRollback ? rollbackTo('run-n0') : {}), status });
          const source = house.source(RULES);
          const whole = await pull(source, NOW);
          const passes = [];
          let cursor: string | null = null;
          for (const cut of cuts) {
            const part = await pull(source, NOW, cursor, cut);
            passes.push(part.events);
            ({ cursor } = part);
          }
          const rest = await pull(source, NOW, cursor);
          expect(keysOf([...passes, rest.events])).toEqual(keysOf([whole.events]));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('that is refused says which action is to be allowed', async () => {
    ran('shop', 'a', NOW - HOUR_MS);
    house.server.fail({ service: 'codepipeline', action: 'ListPipelineExecutions', as: 'denied' });
    const { error } = await pull(house.source(RULES), NOW);
    expect(error?.message).toMatch(/may not call codepipeline:ListPipelineExecutions/);
  });
});

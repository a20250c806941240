import type { Instant } from '../../server/time/period.ts';
import { AwsError } from './errors.ts';
import { pageOf, Shelf } from './pages.ts';
import type { Output, Service } from './service.ts';

/** One run of one action, with what the answers of AWS say of it that matters. */
export interface ActionExecution {
  pipelineExecutionId: string;
  actionExecutionId: string;
  stageName: string;
  actionName: string;
  startTime: Date;
  lastUpdateTime?: Date;
  status: 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed';
  input: {
    actionTypeId: { category: string; owner: string; provider: string; version: string };
    configuration?: Readonly<Record<string, string>>;
  };
  output?: { executionResult: { externalExecutionId: string } };
}

export interface PipelineExecution {
  pipelineExecutionId: string;
  status: 'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed';
  startTime: Date;
  lastUpdateTime?: Date;
  executionType?: 'STANDARD' | 'ROLLBACK';
  rollbackMetadata?: { rollbackTargetPipelineExecutionId: string };
  sourceRevisions?: readonly { actionName: string; revisionId: string }[];
}

export interface Pipeline {
  readonly name: string;
  readonly actions: ActionExecution[];
  readonly executions: PipelineExecution[];
}

export interface CodePipelineState {
  /** Pipelines of a Region of an account, to add to and to change. */
  pipelines(account: string, region: string): Pipeline[];
  /** Most that one page of history holds. */
  pageSize: number;
}

/** History is kept for twelve months, by when it began. */
const KEPT_MS = 365 * 24 * 3_600_000;

/** CodePipeline, AWS JSON 1.1. */
export function createCodePipeline(): Service<CodePipelineState> {
  const shelf = new Shelf<Pipeline>();
  const state: CodePipelineState = { pipelines: (account, region) => shelf.of(account, region), pageSize: 100 };
  return {
    name: 'codepipeline',
    target: { prefix: 'CodePipeline_20150709', protocol: 'json-1.1' },
    state,
    handle(action, input, { caller: { account, region }, now }) {
      const pipelines = shelf.of(account, region);
      const token = input.text('nextToken');
      if (action === 'ListPipelines') {
        const page = pageOf(pipelines, token, input.integer('maxResults', 1, 1_000) ?? 1_000, 'InvalidNextTokenException');
        return { pipelines: page.items.map(({ name }) => ({ name, version: 1 })), nextToken: page.token };
      }
      const name = input.requiredText('pipelineName');
      const pipeline = pipelines.find((each) => each.name === name);
      if (pipeline === undefined)
        throw new AwsError('PipelineNotFoundException', `Account '${account}' does not have a pipeline with name '${name}'`);
      const size = Math.min(state.pageSize, input.integer('maxResults', 1, 100) ?? 100);
      if (action === 'ListActionExecutions') {
        const of = input.child('filter')?.text('pipelineExecutionId') ?? null;
        const kept = newestFirst(pipeline.actions, now).filter(
          ({ pipelineExecutionId }) => of === null || pipelineExecutionId === of,
        );
        const page = pageOf(kept, token, size, 'InvalidNextTokenException');
        return { actionExecutionDetails: page.items.map((each): Output => ({ ...each })), nextToken: page.token };
      }
      if (action === 'ListPipelineExecutions') {
        const page = pageOf(newestFirst(pipeline.executions, now), token, size, 'InvalidNextTokenException');
        return { pipelineExecutionSummaries: page.items.map((each): Output => ({ ...each })), nextToken: page.token };
      }
      throw new AwsError('UnknownOperationException', `CodePipeline has no ${action} here`);
    },
  };
}

const newestFirst = <Item extends { readonly startTime: Date }>(items: readonly Item[], now: Instant): Item[] =>
  items
    .filter(({ startTime }) => startTime.getTime() > now - KEPT_MS)
    .sort((one, other) => other.startTime.getTime() - one.startTime.getTime());

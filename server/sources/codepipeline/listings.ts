import type { ActionExecutionDetail, CodePipelineClient, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import { pagesOf } from '../aws/pages.ts';
import type { AwsPlace } from '../aws/place.ts';
import { Backwards } from './backwards.ts';

/** The past of a pipeline, newest first, as far as it is asked for. */
export interface History {
  readonly actions: Backwards<ActionExecutionDetail>;
  /** One run of the pipeline, read back to where it stands; undefined where there is none. */
  execution(id: string): Promise<PipelineExecutionSummary | undefined>;
  end(): Promise<void>;
}

/** Names of all pipelines. */
export async function pipelinesOf(client: CodePipelineClient, place: AwsPlace, abortSignal: AbortSignal): Promise<string[]> {
  const { ListPipelinesCommand } = await import('@aws-sdk/client-codepipeline');
  const names: string[] = [];
  const pages = pagesOf(
    place,
    'codepipeline:ListPipelines',
    (nextToken) => client.send(new ListPipelinesCommand({ nextToken }), { abortSignal }),
    ({ nextToken }) => nextToken,
  );
  for await (const { pipelines } of pages) names.push(...(pipelines ?? []).flatMap(({ name }) => name ?? []));
  return names;
}

/** Nothing is read before it is asked for. */
export function historyOf(client: CodePipelineClient, place: AwsPlace, pipelineName: string, abortSignal: AbortSignal): History {
  async function* actions(): AsyncGenerator<readonly ActionExecutionDetail[], void, void> {
    const { ListActionExecutionsCommand } = await import('@aws-sdk/client-codepipeline');
    const pages = pagesOf(
      place,
      'codepipeline:ListActionExecutions',
      (nextToken) =>
        orNothing(client.send(new ListActionExecutionsCommand({ pipelineName, nextToken }), { abortSignal }), {
          actionExecutionDetails: [],
          nextToken: undefined,
        }),
      ({ nextToken }) => nextToken,
    );
    for await (const { actionExecutionDetails } of pages) yield actionExecutionDetails ?? [];
  }
  async function* executions(): AsyncGenerator<readonly PipelineExecutionSummary[], void, void> {
    const { ListPipelineExecutionsCommand } = await import('@aws-sdk/client-codepipeline');
    const pages = pagesOf(
      place,
      'codepipeline:ListPipelineExecutions',
      (nextToken) =>
        orNothing(client.send(new ListPipelineExecutionsCommand({ pipelineName, nextToken }), { abortSignal }), {
          pipelineExecutionSummaries: [],
          nextToken: undefined,
        }),
      ({ nextToken }) => nextToken,
    );
    for await (const { pipelineExecutionSummaries } of pages) yield pipelineExecutionSummaries ?? [];
  }
  const [past, runs] = [new Backwards(actions()), new Backwards(executions())];
  const byId = new Map<string | undefined, PipelineExecutionSummary>();
  return {
    actions: past,
    execution: async (id) => {
      while (!byId.has(id)) {
        const known = runs.items.length;
        if (!(await runs.more())) return undefined;
        for (const run of runs.items.slice(known)) byId.set(run.pipelineExecutionId, run);
      }
      return byId.get(id);
    },
    end: async () => {
      await past.end();
      await runs.end();
    },
  };
}

/** A pipeline that was deleted after it was listed has no past any more. */
const orNothing = async <Answer, Nothing>(answer: Promise<Answer>, nothing: Nothing): Promise<Answer | Nothing> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineNotFoundException') return nothing;
    throw error;
  }
};

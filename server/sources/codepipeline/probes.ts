import type { Checking } from '../aws/checking.ts';

/** There is none of this name; one that there is would do as well. */
const pipelineName = 'quarterdeck-check';
const absent = ['PipelineNotFoundException'];
const maxResults = 1;

/** Whether pipelines may be listed, and the past of one. */
export async function probePipelines(checking: Checking): Promise<void> {
  const { CodePipelineClient, ListActionExecutionsCommand, ListPipelineExecutionsCommand, ListPipelinesCommand } =
    await import('@aws-sdk/client-codepipeline');
  const { signal: abortSignal } = checking;
  const client = new CodePipelineClient(checking.client);
  const options = { abortSignal };
  try {
    await checking.ask('codepipeline:ListPipelines', () => client.send(new ListPipelinesCommand({ maxResults }), options));
    await checking.ask(
      'codepipeline:ListActionExecutions',
      () => client.send(new ListActionExecutionsCommand({ pipelineName, maxResults }), options),
      { absent },
    );
    await checking.ask(
      'codepipeline:ListPipelineExecutions',
      () => client.send(new ListPipelineExecutionsCommand({ pipelineName, maxResults }), options),
      { absent },
    );
  } finally {
    client.destroy();
  }
}

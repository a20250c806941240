/** What the role must be allowed. */
export const ACTIONS: readonly string[] = [
  'codepipeline:ListPipelines',
  'codepipeline:ListActionExecutions',
  'codepipeline:ListPipelineExecutions',
];

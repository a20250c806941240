/** What the role must be allowed. */
export const ACTIONS: readonly string[] = ['codedeploy:ListDeployments', 'codedeploy:BatchGetDeployments'];

/** On the one queue. Deployments of CodeDeploy are looked up, since an event does not say what began them. */
export const ACTIONS: readonly string[] = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'codedeploy:BatchGetDeployments'];

import type { Checking } from '../aws/checking.ts';

const MINUTE_MS = 60_000;

/** Whether deployments may be listed and looked at; of a minute, and of one that is not there. */
export async function probeDeployments(checking: Checking): Promise<void> {
  const { CodeDeployClient, ListDeploymentsCommand } = await import('@aws-sdk/client-codedeploy');
  const { now, signal: abortSignal } = checking;
  const client = new CodeDeployClient(checking.client);
  try {
    const createTimeRange = { start: new Date(now - MINUTE_MS), end: new Date(now) };
    await checking.ask('codedeploy:ListDeployments', () =>
      client.send(new ListDeploymentsCommand({ createTimeRange }), { abortSignal }),
    );
  } finally {
    client.destroy();
  }
  await probeLookUp(checking);
}

/** Whether a deployment may be looked at by its id. */
export async function probeLookUp(checking: Checking): Promise<void> {
  const { BatchGetDeploymentsCommand, CodeDeployClient } = await import('@aws-sdk/client-codedeploy');
  const { signal: abortSignal } = checking;
  const client = new CodeDeployClient(checking.client);
  try {
    await checking.ask(
      'codedeploy:BatchGetDeployments',
      () => client.send(new BatchGetDeploymentsCommand({ deploymentIds: ['d-000000000'] }), { abortSignal }),
      { absent: ['DeploymentDoesNotExistException'] },
    );
  } finally {
    client.destroy();
  }
}

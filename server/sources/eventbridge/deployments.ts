import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { asked, type Asking } from '../aws/asking.ts';
import { clientSettings } from '../aws/session.ts';

/** As many as BatchGetDeployments takes. */
const AT_ONCE = 25;

/** Deployments as they stand; those that are gone are not among them. */
export async function lookUp(asking: Asking, ids: readonly string[]): Promise<DeploymentInfo[]> {
  if (ids.length === 0) return [];
  const { BatchGetDeploymentsCommand, CodeDeployClient } = await import('@aws-sdk/client-codedeploy');
  const client = new CodeDeployClient(await clientSettings(asking.place));
  const found: DeploymentInfo[] = [];
  try {
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const command = new BatchGetDeploymentsCommand({ deploymentIds: ids.slice(first, first + AT_ONCE) });
      const { deploymentsInfo = [] } = await asked(asking, 'codedeploy:BatchGetDeployments', () =>
        client.send(command, { abortSignal: asking.signal }),
      );
      found.push(...deploymentsInfo);
    }
  } finally {
    client.destroy();
  }
  return found;
}

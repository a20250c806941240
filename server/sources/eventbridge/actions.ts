import { partitionOf, type AwsAccess } from '../aws/policy.ts';
import type { Families } from './families.ts';
import { probeLookUp } from '../codedeploy/probes.ts';
import { probeQueue } from './probes.ts';

/** On the one queue. What is in it is looked at by `aws check` alone. */
const QUEUE_ACTIONS: readonly string[] = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const DECRYPT = 'kms:Decrypt';
const LOOK_UP = 'codedeploy:BatchGetDeployments';

/** What a source needs that is only posted to. */
export const LOOKING_UP: Omit<AwsAccess, 'places'> = { actions: [LOOK_UP], check: (checking) => probeLookUp(checking) };

/**
 * What a queue needs: messages are taken off this one alone, and its key opens nothing but what SQS holds. Deployments of
 * CodeDeploy are looked up, since an event does not say what began them.
 */
export const accessTo = (queue: string, kmsKey: string | null, { deployments }: Families): Omit<AwsAccess, 'places'> => ({
  actions: [...QUEUE_ACTIONS, ...(kmsKey === null ? [] : [DECRYPT]), ...(deployments === null ? [] : [LOOK_UP])],
  confine: (action, { region }) => {
    if (action === DECRYPT && kmsKey !== null)
      return { resources: [kmsKey], condition: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } } };
    if (!QUEUE_ACTIONS.includes(action)) return null;
    const [account = '', name = ''] = new URL(queue).pathname.slice(1).split('/');
    return { resources: [`arn:${partitionOf(region)}:sqs:${region}:${account}:${name}`] };
  },
  check: (checking) => probeQueue(checking, { queue, kmsKey, looksUp: deployments !== null }),
});

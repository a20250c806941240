import type { Checking } from '../aws/checking.ts';
import { isDenied } from '../aws/faults.ts';
import { notEnabled } from './pull.ts';

/** Has the form of an id, and is none. */
const OpsItemId = 'oi-000000000000';

/** Whether OpsCenter is set up, and OpsItems may be listed and looked at. */
export async function probeOpsItems(checking: Checking): Promise<void> {
  const { DescribeOpsItemsCommand, GetOpsItemCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const { now, place, signal: abortSignal } = checking;
  const client = new SSMClient(checking.client);
  try {
    const after = { Key: 'LastModifiedTime' as const, Operator: 'GreaterThan' as const, Values: [new Date(now).toISOString()] };
    const list = await checking.ask('ssm:DescribeOpsItems', async () => {
      try {
        return await client.send(new DescribeOpsItemsCommand({ OpsItemFilters: [after], MaxResults: 1 }), { abortSignal });
      } catch (error) {
        throw notEnabled(place, error);
      }
    });
    if (list.is === 'fails' && !isDenied(list.fault)) return;
    await checking.ask('ssm:GetOpsItem', () => client.send(new GetOpsItemCommand({ OpsItemId }), { abortSignal }), {
      absent: ['OpsItemNotFoundException'],
    });
  } finally {
    client.destroy();
  }
}

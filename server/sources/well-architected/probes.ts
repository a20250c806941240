import type { Checking } from '../aws/checking.ts';

/** Has the form of an id, and is none. */
const WorkloadId = '0'.repeat(32);
const absent = ['ResourceNotFoundException'];
const MaxResults = 1;

/** Whether workloads may be listed, and what their reviews say be read. */
export async function probeWorkloads(checking: Checking): Promise<void> {
  const { ListLensReviewsCommand, ListMilestonesCommand, ListWorkloadsCommand, WellArchitectedClient } =
    await import('@aws-sdk/client-wellarchitected');
  const { signal: abortSignal } = checking;
  const client = new WellArchitectedClient(checking.client);
  const options = { abortSignal };
  try {
    await checking.ask('wellarchitected:ListWorkloads', () => client.send(new ListWorkloadsCommand({ MaxResults }), options));
    await checking.ask(
      'wellarchitected:ListMilestones',
      () => client.send(new ListMilestonesCommand({ WorkloadId, MaxResults }), options),
      { absent },
    );
    await checking.ask(
      'wellarchitected:ListLensReviews',
      () => client.send(new ListLensReviewsCommand({ WorkloadId, MaxResults }), options),
      { absent },
    );
  } finally {
    client.destroy();
  }
}

import type { Checking } from '../aws/checking.ts';

const HOUR_MS = 3_600_000;
/** As few as a page may be. */
const maxResults = 10;

/** Whether the account's support plan has AWS Health, and the role may ask. */
export async function probeHealth(checking: Checking): Promise<void> {
  const { DescribeEventsCommand, HealthClient } = await import('@aws-sdk/client-health');
  const { now, signal: abortSignal } = checking;
  const client = new HealthClient(checking.client);
  try {
    const filter = { lastUpdatedTimes: [{ from: new Date(now - HOUR_MS) }] };
    await checking.ask('health:DescribeEvents', () =>
      client.send(new DescribeEventsCommand({ filter, maxResults }), { abortSignal }),
    );
  } finally {
    client.destroy();
  }
}

import type { Checking } from '../aws/checking.ts';
import { probeLookUp } from '../codedeploy/probes.ts';

interface Queue {
  readonly queue: string;
  readonly kmsKey: string | null;
  /** Whether deployments are looked up. */
  readonly looksUp: boolean;
}

const ATTRIBUTES = 'sqs:GetQueueAttributes';
/** SQS keeps messages for four days unless told; so long a source may be stopped. */
const LEAST_KEPT_SECONDS = 86_400;

/**
 * Looks at the queue, not into it: whoever receives a message counts against its life, and the dead-letter queue takes what was
 * received too often.
 */
export async function probeQueue(checking: Checking, { queue, kmsKey, looksUp }: Queue): Promise<void> {
  const { SQSClient, GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const { signal: abortSignal } = checking;
  const client = new SQSClient(checking.client);
  try {
    const thing = `queue ${queue}`;
    const command = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] });
    const seen = await checking.ask(ATTRIBUTES, () => client.send(command, { abortSignal }));
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage'])
      checking.tell(action, 'not tried', { words: 'a message would be taken for it; the first pull shows it' });
    if (kmsKey !== null)
      checking.tell('kms:Decrypt', 'not tried', { words: 'a message would be taken for it; the first pull shows it' });
    if (seen.is === 'works') {
      const { KmsMasterKeyId: key, RedrivePolicy: redrive, MessageRetentionPeriod: kept } = seen.answer?.Attributes ?? {};
      if (key !== undefined && key !== '' && !isOfAws(key) && kmsKey === null)
        checking.tell(ATTRIBUTES, 'fails', {
          thing,
          words: `its messages are encrypted with the key ${key}, which this source is not told of`,
          fix: `Write 'kms_key:' with the ARN of the key, and allow what 'aws policy' then prints (kms:Decrypt); the key's own policy has to allow it, too`,
        });
      if (kmsKey !== null && (key === undefined || key === ''))
        checking.tell(ATTRIBUTES, 'warning', {
          thing,
          words: 'it is encrypted with no key of yours',
          fix: "Leave 'kms_key' out",
        });
      if (redrive === undefined || redrive === '')
        checking.tell(ATTRIBUTES, 'warning', {
          thing,
          words: 'it has no dead-letter queue: a message that cannot be read comes again and again until it is too old',
          fix: 'Give it a redrive policy with a dead-letter queue',
        });
      if (kept !== undefined && Number(kept) < LEAST_KEPT_SECONDS)
        checking.tell(ATTRIBUTES, 'warning', {
          thing,
          words: `it keeps messages for ${Math.round(Number(kept) / 60)} minutes only: what comes while the source rests for longer is lost`,
          fix: 'Let it keep them for four days or more (MessageRetentionPeriod)',
        });
    }
  } finally {
    client.destroy();
  }
  if (looksUp) await probeLookUp(checking);
}

/** The key that AWS keeps for SQS opens by itself for whoever may receive. */
const isOfAws = (key: string): boolean => /(?:^|:)alias\/aws\/sqs$/.test(key);

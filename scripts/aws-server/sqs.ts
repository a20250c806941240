import { createHash } from 'node:crypto';
import type { Instant } from '../../server/time/period.ts';
import { AwsError } from './errors.ts';
import type { Input } from './input.ts';
import type { Output, Service } from './service.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  sentAt: Instant;
  /** Hidden from readers until then. */
  hiddenUntil: Instant;
  received: number;
}

export interface SqsState {
  /** Makes a queue, and gives it what is in it to be looked at and changed. */
  queue(url: string): QueuedMessage[];
  /** What GetQueueAttributes says of a queue beside its messages, to be changed: RedrivePolicy, KmsMasterKeyId. */
  attributes(url: string): Record<string, string>;
  /** Puts messages into a queue, in order; a standard queue gives them in no order. */
  send(url: string, ...bodies: readonly string[]): void;
  /** Which of what may be given is given: all of it, in the order sent, unless a test wants another. */
  order: (messages: readonly QueuedMessage[]) => readonly QueuedMessage[];
}

const MOST = 10;
const HIDDEN_SECONDS = 30;

/** SQS, AWS JSON 1.0. An empty queue answers at once, however long the caller would wait. */
export function createSqs(): Service<SqsState> {
  const queues = new Map<string, QueuedMessage[]>();
  const attributes = new Map<string, Record<string, string>>();
  let sent = 0;
  const state: SqsState = {
    queue: (url) => {
      const messages = queues.get(url) ?? [];
      queues.set(url, messages);
      return messages;
    },
    attributes: (url) => {
      const own = attributes.get(url) ?? { MessageRetentionPeriod: '345600', VisibilityTimeout: '30' };
      attributes.set(url, own);
      return own;
    },
    send: (url, ...bodies) => {
      for (const body of bodies) {
        sent += 1;
        state.queue(url).push({
          id: `00000000-0000-4000-9000-${String(sent).padStart(12, '0')}`,
          body,
          sentAt: 0,
          hiddenUntil: 0,
          received: 0,
        });
      }
    },
    order: (messages) => messages,
  };
  return {
    name: 'sqs',
    target: { prefix: 'AmazonSQS', protocol: 'json-1.0' },
    isQueryCompatible: true,
    state,
    handle(action, input, { now }) {
      const messages = queues.get(input.requiredText('QueueUrl'));
      if (messages === undefined)
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
          queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
        });
      if (action === 'ReceiveMessage') return receive(state.order(messages), input, now);
      if (action === 'GetQueueAttributes')
        return {
          Attributes: {
            ...state.attributes(input.requiredText('QueueUrl')),
            ApproximateNumberOfMessages: String(messages.length),
          },
        };
      if (action === 'DeleteMessageBatch') return deleteBatch(messages, input);
      throw new AwsError('UnknownOperationException', `SQS has no ${action} here`);
    },
  };
}

function receive(messages: readonly QueuedMessage[], input: Input, now: Instant): Output {
  const most = input.integer('MaxNumberOfMessages', 1, MOST) ?? 1;
  input.integer('WaitTimeSeconds', 0, 20);
  const hiddenMs = (input.integer('VisibilityTimeout', 0, 43_200) ?? HIDDEN_SECONDS) * 1_000;
  const given = messages.filter(({ hiddenUntil }) => hiddenUntil <= now).slice(0, most);
  for (const message of given) {
    message.hiddenUntil = now + hiddenMs;
    message.received += 1;
  }
  if (given.length === 0) return {};
  return {
    Messages: given.map(({ id, body, received, sentAt }) => ({
      MessageId: id,
      ReceiptHandle: `${id}#${received}`,
      Body: body,
      MD5OfBody: createHash('md5').update(body).digest('hex'),
      Attributes: { ApproximateReceiveCount: String(received), SentTimestamp: String(sentAt) },
    })),
  };
}

/** A receipt of an earlier reading is taken, and nothing is deleted. */
function deleteBatch(messages: QueuedMessage[], input: Input): Output {
  const entries = input.children('Entries');
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MOST) throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  for (const entry of entries) {
    const handle = entry.requiredText('ReceiptHandle');
    const at = messages.findIndex(({ id, received }) => `${id}#${received}` === handle);
    if (at >= 0) messages.splice(at, 1);
  }
  return { Successful: entries.map((entry) => ({ Id: entry.requiredText('Id') })), Failed: [] };
}

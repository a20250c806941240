import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { Event } from '../../event/event.ts';
import { asked, type Asking } from '../aws/asking.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, Reject } from '../source.ts';
import { openLetters } from './letters.ts';
import type { Lookups } from './lookups.ts';
import type { BusReader } from './reader.ts';

/** As many as one call gives or deletes. */
const PER_CALL = 10;
/** What is handed over at once. */
const BATCH = 500;
/** A pass ends even where messages come as fast as they are read; what is left is the next one's. */
const MOST = 100_000;
/** An empty answer after so long is an empty queue; a short question asks only some of SQS's servers. */
const WAIT_SECONDS = 5;
/** Longer than a batch takes to be committed: until then nobody else reads its messages. */
const HIDDEN_SECONDS = 300;

/** What a reader of a queue works with. */
export interface QueueReading {
  readonly queue: string;
  readonly asking: Asking;
  readonly reader: BusReader;
  readonly lookups: Lookups;
  /** How far the pass is, for the cursor of a batch. */
  readonly cursor: () => string;
}

/**
 * Reads a queue until it is empty, and tells whether it was. Whoever asks for the next batch has committed the one before, so
 * only then its messages are deleted: a pass that is cut off in between leaves them, and telling them again changes nothing.
 * What cannot be read stays in the queue, for its dead-letter queue to take.
 */
export async function* readQueue(reading: QueueReading): AsyncGenerator<PullBatch, boolean, void> {
  const { queue, asking, reader, cursor } = reading;
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient(await clientSettings(asking.place));
  let read = 0;
  let isDrained = false;
  try {
    while (!isDrained && read < MOST) {
      const messages: Message[] = [];
      while (!isDrained && messages.length < BATCH) {
        const got = await receive(client, asking, queue);
        isDrained = got.length === 0;
        messages.push(...got);
      }
      if (messages.length === 0) break;
      read += messages.length;
      const { events, rejects, taken } = await readMessages(reading, messages);
      reader.forget();
      yield { events, samples: [], rejects, progress: `${read.toLocaleString('en')} messages`, cursor: cursor() };
      await deleteAll(client, asking, queue, taken);
    }
  } finally {
    client.destroy();
  }
  return isDrained;
}

/** Looks at some messages, which stay for the pass that keeps them. */
export async function* peekQueue(reading: QueueReading): AsyncGenerator<PullBatch, void, void> {
  const { queue, asking } = reading;
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient(await clientSettings(asking.place));
  try {
    const messages = await receive(client, asking, queue, 0);
    const { events, rejects } = await readMessages(reading, messages);
    yield { events, samples: [], rejects, progress: `${messages.length} messages` };
  } finally {
    client.destroy();
  }
}

interface Taken {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
  /** Those that may be deleted once the events are kept. */
  readonly taken: readonly Message[];
}

async function readMessages({ queue, reader, lookups }: QueueReading, messages: readonly Message[]): Promise<Taken> {
  const letters = messages.map((message) => ({
    from: message,
    place: `${queue}, message ${message.MessageId ?? ''}`,
    body: message.Body ?? '',
  }));
  const { events, rejects, wrong, toLookUp } = openLetters(reader, letters, {
    place: queue,
    wrongFix: 'It stays in the queue, and goes to its dead-letter queue where it has one',
  });
  const found = await lookups.of(toLookUp);
  return {
    events: [...events, ...found.events],
    rejects: [...rejects, ...found.rejects],
    taken: messages.filter((message) => !wrong.has(message)),
  };
}

async function receive(
  client: SQSClient,
  asking: Asking,
  queue: string,
  hiddenSeconds = HIDDEN_SECONDS,
): Promise<readonly Message[]> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const command = new ReceiveMessageCommand({
    QueueUrl: queue,
    MaxNumberOfMessages: PER_CALL,
    WaitTimeSeconds: WAIT_SECONDS,
    VisibilityTimeout: hiddenSeconds,
  });
  const { Messages = [] } = await asked(asking, 'sqs:ReceiveMessage', () => client.send(command, { abortSignal: asking.signal }));
  return Messages;
}

/** One that could not be deleted comes again, and changes nothing. */
async function deleteAll(client: SQSClient, asking: Asking, queue: string, messages: readonly Message[]): Promise<void> {
  const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  for (let first = 0; first < messages.length; first += PER_CALL) {
    const Entries = messages
      .slice(first, first + PER_CALL)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: ReceiptHandle ?? '' }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: queue, Entries });
    await asked(asking, 'sqs:DeleteMessage', () => client.send(command, { abortSignal: asking.signal }));
  }
}

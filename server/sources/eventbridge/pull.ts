import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { Event } from '../../event/event.ts';
import { accountOf } from '../aws/account.ts';
import { asked, type Asking } from '../aws/asking.ts';
import type { AwsPlace } from '../aws/place.ts';
import { clientSettings } from '../aws/session.ts';
import { deploymentFacts } from '../codedeploy/facts.ts';
import type { PullBatch, PullContext, PullEnd, Reject } from '../source.ts';
import { readBusEvent } from './bus-event.ts';
import { readBusCursor, writeBusCursor } from './cursor.ts';
import { lookUp } from './deployments.ts';
import type { Families } from './families.ts';
import { BusReader } from './reader.ts';

export interface BusSettings {
  readonly queue: string;
  readonly families: Families;
}

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

/**
 * Reads a queue until it is empty. Whoever asks for the next batch has committed the one before, so only then its messages are
 * deleted: a pass that is cut off in between leaves them, and telling them again changes nothing. What cannot be read stays in
 * the queue, for its dead-letter queue to take.
 */
export async function* pullQueue(
  settings: BusSettings,
  place: AwsPlace,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal } = context;
  const asking: Asking = { place, signal };
  const { historyFrom, memories } = readBusCursor(context.cursor);
  const since = historyFrom ?? now;
  const reader = new BusReader(settings.families, memories, now);
  const account = settings.families.deployments === null ? null : await accountOf(place, signal);
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient(await clientSettings(place));
  let read = 0;
  let isDrained = false;
  try {
    while (!isDrained && read < MOST) {
      const messages: Message[] = [];
      while (!isDrained && messages.length < BATCH) {
        const got = await receive(client, asking, settings.queue);
        isDrained = got.length === 0;
        messages.push(...got);
      }
      if (messages.length === 0) break;
      read += messages.length;
      const { events, rejects, taken } = await readMessages(settings, { ...asking, account }, reader, messages);
      reader.forget();
      yield {
        events,
        samples: [],
        rejects,
        progress: `${read.toLocaleString('en')} messages`,
        cursor: writeBusCursor({ historyFrom: since, memories }),
      };
      await deleteAll(client, asking, settings.queue, taken);
    }
  } finally {
    client.destroy();
  }
  return { cursor: writeBusCursor({ historyFrom: since, memories }), completeUntil: isDrained ? now : null, historyFrom: since };
}

/** Looks at some messages, which stay for the pass that keeps them. */
export async function* peekQueue(
  settings: BusSettings,
  place: AwsPlace,
  { now, cursor, signal }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const asking: Asking = { place, signal };
  const { memories } = readBusCursor(cursor);
  const account = settings.families.deployments === null ? null : await accountOf(place, signal);
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient(await clientSettings(place));
  try {
    const messages = await receive(client, asking, settings.queue, 0);
    const reader = new BusReader(settings.families, memories, now);
    const { events, rejects } = await readMessages(settings, { ...asking, account }, reader, messages);
    yield { events, samples: [], rejects, progress: `${messages.length} messages` };
  } finally {
    client.destroy();
  }
  return { cursor, completeUntil: null, historyFrom: now };
}

interface Taken {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
  /** Those that may be deleted once the events are kept. */
  readonly taken: readonly Message[];
}

interface Looking extends Asking {
  /** The queue's own; null where nothing is looked up. */
  readonly account: string | null;
}

async function readMessages(
  { families, queue }: BusSettings,
  { account, ...asking }: Looking,
  reader: BusReader,
  messages: readonly Message[],
): Promise<Taken> {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  const taken: Message[] = [];
  const known = new Set<string>();
  const passedOver = new Map<string, number>();
  const deployments = new Set<string>();
  for (const message of messages) {
    const event = readBusEvent(message.Body ?? '');
    const reading =
      typeof event === 'string' ? ({ is: 'wrong', why: event } as const) : known.has(event.id) ? TWICE : reader.read(event);
    if (typeof event !== 'string') known.add(event.id);
    if (reading.is === 'wrong') {
      rejects.push({
        place: `${queue}, message ${message.MessageId ?? ''}`,
        reason: typeof event === 'string' ? reading.why : `${event.type}: ${reading.why}`,
        fix: 'It stays in the queue, and goes to its dead-letter queue where it has one',
        isKept: false,
      });
      continue;
    }
    taken.push(message);
    if (typeof event === 'string') continue;
    if (reading.is === 'said') events.push(...reading.events);
    else if (reading.is === 'passed over') passedOver.set(event.type, (passedOver.get(event.type) ?? 0) + 1);
    // Of other accounts and Regions only polling can tell what it was.
    else if (event.account === account && event.region === asking.place.region) deployments.add(reading.deployment);
  }
  for (const [type, count] of passedOver)
    rejects.push({
      place: queue,
      reason: `${count.toLocaleString('en')} events '${type}' are none that this source is told to read`,
      fix: 'Leave them out of the rule of EventBridge, or add the setting for them',
      isKept: true,
    });
  if (families.deployments !== null && deployments.size > 0) {
    const { source, rules } = families.deployments;
    for (const info of await lookUp(asking, [...deployments])) {
      const facts = deploymentFacts(source, asking.place.name, rules, info);
      events.push(...facts.events);
      rejects.push(...facts.rejects);
    }
  }
  return { events, rejects, taken };
}

const TWICE = { is: 'said', events: [] } as const;

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

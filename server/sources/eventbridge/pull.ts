import type { Instant } from '../../time/period.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Inbox, PullBatch, PullContext, PullEnd } from '../source.ts';
import { readBusCursor, writeBusCursor } from './cursor.ts';
import type { Families } from './families.ts';
import { Lookups } from './lookups.ts';
import { readPosts } from './posts.ts';
import { peekQueue, readQueue } from './queue.ts';
import { BusReader } from './reader.ts';

export interface BusSettings {
  /** Null where events are only posted. */
  readonly queue: { readonly url: string; readonly place: AwsPlace } | null;
  /** Where deployments can be looked up. */
  readonly places: readonly AwsPlace[];
  readonly families: Families;
}

/** What was posted, then what is in the queue: one story, whichever way each event came. */
export async function* pullBus(
  { queue, places, families }: BusSettings,
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { now, signal, inbox } = context;
  const { historyFrom, heardAt, memories } = readBusCursor(context.cursor);
  const since = historyFrom ?? now;
  let heard = heardAt;
  const reader = new BusReader(families, memories, now);
  const lookups = new Lookups(families.deployments, places, signal);
  const cursor = (): string => writeBusCursor({ historyFrom: since, heardAt: heard, memories });
  const hear = (at: Instant): void => void (heard = Math.max(heard ?? at, at));
  if (inbox !== undefined) yield* readPosts({ inbox, reader, lookups, cursor, heard: hear });
  if (queue === null) return { cursor: cursor(), completeUntil: heard, historyFrom: since };
  const asking = { place: queue.place, signal };
  const isDrained = yield* readQueue({ queue: queue.url, asking, reader, lookups, cursor });
  return { cursor: cursor(), completeUntil: isDrained ? now : null, historyFrom: since };
}

/** Looks at what waits, which stays for the pass that keeps it. */
export async function* peekBus(
  { queue, places, families }: BusSettings,
  { now, cursor, signal, inbox }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const { memories } = readBusCursor(cursor);
  const reader = new BusReader(families, memories, now);
  const lookups = new Lookups(families.deployments, places, signal);
  const own = { reader, lookups, cursor: () => '' };
  if (inbox !== undefined) yield* readPosts({ ...own, inbox: onlyLookedAt(inbox), heard: () => undefined });
  if (queue !== null) yield* peekQueue({ ...own, queue: queue.url, asking: { place: queue.place, signal } });
  return { cursor, completeUntil: null, historyFrom: now };
}

const onlyLookedAt = (inbox: Inbox): Inbox => ({ next: (after) => inbox.next(after), take: async () => undefined });

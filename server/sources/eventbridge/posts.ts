import type { Instant } from '../../time/period.ts';
import type { Inbox, Post, PullBatch, Reject } from '../source.ts';
import { openLetters, type ToLookUp } from './letters.ts';
import type { Lookups } from './lookups.ts';
import type { BusReader } from './reader.ts';

/** A pass ends even where posts come as fast as they are read; what is left is the next one's. */
const MOST = 100_000;
/** Deployments that are looked up at once. */
const TOGETHER = 250;

/** What a reader of posts works with. */
export interface PostReading {
  readonly inbox: Inbox;
  readonly reader: BusReader;
  readonly lookups: Lookups;
  /** How far the pass is, for the cursor of a batch. */
  readonly cursor: () => string;
  /** Hears when each post came that could be read. */
  readonly heard: (at: Instant) => void;
}

/**
 * Reads what was posted. Whoever asks for the next batch has committed the one before, so only then its posts are let go of:
 * after a pass that is cut off in between they are read again, which changes nothing. What has to be looked up comes last,
 * so that nothing else waits for AWS; where that fails, its posts stay.
 */
export async function* readPosts(reading: PostReading): AsyncGenerator<PullBatch, void, void> {
  const { inbox, reader, lookups, cursor, heard } = reading;
  const later: ToLookUp<Post>[] = [];
  let read = 0;
  for (let after = 0; read < MOST;) {
    const posts = await inbox.next(after);
    const last = posts.at(-1);
    if (last === undefined) break;
    after = last.number;
    read += posts.length;
    const letters = posts.flatMap((post) => (post.fault === null ? { from: post, place: placeOf(post), body: post.body } : []));
    const { events, rejects, toLookUp } = openLetters(reader, letters, {
      place: 'webhook',
      wrongFix: 'Look at its rule and input transformer: events are to be posted as EventBridge makes them',
    });
    reader.forget();
    for (const { from } of letters) heard(from.receivedAt);
    later.push(...toLookUp);
    const waiting = new Set(toLookUp.map(({ from }) => from.number));
    yield {
      events,
      samples: [],
      rejects: [...posts.flatMap(refused), ...rejects],
      progress: `${read.toLocaleString('en')} posts`,
      cursor: cursor(),
    };
    await inbox.take(posts.flatMap(({ number }) => (waiting.has(number) ? [] : number)));
  }
  for (let first = 0; first < later.length; first += TOGETHER) {
    const together = later.slice(first, first + TOGETHER);
    const { events, rejects } = await lookups.of(together);
    yield { events, samples: [], rejects, progress: `${read.toLocaleString('en')} posts`, cursor: cursor() };
    await inbox.take(together.map(({ from }) => from.number));
  }
}

const placeOf = ({ receivedAt }: Post): string => `webhook, post of ${new Date(receivedAt).toISOString()}`;

/** It was answered with 400, so nobody posts it again. */
function refused(post: Post): Reject[] {
  if (post.fault === null) return [];
  const fix = 'It was refused, and is in the dead-letter queue of its rule where that has one';
  return [{ place: placeOf(post), reason: post.fault, fix, isKept: false }];
}

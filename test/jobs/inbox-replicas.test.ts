import { afterAll, beforeAll, expect, it } from 'vitest';
import { InboxDrain } from '../../server/jobs/inbox-drain.ts';
import { pullSource } from '../../server/jobs/pull.ts';
import { openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';
import { HOUR_MS, MINUTE_MS, NOW } from '../sources/aws/watch-house.ts';
import { busSource } from '../sources/eventbridge/bus.ts';
import { alarmTurned } from '../sources/eventbridge/messages.ts';
import { startPostgresql, type PostgresqlServer } from '../store/postgresql-server.ts';

let server: PostgresqlServer;
beforeAll(async () => {
  server = await startPostgresql();
});
afterAll(() => server.stop());

const SOURCE = busSource("id: bus, webhook: { secret: 'env:QUARTERDECK_TEST_WEBHOOK' }, alarms: {}");

interface Replica {
  readonly posts: InboxDrain;
  readonly store: Store;
  readonly passes: () => number;
  /** What it waits for comes to pass, once. */
  tick(): Promise<void>;
}

async function replica(url: string, holder: string): Promise<Replica> {
  const store = await openStore({ engine: 'postgresql', url }, { mode: 'write', now: () => NOW });
  const waiting = new Set<() => void>();
  let passes = 0;
  const errors: unknown[] = [];
  const posts = new InboxDrain({
    store,
    clock: () => NOW,
    sources: () => [SOURCE],
    pull: (source, lease) => {
      passes += 1;
      const signal = new AbortController().signal;
      return pullSource(source, { store, clock: () => NOW, pseudonym: (person) => person, signal, lease });
    },
    wait: (_ms, callback) => {
      waiting.add(callback);
      return () => void waiting.delete(callback);
    },
    onError: (_job, error) => errors.push(error),
    holder,
  });
  return {
    posts,
    store,
    passes: () => passes,
    tick: async () => {
      const due = [...waiting];
      waiting.clear();
      for (const callback of due) callback();
      await posts.settled();
      for (const error of errors) throw error;
    },
  };
}

it('two replicas both take posts in, each event once, and one at a time reads them', async () => {
  const url = await server.createDatabase();
  const replicas = [await replica(url, 'one'), await replica(url, 'other')] as const;
  const [one, other] = replicas;
  const events = Array.from({ length: 40 }, (_, at) => [
    alarmTurned(`alarm-${at}`, NOW - HOUR_MS, 'OK', 'ALARM'),
    alarmTurned(`alarm-${at}`, NOW - MINUTE_MS, 'ALARM', 'OK'),
  ]).flat();
  // Each event comes to both, in another order.
  const keep = ({ posts }: Replica, body: string): Promise<string> => {
    const identified = SOURCE.webhook?.identify(body);
    if (identified === undefined || 'fault' in identified) throw new Error('an event has an id');
    return posts.keep({ source: 'bus', id: identified.id, body, fault: null });
  };
  const kept = await Promise.all([
    ...events.map((body) => keep(one, body)),
    ...events.toReversed().map((body) => keep(other, body)),
  ]);
  expect(kept.filter((outcome) => outcome === 'kept')).toHaveLength(events.length);
  await Promise.all([one.tick(), other.tick()]);
  await Promise.all([one.tick(), other.tick()]);
  expect(await one.store.waitingPosts()).toEqual([]);
  expect(await other.store.countEvents()).toMatchObject({ events: 80, items: 40 });
  expect((await one.store.pulls('bus', 9)).map(({ outcome, newEvents }) => [outcome, newEvents])).toContainEqual([
    'complete',
    80,
  ]);

  // While one of them reads, the other leaves it alone.
  const lease = await one.store.claim('pull bus', 'one', NOW, HOUR_MS);
  if (lease === null) throw new Error('nobody else holds it');
  const before = other.passes();
  await keep(other, alarmTurned('late', NOW, 'OK', 'ALARM'));
  await other.tick();
  expect(other.passes()).toBe(before);
  await one.store.release(lease);
  await other.tick();
  expect(await one.store.countEvents()).toMatchObject({ items: 41 });
  for (const { posts, store } of replicas) {
    await posts.stop();
    await store.close();
  }
});

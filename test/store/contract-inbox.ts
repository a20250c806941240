import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { NewPost, Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { matching } from './matching.ts';
import { MONDAY } from './sample-data.ts';

const HOUR_MS = 3_600_000;

const post = (id: string | null, more: Partial<NewPost> = {}): NewPost => ({
  source: 'bus',
  id,
  receivedAt: MONDAY,
  body: `{"id":"${id ?? ''}"}`,
  fault: null,
  ...more,
});

/** All that waits, as a pass reads it. */
async function waiting(store: Store, source = 'bus'): Promise<{ number: number; body: string; fault: string | null }[]> {
  const found: { number: number; body: string; fault: string | null }[] = [];
  for (let after = 0; ;) {
    const next = await store.posts(source, after);
    const last = next.at(-1);
    if (last === undefined) return found;
    found.push(...next.map(({ number, body, fault }) => ({ number, body, fault })));
    after = last.number;
  }
}

export function inboxContract(fresh: () => Promise<Opened>): void {
  describe('the inbox', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });

    test('keeps each post once, in the order in which they came, for each source by itself', async () => {
      expect(await store.keepPost(post('a'))).toBe('kept');
      expect(await other.keepPost(post('b', { receivedAt: MONDAY - 5 }))).toBe('kept');
      expect(await other.keepPost(post('a', { body: 'another' }))).toBe('known');
      expect(await store.keepPost(post('a', { source: 'other' }))).toBe('kept');
      expect(await waiting(store)).toEqual([
        { number: 1, body: '{"id":"a"}', fault: null },
        { number: 2, body: '{"id":"b"}', fault: null },
      ]);
      expect(await store.waitingPosts()).toEqual([
        { source: 'bus', count: 2, oldestAt: MONDAY - 5 },
        { source: 'other', count: 1, oldestAt: MONDAY },
      ]);
    });

    test('keeps what comes at the same time to two replicas once', async () => {
      const kept = await Promise.all(
        Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? store : other).keepPost(post(`p${at % 100}`))),
      );
      expect(kept.filter((one) => one === 'kept')).toHaveLength(100);
      expect(kept.filter((one) => one === 'known')).toHaveLength(200);
      const found = await waiting(store);
      expect(new Set(found.map(({ body }) => body)).size).toBe(100);
      expect(found).toHaveLength(100);
    });

    test('lets go of what was read, and knows its id all the same', async () => {
      for (const id of ['a', 'b', 'c']) await store.keepPost(post(id));
      await store.takePosts('bus', [1, 3], MONDAY);
      expect(await waiting(store)).toMatchObject([{ number: 2 }]);
      expect(await store.keepPost(post('a'))).toBe('known');
      expect(await store.keepPost(post('b'))).toBe('known');
      await store.takePosts('other', [2], MONDAY);
      expect(await waiting(store)).toHaveLength(1);
      await store.takePosts('bus', [2], MONDAY);
      expect(await store.waitingPosts()).toEqual([]);
      // Numbers never come again.
      await store.keepPost(post('d'));
      expect(await waiting(store)).toMatchObject([{ number: 4 }]);
    });

    test('remembers an id for two days after it came, and forgets it then', async () => {
      await store.keepPost(post('old'));
      await store.keepPost(post('young', { receivedAt: MONDAY + 30 * HOUR_MS }));
      await store.takePosts('bus', [1], MONDAY + 48 * HOUR_MS);
      expect(await store.keepPost(post('old'))).toBe('known');
      await store.takePosts('bus', [2], MONDAY + 48 * HOUR_MS + 1);
      expect(await store.keepPost(post('young'))).toBe('known');
      expect(await store.keepPost(post('old'))).toBe('kept');
      expect(await waiting(store)).toMatchObject([{ number: 3 }]);
    });

    test('keeps the faults of what could not be read, without an id', async () => {
      const odd = post(null, { body: '', fault: 'it is no event in JSON \0' });
      expect([await store.keepPost(odd), await store.keepPost(odd)]).toEqual(['kept', 'kept']);
      expect(await waiting(store)).toEqual([
        { number: 1, body: '', fault: 'it is no event in JSON \u{FFFD}' },
        { number: 2, body: '', fault: 'it is no event in JSON \u{FFFD}' },
      ]);
    });

    test('hands over long posts in parts', async () => {
      const body = 'ü'.repeat(9_000_000);
      for (const id of ['a', 'b', 'c']) await store.keepPost(post(id, { body }));
      expect(await store.posts('bus', 0)).toMatchObject([{ number: 1 }]);
      expect((await waiting(store)).map(({ body: read }) => read === body)).toEqual([true, true, true]);
    });

    test('refuses one that cannot be stored, and keeps those that came with it', async () => {
      const kept = [post('a'), post('x\0'), post('b', { body: 'half \ud800' }), post('c')].map((one) => store.keepPost(one));
      expect(await Promise.allSettled(kept)).toMatchObject([
        { status: 'fulfilled', value: 'kept' },
        { reason: { code: 'invalid', message: matching(/the id of a post: holds a NUL/) } },
        { reason: { code: 'invalid', message: matching(/the body of a post: holds half of a surrogate pair/) } },
        { status: 'fulfilled', value: 'kept' },
      ]);
      expect(await waiting(store)).toHaveLength(2);
    });

    test('is not emptied by a leader that was paused', async () => {
      await store.keepPost(post('a'));
      const old = await store.claim('pull bus', 'a', MONDAY, 1_000);
      await other.claim('pull bus', 'b', MONDAY + 2_000, 1_000);
      if (old === null) throw new Error('should have been claimed');
      await expect(store.takePosts('bus', [1], MONDAY, old)).rejects.toMatchObject({ code: 'stale-lease' });
      expect(await waiting(store)).toHaveLength(1);
    });

    test('holds what was kept and not taken, whatever the order of posts, repetitions and passes', async () => {
      let made = 0;
      const step = fc.oneof(
        { weight: 4, arbitrary: fc.record({ keep: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 6 }) }) },
        { weight: 1, arbitrary: fc.record({ take: fc.array(fc.nat(10), { maxLength: 4 }) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          made += 1;
          const source = `bus-${made}`;
          const known = new Set<number>();
          let model: number[] = [];
          for (const one of steps) {
            if ('keep' in one) {
              const kept = await Promise.all(
                one.keep.map((id) => store.keepPost(post(String(id), { source, body: String(id) }))),
              );
              for (const [at, id] of one.keep.entries()) {
                expect(kept[at]).toBe(known.has(id) ? 'known' : 'kept');
                if (!known.has(id)) model.push(id);
                known.add(id);
              }
            } else {
              const found = await waiting(store, source);
              const taken = [...new Set(one.take)].flatMap((at) => found[at] ?? []);
              await store.takePosts(
                source,
                taken.map(({ number }) => number),
                MONDAY,
              );
              model = model.filter((id) => !taken.some(({ body }) => body === String(id)));
            }
          }
          expect((await waiting(store, source)).map(({ body }) => Number(body))).toEqual(model);
        }),
        { numRuns: 60 },
      );
    });
  });
}

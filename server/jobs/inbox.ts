import type { Inbox } from '../sources/source.ts';
import type { Lease, Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';

/** What waits for a source, as a pass over it reads it. */
export const inboxOf = (store: Store, source: string, clock: () => Instant, lease?: Lease): Inbox => ({
  next: (after) => store.posts(source, after),
  take: (numbers) => store.takePosts(source, numbers, clock(), lease),
});

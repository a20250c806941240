import type { Source, Webhook } from '../sources/source.ts';
import type { KeptPost, Lease, NewPost, PullRecord, Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';

export interface DrainTools {
  readonly store: Store;
  readonly clock: () => Instant;
  /** Those in force now. */
  readonly sources: () => readonly Source[];
  /** A pass over a source, and what it changed measured. */
  readonly pull: (source: Source, lease: Lease) => Promise<PullRecord>;
  /** Calls back after a delay and returns a way to call it off; injected so that tests own time. */
  readonly wait: (ms: number, callback: () => void) => () => void;
  readonly onError: (job: string, error: unknown) => void;
  /** Names this process and this task of it among all that pull. */
  readonly holder: string;
}

/** What is posted within this time is read by one pass. */
export const TOGETHER_MS = 500;
/** Until another process has ended its pass over the same source. */
export const ELSEWHERE_MS = 5_000;
/** After a pass that failed: what it could not read waits. */
export const AGAIN_MS = 60_000;
const LEASE_MS = 5 * 60 * 1000;

/** Takes posts in, and has their source read them soon. Replicas all take in; one of them reads, by lease. */
export class InboxDrain {
  readonly #tools: DrainTools;
  /** What is to be read, and how a wait for that is called off. */
  readonly #due = new Map<string, () => void>();
  #reading: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(tools: DrainTools) {
    this.#tools = tools;
  }

  webhooks(): readonly { readonly source: string; readonly webhook: Webhook }[] {
    return this.#tools.sources().flatMap(({ id, webhook }) => (webhook === undefined ? [] : { source: id, webhook }));
  }

  /** Resolves once the post is kept for good. */
  async keep(post: Omit<NewPost, 'receivedAt'>): Promise<KeptPost> {
    const kept = await this.#tools.store.keepPost({ ...post, receivedAt: this.#tools.clock() });
    if (kept !== 'known') this.#soon(post.source, TOGETHER_MS);
    return kept;
  }

  /** Has read what waited when the process before this one ended. */
  async start(): Promise<void> {
    for (const { source } of await this.#tools.store.waitingPosts()) this.#soon(source, TOGETHER_MS);
  }

  /** Resolves when the passes under way have ended. */
  settled(): Promise<void> {
    return this.#reading;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const callOff of this.#due.values()) callOff();
    this.#due.clear();
    await this.settled();
  }

  #soon(source: string, ms: number): void {
    if (this.#isStopped || this.#due.has(source)) return;
    const callOff = this.#tools.wait(ms, () => {
      this.#due.delete(source);
      // One after another: each writes.
      this.#reading = this.#reading.then(() => this.#read(source));
    });
    this.#due.set(source, callOff);
  }

  async #read(id: string): Promise<void> {
    const { store, clock, holder, onError, pull, sources } = this.#tools;
    const source = sources().find((one) => one.id === id);
    // What was posted to a source that is no more waits until there is one of its name.
    if (this.#isStopped || source === undefined) return;
    const job = `pull ${id}`;
    let next = TOGETHER_MS;
    try {
      const lease = await store.claim(job, holder, clock(), LEASE_MS);
      if (lease === null) return this.#soon(id, ELSEWHERE_MS);
      try {
        const { outcome } = await pull(source, lease);
        if (outcome === 'failed') next = AGAIN_MS;
      } finally {
        await store.release(lease);
      }
      if ((await store.waitingPosts()).some((waiting) => waiting.source === id)) this.#soon(id, next);
    } catch (error) {
      onError(job, error);
      this.#soon(id, AGAIN_MS);
    }
  }
}

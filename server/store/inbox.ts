import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Instant } from '../time/period.ts';
import { checkInteger, checkSource, checkText, keepable, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { checkSum, rowSum } from './row-sum.ts';
import type { KeptPost, Lease, NewPost, WaitingPost, WaitingPosts } from './store.ts';
import type { InboxTable } from './tables.ts';

/** Posts of one commit. */
const MOST_TOGETHER = 500;
/** What may wait for one source: then the sender keeps the rest, who tries again for a day. */
const MOST_WAITING = 100_000;
const MOST_WAITING_SIZE = 500_000_000;
/** What is read at a time. */
const MOST_READ = 500;
const MOST_READ_SIZE = 16_000_000;
/** Twice as long as EventBridge tries again. */
const REMEMBERED_MS = 48 * 3_600_000;
const MOST_REMEMBERED = 1_000_000;

const FAULT_LENGTH = 1_000;
const ROWS_PER_STATEMENT = 100;

interface Gathered {
  readonly post: NewPost;
  readonly resolve: (kept: KeptPost) => void;
  readonly reject: (error: unknown) => void;
}

/** What was posted and waits to be read. */
export class Inbox {
  readonly #engine: Engine;
  /** Posts that the next commit takes. */
  #gathered: Gathered[] = [];
  #isCommitting = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async keep(post: NewPost): Promise<KeptPost> {
    // One that no database takes must not fail those that share its commit.
    checkPost(post);
    return new Promise((resolve, reject) => {
      this.#gathered.push({ post, resolve, reject });
      void this.#commit();
    });
  }

  /** One sync of the disk for all that came while the one before was under way. */
  async #commit(): Promise<void> {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    while (this.#gathered.length > 0) {
      // Whatever was received in this turn of the event loop comes along.
      await setImmediate();
      const together = this.#gathered.splice(0, MOST_TOGETHER);
      try {
        const kept = await this.#engine.write((trx) =>
          insertPosts(
            trx,
            together.map(({ post }) => post),
          ),
        );
        for (const [at, { resolve }] of together.entries()) resolve(kept[at] ?? 'no room');
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#isCommitting = false;
  }

  posts(source: string, after: number): Promise<WaitingPost[]> {
    return this.#engine.read(async (trx) => {
      const sizes = await trx
        .selectFrom('inbox')
        .select(['number', 'size'])
        .where('source', '=', source)
        .where('number', '>', after)
        .orderBy('number')
        .limit(MOST_READ)
        .execute();
      let [last, size] = [after, 0];
      for (const next of sizes) {
        // One is always read, however long it is.
        if (last !== after && size + next.size > MOST_READ_SIZE) break;
        [last, size] = [next.number, size + next.size];
      }
      const rows = await trx
        .selectFrom('inbox')
        .selectAll()
        .where('source', '=', source)
        .where('number', '>', after)
        .where('number', '<=', last)
        .orderBy('number')
        .execute();
      return rows.map(postOf);
    });
  }

  async take(source: string, numbers: readonly number[], now: Instant, lease: Lease | undefined): Promise<void> {
    checkInteger(now, `${source}, now`);
    if (numbers.length === 0) return;
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      for (let at = 0; at < numbers.length; at += ROWS_PER_STATEMENT)
        await trx
          .deleteFrom('inbox')
          .where('source', '=', source)
          .where('number', 'in', numbers.slice(at, at + ROWS_PER_STATEMENT))
          .execute();
      await forget(trx, now);
    });
  }

  waiting(): Promise<WaitingPosts[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx
        .selectFrom('inbox')
        .select(({ fn }) => ['source', fn.countAll<number>().as('count'), fn.min('received_at').as('oldest')])
        .groupBy('source')
        .orderBy('source')
        .execute();
      return rows.map(({ source, count, oldest }) => ({ source, count, oldestAt: oldest }));
    });
  }
}

/** @throws StoreError `invalid` */
function checkPost({ source, id, receivedAt, body }: NewPost): void {
  checkSource(source);
  if (id !== null) checkText(id, LONGEST.key, `${source}, the id of a post`);
  checkInteger(receivedAt, `${source}, receivedAt`);
  checkText(body, LONGEST.document, `${source}, the body of a post`);
}

const sumOf = ({ number, source, post, received_at, body, size, fault }: Omit<InboxTable, 'row_sum'>): number =>
  rowSum([number, source, post, received_at, body, size, fault]);

function postOf(row: InboxTable): WaitingPost {
  checkSum(
    row.row_sum,
    () => sumOf(row),
    () => `post ${row.number} in the inbox of ${row.source}`,
  );
  return { number: row.number, receivedAt: row.received_at, body: row.body, fault: row.fault };
}

async function insertPosts(trx: Write, posts: readonly NewPost[]): Promise<KeptPost[]> {
  const known = new Set<string>();
  const room = new Map<string, { count: number; size: number }>();
  for (const source of new Set(posts.map((post) => post.source))) {
    for (const id of await seenOf(trx, source, posts)) known.add(`${source}:${id}`);
    room.set(source, await roomOf(trx, source));
  }
  let number = await lastNumber(trx);
  const rows: InboxTable[] = [];
  const seen: { source: string; post: string; number: number; received_at: number }[] = [];
  const kept = posts.map(({ source, id, receivedAt, body, fault }): KeptPost => {
    // The colon is none of a source's id.
    if (id !== null && known.has(`${source}:${id}`)) return 'known';
    const left = room.get(source);
    if (left === undefined || left.count < 1 || left.size < body.length) return 'no room';
    left.count -= 1;
    left.size -= body.length;
    number += 1;
    const row = {
      number,
      source,
      post: id,
      received_at: receivedAt,
      body,
      size: body.length,
      fault: fault === null ? null : keepable(fault, FAULT_LENGTH),
    };
    rows.push({ ...row, row_sum: sumOf(row) });
    if (id !== null) {
      known.add(`${source}:${id}`);
      seen.push({ source, post: id, number, received_at: receivedAt });
    }
    return 'kept';
  });
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await trx
      .insertInto('inbox')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
  for (let at = 0; at < seen.length; at += ROWS_PER_STATEMENT)
    await trx
      .insertInto('inbox_seen')
      .values(seen.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
  return kept;
}

async function seenOf(trx: Write, source: string, posts: readonly NewPost[]): Promise<string[]> {
  const ids = posts.flatMap((post) => (post.source === source && post.id !== null ? post.id : []));
  const found: string[] = [];
  for (let at = 0; at < ids.length; at += ROWS_PER_STATEMENT) {
    const rows = await trx
      .selectFrom('inbox_seen')
      .select('post')
      .where('source', '=', source)
      .where('post', 'in', ids.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
    for (const { post } of rows) found.push(post);
  }
  return found;
}

async function roomOf(trx: Write, source: string): Promise<{ count: number; size: number }> {
  const used = await trx
    .selectFrom('inbox')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      // A sum of such numbers is not one on PostgreSQL.
      sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('size'),
    ])
    .where('source', '=', source)
    .executeTakeFirst();
  return { count: MOST_WAITING - (used?.count ?? 0), size: MOST_WAITING_SIZE - (used?.size ?? 0) };
}

async function lastNumber(trx: Write): Promise<number> {
  let last = 0;
  for (const table of ['inbox', 'inbox_seen'] as const) {
    const row = await trx.selectFrom(table).select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
    last = Math.max(last, row?.number ?? 0);
  }
  return last;
}

/** Ids from longer ago than anybody posts the same again, and the oldest of too many. The last stays, since numbers go on from it. */
async function forget(trx: Write, now: Instant): Promise<void> {
  const young = await trx
    .selectFrom('inbox_seen')
    .select('number')
    .where('received_at', '>=', now - REMEMBERED_MS)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst();
  const last = await lastNumber(trx);
  await trx
    .deleteFrom('inbox_seen')
    .where('number', '<', Math.max(young?.number ?? last, last - MOST_REMEMBERED))
    .execute();
}

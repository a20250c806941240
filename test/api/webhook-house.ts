import { Agent, request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StoredEvent } from '../../server/event/event.ts';
import { buildServer } from '../../server/api/server.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import { InboxDrain } from '../../server/jobs/inbox-drain.ts';
import { digest } from '../../server/main.ts';
import type { Source } from '../../server/sources/source.ts';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { openSqlite } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { ORGANISATION } from '../jobs/small-house.ts';
import { NOW } from '../sources/aws/watch-house.ts';
import { busSource } from '../sources/eventbridge/bus.ts';

export const SECRET = 'a-secret-of-the-webhook-1';
const VARIABLE = 'QUARTERDECK_TEST_WEBHOOK';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface WebhookHouse {
  now: number;
  readonly folder: string;
  readonly store: Store;
  readonly posts: InboxDrain;
  /** Commits so far. */
  readonly commits: () => number;
  /** `max_page_count`: as on a disk that is full. */
  limit(pages: number | 'as it is'): void;
  send(path: string, options?: { method?: string; headers?: Record<string, string>; body?: string | Buffer }): Promise<Told>;
  /** To the webhook of `bus`, with the secret. */
  post(body: string, headers?: Record<string, string>, source?: string): Promise<Told>;
  /** Time passes until nothing is to be read any more. */
  drain(): Promise<void>;
  /** What is waited for now comes to pass. */
  drainOnce(): Promise<void>;
  /** Delays that are waited for. */
  readonly waits: () => number[];
  events(): Promise<StoredEvent[]>;
  /** What the page of sources says of one. */
  status(source?: string): Promise<{ text: string; rejectedCount: number; rejected: string[] }>;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly folder?: string;
  /** Entries of sources, without `type`. */
  readonly sources?: readonly string[];
  /** Beside sources.yaml. */
  readonly files?: Readonly<Record<string, string>>;
  /** Called before each commit; what it throws is the commit's fault. */
  readonly beforeCommit?: () => void;
}

export const BUS = `id: bus, webhook: { secret: 'env:${VARIABLE}' }, alarms: {}`;

/** The product with a webhook, over a real file and real HTTP; only its clock and its waiting are the test's. */
export async function webhookHouse({
  folder: given,
  sources: entries = [BUS],
  files = {},
  beforeCommit,
}: HouseOptions = {}): Promise<WebhookHouse> {
  process.env[VARIABLE] ??= SECRET;
  const folder = given ?? mkdtempSync(join(tmpdir(), 'quarterdeck-webhook-'));
  mkdirSync(join(folder, 'kpis'), { recursive: true });
  writeFileSync(join(folder, 'kpis', 'organisation.yaml'), ORGANISATION);
  writeFileSync(join(folder, 'kpis', 'sources.yaml'), 'version: sources/v1\nsources: []\n');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'kpis', file)), { recursive: true });
    writeFileSync(join(folder, 'kpis', file), text);
  }
  const sources: Source[] = entries.map((entry) => busSource(entry, undefined, join(folder, 'kpis', 'sources.yaml')));
  const house = { now: NOW };
  const clock = (): number => house.now;
  const database = openSqlite(join(folder, 'data'), { mode: 'write', now: clock });
  await migrate(database, clock);
  let commits = 0;
  const store = storeOn({
    ...database,
    write: (work, isAwaited) => {
      commits += 1;
      beforeCommit?.();
      return database.write(work, isAwaited);
    },
  });
  const engine = await QuarterdeckEngine.open({
    store,
    kpiFolder: join(folder, 'kpis'),
    clock,
    pseudonym: (person) => person,
    digest,
    readSources: () => ({ sources, problems: [] }),
    log: () => undefined,
    zoneData: 'of the test',
    columnsMaker: 'of the test',
    demoType: 'demo',
  });
  const waiting = new Map<() => void, number>();
  const errors: unknown[] = [];
  const posts = new InboxDrain({
    store,
    clock,
    sources: () => engine.configuredSources,
    pull: (source, lease) => engine.exclusively(() => engine.pullOnly(source, undefined, lease)),
    wait: (ms, callback) => {
      waiting.set(callback, ms);
      return () => void waiting.delete(callback);
    },
    onError: (_job, error) => errors.push(error),
    holder: 'this process',
  });
  const app = await buildServer({ engine, posts, webFolder: null, logLevel: 'silent', version: '0.0.0' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const send: WebhookHouse['send'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const asked = request({ agent, host: '127.0.0.1', port, path, method, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }),
        );
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const drainOnce = async (): Promise<void> => {
    const due = [...waiting.keys()];
    waiting.clear();
    for (const callback of due) callback();
    await posts.settled();
    for (const error of errors) throw error;
  };
  return Object.assign(house, {
    folder,
    store,
    posts,
    commits: () => commits,
    limit: (pages: number | 'as it is') => {
      const count = pages === 'as it is' ? Number(database.connection.pragma('page_count', { simple: true })) : pages;
      database.connection.pragma(`max_page_count = ${count}`);
    },
    send,
    post: (body: string, headers: Record<string, string> = {}, source = 'bus') =>
      send(`/api/v1/sources/${source}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-quarterdeck-secret': SECRET, ...headers },
        body,
      }),
    waits: () => [...waiting.values()],
    drainOnce,
    drain: async () => {
      while (waiting.size > 0) await drainOnce();
    },
    events: async () => {
      const found: StoredEvent[] = [];
      for await (const chunk of store.allEvents()) for (const events of chunk.values()) found.push(...events);
      return found;
    },
    status: async (source = 'bus') => {
      const { text } = await send('/api/v1/sources');
      const all = JSON.parse(text) as { id: string; text: string; rejectedCount: number; rejected: string[] }[];
      const found = all.find(({ id }) => id === source);
      if (found === undefined) throw new Error(`there is no source ${source}`);
      return found;
    },
    close: async () => {
      agent.destroy();
      await app.close();
      await posts.stop();
      await engine.close();
      await database.close();
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  });
}

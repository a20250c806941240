import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, vi } from 'vitest';
import { accountKey } from '../../../scripts/aws-server/caller.ts';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import type { StoredEvent } from '../../../server/event/event.ts';
import type { Kind } from '../../../server/event/kinds.ts';
import { projectItem, type Item } from '../../../server/event/projection.ts';
import { pullSource } from '../../../server/jobs/pull.ts';
import { parseSources, type Adapter } from '../../../server/sources/config.ts';
import type { DryRun, PullBatch, PullContext, PullEnd, Source } from '../../../server/sources/source.ts';
import { openStore } from '../../../server/store/open.ts';
import type { PullRecord, SourceState, Store } from '../../../server/store/store.ts';
import type { Instant } from '../../../server/time/period.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const REGION = 'eu-central-1';
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const NOW = Date.parse('2026-11-16T12:00Z');

/** AWS on this machine, a store, and a clock that both go by. */
export interface WatchHouse {
  readonly server: AwsServer;
  readonly store: Store;
  now: Instant;
  /** The one source of an entry of sources.yaml, without `- `, `regions` and `endpoint`. */
  source(adapter: Adapter, yaml: string, regions?: string): Source;
  pull(source: Source): Promise<PullRecord>;
  state(source: Source): Promise<SourceState>;
  items(kind: Kind): Promise<readonly Item[]>;
  events(): Promise<readonly StoredEvent[]>;
  close(): Promise<void>;
}

let openHouses = 0;

/** Several may be open at once: the environment is theirs until the last is closed. */
export async function openWatchHouse(): Promise<WatchHouse> {
  openHouses += 1;
  const key = accountKey(ACCOUNT);
  vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey);
  const house = { now: NOW };
  const server = await startAwsServer({ now: () => house.now });
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-'));
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => house.now });
  const allOf = async (kinds?: readonly Kind[]): Promise<Map<string, StoredEvent[]>> => {
    const found = new Map<string, StoredEvent[]>();
    for await (const chunk of store.allEvents(kinds)) for (const [uid, events] of chunk) found.set(uid, events);
    return found;
  };
  return Object.assign(house, {
    server,
    store,
    source: (adapter: Adapter, yaml: string, regions = `regions: [${REGION}]`) =>
      sourceOf(adapter, yaml, `${regions}, endpoint: '${server.url}'`),
    pull: (source: Source) =>
      pullSource(source, {
        store,
        clock: () => house.now,
        pseudonym: (person) => `p-${person.length}`,
        signal: new AbortController().signal,
      }),
    state: async (source: Source) => {
      const found = (await store.sourceStates()).find((state) => state.source === source.id);
      if (found === undefined) throw new Error(`${source.id} was never pulled`);
      return found;
    },
    items: async (kind: Kind) => [...(await allOf([kind]))].flatMap(([uid, events]) => projectItem(uid, events) ?? []),
    events: async () => [...(await allOf()).values()].flat(),
    close: async () => {
      openHouses -= 1;
      if (openHouses === 0) vi.unstubAllEnvs();
      await store.close();
      await server.close();
    },
  });
}

/** A test with a house of its own. */
export const inWatchHouse = it.extend<{ readonly house: WatchHouse }>({
  house: async ({ task: _task }, use) => {
    const house = await openWatchHouse();
    await use(house);
    await house.close();
  },
});

/** Sources of one entry; throws what is wrong with it. */
export function sourceOf(adapter: Adapter, yaml: string, places: string): Source {
  const { sources, problems } = parseSources(`version: sources/v1\nsources:\n  - { ${places}, ${yaml} }\n`, 'sources.yaml', [
    adapter,
  ]);
  const [source] = sources;
  if (source === undefined || problems.length > 0)
    throw new Error(problems.map(({ message, fix }) => `${message} (${fix ?? ''})`).join('\n'));
  return source;
}

export const contextAt = (now: Instant, cursor: string | null = null): PullContext => ({
  cursor,
  now,
  pseudonym: (person) => `p-${person.length}`,
  signal: new AbortController().signal,
});

/** A pass that is killed after so many batches: nobody asks for the next. */
export async function batchesOf(pass: AsyncGenerator<PullBatch, PullEnd, void>, most: number): Promise<PullBatch[]> {
  const batches: PullBatch[] = [];
  for await (const batch of pass) {
    batches.push(batch);
    if (batches.length >= most) break;
  }
  return batches;
}

export const dryRun = (source: Source, now: Instant): Promise<DryRun> => source.dryRun(contextAt(now), 100);

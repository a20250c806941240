import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event } from '../../server/event/event.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import type { Viewer } from '../../server/jobs/engine.ts';
import { digest, readSources } from '../../server/main.ts';
import { openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';

export const viewer: Viewer = { who: 'test', roles: ['viewer', 'operator'], teams: [] };

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

const LONG_AGO = new Date('2020-01-01T00:00:00Z');

const ORGANISATION = `version: organisation/v1
name: Real data
zone: UTC
teams:
  operations: { name: Operations, zone: UTC }
services:
  actions: { name: Actions, owner: operations }
  copilot: { name: Copilot, owner: operations }
`;

export interface FileHouse {
  readonly store: Store;
  readonly engine: QuarterdeckEngine;
  readonly folder: string;
  now: number;
  /** Puts other text in the place of a file of data, as a newer export would. */
  replace(file: string, change: (text: string) => string): void;
  /** Everything that a second import must leave as it was. */
  stored(): Promise<{ readonly events: number; readonly items: number; readonly batches: number; readonly snapshots: string }>;
  events(): Promise<Event[]>;
  close(): Promise<void>;
}

/** A copy of a folder of test/fixtures with sources.yaml and data, read through the real adapter into a real SQLite file. */
export async function fileHouse(fixture: string, kpis: Readonly<Record<string, string>>, now: string): Promise<FileHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-files-'));
  const kpiFolder = join(folder, 'kpis');
  mkdirSync(kpiFolder);
  cpSync(join(FIXTURES, fixture), kpiFolder, { recursive: true });
  // Files written just now are looked at twice, in case they still grow; these are as old as an export is.
  for (const file of readdirSync(kpiFolder)) utimesSync(join(kpiFolder, file), LONG_AGO, LONG_AGO);
  writeFileSync(join(kpiFolder, 'organisation.yaml'), ORGANISATION);
  for (const [id, text] of Object.entries(kpis)) writeFileSync(join(kpiFolder, `${id}.yaml`), text);
  const house = { now: Date.parse(now) };
  const store = await openStore({ engine: 'sqlite', folder: join(folder, 'data') }, { mode: 'write', now: () => house.now });
  const engine = await QuarterdeckEngine.open({
    store,
    kpiFolder,
    clock: () => house.now,
    pseudonym: (person) => `p-${digest(person)}`,
    digest,
    readSources,
    log: () => undefined,
    zoneData: 'of the test',
    columnsMaker: 'of the test',
    demoType: 'demo',
  });
  let touched = 0;
  return Object.assign(house, {
    store,
    engine,
    folder: kpiFolder,
    replace(file: string, change: (text: string) => string) {
      const path = join(kpiFolder, file);
      writeFileSync(path, change(readFileSync(path, 'utf8')));
      touched += 1;
      const at = new Date(LONG_AGO.getTime() + touched * 60_000);
      utimesSync(path, at, at);
    },
    async stored() {
      const { events, items, batches } = await store.countEvents();
      const snapshots = JSON.stringify(await store.latestSnapshots({}));
      return { events, items, batches, snapshots: createHash('sha256').update(snapshots).digest('hex') };
    },
    async events() {
      const all: Event[] = [];
      for await (const chunk of store.allEvents()) for (const own of chunk.values()) all.push(...own);
      return all;
    },
    async close() {
      await engine.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** The same rows in another order; the header stays. Seeded, so that a failure can be seen again. */
export function shuffled(text: string, seed = 7): string {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  let state = seed;
  for (let at = rows.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const other = state % (at + 1);
    [rows[at], rows[other]] = [rows[other] ?? '', rows[at] ?? ''];
  }
  return `${[header, ...rows].join('\n')}\n`;
}

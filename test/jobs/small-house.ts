import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Event } from '../../server/event/event.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import type { EngineTools } from '../../server/jobs/engine-tools.ts';
import { digest } from '../../server/main.ts';
import type { PullBatch, PullContext, PullEnd, Source } from '../../server/sources/source.ts';
import { openStore, type StoreConfig } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';

export const ORGANISATION = `version: organisation/v1
name: Small house
zone: Europe/Berlin
teams:
  payments: { name: Payments, zone: Europe/Berlin }
  search: { name: Search, zone: Europe/Berlin }
services:
  checkout: { name: Checkout, owner: payments }
`;

export const TIME_TO_RESTORE = `version: kpi/v1
id: time-to-restore
name: Time to restore service
question: When customers are hurt, how long until they are well again?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
  duration: { of: incidents, from: opened, to: restored }
  counted_in: restored
  summarise: median
targets:
  - { at_most: 4 hours, every: week, since: 2026-01-01 }
settles_after: 3 days
`;

/** A source that hands over whatever a test gives it, through the real interface. */
export class GivenSource implements Source {
  readonly type = 'given';
  readonly name = 'Given';
  series: readonly string[] = [];
  readonly schedule: string | null = null;
  readonly staleAfterMs = 8 * 86_400_000;
  readonly id: string;
  readonly kinds: readonly Kind[];
  /** What the next pass hands over, batch by batch; an Error is thrown in its place. */
  next: (Partial<PullBatch> | Error)[] = [];
  completeUntil: (context: PullContext) => number = (context) => context.now;
  /** Runs at the start of each pass. */
  onPull: () => Promise<void> = async () => undefined;
  cursors: (string | null)[] = [];

  constructor(id: string, kinds: readonly Kind[]) {
    this.id = id;
    this.kinds = kinds;
  }

  async *pull(context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
    this.cursors.push(context.cursor);
    await this.onPull();
    const batches = this.next;
    this.next = [];
    for (const batch of batches) {
      if (batch instanceof Error) throw batch;
      yield { events: [], samples: [], rejects: [], progress: '', ...batch };
    }
    return { cursor: `after ${context.now}`, completeUntil: this.completeUntil(context), historyFrom: null };
  }

  async dryRun() {
    return { rows: [], rejects: [], events: 0, samples: 0, items: 0, read: 0 };
  }
}

let keys = 0;

/** An event of the source `desk`, with what a test does not care about filled in. */
export function event(kind: Kind, item: string, at: string, rest: Partial<Event> = {}): Event {
  keys += 1;
  return {
    kind,
    source: 'desk',
    item,
    key: `k${keys}`,
    effectiveAt: Date.parse(at),
    sequence: 0,
    origin: 'native',
    state: null,
    fields: {},
    supersedes: null,
    slot: null,
    ...rest,
  };
}

export interface SmallHouse {
  readonly store: Store;
  readonly engine: QuarterdeckEngine;
  readonly folder: string;
  readonly log: string[];
  now: number;
  write(file: string, text: string): void;
  close(): Promise<void>;
}

/** An engine over a real SQLite file in a folder of its own, or over `config`, with an injected clock. */
export async function smallHouse(
  sources: readonly Source[],
  files: Readonly<Record<string, string>>,
  now: string,
  config?: StoreConfig,
  more: Pick<EngineTools, 'evaluations' | 'links' | 'manyItems' | 'privacyRules'> = {},
): Promise<SmallHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-house-'));
  const write = (file: string, text: string): void => {
    const path = join(folder, 'kpis', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write('sources.yaml', 'version: sources/v1\nsources: []\n');
  for (const [file, text] of Object.entries({ 'organisation.yaml': ORGANISATION, ...files })) write(file, text);
  const house = { now: Date.parse(now) };
  const store = await openStore(config ?? { engine: 'sqlite', folder: join(folder, 'data') }, {
    mode: 'write',
    now: () => house.now,
  });
  const log: string[] = [];
  const engine = await QuarterdeckEngine.open({
    store,
    kpiFolder: join(folder, 'kpis'),
    clock: () => house.now,
    pseudonym: (person) => `p-${digest(person)}`,
    digest,
    readSources: () => ({ sources, problems: [] }),
    log: (level, message) => log.push(`${level}: ${message}`),
    zoneData: 'of the test',
    columnsMaker: 'of the test',
    demoType: 'demo',
    ...more,
  });
  return Object.assign(house, {
    store,
    engine,
    folder,
    log,
    write,
    close: async () => {
      await engine.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** Another process over the same database, which has read nothing yet. */
export const reopened = (house: SmallHouse, sources: readonly Source[], zoneData = 'of the test'): Promise<QuarterdeckEngine> =>
  QuarterdeckEngine.open({
    store: house.store,
    kpiFolder: join(house.folder, 'kpis'),
    clock: () => house.now,
    pseudonym: (person) => person,
    digest,
    readSources: () => ({ sources, problems: [] }),
    log: (level, message) => house.log.push(`${level}: ${message}`),
    zoneData,
    columnsMaker: 'of the test',
    demoType: 'demo',
  });

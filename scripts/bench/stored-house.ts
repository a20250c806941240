import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { digest } from '../../server/digest.ts';
import { Evaluator } from '../../server/evaluator.ts';
import type { Event } from '../../server/event/event.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import type { PullBatch, PullContext, PullEnd, Source } from '../../server/sources/source.ts';
import { openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';
import type { Data } from './data.ts';
import { organisationText } from './organisation.ts';
import { replaceSegments } from './segments.ts';
import { NOW, type Size } from './size.ts';
import { earliestEvent, ticketEvents } from './ticket-events.ts';

/** What names the code that made the columns: here they are made by hand. */
export const MAKER = 'bench';
const KINDS: readonly Kind[] = ['ticket', 'deployment', 'page', 'shift'];

/** Hands over what it is given, and knows everything up to then. */
class GivenSource implements Source {
  readonly type = 'given';
  readonly name = 'Given';
  readonly series = [];
  readonly schedule = null;
  readonly staleAfterMs = Infinity;
  readonly id: string;
  readonly kinds: readonly Kind[];
  next: readonly Event[] = [];

  constructor(id: string, kinds: readonly Kind[]) {
    this.id = id;
    this.kinds = kinds;
  }

  async *pull({ now }: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
    yield { events: this.next, samples: [], rejects: [], progress: '' };
    this.next = [];
    return { cursor: 'read', completeUntil: now, historyFrom: null };
  }

  async dryRun() {
    return { rows: [], rejects: [], events: 0, samples: 0, items: 0, read: 0 };
  }
}

/** The whole product behind its port, over generated facts that lie in its database as columns. */
export interface StoredHouse {
  readonly store: Store;
  readonly engine: QuarterdeckEngine;
  readonly desk: GivenSource;
  /** What its clock says. */
  now: number;
  close(): Promise<void>;
}

/**
 * Facts of millions of items would take an hour to be told as events. So a few are (`logged` rows of tickets, which can be
 * told of again, and the earliest of each kind), and the columns that the product made of those are put in place of all.
 */
export async function storedHouse(
  size: Size,
  data: Data,
  kpis: readonly string[],
  logged: readonly number[] = [0],
): Promise<StoredHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-stored-'));
  const kpiFolder = join(folder, 'kpis');
  mkdirSync(kpiFolder);
  writeFileSync(join(kpiFolder, 'organisation.yaml'), organisationText(size.teams));
  writeFileSync(join(kpiFolder, 'sources.yaml'), 'version: sources/v1\nsources: []\n');
  const clock = { now: NOW };
  const store = await openStore({ engine: 'sqlite', folder: join(folder, 'data') }, { mode: 'write', now: () => clock.now });
  const desk = new GivenSource('desk', ['ticket']);
  const [deploys, paging] = [new GivenSource('deploys', ['deployment']), new GivenSource('paging', ['page', 'shift'])];
  const sources = [desk, deploys, paging];
  const evaluator = new Evaluator();
  const open = (): Promise<QuarterdeckEngine> =>
    QuarterdeckEngine.open({
      store,
      kpiFolder,
      clock: () => clock.now,
      pseudonym: (person) => person,
      digest,
      readSources: () => ({ sources, problems: [] }),
      log: (level, message) => {
        if (level !== 'info') console.error(message);
      },
      zoneData: 'bench',
      columnsMaker: MAKER,
      evaluations: evaluator,
      demoType: 'demo',
    });

  const first = await open();
  const tickets = data.columns('ticket');
  const opened = tickets.instants['opened'] ?? new Int32Array(0);
  const earliest = opened.reduce((best, second, row) => (second < (opened[best] ?? 0) ? row : best), 0);
  desk.next = [...new Set([earliest, ...logged])].flatMap((row) => ticketEvents(tickets, row));
  deploys.next = [earliestEvent(data.columns('deployment'), 'started', { environment: 'production' })];
  paging.next = [earliestEvent(data.columns('page'), 'sent', {}), earliestEvent(data.columns('shift'), 'from', {})];
  await first.exclusively(async () => {
    for (const source of sources) await first.pullOnly(source);
    await first.measureNow('changed');
  });
  // Columns are stored after whatever waits.
  await first.exclusively(async () => undefined);
  await first.close();
  await replaceSegments(store, MAKER, KINDS.map(data.columns));
  for (const file of kpis) cpSync(file, join(kpiFolder, basename(file)));
  const engine = await open();
  return Object.assign(clock, {
    store,
    engine,
    desk,
    close: async () => {
      await engine.close();
      await evaluator.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from '../../server/event/kinds.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { QuarterdeckEngine } from '../../server/jobs/engine-of.ts';
import { EngineError } from '../../server/jobs/engine.ts';
import { digest } from '../../server/main.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../../server/store/store.ts';
import { GivenSource } from '../jobs/small-house.ts';
import type { ReusedDatabase } from '../store/reused-database.ts';
import { PLACE } from './databases.ts';
import { arriving, START, type Arrival, type History } from './history.ts';

export const VIEWER = { who: 'test', roles: [], teams: [] };
export const KINDS: readonly Kind[] = ['incident', 'ticket', 'deployment', 'page', 'session', 'action', 'shift', 'link'];

export const ORGANISATION = `version: organisation/v1
name: Property house
zone: Europe/Berlin
fiscal_year_ends: october
teams:
  payments: { name: Payments, zone: Europe/Berlin }
  search: { name: Search, zone: America/New_York }
services:
  checkout: { name: Checkout, owner: payments }
  index:
    name: Index
    owners: [{ team: search }, { team: payments, since: 2026-10-14 }]
`;

export const kpi = (id: string, measure: string, settles: string, more = ''): string => `version: kpi/v1
id: ${id}
name: ${id}
question: What happened?
section: Properties
role: outcome
owner: Service Operations
better: lower
measure:
${measure}
settles_after: ${settles}
${more}`;

/** One definition of each way of measuring items, settling at different times. */
export const DEFINITIONS: Readonly<Record<string, string>> = {
  restore: kpi(
    'restore',
    '  duration: { of: incidents, from: opened, to: restored }\n  summarise: median',
    '3 days',
    'also_show: [p90, mean]\n',
  ),
  severe: kpi('severe', '  count: { of: incidents }\n  where: { severity: [1, 2] }', '1 day', 'when_empty: zero\n'),
  depth: kpi('depth', '  depth: { of: tickets }', '0 days'),
  age: kpi('age', '  age: { of: tickets, since: last opened }\n  summarise: p90', '2 days'),
  failed: kpi(
    'failed',
    '  ratio:\n    of: deployments\n    where: { change_failed: true }\n    out_of: { outcome: succeeded }',
    '7 days',
  ),
  nights: kpi('nights', '  count: { of: pages }\n  where: { during: nights }', '1 day', 'when_empty: zero\n'),
  reviewed: kpi(
    'reviewed',
    '  ratio:\n    of: incidents\n    where: { reviewed_within: { at_most: 5 days } }\n  counted_in: restored',
    '1 day',
  ),
  reopened: kpi('reopened', '  ratio:\n    of: closings\n    where: { reopened_within: { at_most: 14 days } }', '1 day'),
  repeated: kpi('repeated', '  ratio:\n    of: incidents\n    where: { is_repeat: true }', '1 day'),
  suspected: kpi('suspected', '  count: { of: deployments }\n  where: { may_have_failed: true }', '1 day', 'when_empty: zero\n'),
  seats: kpi('seats', '  ratio:\n    of: seats\n    where: { attended: true }\n  counted_in: held', '1 day'),
  paged: kpi(
    'paged',
    '  duration: { of: pages, from: sent, to: incident.restored }\n  counted_in: sent\n  summarise: median',
    '1 day',
  ),
  answered: kpi('answered', '  duration: { of: tickets, from: opened, to: acknowledged }\n  summarise: median', '1 day'),
  part: kpi('part', '  combine: { difference: [severe, depth] }', '1 day'),
};

export interface PropertyHouse {
  readonly store: Store;
  readonly kpis: readonly Kpi[];
  readonly engine: () => QuarterdeckEngine;
  /** What was shown after each step. */
  readonly shown: { readonly live: readonly MeasurementRow[]; readonly snapshots: readonly SnapshotRow[] }[];
  live(history: History, arrivals: readonly Arrival[]): Promise<void>;
  close(): Promise<void>;
}

/** Over an emptied database, so one at a time. */
export async function propertyHouse(
  database: ReusedDatabase,
  definitions: Readonly<Record<string, string>> = DEFINITIONS,
): Promise<PropertyHouse> {
  const folder = mkdtempSync(join(PLACE, 'quarterdeck-property-'));
  const kpiFolder = join(folder, 'kpis');
  mkdirSync(kpiFolder);
  writeFileSync(join(kpiFolder, 'organisation.yaml'), ORGANISATION);
  writeFileSync(join(kpiFolder, 'sources.yaml'), 'version: sources/v1\nsources: []\n');
  for (const [name, text] of Object.entries(definitions)) writeFileSync(join(kpiFolder, `${name}.yaml`), text);
  let now = START;
  const desk = new GivenSource('desk', KINDS);
  const store = await database.emptied();
  const open = (): Promise<QuarterdeckEngine> =>
    QuarterdeckEngine.open({
      store,
      kpiFolder,
      clock: () => now,
      pseudonym: (person) => person,
      digest,
      readSources: () => ({ sources: [desk], problems: [] }),
      log: () => undefined,
      zoneData: 'of the test',
      columnsMaker: 'of the test',
      demoType: 'demo',
    });
  let engine = await open();
  const kpis = engine.catalogue(VIEWER).flatMap((entry) => (entry.kpi === null ? [] : [entry.kpi]));
  if (kpis.length !== Object.keys(definitions).length)
    throw new Error(JSON.stringify(engine.catalogue(VIEWER).flatMap(({ problems }) => problems)));
  const house: PropertyHouse = {
    store,
    kpis,
    engine: () => engine,
    shown: [],
    async live({ steps }, arrivals) {
      for (const [index, step] of steps.entries()) {
        now = step.now;
        const arrival = arrivals[index] ?? { order: 0, again: 0, cuts: 1, restarts: false };
        if (arrival.restarts) engine = await open();
        desk.next = arriving(step.events, arrival).map((events) => ({ events }));
        await engine.pull(VIEWER, 'desk');
        if (step.publishes) await engine.publish(VIEWER, '2026-W42', 'organisation').catch(refusedBeforeHistory);
        house.shown.push(await engine.snapshots(VIEWER, {}));
      }
    },
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}

/** A week that ends before anything happened has no review. */
function refusedBeforeHistory(error: unknown): void {
  if (!(error instanceof EngineError && error.code === 'not-found')) throw error;
}

import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openStore } from '../../../server/store/open.ts';
import { DATABASE_FILE } from '../../../server/store/sqlite.ts';
import { StoreError } from '../../../server/store/store.ts';
import { event, MONDAY } from '../sample-data.ts';
import { EVENTS, POINTS, VALUES, type Acknowledged } from './workload.ts';

/** What was found wrong, the first of it. */
export type Fault =
  /** Something acknowledged is not there. */
  | { readonly is: 'lost'; readonly words: string }
  /** Something is there in part, or without what belongs to it. */
  | { readonly is: 'torn'; readonly words: string }
  /** The database cannot be opened, or does not pass the integrity check. */
  | { readonly is: 'corrupt'; readonly words: string };

/** Revisions, first and later, as far as they are looked at here. */
const REVISIONS = `(select kpi, scope, period, revision, run from snapshot
  union all select kpi, scope, period, revision, run from later_revision)`;

/** Each a number; named by what it says. */
const FACTS = {
  batches: 'select count(*) from batch',
  lastBatch: 'select coalesce(max(number), 0) from batch',
  batchesOfOtherSize: `select count(*) from batch where events <> ${EVENTS} or samples <> ${POINTS}
    or events <> (select count(*) from event where event.batch = batch.number)
    or samples <> (select sum(length(points)) / 16 from sample_chunk where sample_chunk.batch = batch.number)`,
  events: 'select count(*) from event',
  points: 'select coalesce(sum(length(points)) / 16, 0) from sample_chunk',
  pulls: 'select count(*) from pull',
  lastPull: 'select coalesce(max(number), 0) from pull',
  lastPullKnew: 'select coalesce(max(complete_until), 0) from pull',
  cursor: 'select coalesce(max(cast(cursor as integer)), 0) from source_state',
  runs: 'select count(*) from run',
  lastRun: 'select coalesce(max(number), 0) from run',
  publications: 'select count(*) from publication',
  lastPublishedRun: 'select coalesce(max(run), 0) from publication',
  snapshots: `select count(*) from ${REVISIONS}`,
  runsOfOtherSize: `select count(*) from run where (select count(*) from ${REVISIONS} as made where made.run = run.number) <> ${VALUES}`,
  revisionsWithGap: `select count(*) from (select count(*) as found, max(revision) as last from ${REVISIONS} group by kpi, scope, period) where found <> last`,
  total: 'select coalesce(max(count), 0) from measurement',
  foreignEvents: 'select count(*) from event where batch not in (select number from batch)',
} as const;
type Facts = Record<keyof typeof FACTS, number>;

/**
 * Opens what a crash left with the real store and looks for anything acknowledged that is missing and
 * for anything that is there by half. The folder is written to.
 */
export async function faultOf(folder: string, acknowledged: Acknowledged): Promise<Fault | null> {
  try {
    const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => MONDAY });
    try {
      const facts = factsIn(folder);
      if (typeof facts === 'string') return { is: 'corrupt', words: facts };
      const fault = lostIn(facts, acknowledged) ?? tornIn(facts, acknowledged);
      if (fault !== null) return fault;
      // It goes on where it stopped.
      const { batch } = await store.append('servicenow', MONDAY, [event({ item: 'NEXT', key: 'a' })], []);
      return batch === facts.lastBatch + 1 ? null : { is: 'torn', words: `the next batch was ${String(batch)}` };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof Sqlite.SqliteError)) throw error;
    return { is: 'corrupt', words: error.message };
  }
}

function factsIn(folder: string): Facts | string {
  const reader = new Sqlite(join(folder, DATABASE_FILE), { readonly: true });
  try {
    const integrity: unknown = reader.pragma('integrity_check(1)', { simple: true });
    if (integrity !== 'ok') return String(integrity);
    const number = (query: string): number => Number(reader.prepare(query).pluck().get());
    // One column each, in one statement: they are read from one moment.
    const names = Object.keys(FACTS) as (keyof typeof FACTS)[];
    const all = reader.prepare(`select ${names.map((name) => `(${FACTS[name]}) as ${name}`).join(', ')}`).get() as Facts;
    return number('select count(*) from migration') > 0 ? all : 'there is no record of migrations';
  } finally {
    reader.close();
  }
}

function lostIn(facts: Facts, acknowledged: Acknowledged): Fault | null {
  const found: Acknowledged = { batches: facts.lastBatch, cursor: facts.cursor, pulls: facts.lastPull, runs: facts.lastRun };
  for (const name of ['batches', 'cursor', 'pulls', 'runs'] as const) {
    if (found[name] < acknowledged[name]) return { is: 'lost', words: `${name}: ${found[name]} of ${acknowledged[name]}` };
  }
  return null;
}

function tornIn(facts: Facts, acknowledged: Acknowledged): Fault | null {
  const { lastBatch, lastRun, lastPull } = facts;
  const rules: Readonly<Record<string, boolean>> = {
    'batch numbers have no gap': facts.batches === lastBatch,
    'a batch has the rows that it counts': facts.batchesOfOtherSize === 0 && facts.foreignEvents === 0,
    'nothing is there that is in no batch': facts.events === lastBatch * EVENTS && facts.points === lastBatch * POINTS,
    'a source is not ahead of its events': facts.cursor <= lastBatch,
    'a source and its pull were saved together': facts.pulls === lastPull && lastPull === facts.cursor,
    'a pull vouches for what its source does': lastPull === 0 || facts.lastPullKnew === MONDAY + lastPull,
    'run numbers have no gap': facts.runs === lastRun,
    'a run has its snapshots': facts.runsOfOtherSize === 0 && facts.snapshots === lastRun * VALUES,
    'a run has its publication': facts.publications === lastRun && facts.lastPublishedRun === lastRun,
    'a run has its live values': facts.total === lastRun * VALUES,
    'revisions have no gap': facts.revisionsWithGap === 0,
    'nothing was done twice or ahead': lastBatch <= acknowledged.batches + 1 && lastRun <= acknowledged.runs + 1,
  };
  const broken = Object.keys(rules).find((rule) => rules[rule] !== true);
  return broken === undefined ? null : { is: 'torn', words: `${broken}: ${JSON.stringify(facts)}` };
}

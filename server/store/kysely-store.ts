import type { Engine } from './engine.ts';
import { Inbox } from './inbox.ts';
import { Jobs } from './jobs.ts';
import { Journal } from './journal.ts';
import { EventLog } from './log.ts';
import { Records } from './records.ts';
import { Revisions } from './revisions.ts';
import { Runs } from './runs.ts';
import { Segments } from './segments.ts';
import { Snapshots } from './snapshots.ts';
import { SourceStates } from './source-states.ts';
import type { Store } from './store.ts';
import { Values } from './values.ts';
import { watched } from './watched.ts';

/** The store over either engine: each part of it is a file of this room, and this is where they meet. */
export function storeOn(opened: Engine): Store {
  const { engine, trouble } = watched(opened);
  const log = new EventLog(engine);
  const sources = new SourceStates(engine);
  const inbox = new Inbox(engine);
  const records = new Records(engine);
  const values = new Values(engine);
  const snapshots = new Snapshots(engine);
  const revisions = new Revisions(engine);
  const runs = new Runs(engine, values, revisions);
  const segments = new Segments(engine);
  const jobs = new Jobs(engine);
  const journal = new Journal(engine);
  return {
    engine: engine.name,

    append: (source, recordedAt, events, samples, lease) => log.append(source, recordedAt, events, samples, lease),
    watermark: () => log.watermark(),
    batchRecordedAt: (batch) => log.recordedAt(batch),
    touchedItems: (afterBatch, untilBatch) => log.touchedItems(afterBatch, untilBatch),
    eventsOf: (uids, untilBatch) => log.eventsOf(uids, untilBatch),
    allEvents: (kinds, untilBatch) => log.all(kinds, untilBatch),
    countEvents: () => log.count(),
    samples: (series, from, to, untilBatch) => log.samples(series, from, to, untilBatch),
    seriesNames: () => log.seriesAfter(0),
    touchedSeries: (afterBatch, untilBatch) => log.seriesTouchedAfter(afterBatch, untilBatch),

    sourceStates: () => sources.all(),
    saveSourceState: (state, lease) => sources.save(state, lease),
    recordPull: (record, state, lease) => sources.recordPull(record, state, lease),
    pulls: (source, limit) => sources.pulls(source, limit),
    lastPull: () => sources.lastPull(),
    reaches: (names, untilPull) => sources.reaches(names, untilPull),

    keepPost: (post) => inbox.keep(post),
    posts: (source, after) => inbox.posts(source, after),
    takePosts: (source, numbers, at, lease) => inbox.take(source, numbers, at, lease),
    waitingPosts: () => inbox.waiting(),

    keepDefinition: (definition) => records.keepDefinition(definition),
    definition: (hash) => records.definition(hash),
    commitRun: (run, made, lease) => runs.commit(run, made, lease),
    run: (number) => runs.run(number),
    lastRun: () => runs.last(),
    runs: (afterRun, limit) => runs.after(afterRun, limit),
    momentAt: (instant) => runs.momentAt(instant),
    saveMeasurements: (rows, lease) => values.saveMeasurements(rows, lease),
    measurements: (query) => values.measurements(query),
    allSnapshots: () => snapshots.all(),
    replaceSnapshots: (rows) => revisions.replace(rows),
    latestSnapshots: (query) => snapshots.latest(query),
    latestOf: (kpi, places) => snapshots.latestOf(kpi, places),
    revisions: (kpi, scope, period) => snapshots.revisions(kpi, scope, period),
    restatements: (scope, after, until) => snapshots.restatements(scope, after, until),
    publications: (limit) => runs.publications(limit),

    writeJournal: (entry) => journal.write(entry),
    journal: (query) => journal.entries(query),
    journalRevisions: (entry) => journal.revisions(entry),
    journalAfter: (kind, after) => journal.after(kind, after),
    lastJournal: () => journal.last(),

    segmentsThrough: (maker) => segments.through(maker),
    segments: (kind) => segments.all(kind),
    segmentRows: () => segments.rows(),
    saveSegments: (changes, lease) => segments.save(changes, lease),
    clearSegments: (lease) => segments.clear(lease),

    lastTick: (job) => jobs.lastTick(job),
    saveTick: (job, tick) => jobs.saveTick(job, tick),
    claim: (job, holder, now, leaseMs) => jobs.claim(job, holder, now, leaseMs),
    release: (lease) => jobs.release(lease),

    setting: (name) => records.setting(name),
    saveSetting: (name, value) => records.saveSetting(name, value),

    relaxDurability: (task) => relaxDurability(engine, task),
    trouble,
    close: () => engine.close(),
  };
}

async function relaxDurability<T>(engine: Engine, task: () => Promise<T>): Promise<T> {
  await engine.setDurability('relaxed');
  try {
    return await task();
  } finally {
    await engine.setDurability('full');
    // A commit that waits for the disk takes all earlier ones there with it; this one changes nothing.
    await engine.write((trx) =>
      trx
        .updateTable('migration')
        .set((row) => ({ number: row.ref('number') }))
        .execute(),
    );
  }
}

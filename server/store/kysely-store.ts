import type { Engine } from './engine.ts';
import { Jobs } from './jobs.ts';
import { EventLog } from './log.ts';
import { Records } from './records.ts';
import { SourceStates } from './source-states.ts';
import type { Store } from './store.ts';
import { Values } from './values.ts';

/** The store over either engine: each part of it is a file of this room, and this is where they meet. */
export function storeOn(engine: Engine): Store {
  const log = new EventLog(engine);
  const sources = new SourceStates(engine);
  const records = new Records(engine);
  const values = new Values(engine);
  const jobs = new Jobs(engine);
  return {
    engine: engine.name,

    append: (source, recordedAt, events, samples, lease) => log.append(source, recordedAt, events, samples, lease),
    watermark: () => log.watermark(),
    batchRecordedAt: (batch) => log.recordedAt(batch),
    touchedItems: (afterBatch) => log.touchedItems(afterBatch),
    eventsOf: (uids, untilBatch) => log.eventsOf(uids, untilBatch),
    allEvents: (kinds, untilBatch) => log.all(kinds, untilBatch),
    countEvents: () => log.count(),
    samples: (series, from, to, untilBatch) => log.samples(series, from, to, untilBatch),
    seriesNames: () => log.seriesAfter(0),
    touchedSeries: (afterBatch) => log.seriesTouchedAfter(afterBatch),

    sourceStates: () => sources.all(),
    saveSourceState: (state, lease) => sources.save(state, lease),
    recordPull: (record) => sources.recordPull(record),
    pulls: (source, limit) => sources.pulls(source, limit),

    keepDefinition: (definition) => records.keepDefinition(definition),
    definition: (hash) => records.definition(hash),
    recordRun: (run) => records.recordRun(run),
    saveMeasurements: (rows, lease) => values.saveMeasurements(rows, lease),
    measurements: (query) => values.measurements(query),
    appendSnapshots: (rows, lease) => values.appendSnapshots(rows, lease),
    latestSnapshots: (query) => values.latestSnapshots(query),
    revisions: (kpi, scope, period) => values.revisions(kpi, scope, period),
    restatements: (scope, after, until) => values.restatements(scope, after, until),
    recordPublication: (publication) => records.recordPublication(publication),
    publications: (limit) => records.publications(limit),

    lastTick: (job) => jobs.lastTick(job),
    saveTick: (job, tick) => jobs.saveTick(job, tick),
    claim: (job, holder, now, leaseMs) => jobs.claim(job, holder, now, leaseMs),
    release: (lease) => jobs.release(lease),

    setting: (name) => records.setting(name),
    saveSetting: (name, value) => records.saveSetting(name, value),

    relaxDurability: (task) => relaxDurability(engine, task),
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

import type { Event, Sample, StoredEvent } from '../../server/event/event.ts';
import type { Lease, MeasurementRow, SnapshotRow, SourceState, Store } from '../../server/store/store.ts';

/** 2026-03-02T00:00Z. */
export const MONDAY = Date.UTC(2026, 2, 2);

export const event = (changes: Partial<Event> & Pick<Event, 'item' | 'key'>): Event => ({
  kind: 'incident',
  source: 'servicenow',
  effectiveAt: MONDAY,
  sequence: 0,
  origin: 'native',
  state: null,
  fields: {},
  supersedes: null,
  slot: null,
  ...changes,
});

export const sample = (at: number, value: number, changes: Partial<Sample> = {}): Sample => ({
  source: 'cloudwatch',
  series: 'checkout-requests',
  dimensions: '',
  statistic: 'sum',
  at,
  value,
  ...changes,
});

export const measurement = (changes: Partial<MeasurementRow> = {}): MeasurementRow => ({
  kpi: 'time-to-restore',
  scope: 'organisation',
  period: '2026-W10',
  grain: 'week',
  firstDay: 20_514,
  value: 21_600.1,
  emptiness: null,
  count: 7,
  exclusions: [{ reason: 'still open', count: 3 }],
  also: { p90: 43_200, mean: null },
  isStale: false,
  digest: 'abc',
  definition: 'def',
  watermark: 4,
  limits: { mean: 0.1 + 0.2, lower: null, upper: 9, isProvisional: true, from: '2026-W01', to: '2026-W09' },
  ...changes,
});

export const snapshot = (changes: Partial<SnapshotRow> = {}): SnapshotRow => ({
  ...measurement(),
  revision: 1,
  run: 1,
  recordedAt: MONDAY,
  causes: ['settled'],
  moved: [],
  movedCount: 0,
  ...changes,
});

/** Stores revisions with a run of their own. */
export const keep = (store: Store, snapshots: readonly SnapshotRow[], lease?: Lease): Promise<number> =>
  store.commitRun({ kind: 'measure', at: MONDAY, watermark: 0, detail: '{}' }, { snapshots }, lease);

export const sourceState = (changes: Partial<SourceState> = {}): SourceState => ({
  source: 'servicenow',
  cursor: '{"page":2}',
  lastStartedAt: MONDAY,
  lastCompletedAt: null,
  completeUntil: null,
  historyFrom: null,
  lastErrorAt: null,
  lastError: null,
  rejectedCount: 0,
  rejected: [],
  kinds: ['incident'],
  series: [],
  ...changes,
});

/** Everything in the log, by item. */
export async function wholeLog(store: Store, untilBatch?: number): Promise<Map<string, StoredEvent[]>> {
  const all = new Map<string, StoredEvent[]>();
  for await (const chunk of store.allEvents(undefined, untilBatch)) {
    for (const [uid, events] of chunk) {
      if (all.has(uid)) throw new Error(`${uid} came in two chunks`);
      all.set(uid, events);
    }
  }
  return all;
}

import { join } from 'node:path';
import type { Header } from '../../server/store/backup-format.ts';
import { checkBackup } from '../../server/store/backup-read.ts';
import { writeBackup } from '../../server/store/backup.ts';
import type { StoreConfig } from '../../server/store/open.ts';
import { restoreToPostgresql } from '../../server/store/restore-postgresql.ts';
import { restoreToSqlite } from '../../server/store/restore-sqlite.ts';
import type { Restored } from '../../server/store/restore.ts';
import type { Store } from '../../server/store/store.ts';
import { segment } from './contract-segments.ts';
import { event, keep, measurement, MONDAY, sample, snapshot, sourceState } from './sample-data.ts';

export const KEY = 'ab'.repeat(32);
const nothing = (): void => undefined;

/** Something in every table, with what databases like to spoil. */
export async function fill(store: Store): Promise<void> {
  const odd = 'quotes " \\ tab\t line\nend \u2028 “ünï” 😀\u202e \u0001';
  for (let batch = 0; batch < 5; batch += 1) {
    const events = Array.from({ length: 60 }, (_, at) =>
      event({
        item: `INC${at}:${at % 3 === 0 ? odd : 'x'}`,
        key: `${batch}-${at}`,
        effectiveAt: MONDAY - at * 1e9,
        sequence: -batch,
        slot: at % 2 === 0 ? 'cause' : null,
        fields: { cause: `${batch} ${odd}`, weight: 0.1 * at, severity: 9_007_199_254_740_991, team: '' },
      }),
    );
    const samples = [1e-300, 1.7e308, -5, 1 / 3].map((value, at) => sample(MONDAY + batch * 86_400_000 + at * 1_000, value));
    await store.append('servicenow', MONDAY + batch, events, samples);
  }
  await store.saveSourceState(sourceState({ cursor: odd, lastError: odd }));
  const pull = {
    source: 'servicenow',
    startedAt: MONDAY,
    endedAt: MONDAY + 5,
    newEvents: 3,
    newSamples: 0,
    rejected: 1,
    error: null,
  };
  await store.recordPull({ ...pull, outcome: 'complete', completeUntil: MONDAY, historyFrom: null });
  await store.keepPost({ source: 'bus', id: odd.slice(0, 8), receivedAt: MONDAY, body: odd, fault: null });
  await store.writeJournal({
    entry: null,
    after: 0,
    kind: 'comment',
    scope: 'organisation',
    kpi: null,
    period: '2026-W10',
    author: odd.slice(0, 8),
    recordedAt: MONDAY,
    isWithdrawn: false,
    body: JSON.stringify({ text: odd, point: null }),
  });
  await store.keepDefinition({ hash: 'h', kpi: 'time-to-restore', text: `name: ${odd}\n`, recordedAt: MONDAY });
  await store.saveMeasurements([
    measurement(),
    measurement({ period: '2026-W11', value: null, emptiness: 'no data', limits: null }),
  ]);
  await keep(store, [snapshot({ value: 0.1 + 0.2 }), snapshot({ revision: 2, causes: ['late'], moved: [odd], movedCount: 1 })]);
  const publication = { review: '2026-W10', scope: 'organisation', at: MONDAY, watermark: 5 };
  await store.commitRun({ kind: 'publish', at: MONDAY, watermark: 5, detail: '{}' }, { snapshots: [], publication });
  await store.saveTick('measure', MONDAY);
  await store.claim('pull', 'a', MONDAY, 1_000);
  await store.saveSetting('demo-until', odd);
  await store.saveSegments({ maker: 'test', after: 0, through: 5, put: [segment('ticket', 'payments', 24_300)], drop: [] });
}

export const backup = (config: StoreConfig, file: string, key: string | null = KEY): Promise<Header> =>
  writeBackup(config, file, { version: '0.1.0', pseudonymKey: key, now: () => MONDAY, onProgress: nothing });

export function restore(config: StoreConfig, file: string, keyFolder: string, isReplacing = false): Promise<Restored> {
  const options = { isReplacing, keyFile: join(keyFolder, 'pseudonym.key'), now: () => MONDAY, onProgress: nothing };
  return config.engine === 'sqlite'
    ? restoreToSqlite(config.folder, file, options)
    : restoreToPostgresql(config.url, file, options);
}

/** The content of a backup as a few words for each table: equal words, equal rows. */
export async function digestsOf(file: string): Promise<Record<string, string>> {
  const { end } = await checkBackup(file, nothing);
  return Object.fromEntries(Object.entries(end.rows).map(([table, rows]) => [table, `${rows} rows ${end.digests[table] ?? ''}`]));
}

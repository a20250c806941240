import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { DATABASE_FILE, openSqlite, type SqliteEngine } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { now } from './contract-migration.ts';
import { keep, measurement, MONDAY, snapshot } from './sample-data.ts';

describe('values in SQLite', () => {
  let folder: string;
  let engine: SqliteEngine;
  let store: Store;
  /** Texts of statements as they are prepared. */
  let texts: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quarterdeck-plans-'));
    engine = openSqlite(folder, { mode: 'write', now });
    await migrate(engine, now);
    texts = [];
    const prepare = engine.connection.prepare.bind(engine.connection);
    Object.assign(engine.connection, {
      prepare: (text: string) => {
        texts.push(text);
        return prepare(text);
      },
    });
    store = storeOn(engine);
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** How what was asked since is looked for in each table, in the words of SQLite. */
  const plans = (): string[] =>
    [...texts]
      .filter((text) => text.startsWith('select'))
      .flatMap((text) => {
        const parameters = Array.from({ length: text.split('?').length - 1 }, () => null);
        const steps = engine.connection.prepare<unknown[], { detail: string }>(`explain query plan ${text}`).all(parameters);
        return steps.flatMap(({ detail }) =>
          /(SCAN|SEARCH) (snapshot|later_revision|measurement|batch_items)/.test(detail) ? detail : [],
        );
      });

  test.each<[string, () => Promise<unknown>, string[]]>([
    [
      'of a KPI are found by the indexes of KPIs',
      () => store.latestSnapshots({ kpi: 'a', fromDay: 1 }),
      [
        'SEARCH snapshot USING INDEX snapshot_by_kpi (kpi=? AND first_day>?)',
        'SEARCH later_revision USING INDEX later_revision_by_kpi (kpi=? AND first_day>?)',
      ],
    ],
    [
      'of a scope by those of scopes',
      () => store.latestSnapshots({ scope: 'a', toDay: 1 }),
      [
        'SEARCH snapshot USING INDEX snapshot_by_scope (scope=? AND first_day<?)',
        'SEARCH later_revision USING INDEX later_revision_by_scope (scope=?)',
      ],
    ],
    [
      'of a KPI and a scope by those of scopes, too',
      () => store.latestSnapshots({ kpi: 'a', scope: 'a', grain: 'week' }),
      [
        'SEARCH snapshot USING INDEX snapshot_by_scope (scope=?)',
        'SEARCH later_revision USING INDEX later_revision_by_scope (scope=?)',
      ],
    ],
    [
      'that are live, of a KPI and a scope, by that of scopes',
      () => store.measurements({ kpi: 'a', scope: 'a' }),
      ['SEARCH measurement USING INDEX measurement_by_scope (scope=?)'],
    ],
    [
      'of a few places by the keys of the tables',
      () => store.latestOf('a', [{ scope: 'a', period: 'p' }]),
      [
        'SEARCH snapshot USING PRIMARY KEY (period=? AND scope=? AND kpi=?)',
        'SEARCH later_revision USING INDEX sqlite_autoindex_later_revision_1 (period=? AND scope=? AND kpi=?)',
      ],
    ],
    [
      'with all their revisions by the keys of the tables',
      () => store.revisions('a', 'a', 'p'),
      [
        'SEARCH snapshot USING PRIMARY KEY (period=? AND scope=? AND kpi=?)',
        'SEARCH later_revision USING INDEX sqlite_autoindex_later_revision_1 (period=? AND scope=? AND kpi=?)',
      ],
    ],
    [
      'that were restated by scope and time',
      () => store.restatements('a', 1, 2),
      ['SEARCH later_revision USING INDEX later_revision_by_scope (scope=? AND recorded_at>? AND recorded_at<?)'],
    ],
    [
      'of items that batches touched by the number of the batch',
      () => store.touchedItems(1, 2),
      ['SEARCH batch_items USING INDEX sqlite_autoindex_batch_items_1 (batch>? AND batch<?)'],
    ],
    [
      'before a revision by the keys of the tables',
      () => keep(store, [snapshot({ revision: 2 })]).catch(() => undefined),
      ['SEARCH snapshot USING PRIMARY KEY (period=? AND scope=? AND kpi=? AND revision=?)'],
    ],
  ])('%s', async (_, ask, expected) => {
    await ask();
    expect([...new Set(plans())]).toEqual(expected);
  });

  test('are passed over in the order of their keys, without sorting all of them', async () => {
    for await (const _ of store.allSnapshots()) expect.unreachable();
    const [text] = texts.filter((each) => each.startsWith('select'));
    const steps = engine.connection.prepare<unknown[], { detail: string }>(`explain query plan ${text ?? ''}`).all(10);
    expect(steps.map(({ detail }) => detail).filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([]);
  });

  test('that are replaced leave the entries of indexes as they are', async () => {
    const rows = Array.from({ length: 100 }, (_, at) => measurement({ period: `p${at}`, firstDay: at }));
    await store.saveMeasurements(rows);
    await store.saveMeasurements(rows.map((row) => ({ ...row, value: 1 })));
    expect(await store.measurements({ fromDay: 99 })).toMatchObject([{ value: 1 }]);
    const written = texts.find((text) => text.startsWith('insert into "measurement"')) ?? '';
    expect(written).not.toContain('set "first_day"');
    const nothing = Array.from({ length: 1_600 }, () => null);
    const steps = engine.connection.prepare<unknown[], { opcode: string }>(`explain ${written}`).all(nothing);
    expect(steps.filter(({ opcode }) => opcode === 'IdxDelete')).toEqual([]);
  });

  test('of a run are copied into the file by the commit after it', async () => {
    engine.connection.pragma('wal_checkpoint(TRUNCATE)');
    engine.connection.pragma('wal_autocheckpoint = 10');
    const size = async (): Promise<number> => (await stat(join(folder, DATABASE_FILE))).size;
    const before = await size();
    await keep(
      store,
      Array.from({ length: 300 }, (_, at) => snapshot({ period: `p${at}`, firstDay: at, recordedAt: MONDAY })),
    );
    expect(await size()).toBe(before);
    await store.saveSetting('name', 'value');
    expect(await size()).toBeGreaterThan(before);
    expect(engine.connection.pragma('wal_autocheckpoint', { simple: true })).toBe(10);
  });
});

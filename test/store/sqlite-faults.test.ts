import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate, MIGRATIONS } from '../../server/store/migrate.ts';
import { openStore } from '../../server/store/open.ts';
import { isNetworkFileSystem } from '../../server/store/sqlite-folder.ts';
import { DATABASE_FILE, openSqlite } from '../../server/store/sqlite.ts';
import { StoreError, type Store } from '../../server/store/store.ts';
import { now, watched } from './contract-migration.ts';
import { event, keep, measurement, MONDAY, sample, snapshot, wholeLog } from './sample-data.ts';
import { matching } from './matching.ts';

let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'quarterdeck-faults-'));
  folder = join(root, 'deep', 'data');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const open = (mode: 'read' | 'write' = 'write', url?: string): Promise<Store> =>
  openStore({ engine: 'sqlite', folder }, { mode, now, ...(url === undefined ? {} : { url }) });
const file = (): string => join(folder, DATABASE_FILE);
const facts = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => event({ item: `INC${from + at}`, key: 'a', fields: { team: 'x'.repeat(100) } }));

describe('a folder', () => {
  test('is made for its owner alone', async () => {
    const store = await open();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test('lets one writer in and names it to the second', async () => {
    const store = await open('write', 'http://127.0.0.1:4680');
    const second = open();
    await expect(second).rejects.toMatchObject({ name: 'StoreError', code: 'locked', fix: matching(/running server/) });
    await expect(second).rejects.toThrow(
      `Another process (pid ${process.pid}, since 2026-03-02T00:00Z, http://127.0.0.1:4680) writes to ${folder}`,
    );
    // The refused one has left everything as it was.
    await expect(open()).rejects.toMatchObject({ code: 'locked' });
    expect(await store.append('servicenow', MONDAY, facts(0, 1), [])).toMatchObject({ batch: 1 });
    await store.close();
    await (await open()).close();
  });

  test('lets readers look beside the writer, and not write', async () => {
    const store = await open();
    const reader = await open('read');
    await store.append('servicenow', MONDAY, facts(0, 3), []);
    expect(await reader.watermark()).toBe(1);
    expect((await wholeLog(reader)).size).toBe(3);
    await expect(reader.append('servicenow', MONDAY, facts(9, 1), [])).rejects.toMatchObject({ code: 'read-only' });
    await expect(reader.saveSetting('a', 'b')).rejects.toMatchObject({ code: 'read-only' });
    await reader.close();
    await store.close();
    const later = await open('read');
    expect(await later.watermark()).toBe(1);
    await later.close();
  });

  test('without a database is nothing to read, and stays without one', async () => {
    await expect(open('read')).rejects.toMatchObject({ code: 'unreachable' });
    expect(existsSync(folder)).toBe(false);
  });

  test('that is no folder is refused with what to do', async () => {
    writeFileSync(join(root, 'deep'), '');
    await expect(open()).rejects.toMatchObject({ code: 'read-only', fix: matching(/QUARTERDECK_DATA/) });
  });

  test('that this user may not write is refused with what to do', async () => {
    mkdirSync(folder, { recursive: true, mode: 0o500 });
    // Root may write everywhere, so it becomes somebody else for a moment.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(open()).rejects.toMatchObject({ code: 'read-only', fix: matching(/may write/) });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('on a network file system is told from one on a disk', () => {
    expect(isNetworkFileSystem(0x6969)).toBe(true);
    expect(isNetworkFileSystem(0xef53)).toBe(false);
  });
});

describe('a database', () => {
  test('is on disk when a commit returns', async () => {
    const engine = openSqlite(folder, { mode: 'write', now });
    expect(engine.connection.pragma('journal_mode', { simple: true })).toBe('wal');
    await migrate(engine, now);
    await storeOn(engine).saveSetting('a', 'b');
    // 2 is FULL; the library's own default after a first write is 1.
    expect(engine.connection.pragma('synchronous', { simple: true })).toBe(2);
    expect(engine.connection.pragma('foreign_keys', { simple: true })).toBe(1);
    await engine.close();
  });

  test('that is full says so, loses nothing, and goes on when there is space', async () => {
    const engine = openSqlite(folder, { mode: 'write', now });
    await migrate(engine, now);
    const store = storeOn(engine);
    const pages = Number(engine.connection.pragma('page_count', { simple: true }));
    engine.connection.pragma(`max_page_count = ${pages + 40}`);
    let acknowledged = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await store.append('servicenow', MONDAY, facts(acknowledged, 50), []);
        acknowledged += 50;
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
    expect(acknowledged).toBeGreaterThan(0);
    expect((await wholeLog(store)).size).toBe(acknowledged);
    await expect(store.append('servicenow', MONDAY, facts(acknowledged, 50), [])).rejects.toMatchObject({ code: 'full' });
    engine.connection.pragma('max_page_count = 1000000');
    expect(await store.append('servicenow', MONDAY, facts(acknowledged, 50), [])).toMatchObject({ newEvents: 50 });
    expect(await store.watermark()).toBe(acknowledged / 50 + 1);
    await store.close();
  });

  const damaged = async (damage: (bytes: Buffer) => void): Promise<void> => {
    const store = await open();
    await store.append('servicenow', MONDAY, facts(0, 2_000), []);
    await store.close();
    const bytes = readFileSync(file());
    damage(bytes);
    writeFileSync(file(), bytes);
    await expect(open()).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt', fix: matching(/backup/) });
    expect(readFileSync(file()).equals(bytes)).toBe(true);
    // The refusal has let go of the folder.
    await expect(open()).rejects.toMatchObject({ code: 'corrupt' });
  };
  test('that is no database is refused and left as it is', () => damaged((bytes) => bytes.fill('x', 0, 100)));
  test('with damaged pages is refused and left as it is', () => damaged((bytes) => bytes.fill(0xff, 20 * 4096, 60 * 4096)));
  test('that is cut short is refused', () => damaged((bytes) => bytes.fill(0, bytes.length / 2)));

  describe('whose file is damaged', () => {
    interface Told {
      readonly log: unknown;
      readonly touched: unknown;
      readonly samples: unknown;
      readonly snapshots: unknown;
      readonly measurements: unknown;
    }
    const toldBy = async (store: Store): Promise<Told> => ({
      log: await wholeLog(store),
      touched: await store.touchedItems(0),
      samples: await store.samples('checkout-requests', -Infinity, Infinity),
      snapshots: await store.latestSnapshots({}),
      measurements: await store.measurements({}),
    });
    /** Opens the database with these bytes and reads everything; true where it was refused, false where all is as it was. */
    async function isRefused(bytes: Uint8Array, told: Told): Promise<boolean> {
      writeFileSync(file(), bytes);
      let store: Store | null = null;
      try {
        store = await open();
        const found = await toldBy(store);
        expect(found).toEqual(told);
        return false;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // A byte of the record of migrations looks as if another version had made them.
        expect(error).toMatchObject({
          code: matching(/corrupt|conflict|newer-schema/),
          fix: matching(/restore|Use the version/i),
        });
        return true;
      } finally {
        await store?.close();
      }
    }
    async function filled(): Promise<{ readonly bytes: Buffer; readonly told: Told }> {
      const store = await open();
      const samples = Array.from({ length: 400 }, (_, at) => sample(MONDAY + at * 600_000, at / 7));
      await store.append('servicenow', MONDAY, facts(0, 150), samples);
      await keep(
        store,
        Array.from({ length: 60 }, (_, at) => snapshot({ kpi: `kpi-${at}`, value: at / 3 })),
      );
      await store.saveMeasurements(Array.from({ length: 60 }, (_, at) => measurement({ kpi: `kpi-${at}`, value: at / 3 })));
      const told = await toldBy(store);
      await store.close();
      return { bytes: readFileSync(file()), told };
    }

    test('in one byte anywhere is refused or reads right, never wrong', async () => {
      const { bytes, told } = await filled();
      let refused = 0;
      const PLACES = Number(process.env['PROVE_PLACES'] ?? 400);
      for (let at = 0; at < PLACES; at += 1) {
        const spoilt = Buffer.from(bytes);
        // Spread over all pages, and over all offsets in them.
        const place = (at * 483_059) % bytes.length;
        spoilt[place] = (spoilt[place] ?? 0) ^ (at % 2 === 0 ? 0xff : 1 << (at % 8));
        if (await isRefused(spoilt, told)) refused += 1;
      }
      // The others hit free space.
      expect(refused).toBeGreaterThan(PLACES / 10);
      expect(await isRefused(bytes, told)).toBe(false);
    });

    test('by a cut anywhere is refused', async () => {
      const { bytes, told } = await filled();
      for (let at = 1; at < 60; at += 1) {
        const cut = bytes.subarray(0, Math.floor((at * bytes.length) / 60));
        expect(await isRefused(cut, told)).toBe(true);
      }
    });
  });

  test('of a newer version is refused without a write', async () => {
    const engine = openSqlite(folder, { mode: 'write', now });
    await migrate(engine, now, [
      ...MIGRATIONS,
      { number: MIGRATIONS.length + 1, name: '9999-later', checksum: 'c', up: async () => {} },
    ]);
    await engine.close();
    const before = readFileSync(file());
    for (const mode of ['write', 'read'] as const) {
      await expect(open(mode)).rejects.toMatchObject({ code: 'newer-schema', message: matching(/9999-later/) });
    }
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  test('of an earlier version is not read before it is migrated', async () => {
    const engine = openSqlite(folder, { mode: 'write', now });
    await engine.close();
    await expect(open('read')).rejects.toMatchObject({ code: 'unreachable', fix: matching(/migrate/) });
  });

  test('is old or new, never between, when the process is killed at any statement of a migration', async () => {
    const engine = openSqlite(folder, { mode: 'write', now });
    let killed = 0;
    // What is in the files at this moment is what a kill would leave in them.
    const keepFiles = (): void => {
      killed += 1;
      const copy = join(root, `killed-${killed}`);
      mkdirSync(copy);
      for (const end of ['', '-wal']) {
        if (existsSync(`${file()}${end}`)) copyFileSync(`${file()}${end}`, join(copy, `${DATABASE_FILE}${end}`));
      }
    };
    await migrate(
      engine,
      now,
      MIGRATIONS.map((migration) => watched(migration, keepFiles)),
    );
    keepFiles();
    await engine.close();
    expect(killed).toBeGreaterThan(15);

    const seen = new Set<unknown>();
    for (let at = 1; at <= killed; at += 1) {
      const copy = join(root, `killed-${at}`);
      const left = new Sqlite(join(copy, DATABASE_FILE));
      seen.add(left.prepare('select group_concat(sql) from sqlite_master').pluck().get());
      left.close();
      const store = await openStore({ engine: 'sqlite', folder: copy }, { mode: 'write', now });
      expect(await store.append('servicenow', MONDAY, facts(0, 1), [])).toMatchObject({ batch: 1 });
      await store.close();
    }
    // Nothing at all, or all tables and indexes of one of the versions.
    expect(seen.size).toBe(MIGRATIONS.length + 1);
    expect([...seen][0]).toBeNull();
  });
});

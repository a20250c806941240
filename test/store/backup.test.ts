import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate, MIGRATIONS } from '../../server/store/migrate.ts';
import { openStore, type StoreConfig } from '../../server/store/open.ts';
import { DATABASE_FILE, openSqlite } from '../../server/store/sqlite.ts';
import { backup, digestsOf, fill, KEY, restore } from './backup-house.ts';
import { now } from './contract-migration.ts';
import { startPostgresql, type PostgresqlServer } from './postgresql-server.ts';
import { event, MONDAY, wholeLog } from './sample-data.ts';
import { matching } from './matching.ts';

let server: PostgresqlServer;
let root = '';
let made = 0;
beforeAll(async () => {
  server = await startPostgresql();
});
afterAll(() => server.stop());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'quarterdeck-backup-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = (): string => join(root, `data-${(made += 1)}`);
const file = (name = 'backup'): string => join(root, `${name}-${(made += 1)}.gz`);
const sqlite = (at = folder()) => ({ engine: 'sqlite', folder: at }) as const;
const postgresql = async () => ({ engine: 'postgresql', url: await server.createDatabase() }) as const;
const database = (engine: 'sqlite' | 'postgresql'): Promise<StoreConfig> =>
  engine === 'sqlite' ? Promise.resolve(sqlite()) : postgresql();
const open = (config: StoreConfig) => openStore(config, { mode: 'write', now });

async function filled(config: StoreConfig): Promise<StoreConfig> {
  const store = await open(config);
  await fill(store);
  await store.close();
  return config;
}

const ENGINES = ['sqlite', 'postgresql'] as const;
const PAIRS = ENGINES.flatMap((from) => ENGINES.map((to) => ({ from, to })));

describe.each(PAIRS)('a backup from $from', ({ from, to }) => {
  test(`goes into ${to}, and one taken there has the same rows`, async () => {
    const first = file();
    const header = await backup(await filled(await database(from)), first);
    expect(header).toMatchObject({ engine: from, watermark: 5, at: '2026-03-02T00:00:00.000Z' });
    const target = await database(to);
    const keys = target.engine === 'sqlite' ? target.folder : folder();
    expect(await restore(target, first, keys)).toMatchObject({ migrated: [], aside: null });
    expect(readFileSync(join(keys, 'pseudonym.key'), 'utf8')).toBe(KEY);
    expect(statSync(join(keys, 'pseudonym.key')).mode & 0o777).toBe(0o600);

    const second = file();
    await backup(target, second);
    const digests = await digestsOf(first);
    expect(await digestsOf(second)).toEqual(digests);
    for (const [table, words] of Object.entries(digests)) expect(`${table}: ${words}`).not.toContain(': 0 rows');
    // What was restored goes on where it stopped, and columns are made anew.
    const store = await open(target);
    expect(await store.segmentsThrough('test')).toBe(0);
    expect(await store.append('servicenow', MONDAY, [event({ item: 'INC1', key: 'new' })], [])).toMatchObject({ batch: 6 });
    await store.close();
  });
});

describe.each(ENGINES)('a backup of %s', (engine) => {
  test('taken beside a writer is one moment, and keeps the writer from nothing', async () => {
    const config = await database(engine);
    const store = await open(config);
    await fill(store);
    let isDone = false;
    let batches = 5;
    const writing = async (): Promise<void> => {
      while (!isDone) {
        const facts = Array.from({ length: 50 }, (_, at) => event({ item: `NEW${at}`, key: `${batches}` }));
        await store.append('servicenow', MONDAY, facts, []);
        await store.saveSetting('batches', String((batches += 1)));
        // SQLite answers at once; others get their turn here.
        await setImmediate();
      }
    };
    const writer = writing();
    const copy = file();
    for (let at = 0; at < 8; at += 1) await backup(config, join(root, `many-${made}-${at}.gz`));
    const header = await backup(config, copy);
    isDone = true;
    await writer;
    await store.close();
    expect(header.watermark).toBeGreaterThan(5);

    const target = sqlite();
    await restore(target, copy, target.folder);
    const restored = await open(target);
    const counts = await restored.countEvents();
    expect(counts).toMatchObject({ batches: header.watermark, events: 300 + (header.watermark - 5) * 50 });
    // The setting is written after its batch: at most one behind, never ahead.
    expect([header.watermark - 1, header.watermark]).toContain(Number((await restored.setting('batches')) ?? 5));
    await restored.close();
  });

  test('that comes from an earlier version is migrated when it is restored', async () => {
    const first = MIGRATIONS.slice(0, 1);
    const source = folder();
    const old = openSqlite(source, { mode: 'write', now });
    await migrate(old, now, first);
    await old.write((trx) =>
      trx.insertInto('batch').values({ number: 1, source: 'x', recorded_at: MONDAY, events: 0, samples: 0 }).execute(),
    );
    await old.close();
    const copy = file();
    // Nothing is migrated to take a backup: that is what one is taken for.
    expect((await backup(sqlite(source), copy)).migrations).toHaveLength(1);
    const target = await database(engine);
    const { migrated } = await restore(target, copy, folder());
    expect(migrated).toEqual(MIGRATIONS.slice(1).map(({ name }) => name));
    const store = await open(target);
    expect(await store.watermark()).toBe(1);
    await store.close();
  });

  test('is not restored over data unless that is wanted, and then what was there is put aside', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const target = await database(engine);
    const keys = target.engine === 'sqlite' ? target.folder : folder();
    const store = await open(target);
    await store.append('servicenow', MONDAY, [event({ item: 'OLD', key: 'a' })], []);
    await store.close();
    mkdirSync(keys, { recursive: true });
    writeFileSync(join(keys, 'pseudonym.key'), 'cd'.repeat(32));
    await expect(restore(target, copy, keys)).rejects.toMatchObject({ code: 'conflict', fix: matching(/--replace/) });

    const { aside } = await restore(target, copy, keys, true);
    const after = await open(target);
    expect((await after.countEvents()).events).toBe(300);
    await after.close();
    expect(readFileSync(join(keys, 'pseudonym.key'), 'utf8')).toBe(KEY);
    if (aside === null) throw new Error('something should have been put aside');
    if (target.engine === 'sqlite') {
      expect(aside).toBe(join(target.folder, 'replaced-2026-03-02-000000'));
      expect(readFileSync(join(aside, 'pseudonym.key'), 'utf8')).toBe('cd'.repeat(32));
      const before = await open(sqlite(aside));
      expect([...(await wholeLog(before)).keys()]).toEqual(['servicenow:incident:OLD']);
      await before.close();
    } else {
      expect(await server.query(target.url, `select item from "${aside}".event`)).toEqual([{ item: 'servicenow:incident:OLD' }]);
      expect(readFileSync(join(keys, 'pseudonym.key.replaced-2026-03-02-000000'), 'utf8')).toBe('cd'.repeat(32));
    }
  });

  test('is not restored while a server uses the database', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const target = await database(engine);
    const store = await open(target);
    for (const isReplacing of [false, true]) {
      await expect(restore(target, copy, folder(), isReplacing)).rejects.toMatchObject({ code: 'locked', fix: matching(/Stop/) });
    }
    await store.close();
    await restore(target, copy, target.engine === 'sqlite' ? target.folder : folder());
  });

  test('that is damaged changes nothing where it is restored', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const lines = gunzipSync(readFileSync(copy)).toString().split('\n');
    const at = lines.findIndex((line) => line.startsWith('["servicenow:incident:INC59'));
    lines[at] = (lines[at] ?? '').replace('incident', 'incadent');
    writeFileSync(copy, gzipSync(lines.join('\n')));
    const target = await database(engine);
    const keys = target.engine === 'sqlite' ? target.folder : folder();
    const store = await open(target);
    await store.append('servicenow', MONDAY, [event({ item: 'OLD', key: 'a' })], []);
    await store.close();
    await expect(restore(target, copy, keys, true)).rejects.toMatchObject({
      code: 'corrupt',
      message: matching(/event is not what was written/),
    });
    const after = await open(target);
    expect([...(await wholeLog(after)).keys()]).toEqual(['servicenow:incident:OLD']);
    await after.close();
    expect(existsSync(join(keys, 'pseudonym.key'))).toBe(false);
    expect(existsSync(keys) ? readdirSync(keys).filter((name) => /rest|repl/.test(name)) : []).toEqual([]);
  });
});

describe('a backup file', () => {
  test('is for its owner alone, and what is there is never overwritten', async () => {
    const config = await filled(sqlite());
    const copy = file();
    const mask = process.umask(0);
    await backup(config, copy).finally(() => process.umask(mask));
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await expect(backup(config, copy)).rejects.toMatchObject({ code: 'conflict', message: matching(/exists already/) });
    expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is not made of nothing', async () => {
    await expect(backup(sqlite(), file())).rejects.toMatchObject({ code: 'unreachable', message: matching(/no database/) });
    await expect(backup(await postgresql(), file())).rejects.toMatchObject({ code: 'unreachable', message: matching(/empty/) });
    expect(readdirSync(root)).toEqual([]);
  });

  test('that is damaged or cut short anywhere is refused, or reads as it was written', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const digests = await digestsOf(copy);
    const bytes = readFileSync(copy);
    const spoilt = file('spoilt');
    let refused = 0;
    const offer = async (content: Uint8Array): Promise<void> => {
      writeFileSync(spoilt, content);
      const read = await digestsOf(spoilt).catch((error: unknown) => error);
      if (read instanceof Error) {
        expect(read).toMatchObject({ name: 'StoreError', code: matching(/corrupt|invalid/) });
        expect(read.message).toContain(spoilt);
        refused += 1;
      } else expect(read).toEqual(digests);
    };
    for (let at = 0; at < 200; at += 1) {
      const content = Buffer.from(bytes);
      const place = Math.floor((at * bytes.length) / 200);
      content[place] = (content[place] ?? 0) ^ (1 << (at % 8));
      await offer(content);
    }
    // Only bytes of gzip's own head may be other than they were: time, flags and system.
    expect(refused).toBeGreaterThan(195);
    refused = 0;
    for (let at = 0; at < 100; at += 1) await offer(bytes.subarray(0, Math.floor((at * bytes.length) / 100)));
    expect(refused).toBe(100);
  });

  test('that was changed inside and packed again is refused, too', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const lines = gunzipSync(readFileSync(copy)).toString().trimEnd().split('\n');
    const spoilt = file('spoilt');
    const without = (at: number) => lines.filter((_, line) => line !== at);
    const versions: readonly (readonly string[])[] = [
      ...lines.map((_, at) => without(at)),
      [...lines, '[]'],
      [...lines, lines.at(-1) ?? ''],
      lines.map((line) => line.replace('2026-W10', '2026-W11')),
      lines.map((line, at) => (at === 0 ? line.replace(KEY, 'cd'.repeat(32)) : line)),
      lines.map((line, at) => (at === 0 ? line.replace('"watermark":5', '"watermark":6') : line)),
    ];
    for (const version of versions) {
      writeFileSync(spoilt, gzipSync(`${version.join('\n')}\n`));
      await expect(digestsOf(spoilt)).rejects.toMatchObject({ name: 'StoreError', code: matching(/corrupt|invalid/) });
    }
  });

  test('of a later version, or of a database that a later version made, is refused', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const text = gunzipSync(readFileSync(copy)).toString();
    writeFileSync(copy, gzipSync(text.replace('quarterdeck-backup/v1', 'quarterdeck-backup/v2')));
    await expect(digestsOf(copy)).rejects.toMatchObject({ code: 'newer-schema' });
    const later = `"name":"9999-later","checksum":"c"},{"number":${MIGRATIONS.length + 2}`;
    writeFileSync(
      copy,
      gzipSync(text.replace('}],"tables"', `},{"number":${MIGRATIONS.length + 1},${later},"name":"x","checksum":"c"}],"tables"`)),
    );
    const target = sqlite();
    await expect(restore(target, copy, target.folder)).rejects.toMatchObject({
      code: 'newer-schema',
      message: matching(/9999-later/),
    });
    expect(existsSync(join(target.folder, DATABASE_FILE))).toBe(false);
  });

  test('that is something else says so', async () => {
    const other = file();
    for (const content of ['', 'a,b\n1,2\n', gzipSync(''), gzipSync('a,b\n1,2\n'), gzipSync('{"format":"x"}\n')]) {
      writeFileSync(other, content);
      await expect(digestsOf(other)).rejects.toMatchObject({
        name: 'StoreError',
        message: matching(/is not a backup|cut short/),
      });
    }
  });
});

describe('a restore into a folder', () => {
  /** A database whose last commits are in its journal alone, as a kill leaves it. */
  async function leftOpen(): Promise<string> {
    const live = sqlite();
    const store = await open(live);
    await store.append('servicenow', MONDAY, [event({ item: 'OLD', key: 'a' })], []);
    const killed = folder();
    mkdirSync(killed);
    for (const end of ['', '-wal']) {
      writeFileSync(join(killed, `${DATABASE_FILE}${end}`), readFileSync(join(live.folder, `${DATABASE_FILE}${end}`)));
    }
    await store.close();
    expect(statSync(join(killed, `${DATABASE_FILE}-wal`)).size).toBeGreaterThan(0);
    return killed;
  }

  test('puts the journal aside with its database', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const target = sqlite(await leftOpen());
    const { aside } = await restore(target, copy, target.folder, true);
    const before = await open(sqlite(aside ?? ''));
    expect([...(await wholeLog(before)).keys()]).toEqual(['servicenow:incident:OLD']);
    await before.close();
  });

  test('replaces a database that cannot be read', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    const target = sqlite();
    mkdirSync(target.folder);
    writeFileSync(join(target.folder, DATABASE_FILE), 'this is no database '.repeat(1_000));
    await expect(open(target)).rejects.toMatchObject({ code: 'corrupt', fix: matching(/quarterdeck restore FILE --replace/) });
    await expect(restore(target, copy, target.folder)).rejects.toMatchObject({ code: 'conflict' });
    const { aside } = await restore(target, copy, target.folder, true);
    expect(readFileSync(join(aside ?? '', DATABASE_FILE), 'utf8')).toMatch(/^this is no database/);
    const store = await open(target);
    expect(await store.watermark()).toBe(5);
    await store.close();
  });

  test('that is stopped after it was decided is completed when the database is opened', async () => {
    const copy = file();
    await backup(await filled(sqlite()), copy);
    // Every state that a kill can leave between the renames, built by hand.
    const steps = [DATABASE_FILE, `${DATABASE_FILE}-wal`, null];
    for (let done = 0; done <= steps.length; done += 1) {
      const restored = folder();
      await restore(sqlite(restored), copy, restored);
      const target = await leftOpen();
      const ready = join(target, 'restored');
      mkdirSync(ready);
      writeFileSync(join(ready, 'plan'), `replaced-x\n${DATABASE_FILE}\npseudonym.key`);
      for (const name of [DATABASE_FILE, 'pseudonym.key']) writeFileSync(join(ready, name), readFileSync(join(restored, name)));
      mkdirSync(join(target, 'replaced-x'));
      for (const name of steps.slice(0, done)) {
        const [from, to] =
          name === null
            ? [join(ready, DATABASE_FILE), join(target, DATABASE_FILE)]
            : [join(target, name), join(target, 'replaced-x', name)];
        writeFileSync(to, readFileSync(from));
        await rm(from);
      }
      await expect(openStore(sqlite(target), { mode: 'read', now })).rejects.toMatchObject({
        code: 'unreachable',
        fix: matching(/migrate/),
      });
      const store = await open(sqlite(target));
      expect((await store.countEvents()).events).toBe(300);
      await store.close();
      expect(readFileSync(join(target, 'pseudonym.key'), 'utf8')).toBe(KEY);
      const before = await open(sqlite(join(target, 'replaced-x')));
      expect([...(await wholeLog(before)).keys()]).toEqual(['servicenow:incident:OLD']);
      await before.close();
      expect(readdirSync(target).filter((name) => name.startsWith('rest'))).toEqual([]);
    }
  });
});

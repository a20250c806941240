import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { sql } from 'kysely';
import { endText, FORMAT, headerText, tableLine, type End, type Header } from './backup-format.ts';
import { checkBackup, rowsIn } from './backup-read.ts';
import type { Engine, Write } from './engine.ts';
import { syncFolder } from './files.ts';
import { appliedMigrations } from './migrate.ts';
import { openEngine, type StoreConfig } from './open.ts';
import { keptShapesOf } from './shape.ts';
import { StoreError } from './store.ts';
import { tableText } from './table-text.ts';

/** Of gzip. Higher levels take three times as long for a tenth less. */
const COMPRESSION = 3;

export interface BackupOptions {
  /** Version of Quarterdeck, for the header. */
  readonly version: string;
  /** Content of the key file; null where there is none. */
  readonly pseudonymKey: string | null;
  readonly now: () => number;
  readonly onProgress: (step: 'writing' | 'reading back', done: number, of: number) => void;
}

/**
 * Writes all of a database into one file, as it is at one moment, beside whoever writes to it, and
 * reads the file back before it gets its name. Memory does not grow with the database.
 *
 * The file has the key of the pseudonyms, so it is for its owner alone (0600). Nothing is overwritten.
 * @throws StoreError
 */
export async function writeBackup(config: StoreConfig, file: string, options: BackupOptions): Promise<Header> {
  refuseExisting(file);
  if (!existsSync(dirname(file))) {
    throw new StoreError('invalid', `There is no folder ${dirname(file)}.`, 'Make it, or name another place.');
  }
  const part = `${file}.part`;
  const engine = await openEngine(config, { mode: 'read', now: options.now });
  try {
    // From the beginning again if PostgreSQL restarts meanwhile.
    const written = await engine.read((trx) => writeAll(trx, engine, part, options)).finally(() => engine.close());
    const { header, end } = await checkBackup(part, (done, of) => options.onProgress('reading back', done, of));
    if (end.sha256 !== written.sha256) {
      throw new StoreError(
        'unreachable',
        `${file} could not be read back as it was written.`,
        'Look at the disk, or name another place.',
      );
    }
    refuseExisting(file);
    await rename(part, file);
    syncFolder(dirname(file));
    return header;
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new StoreError(
        'full',
        `The disk that should hold ${file} is full; no backup was made.`,
        'Free some space, or name another place.',
      );
    }
    throw error;
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file)) {
    throw new StoreError('conflict', `${file} exists already.`, 'Name another file; a backup is never overwritten.');
  }
}

async function writeAll(trx: Write, engine: Engine, part: string, options: BackupOptions): Promise<End> {
  const header = await headerOf(trx, engine, options);
  await rm(part, { force: true });
  const content = new Content();
  const file = createWriteStream(part, { mode: 0o600, flush: true });
  await pipeline(Readable.from(content.lines(trx, header, options)), createGzip({ level: COMPRESSION }), file);
  // The mode given at creation is subject to the umask; this one is not.
  await chmod(part, 0o600);
  return content.end;
}

/** What is written, and the counts and digests that came of it. */
class Content {
  readonly end: { rows: Record<string, number>; digests: Record<string, string>; sha256: string } = {
    rows: {},
    digests: {},
    sha256: '',
  };

  async *lines(trx: Write, header: Header, { onProgress }: BackupOptions): AsyncGenerator<string> {
    const all = createHash('sha256');
    const of = rowsIn(header);
    let done = 0;
    const head = headerText(header);
    all.update(head);
    yield head;
    for (const shape of header.tables) {
      const line = tableLine(shape.table);
      all.update(line);
      yield line;
      const digest = createHash('sha256');
      let rows = 0;
      for await (const page of tableText(trx, shape)) {
        all.update(page.text);
        digest.update(page.text);
        rows += page.rows;
        onProgress('writing', (done += page.rows), of);
        yield page.text;
      }
      this.end.rows[shape.table] = rows;
      this.end.digests[shape.table] = digest.digest('hex');
    }
    this.end.sha256 = all.digest('hex');
    yield endText(this.end);
  }
}

async function headerOf(trx: Write, engine: Engine, { version, pseudonymKey, now }: BackupOptions): Promise<Header> {
  const migrations = await appliedMigrations(trx, engine);
  if (migrations.length === 0) {
    throw new StoreError(
      'unreachable',
      'The database is empty; there is nothing to back up.',
      'Run `quarterdeck pull` or `serve` first.',
    );
  }
  const tables: Header['tables'] = [];
  for (const { table, columns, key } of await keptShapesOf(trx, engine.name)) {
    const { rows } = await sql<{ rows: number }>`select count(*) as "rows" from ${sql.table(table)}`.execute(trx);
    tables.push({ table, columns: [...columns], key: [...key], rows: rows[0]?.rows ?? 0 });
  }
  const last = await trx.selectFrom('batch').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
  return {
    format: FORMAT,
    version,
    engine: engine.name,
    at: new Date(now()).toISOString(),
    watermark: last?.number ?? 0,
    migrations: migrations.map(({ number, name, checksum }) => ({ number, name, checksum })),
    tables,
    pseudonymKey,
  };
}

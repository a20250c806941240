import { createHash } from 'node:crypto';
import { CompiledQuery } from 'kysely';
import type { End, Header } from './backup-format.ts';
import { readBackup, rowsIn } from './backup-read.ts';
import type { Engine, Write } from './engine.ts';
import { applyMigration, createRecord, MIGRATIONS, verifyApplied } from './migrate.ts';
import { keptShapesOf, type Shape } from './shape.ts';
import { StoreError } from './store.ts';
import { tableText, type Cell } from './table-text.ts';

export type RestoreStep = 'loading' | 'comparing';

export interface LoadOptions {
  readonly now: () => number;
  readonly onProgress: (step: RestoreStep, done: number, of: number) => void;
}

export interface Loaded {
  readonly header: Header;
  /** Names of migrations that came after the backup and were applied to what it holds. */
  readonly migrated: readonly string[];
}

/**
 * Makes the tables as they were when the backup was taken, fills them, reads all of them again and
 * compares counts and digests with those of the backup, and then brings them to the schema of this
 * version: all in one transaction, which the caller commits when this resolves.
 * @throws StoreError; then nothing of it may be kept
 */
export async function loadBackup(trx: Write, engine: Engine, file: string, options: LoadOptions): Promise<Loaded> {
  let header: Header | null = null;
  let done = 0;
  const writer = new RowWriter(trx, engine);
  for await (const part of readBackup(file)) {
    if (part.is === 'header') {
      header = part.header;
      await makeTables(trx, engine, file, header);
    } else if (part.is === 'rows') {
      await writer.insert(part.shape, part.rows);
      options.onProgress('loading', (done += part.rows.length), rowsIn(header));
    } else if (header !== null) {
      await compare(trx, file, header, part.end, options);
      const later = MIGRATIONS.slice(header.migrations.length);
      for (const next of later) await applyMigration(trx, engine.name, next, options.now);
      return { header, migrated: later.map(({ name }) => name) };
    }
  }
  throw new StoreError('corrupt', `${file} has no end.`, 'Use another backup.');
}

async function makeTables(trx: Write, engine: Engine, file: string, header: Header): Promise<void> {
  try {
    verifyApplied(header.migrations, MIGRATIONS);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError(
      error.code,
      `${file} was taken from a database of another version of Quarterdeck (${header.version}). ${error.message}`,
      'Nothing was changed. Restore it with that version, or a later one.',
    );
  }
  await createRecord(trx, engine.name);
  for (const earlier of MIGRATIONS.slice(0, header.migrations.length)) await earlier.up(trx, engine.name);
  const wanted = header.tables.map(shapeText);
  const made = (await keptShapesOf(trx, engine.name)).map(shapeText);
  if (wanted.join('\n') === made.join('\n')) return;
  const other = wanted.find((shape) => !made.includes(shape)) ?? made.find((shape) => !wanted.includes(shape));
  throw new StoreError(
    'conflict',
    `${file} has other tables than its migrations make (${other ?? 'in another order'}).`,
    'Nothing was changed. Use another backup, or restore this one with the version that wrote it.',
  );
}

const shapeText = ({ table, columns, key }: Shape): string =>
  `${table}: ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')} by ${key.join(', ')}`;

/** Writes rows in statements of many. */
class RowWriter {
  readonly #trx: Write;
  readonly #engine: Engine;
  readonly #statements = new Map<string, string>();
  constructor(trx: Write, engine: Engine) {
    this.#trx = trx;
    this.#engine = engine;
  }

  async insert(shape: Shape, rows: readonly Cell[][]): Promise<void> {
    const most = this.#engine.rowsPerStatement;
    for (let at = 0; at < rows.length; at += most) {
      const part = rows.slice(at, at + most);
      await this.#trx.executeQuery(CompiledQuery.raw(this.#statement(shape, part.length), part.flat()));
    }
  }

  #statement({ table, columns }: Shape, rows: number): string {
    const name = `${table} ${rows}`;
    const known = this.#statements.get(name);
    if (known !== undefined) return known;
    let parameter = 0;
    const mark = (): string => (this.#engine.name === 'sqlite' ? '?' : `$${(parameter += 1)}`);
    const values = Array.from({ length: rows }, () => `(${columns.map(mark).join(',')})`);
    // Names were compared with those of the tables made here, so nothing foreign gets into the statement.
    const text = `insert into "${table}" (${columns.map((column) => `"${column.name}"`).join(',')}) values ${values.join(',')}`;
    this.#statements.set(name, text);
    return text;
  }
}

/** The drill: everything is read again from where it was restored to. */
async function compare(trx: Write, file: string, header: Header, end: End, { onProgress }: LoadOptions): Promise<void> {
  const of = rowsIn(header);
  let done = 0;
  for (const shape of header.tables) {
    const digest = createHash('sha256');
    let rows = 0;
    for await (const page of tableText(trx, shape)) {
      digest.update(page.text);
      rows += page.rows;
      onProgress('comparing', (done += page.rows), of);
    }
    if (rows === end.rows[shape.table] && digest.digest('hex') === end.digests[shape.table]) continue;
    throw new StoreError(
      'unreachable',
      `What was restored from ${file} differs from it: ${shape.table} has ${rows} of ${end.rows[shape.table] ?? 0} rows, or other ones.`,
      'Nothing was changed. Look at the disk and memory of this machine, and report this if it happens again.',
    );
  }
}

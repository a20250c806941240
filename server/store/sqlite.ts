import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  sql,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type TransactionSettings,
} from 'kysely';
import type { Engine } from './engine.ts';
import { SqliteEvents } from './sqlite-events.ts';
import { corruptFix, sqliteError } from './sqlite-error.ts';
import { holdFolder, prepareFolder } from './sqlite-folder.ts';
import { StoreError } from './store.ts';
import { finishSwap, isSwapPending } from './swap.ts';
import type { Tables } from './tables.ts';

export const DATABASE_FILE = 'quarterdeck.db';

/** Waiting is synchronous here and blocks everything else, so it is short. There is one writer anyway. */
const BUSY_TIMEOUT_MS = 50;

/** A file up to this size is checked whole at every opening (0.3 s at most); of a larger one the structure, after a crash only. */
const ALWAYS_CHECKED_BYTES = 64 * 1024 * 1024;

/** Pages in the write-ahead log from which on a commit copies them into the file. */
const PAGES_PER_CHECKPOINT = 4000;

/** Statements kept prepared; more than the store has shapes of. */
const STATEMENTS_KEPT = 256;

export interface SqliteEngine extends Engine {
  /** The connection itself, e.g. for backups. */
  readonly connection: Sqlite.Database;
}

export interface SqliteOptions {
  readonly mode: 'write' | 'read';
  readonly now: () => number;
  /** Where the writing process can be reached; named to those whom it keeps out. */
  readonly url?: string;
}

/** Opens (and creates, in write mode) the database of a folder. Throws StoreError. */
export function openSqlite(folder: string, options: SqliteOptions): SqliteEngine {
  const { mode } = options;
  const file = join(folder, DATABASE_FILE);
  if (mode === 'read' && isSwapPending(folder)) {
    throw new StoreError(
      'unreachable',
      `A restore into ${folder} was stopped at its last step.`,
      'Run `quarterdeck migrate`, which completes it.',
    );
  }
  if (mode === 'read' && !existsSync(file)) {
    throw new StoreError(
      'unreachable',
      `There is no database in ${folder} yet.`,
      'Run `quarterdeck serve`, `import` or `migrate` first, or point QUARTERDECK_DATA at the folder that has one.',
    );
  }
  if (mode === 'write') prepareFolder(folder, file);
  let releaseFolder = (): void => undefined;
  try {
    if (mode === 'write') releaseFolder = holdFolder(folder, options);
    if (mode === 'write') finishSwap(folder);
    const connection = connect(file, mode);
    return engineOn(connection, file, mode, releaseFolder);
  } catch (error) {
    releaseFolder();
    throw sqliteError(error, file);
  }
}

function connect(file: string, mode: 'write' | 'read'): Sqlite.Database {
  const wasLeftOpen = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const connection = new Sqlite(file, { readonly: mode === 'read', timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('foreign_keys = ON');
    connection.pragma('cache_size = -65536');
    connection.pragma('temp_store = MEMORY');
    if (mode === 'read') {
      connection.pragma('schema_version');
      return connection;
    }
    // Where it cannot open the file for writing, SQLite opens it for reading and says so at the first write.
    connection.exec('begin; pragma user_version = 1; rollback');
    connection.pragma('journal_mode = WAL');
    // better-sqlite3 builds SQLite with WAL meaning NORMAL, which loses commits when the power goes.
    connection.pragma('synchronous = FULL');
    connection.pragma(`wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
    if (statSync(file).size <= ALWAYS_CHECKED_BYTES) check(connection, 'integrity_check', file);
    else if (wasLeftOpen) check(connection, 'quick_check', file);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function check(connection: Sqlite.Database, how: 'integrity_check' | 'quick_check', file: string): void {
  const found: unknown = connection.pragma(`${how}(5)`, { simple: true });
  if (found === 'ok') return;
  throw new StoreError('corrupt', `${file} is damaged: ${String(found)}`, corruptFix(file));
}

function engineOn(connection: Sqlite.Database, file: string, mode: 'write' | 'read', releaseFolder: () => void): SqliteEngine {
  const db = new Kysely<Tables>({ dialect: new ImmediateDialect(connection) });
  const events = new SqliteEvents(connection);
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw sqliteError(error, file);
    }
  };
  // From how many pages on a commit makes a checkpoint, while the last one was made without; else null.
  let put: number | null = null;
  const checkpoints = (isWanted: boolean): void => {
    if (isWanted === (put === null)) return;
    const pages = put ?? Number(connection.pragma('wal_autocheckpoint', { simple: true }));
    connection.pragma(`wal_autocheckpoint = ${isWanted ? pages : 0}`);
    put = isWanted ? null : pages;
  };
  return {
    name: 'sqlite',
    mode,
    db,
    connection,
    rowsPerStatement: 100,
    write: (work, isAwaited = false) =>
      translated(() => {
        if (mode === 'read') throw new StoreError('read-only', `${file} is open for reading only.`, 'Open it for writing.');
        return db.transaction().execute(async (trx) => {
          const made = await work(trx);
          checkpoints(!isAwaited);
          return made;
        });
      }),
    read: (work) => translated(() => db.transaction().setAccessMode('read only').execute(work)),
    wordsOf: (_trx, uids) => events.wordsOf(uids),
    insertEvents: (_trx, rows) => events.insert(rows),
    // Through the queue of the one connection: inside a transaction SQLite refuses to change it.
    setDurability: (durability) =>
      translated(async () => {
        await sql`pragma synchronous = ${sql.raw(durability === 'full' ? 'FULL' : 'NORMAL')}`.execute(db);
      }),
    giveBack: () => void connection.pragma('shrink_memory'),
    hasTable: async (name) =>
      connection.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(name) !== undefined,
    close: async () => {
      await db.destroy();
      if (connection.open) connection.close();
      releaseFolder();
    },
  };
}

/** Kysely's SQLite dialect, with writing transactions that begin as such. */
class ImmediateDialect extends SqliteDialect {
  readonly #connection: Sqlite.Database;
  constructor(connection: Sqlite.Database) {
    super({ database: withKeptStatements(connection) });
    this.#connection = connection;
  }
  override createDriver(): Driver {
    return new ImmediateDriver(this.#connection);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #connection: Sqlite.Database;
  constructor(connection: Sqlite.Database) {
    super({ database: withKeptStatements(connection) });
    this.#connection = connection;
  }
  /** A transaction that reads first and writes later fails at once if another wrote between. */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
  /** SQLite has already rolled back after some errors, e.g. when the disk is full. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

/** Prepares each text once; Kysely would at every execution. */
function withKeptStatements(connection: Sqlite.Database): SqliteDatabase {
  const kept = new Map<string, Sqlite.Statement<unknown[]>>();
  return {
    close: () => {
      kept.clear();
      connection.close();
    },
    prepare: (text) => {
      let statement = kept.get(text);
      if (statement === undefined) {
        statement = connection.prepare<unknown[]>(text);
        const [oldest] = kept.size >= STATEMENTS_KEPT ? kept.keys() : [];
        if (oldest !== undefined) kept.delete(oldest);
        kept.set(text, statement);
      }
      const prepared = statement;
      return {
        reader: prepared.reader,
        all: (parameters) => prepared.all(parameters),
        run: (parameters) => prepared.run(parameters),
        iterate: (parameters) => prepared.iterate(parameters),
      };
    },
  };
}

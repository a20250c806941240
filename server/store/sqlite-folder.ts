import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { syncFolder } from './files.ts';
import { StoreError } from './store.ts';

/** Held locked as long as a process writes; the system lets go of it when the process ends, however it does. */
export const LOCK_FILE = 'writer.lock';
/** Says who holds the lock. Only ever read to name the holder, never to decide. */
const HOLDER_FILE = 'writer.json';

/** File systems whose locks cannot be trusted, by statfs type: NFS, SMB, CIFS, SMB2, AFS. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f]);

export const isNetworkFileSystem = (statfsType: number): boolean => NETWORK_FILE_SYSTEMS.has(statfsType);

/** Makes the folder (0700) and an empty file (0600) where there is none. Throws StoreError. */
export function prepareFolder(folder: string, file: string): void {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The names of new folders, too, must be there after a power failure.
    if (made !== undefined) for (let at = folder; at.length >= made.length; at = dirname(at)) syncFolder(dirname(at));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new StoreError('full', `The disk that should hold ${folder} is full.`, 'Free some space and start again.');
    }
    throw new StoreError(
      'read-only',
      `${folder} cannot be written (${reason}).`,
      'Make it a folder that this user may write, or point QUARTERDECK_DATA elsewhere.',
    );
  }
  if (isNetworkFileSystem(statfsSync(folder).type)) {
    throw new StoreError(
      'read-only',
      `${folder} is on a network file system, whose locks do not protect a database.`,
      'Point QUARTERDECK_DATA at a local disk, or set DATABASE_URL to a PostgreSQL database.',
    );
  }
}

export interface HolderOptions {
  readonly now: () => number;
  readonly url?: string;
}

/**
 * Takes the folder for this process as its one writer.
 * @returns a function that lets go of it
 * @throws StoreError `locked`, naming who holds it
 */
export function holdFolder(folder: string, { now, url }: HolderOptions): () => void {
  const lock = new Sqlite(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!(error instanceof Sqlite.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    throw new StoreError(
      'locked',
      `Another process${holderWords(folder)} writes to ${folder}.`,
      'Stop it, or use the running server.',
    );
  }
  const holder = join(folder, HOLDER_FILE);
  const text = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date(now()).toISOString(), url: url ?? null });
  try {
    // Renamed into place, so that nobody reads half of it.
    writeFileSync(`${holder}.new`, `${text}\n`, { mode: 0o600 });
    renameSync(`${holder}.new`, holder);
  } catch {
    // A full disk must not keep a database from being opened; the lock is what counts.
    rmSync(`${holder}.new`, { force: true });
  }
  return () => {
    if (!lock.open) return;
    rmSync(holder, { force: true });
    lock.close();
  };
}

/** ` (pid 4711 on db-1, since 2026-11-21T09:12Z, http://127.0.0.1:4680)`, as far as it is known. */
function holderWords(folder: string): string {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8'));
    if (typeof holder !== 'object' || holder === null) return '';
    const words: string[] = [];
    if ('pid' in holder && typeof holder.pid === 'number') words.push(`pid ${holder.pid}`);
    if ('host' in holder && typeof holder.host === 'string' && holder.host !== hostname()) words.push(`on ${holder.host}`);
    if ('since' in holder && typeof holder.since === 'string') words.push(`since ${holder.since.slice(0, 16)}Z`);
    if ('url' in holder && typeof holder.url === 'string') words.push(holder.url);
    return words.length === 0 ? '' : ` (${words.join(', ')})`;
  } catch {
    return '';
  }
}

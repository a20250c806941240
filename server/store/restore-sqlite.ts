import { statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadBackup } from './load.ts';
import { isEmpty, refuseFull, timeName, type Restored, type RestoreOptions } from './restore.ts';
import { holdFolder, LOCK_FILE, prepareFolder } from './sqlite-folder.ts';
import { DATABASE_FILE, openSqlite } from './sqlite.ts';
import { StoreError } from './store.ts';
import { dropStaging, finishSwap, stagingFolder, swapIn } from './swap.ts';

/**
 * Restores a backup into a folder: into a new file beside the database, which takes its place when it
 * is complete, compared and on the disk. The database that was there is put aside, never deleted.
 * @throws StoreError; then the folder is as it was
 */
export async function restoreToSqlite(folder: string, file: string, options: RestoreOptions): Promise<Restored> {
  prepareFolder(folder, join(folder, LOCK_FILE));
  const release = hold(folder, options.now);
  try {
    finishSwap(folder);
    if (!options.isReplacing && !(await isEmptyFolder(folder, options.now))) throw refuseFull(join(folder, DATABASE_FILE));
    const staging = stagingFolder(folder);
    const { header, migrated } = await loadInto(staging, file, options);
    const files = [DATABASE_FILE];
    if (header.pseudonymKey !== null) {
      const name = basename(options.keyFile);
      writeFileSync(join(staging, name), header.pseudonymKey, { mode: 0o600 });
      files.push(name);
    }
    return { header, migrated, aside: swapIn(folder, files, `replaced-${timeName(options.now())}`) };
  } finally {
    dropStaging(folder);
    release();
  }
}

async function loadInto(staging: string, file: string, options: RestoreOptions) {
  const engine = openSqlite(staging, { mode: 'write', now: options.now });
  try {
    // A file that counts only when it is complete needs no journal; it is taken to the disk at the end.
    engine.connection.pragma('journal_mode = OFF');
    engine.connection.pragma('synchronous = OFF');
    const loaded = await engine.write((trx) => loadBackup(trx, engine, file, options));
    const found: unknown = engine.connection.pragma('integrity_check(5)', { simple: true });
    if (found !== 'ok') {
      throw new StoreError(
        'unreachable',
        `What was written into ${staging} is damaged: ${String(found)}. Nothing was changed.`,
        'Look at the disk and memory of this machine.',
      );
    }
    return loaded;
  } finally {
    await engine.close();
  }
}

function hold(folder: string, now: () => number): () => void {
  try {
    return holdFolder(folder, { now });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'locked') throw error;
    throw new StoreError('locked', error.message, 'Nothing was changed. Stop it, then restore.');
  }
}

async function isEmptyFolder(folder: string, now: () => number): Promise<boolean> {
  const file = join(folder, DATABASE_FILE);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return true;
  try {
    const engine = openSqlite(folder, { mode: 'read', now });
    return await engine.read((trx) => isEmpty(trx, 'sqlite')).finally(() => engine.close());
  } catch {
    // What cannot be read is not ours to throw away either.
    return false;
  }
}

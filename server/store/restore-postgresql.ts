import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import type { Write } from './engine.ts';
import { syncFile, syncFolder } from './files.ts';
import { loadBackup } from './load.ts';
import { APPLICATION, openPostgresql } from './postgresql.ts';
import { isEmpty, refuseFull, timeName, type Restored, type RestoreOptions } from './restore.ts';
import { shapesOf } from './shape.ts';
import { StoreError } from './store.ts';

/** How often, and with what pause, others are looked for before a restore is refused. */
const LOOKS = 5;
const LOOK_SECONDS = 0.2;

/**
 * Restores a backup into a PostgreSQL database in one transaction. Tables that were there are put
 * aside into a schema of their own, never dropped while they hold a row.
 * @throws StoreError; then the database is as it was
 */
export async function restoreToPostgresql(url: string, file: string, options: RestoreOptions): Promise<Restored> {
  const own = `${APPLICATION} restore ${randomUUID().slice(0, 8)}`;
  const engine = await openPostgresql(url, { mode: 'write', application: own });
  const newKey = `${options.keyFile}.restoring`;
  try {
    const schema = `replaced_${timeName(options.now()).replaceAll('-', '_')}`;
    const restored = await engine.write(async (trx): Promise<Restored> => {
      await refuseOthers(trx, own);
      const isFree = await isEmpty(trx, 'postgresql');
      if (!isFree && !options.isReplacing) throw refuseFull('The database');
      await clear(trx, isFree ? null : schema);
      const { header, migrated } = await loadBackup(trx, engine, file, options);
      if (header.pseudonymKey !== null) {
        // Before the commit, so that a disk without space for it keeps the database from changing.
        mkdirSync(dirname(newKey), { recursive: true, mode: 0o700 });
        writeFileSync(newKey, header.pseudonymKey, { mode: 0o600 });
        syncFile(newKey);
      }
      return { header, migrated, aside: isFree ? null : schema };
    });
    if (restored.header.pseudonymKey !== null) putKey(options, newKey);
    return restored;
  } finally {
    rmSync(newKey, { force: true });
    await engine.close();
  }
}

/** A server knows in its memory what the database held; whoever restores under it makes both wrong. */
async function refuseOthers(trx: Write, own: string): Promise<void> {
  let found: { readonly pid: number }[] = [];
  // Whoever has just been stopped is still listed for a moment.
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await sql`select pg_sleep(${LOOK_SECONDS}), pg_stat_clear_snapshot()`.execute(trx);
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity
      where datname = current_database() and starts_with(application_name, ${APPLICATION}) and application_name <> ${own}
      order by backend_start`.execute(trx);
    if (rows.length === 0) return;
    found = rows;
  }
  throw new StoreError(
    'locked',
    `Another process of Quarterdeck is connected to the database (${found.length} connections, the oldest with PostgreSQL's pid ${found[0]?.pid ?? 0}).`,
    'Nothing was changed. Stop every server and command that uses this database, then restore.',
  );
}

/** @param aside schema for what holds rows; null drops tables that hold none */
async function clear(trx: Write, aside: string | null): Promise<void> {
  if (aside !== null) await trx.schema.createSchema(aside).execute();
  for (const { table } of await shapesOf(trx, 'postgresql')) {
    if (aside === null) await trx.schema.dropTable(table).execute();
    else await trx.schema.alterTable(table).setSchema(aside).execute();
  }
}

function putKey({ keyFile, now }: RestoreOptions, newKey: string): void {
  const isOther = existsSync(keyFile) && readFileSync(keyFile, 'utf8').trim() !== readFileSync(newKey, 'utf8').trim();
  if (isOther) renameSync(keyFile, `${keyFile}.replaced-${timeName(now())}`);
  renameSync(newKey, keyFile);
  syncFolder(dirname(keyFile));
}

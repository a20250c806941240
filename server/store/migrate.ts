import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql, type Kysely } from 'kysely';
import * as first from '../../migrations/0001-first.ts';
import * as runLog from '../../migrations/0002-run-log.ts';
import * as rowSums from '../../migrations/0003-row-sums.ts';
import * as columnSegments from '../../migrations/0004-column-segments.ts';
import * as laterRevisions from '../../migrations/0005-later-revisions.ts';
import * as batchItems from '../../migrations/0006-batch-items.ts';
import * as passCosts from '../../migrations/0008-pass-costs.ts';
import * as inbox from '../../migrations/0007-inbox.ts';
import * as journal from '../../migrations/0009-journal.ts';
import type { Engine, Write } from './engine.ts';
import { StoreError } from './store.ts';
import type { Tables } from './tables.ts';

export interface Migration {
  /** From 1, without a gap. */
  readonly number: number;
  readonly name: string;
  /** Of the file's text: a migration that was applied is never edited. */
  readonly checksum: string;
  up(db: Kysely<Tables>, engine: Engine['name']): Promise<void>;
}

/** All migrations in order; a new one is a file in migrations/ and a line here. */
export const MIGRATIONS: readonly Migration[] = [
  migration(1, '0001-first', first.up),
  migration(2, '0002-run-log', runLog.up),
  migration(3, '0003-row-sums', rowSums.up),
  migration(4, '0004-column-segments', columnSegments.up),
  migration(5, '0005-later-revisions', laterRevisions.up),
  migration(6, '0006-batch-items', batchItems.up),
  migration(7, '0007-inbox', inbox.up),
  migration(8, '0008-pass-costs', passCosts.up),
  migration(9, '0009-journal', journal.up),
];

function migration(number: number, name: string, up: Migration['up']): Migration {
  const text = readFileSync(new URL(`../../migrations/${name}.ts`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
  return { number, name, checksum: createHash('sha256').update(text).digest('hex'), up };
}

/**
 * Brings the database to the schema of this version, each migration in one transaction together with
 * its record: one that is killed leaves nothing behind. Several processes may do so at once.
 *
 * In read mode nothing is written, and an older schema is refused.
 * @throws StoreError `newer-schema` or `conflict`, before anything is written
 */
export async function migrate(engine: Engine, now: () => number, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const applied = (await engine.hasTable('migration')) ? await engine.read(appliedIn) : [];
  verifyApplied(applied, migrations);
  if (applied.length === migrations.length) return;
  if (engine.mode === 'read') {
    throw new StoreError(
      'unreachable',
      'The database has the schema of an earlier version, and it is open for reading only.',
      'Run `quarterdeck migrate`, or start the server, which does it by itself.',
    );
  }
  for (const next of migrations.slice(applied.length)) {
    await engine.write(async (trx) => {
      await createRecord(trx, engine.name);
      // Another process may have been faster.
      const already = await appliedIn(trx);
      verifyApplied(already, migrations);
      if (already.length >= next.number) return;
      await applyMigration(trx, engine.name, next, now);
    });
  }
}

/** Applies one migration and records it. */
export async function applyMigration(trx: Write, engine: Engine['name'], next: Migration, now: () => number): Promise<void> {
  await next.up(trx, engine);
  await trx
    .insertInto('migration')
    .values({ number: next.number, name: next.name, checksum: next.checksum, applied_at: now() })
    .execute();
}

/** Those of this database, none where it is empty. Throws StoreError `newer-schema` or `conflict`. */
export async function appliedMigrations(trx: Write, engine: Engine): Promise<Applied[]> {
  const applied = (await engine.hasTable('migration')) ? await appliedIn(trx) : [];
  verifyApplied(applied, MIGRATIONS);
  return applied;
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const appliedIn = (trx: Write): Promise<Applied[]> =>
  trx.selectFrom('migration').select(['number', 'name', 'checksum']).orderBy('number').execute();

/**
 * That what was applied is the beginning of what there is.
 * @throws StoreError `newer-schema` or `conflict`
 */
export function verifyApplied(applied: readonly Applied[], migrations: readonly Migration[]): void {
  for (const [index, { number, name, checksum }] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined) {
      throw new StoreError(
        'newer-schema',
        `The database was made by a newer version of Quarterdeck (it has migration ${name}).`,
        'Nothing was written. Start the newer version, or restore a backup made with this one.',
      );
    }
    if (ours.number !== number || ours.name !== name || ours.checksum !== checksum) {
      throw new StoreError(
        'conflict',
        `Migration ${name} was applied to the database with another content than ${ours.name} has here.`,
        'Nothing was written. Use the version of Quarterdeck that made the database; a migration is never edited.',
      );
    }
  }
}

/** The table of what was applied, where there is none yet. */
export async function createRecord(trx: Write, engine: Engine['name']): Promise<void> {
  const text = engine === 'sqlite' ? sql`text` : sql`text collate "C"`;
  const integer = engine === 'sqlite' ? sql`integer` : sql`bigint`;
  await trx.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('number', integer, (column) => column.notNull().primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('checksum', text, (column) => column.notNull())
    .addColumn('applied_at', integer, (column) => column.notNull())
    .execute();
}

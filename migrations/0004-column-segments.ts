import { sql, type Kysely } from 'kysely';

/**
 * Columns made of the log, kept so that a start need not read all of it: a cache, which backups leave
 * out and which can be dropped at any time.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  const blob = isSqlite ? sql`blob` : sql`bytea`;
  const plain = isSqlite ? sql`strict` : sql``;
  await db.schema
    .createTable('column_segment')
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('cluster', text, (c) => c.notNull())
    .addColumn('month', integer, (c) => c.notNull())
    .addColumn('rows', integer, (c) => c.notNull())
    .addColumn('row_sum', integer, (c) => c.notNull())
    .addColumn('data', blob, (c) => c.notNull())
    .addPrimaryKeyConstraint('column_segment_key', ['kind', 'cluster', 'month'])
    .modifyEnd(plain)
    .execute();
  // What there is can be listed without passing over the bytes.
  await db.schema
    .createIndex('column_segment_list')
    .on('column_segment')
    .columns(['kind', 'cluster', 'month', 'rows', 'row_sum'])
    .execute();
  // One row: up to which batch they hold everything, and what together they must be.
  await db.schema
    .createTable('column_state')
    .addColumn('name', text, (c) => c.notNull().primaryKey())
    .addColumn('maker', text, (c) => c.notNull())
    .addColumn('through', integer, (c) => c.notNull())
    .addColumn('segments', integer, (c) => c.notNull())
    .addColumn('row_sums', integer, (c) => c.notNull())
    .addColumn('row_sum', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
}

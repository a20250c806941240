import { sql, type Kysely } from 'kysely';

/** What is posted to a source waits here until a pass over it has read it; ids are remembered for longer than senders repeat themselves. */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  await db.schema
    .createTable('inbox')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('post', text)
    .addColumn('received_at', integer, (c) => c.notNull())
    .addColumn('body', text, (c) => c.notNull())
    .addColumn('size', integer, (c) => c.notNull())
    .addColumn('fault', text)
    .addColumn('row_sum', integer, (c) => c.notNull())
    .modifyEnd(isSqlite ? sql`strict` : sql``)
    .execute();
  // What waits can be counted without passing over the bodies.
  await db.schema.createIndex('inbox_by_source').on('inbox').columns(['source', 'number', 'received_at', 'size']).execute();
  await db.schema
    .createTable('inbox_seen')
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('post', text, (c) => c.notNull())
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('received_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('inbox_seen_key', ['source', 'post'])
    .modifyEnd(isSqlite ? sql`strict, without rowid` : sql``)
    .execute();
  await db.schema.createIndex('inbox_seen_by_number').on('inbox_seen').columns(['number', 'received_at']).execute();
}

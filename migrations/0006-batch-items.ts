import { sql, type Kysely } from 'kysely';

/** Uids in one row; as many as server/store/batch-items.ts writes. */
const ITEMS_PER_ROW = 1_000;

/**
 * What a batch touched is a list of items beside it instead of an index of events, which was a fifth of an insert and
 * a quarter of the file: an item has many events, and who asks what a batch touched wants to know items.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  await db.schema
    .createTable('batch_items')
    .addColumn('batch', integer, (c) => c.notNull())
    .addColumn('part', integer, (c) => c.notNull())
    .addColumn('items', text, (c) => c.notNull())
    .addColumn('row_sum', integer)
    .addPrimaryKeyConstraint('batch_items_key', ['batch', 'part'])
    .modifyEnd(isSqlite ? sql`strict` : sql``)
    .execute();
  const batches = await sql<{ number: number }>`select number from batch where events > 0 order by number`.execute(db);
  for (const { number } of batches.rows) {
    const found = await sql<{ item: string }>`
      select distinct item from event where batch = ${number} order by item`.execute(db);
    for (let at = 0; at < found.rows.length; at += ITEMS_PER_ROW) {
      const items = JSON.stringify(found.rows.slice(at, at + ITEMS_PER_ROW).map(({ item }) => item));
      await sql`insert into batch_items (batch, part, items) values (${number}, ${at / ITEMS_PER_ROW}, ${items})`.execute(db);
    }
  }
  await db.schema.dropIndex('event_by_batch').execute();
}

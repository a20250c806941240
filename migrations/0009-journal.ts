import { sql, type Kysely } from 'kysely';

/**
 * What people write around the numbers: comments, actions, annotations, narratives. Appended, never changed: an edit is
 * another revision of the entry, and so is its withdrawal.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  await db.schema
    .createTable('journal')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('entry', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('kpi', text)
    .addColumn('period', text)
    .addColumn('author', text, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .addColumn('is_withdrawn', integer, (c) => c.notNull())
    .addColumn('body', text, (c) => c.notNull())
    .addColumn('row_sum', integer, (c) => c.notNull())
    .addUniqueConstraint('journal_revision', ['entry', 'revision'])
    .modifyEnd(isSqlite ? sql`strict` : sql``)
    .execute();
  await db.schema.createIndex('journal_by_kind').on('journal').columns(['kind', 'scope', 'number']).execute();
}

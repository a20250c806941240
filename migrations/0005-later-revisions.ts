import { sql, type Kysely } from 'kysely';

/**
 * Revisions after the first get a table of their own, in which they are appended. Among the first ones, which lie
 * in the order of their periods, ten thousand restatements of years changed as many pages, and those of two indexes.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  const real = isSqlite ? sql`real` : sql`double precision`;
  await db.schema
    .createTable('later_revision')
    .addColumn('kpi', text, (c) => c.notNull())
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('period', text, (c) => c.notNull())
    .addColumn('grain', text, (c) => c.notNull())
    .addColumn('first_day', integer, (c) => c.notNull())
    .addColumn('value', real)
    .addColumn('emptiness', text)
    .addColumn('count', integer, (c) => c.notNull())
    .addColumn('exclusions', text, (c) => c.notNull())
    .addColumn('also', text, (c) => c.notNull())
    .addColumn('is_stale', integer, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('definition', text, (c) => c.notNull())
    .addColumn('watermark', integer, (c) => c.notNull())
    .addColumn('limits', text)
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('run', integer, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .addColumn('causes', text, (c) => c.notNull())
    .addColumn('moved', text, (c) => c.notNull())
    .addColumn('moved_count', integer, (c) => c.notNull())
    .addColumn('row_sum', integer)
    .addPrimaryKeyConstraint('later_revision_key', ['period', 'scope', 'kpi', 'revision'])
    .modifyEnd(isSqlite ? sql`strict` : sql``)
    .execute();
  const columns = sql`
    kpi, scope, period, grain, first_day, value, emptiness, count, exclusions, also, is_stale, digest, definition, watermark,
    limits, revision, run, recorded_at, causes, moved, moved_count, row_sum`;
  await sql`
    insert into later_revision (${columns}) select ${columns} from snapshot where revision > 1
    order by run, period, scope, kpi, revision`.execute(db);
  await sql`delete from snapshot where revision > 1`.execute(db);
  // What is recorded later comes after the rest of its scope, so a run changes a page or two a scope however many there are.
  await db.schema.createIndex('later_revision_by_scope').on('later_revision').columns(['scope', 'recorded_at']).execute();
  await db.schema.createIndex('later_revision_by_kpi').on('later_revision').columns(['kpi', 'first_day']).execute();
}

import { sql, type Kysely } from 'kysely';

/**
 * What a pull vouched for is kept with the pull, so that every measure run can be done again with
 * the sources as they stood then. Of pulls before this, the last complete one of each source tells it.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const integer = engine === 'sqlite' ? sql`integer` : sql`bigint`;
  await db.schema.alterTable('pull').addColumn('complete_until', integer).execute();
  await db.schema.alterTable('pull').addColumn('history_from', integer).execute();
  await sql`
    update pull set
      complete_until = (select complete_until from source_state where source_state.source = pull.source),
      history_from = (select history_from from source_state where source_state.source = pull.source)
    where outcome = 'complete'
      and number = (select max(number) from pull as other where other.source = pull.source and other.outcome = 'complete')
  `.execute(db);
  await db.schema.createIndex('run_by_time').on('run').columns(['at', 'number']).execute();
  await db.schema.createIndex('batch_by_time').on('batch').columns(['recorded_at', 'number']).execute();
  await db.schema.createIndex('pull_by_time').on('pull').columns(['ended_at', 'number']).execute();
}

import { sql, type Kysely } from 'kysely';

/**
 * What a pass cost is kept with it, and what a source cost over its passes with the source. Series that are known less far than
 * the rest of their source stand beside what the source vouches for, so that one of them does not hold up all others.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const text = engine === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await db.schema.alterTable('pull').addColumn('lacking', text).execute();
  await db.schema.alterTable('pull').addColumn('cost', text).execute();
  await db.schema.alterTable('source_state').addColumn('lacking', text).execute();
  await db.schema.alterTable('source_state').addColumn('spent', text).execute();
}

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * A checksum beside the rows that numbers are made of and kept in: SQLite has none of its own, and a
 * damaged byte in a text or a number would be read as another text or number. Rows from before have none.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const integer = engine === 'sqlite' ? sql`integer` : sql`bigint`;
  for (const table of ['event', 'sample_chunk', 'measurement', 'snapshot']) {
    await db.schema.alterTable(table).addColumn('row_sum', integer).execute();
  }
}

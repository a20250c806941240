import { sql, type Kysely } from 'kysely';

/**
 * The first shape of storage. Applied once and never edited: what changes later is a new file.
 *
 * Portable subset: integer (64 bit), text compared by code unit, double, blob. Flags are 0 or 1, JSON
 * is opaque text, instants are epoch milliseconds.
 */
export async function up<Tables>(db: Kysely<Tables>, engine: 'sqlite' | 'postgresql'): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const text = isSqlite ? sql`text` : sql`text collate "C"`;
  const integer = isSqlite ? sql`integer` : sql`bigint`;
  const real = isSqlite ? sql`real` : sql`double precision`;
  const blob = isSqlite ? sql`blob` : sql`bytea`;
  // Clustered tables are stored in the order of their key; PostgreSQL has no such thing.
  const clustered = isSqlite ? sql`strict, without rowid` : sql``;
  const plain = isSqlite ? sql`strict` : sql``;

  // Event log. A batch is one commit of one source; its number is the watermark.
  await db.schema
    .createTable('batch')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .addColumn('events', integer, (c) => c.notNull())
    .addColumn('samples', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  // `item` is the uid `source:kind:native id`; `kind` stands beside it to filter by.
  await db.schema
    .createTable('event')
    .addColumn('item', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('batch', integer, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('effective_at', integer, (c) => c.notNull())
    .addColumn('sequence', integer, (c) => c.notNull())
    .addColumn('origin', text, (c) => c.notNull())
    .addColumn('state', text)
    .addColumn('fields', text, (c) => c.notNull())
    .addColumn('supersedes', text)
    .addColumn('slot', text)
    .addPrimaryKeyConstraint('event_key', ['item', 'key'])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex('event_by_batch').on('event').column('batch').execute();
  // Points of one UTC day of one series: pairs of doubles (epoch milliseconds, value), ascending.
  await db.schema
    .createTable('sample_chunk')
    .addColumn('series', text, (c) => c.notNull())
    .addColumn('statistic', text, (c) => c.notNull())
    .addColumn('dimensions', text, (c) => c.notNull())
    .addColumn('day', integer, (c) => c.notNull())
    .addColumn('batch', integer, (c) => c.notNull())
    .addColumn('points', blob, (c) => c.notNull())
    .addPrimaryKeyConstraint('sample_chunk_key', ['series', 'statistic', 'dimensions', 'day', 'batch'])
    .modifyEnd(plain)
    .execute();
  await db.schema.createIndex('sample_chunk_by_batch').on('sample_chunk').column('batch').execute();

  // Sources
  await db.schema
    .createTable('source_state')
    .addColumn('source', text, (c) => c.notNull().primaryKey())
    .addColumn('cursor', text)
    .addColumn('last_started_at', integer)
    .addColumn('last_completed_at', integer)
    .addColumn('complete_until', integer)
    .addColumn('history_from', integer)
    .addColumn('last_error_at', integer)
    .addColumn('last_error', text)
    .addColumn('rejected_count', integer, (c) => c.notNull())
    .addColumn('rejected', text, (c) => c.notNull())
    .addColumn('kinds', text, (c) => c.notNull())
    .addColumn('series', text, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  await db.schema
    .createTable('pull')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('started_at', integer, (c) => c.notNull())
    .addColumn('ended_at', integer, (c) => c.notNull())
    .addColumn('outcome', text, (c) => c.notNull())
    .addColumn('new_events', integer, (c) => c.notNull())
    .addColumn('new_samples', integer, (c) => c.notNull())
    .addColumn('rejected', integer, (c) => c.notNull())
    .addColumn('error', text)
    .modifyEnd(plain)
    .execute();
  await db.schema.createIndex('pull_by_source').on('pull').columns(['source', 'number']).execute();

  // Definitions, runs, values
  await db.schema
    .createTable('definition')
    .addColumn('hash', text, (c) => c.notNull().primaryKey())
    .addColumn('kpi', text, (c) => c.notNull())
    .addColumn('text', text, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  await db.schema
    .createTable('run')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('watermark', integer, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  const values = (table: 'measurement' | 'snapshot') =>
    db.schema
      .createTable(table)
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
      .addColumn('limits', text);
  // A run writes many values of few periods: the period comes first, so that they lie side by side.
  await values('measurement')
    .addPrimaryKeyConstraint('measurement_key', ['period', 'scope', 'kpi'])
    .modifyEnd(clustered)
    .execute();
  await values('snapshot')
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('run', integer, (c) => c.notNull())
    .addColumn('recorded_at', integer, (c) => c.notNull())
    .addColumn('causes', text, (c) => c.notNull())
    .addColumn('moved', text, (c) => c.notNull())
    .addColumn('moved_count', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('snapshot_key', ['period', 'scope', 'kpi', 'revision'])
    .modifyEnd(clustered)
    .execute();
  for (const table of ['measurement', 'snapshot']) {
    await db.schema.createIndex(`${table}_by_scope`).on(table).columns(['scope', 'first_day']).execute();
    await db.schema.createIndex(`${table}_by_kpi`).on(table).columns(['kpi', 'first_day']).execute();
  }
  await db.schema
    .createTable('publication')
    .addColumn('number', integer, (c) => c.notNull().primaryKey())
    .addColumn('review', text, (c) => c.notNull())
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('watermark', integer, (c) => c.notNull())
    .addColumn('run', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();

  // Jobs
  await db.schema
    .createTable('job')
    .addColumn('job', text, (c) => c.notNull().primaryKey())
    .addColumn('holder', text)
    .addColumn('token', integer, (c) => c.notNull())
    .addColumn('until', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  await db.schema
    .createTable('tick')
    .addColumn('job', text, (c) => c.notNull().primaryKey())
    .addColumn('at', integer, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
  await db.schema
    .createTable('setting')
    .addColumn('name', text, (c) => c.notNull().primaryKey())
    .addColumn('value', text, (c) => c.notNull())
    .modifyEnd(plain)
    .execute();
}

import { sql } from 'kysely';
import type { Engine, Write } from './engine.ts';
import { StoreError } from './store.ts';

/** The portable subset: what a column may hold, called the same on both databases. */
export type ColumnType = 'integer' | 'text' | 'real' | 'blob';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** A table as it is in the database, whatever version made it. */
export interface Shape {
  readonly table: string;
  readonly columns: readonly Column[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

interface Found {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** Place in the primary key from 1; 0 or null outside it. */
  readonly place: number | null;
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  integer: 'integer',
  int8: 'integer',
  text: 'text',
  real: 'real',
  float8: 'real',
  blob: 'blob',
  bytea: 'blob',
};

/**
 * Every table of the database, ascending by name, columns in the order in which they were made. Asked
 * of the database, so that no table and no column of any version can be forgotten.
 */
export async function shapesOf(trx: Write, engine: Engine['name']): Promise<Shape[]> {
  const { rows } = await (engine === 'sqlite' ? onSqlite : onPostgresql).execute(trx);
  const byTable = new Map<string, Found[]>();
  for (const row of rows) byTable.set(row.table, [...(byTable.get(row.table) ?? []), row]);
  return [...byTable].map(([table, found]) => ({
    table,
    columns: found.map(({ column, type }) => ({ name: column, type: typeOf(type, `${table}.${column}`) })),
    key: found
      .filter(({ place }) => (place ?? 0) > 0)
      .sort((one, other) => (one.place ?? 0) - (other.place ?? 0))
      .map(({ column }) => column),
  }));
}

/** Tables of what is made from the others: no backup has them, and a restored database begins without. */
const CACHES: ReadonlySet<string> = new Set(['column_segment', 'column_state']);

/** Tables that a backup holds. */
export async function keptShapesOf(trx: Write, engine: Engine['name']): Promise<Shape[]> {
  return (await shapesOf(trx, engine)).filter(({ table }) => !CACHES.has(table));
}

function typeOf(name: string, place: string): ColumnType {
  const type = TYPES[name.toLowerCase()];
  if (type !== undefined) return type;
  throw new StoreError(
    'invalid',
    `Column ${place} is of type ${name}, which only one of the two databases has.`,
    'Use a database that holds nothing but Quarterdeck.',
  );
}

const onSqlite = sql<Found>`
  select t.name as "table", c.name as "column", c.type as "type", c.pk as "place"
  from sqlite_master as t, pragma_table_info(t.name) as c
  where t.type = 'table' and t.name not like 'sqlite%'
  order by t.name, c.cid`;

const onPostgresql = sql<Found>`
  select t.relname as "table", c.attname as "column", y.typname as "type",
    array_position(k.indkey::int2[], c.attnum) + 1 as "place"
  from pg_class as t
  join pg_attribute as c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
  join pg_type as y on y.oid = c.atttypid
  left join pg_index as k on k.indrelid = t.oid and k.indisprimary
  where t.relkind = 'r' and t.relnamespace = (select oid from pg_namespace where nspname = current_schema())
  order by t.relname collate "C", c.attnum`;

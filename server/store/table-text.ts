import { sql, type RawBuilder } from 'kysely';
import type { Write } from './engine.ts';
import type { Column, Shape } from './shape.ts';
import { StoreError } from './store.ts';

export type Cell = string | number | Uint8Array | null;

/** Text of one page; what is held in memory is a few of these. */
const PAGE_CHARACTERS = 2 * 1024 * 1024;
const FIRST_ROWS = 16;
const MOST_ROWS = 5_000;

export interface Page {
  /** One line a row: a JSON array of its cells in the order of the columns, blobs as base64. */
  readonly text: string;
  readonly rows: number;
}

/**
 * A whole table as text, rows in the order of the key. Equal rows are equal text, whichever database
 * they are in: numbers as JavaScript writes them, text as it is.
 */
export async function* tableText(trx: Write, shape: Shape): AsyncGenerator<Page> {
  const columns = sql.join(shape.columns.map(({ name }) => sql.ref(name)));
  const key = sql.join(shape.key.map((name) => sql.ref(name)));
  let after: RawBuilder<unknown> = sql``;
  let limit = FIRST_ROWS;
  for (;;) {
    const query = sql<
      Record<string, unknown>
    >`select ${columns} from ${sql.table(shape.table)} ${after} order by ${key} limit ${limit}`;
    const { rows } = await query.execute(trx);
    let text = '';
    for (const row of rows) text += `${rowText(shape, row)}\n`;
    if (rows.length > 0) yield { text, rows: rows.length };
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    after = sql`where (${key}) > (${sql.join(shape.key.map((name) => last[name]))})`;
    // Rows differ in size by a factor of a million; the next page is as large as this one was small.
    limit = Math.min(MOST_ROWS, Math.max(1, Math.floor((rows.length * PAGE_CHARACTERS) / text.length)));
  }
}

function rowText(shape: Shape, row: Record<string, unknown>): string {
  return JSON.stringify(shape.columns.map((column) => storedCell(shape.table, column, row[column.name])));
}

function storedCell(table: string, { name, type }: Column, value: unknown): string | number | null {
  if (value === null) return null;
  if (type === 'blob' && value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (type === 'text' && typeof value === 'string') return value;
  if (type === 'integer' && Number.isSafeInteger(value) && typeof value === 'number') return value;
  if (type === 'real' && Number.isFinite(value) && typeof value === 'number') return value;
  throw new StoreError('corrupt', `The database holds something else than ${type} in ${table}.${name}.`, 'Restore a backup.');
}

/** The cells of one line, as a database takes them; null where the line is not a row of this table. */
export function cellsOf(shape: Shape, line: string): Cell[] | null {
  let values: unknown;
  try {
    values = JSON.parse(line);
  } catch {
    return null;
  }
  if (!Array.isArray(values) || values.length !== shape.columns.length) return null;
  const cells: Cell[] = [];
  for (const [at, { type }] of shape.columns.entries()) {
    const value: unknown = values[at];
    if (value === null) cells.push(null);
    else if (type === 'blob' && typeof value === 'string') cells.push(Buffer.from(value, 'base64'));
    else if (type === 'text' && typeof value === 'string') cells.push(value);
    else if (type === 'integer' && typeof value === 'number' && Number.isSafeInteger(value)) cells.push(value);
    else if (type === 'real' && typeof value === 'number') cells.push(value);
    else return null;
  }
  return cells;
}

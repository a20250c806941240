import { DuckDBDataChunk, DuckDBInstance, DuckDBIntegerVector, INTEGER, type DuckDBConnection } from '@duckdb/node-api';
import { NEVER } from '../../server/event/columns.ts';

/** What it is measured with: as many threads as we have workers, otherwise its own settings, everything in memory. */
export const THREADS = 2;
const SETTINGS = { threads: String(THREADS), memory_limit: '8GB' };
/** Rows that DuckDB works on at once. */
const CHUNK = 2048;

/** A DuckDB in memory, and how to fill and ask it. */
export interface Duck {
  readonly settings: string;
  readonly version: string;
  run(sql: string): Promise<void>;
  /** Columns of integers, NEVER as null, as a table. */
  fill(table: string, columns: Readonly<Record<string, Int32Array>>): Promise<void>;
  /** Answers as columns of numbers, null as NaN. */
  ask(sql: string): Promise<Float64Array[]>;
  close(): void;
}

export async function openDuck(): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await instance.connect();
  const [[version]] = (await connection.runAndReadAll('select version()')).getRows() as [[string]];
  return {
    version,
    settings: Object.entries(SETTINGS)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    run: async (sql) => void (await connection.run(sql)),
    fill: (table, columns) => fill(connection, table, columns),
    ask: async (sql) => {
      const result = await connection.runAndReadAll(sql);
      return Array.from({ length: result.columnCount }, (_, column) =>
        Float64Array.from(result.getColumnsJS()[column] ?? [], (value) => (value === null ? Number.NaN : Number(value))),
      );
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function fill(connection: DuckDBConnection, table: string, columns: Readonly<Record<string, Int32Array>>): Promise<void> {
  const names = Object.keys(columns);
  await connection.run(`create table ${table} (${names.map((name) => `"${name}" integer`).join(', ')})`);
  const appender = await connection.createAppender(table);
  const length = Object.values(columns)[0]?.length ?? 0;
  for (let start = 0; start < length; start += CHUNK) {
    const rows = Math.min(CHUNK, length - start);
    const chunk = DuckDBDataChunk.create(
      names.map(() => INTEGER),
      rows,
    );
    Object.values(columns).forEach((cells, index) => {
      const vector = chunk.getColumnVector(index);
      if (!(vector instanceof DuckDBIntegerVector)) throw new Error('a column of another type');
      for (let row = 0; row < rows; row += 1) {
        const value = cells[start + row] ?? NEVER;
        vector.setItem(row, value === NEVER ? null : value);
      }
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.flushSync();
  appender.closeSync();
}

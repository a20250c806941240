import type { PostgresPool } from 'kysely';
import pg from 'pg';

/** Text of `copy … from stdin`, as the only parameter of that statement. */
export class CopyText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A row of COPY's text format. */
export const copyLine = (values: readonly (string | number | null | undefined)[]): string =>
  `${values.map((value) => (typeof value === 'string' ? escaped(value) : (value ?? String.raw`\N`))).join('\t')}\n`;

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;

/** The pool as Kysely uses it, whose connections also take a CopyText. */
export function copyingPool(pool: pg.Pool): PostgresPool {
  // Kysely knows a connection again by what it got.
  const known = new WeakMap<pg.PoolClient, pg.PoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      const copying =
        known.get(client) ??
        new Proxy(client, { get: (_, name): unknown => (name === 'query' ? queryOf(client) : Reflect.get(client, name)) });
      known.set(client, copying);
      return copying;
    },
  };
}

const queryOf =
  (client: pg.PoolClient) =>
  (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    const [data] = parameters;
    return data instanceof CopyText ? copyIn(client, sql, data) : client.query(sql, [...parameters]);
  };

function copyIn(
  client: pg.PoolClient,
  sql: string,
  { text }: CopyText,
): Promise<{ readonly command: string; readonly rows: [] }> {
  return new Promise((resolve, reject) => {
    client.query(
      new CopyQuery(sql, Buffer.from(text), (error) => (error ? reject(error) : resolve({ command: 'COPY', rows: [] }))),
    );
  });
}

/** What pg's own query does, except that it has an answer when the server asks for the data. */
class CopyQuery extends pg.Query {
  readonly #data: Buffer;

  constructor(sql: string, data: Buffer, done: (error: Error | null | undefined) => void) {
    super(sql, done);
    this.#data = data;
  }

  handleCopyInResponse(connection: unknown): void {
    if (!takesCopies(connection)) throw new TypeError('This version of pg cannot copy.');
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
}

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

const takesCopies = (connection: unknown): connection is CopyConnection =>
  typeof connection === 'object' && connection !== null && 'sendCopyFromChunk' in connection && 'endCopyFrom' in connection;

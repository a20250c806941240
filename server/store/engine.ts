import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Write = Transaction<Tables>;

/** What differs between the two databases. sqlite.ts and postgresql.ts each make one. */
export interface Engine {
  readonly name: 'sqlite' | 'postgresql';
  readonly mode: 'write' | 'read';
  readonly db: Database;
  /** Rows of one multi-row statement; where it is fastest without passing the database's limits. */
  readonly rowsPerStatement: number;
  /**
   * One writing transaction, acknowledged only when it is on disk. Writers follow one another, so
   * that what one reads and then writes cannot be overtaken, and batch numbers are in commit order.
   */
  write<T>(work: (trx: Write) => Promise<T>): Promise<T>;
  /** One reading transaction: everything in it sees the same moment. */
  read<T>(work: (trx: Write) => Promise<T>): Promise<T>;
  /** `full`: a commit is on disk when it is acknowledged. `relaxed`: a power failure may undo the last ones. */
  setDurability(durability: 'full' | 'relaxed'): Promise<void>;
  hasTable(name: string): Promise<boolean>;
  close(): Promise<void>;
}

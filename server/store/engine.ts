import type { Kysely, Transaction } from 'kysely';
import type { EventBlock } from '../event/event-block.ts';
import type { EventTable, Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Write = Transaction<Tables>;

/** What the log holds of an item and needs in order to tell whether it has heard something. */
export type Word = Pick<EventTable, 'key' | 'batch' | 'effective_at' | 'sequence' | 'state' | 'fields' | 'supersedes' | 'slot'>;

/** Rows of a block that are to be written, in its order. */
export interface FreshRows {
  readonly batch: number;
  readonly block: EventBlock;
  readonly rows: Int32Array;
  /** The key that the row at a place in `rows` gets. */
  readonly keyOf: (place: number) => string;
  /** The log has nothing at all of their items: not one of the rows can be there. */
  readonly isOfNewItems: boolean;
}

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
   * @param isAwaited somebody waits for this one: what SQLite tidies up after a large one is left to the next
   */
  write<T>(work: (trx: Write) => Promise<T>, isAwaited?: boolean): Promise<T>;
  /** One reading transaction: everything in it sees the same moment. */
  read<T>(work: (trx: Write) => Promise<T>): Promise<T>;
  /** What the log holds of these items, by uid. Within a transaction. */
  wordsOf(trx: Write, uids: readonly string[]): Promise<Map<string, Word[]>>;
  /** Writes the events that are not there yet, and returns how many those were. Within a writing transaction. */
  insertEvents(trx: Write, rows: FreshRows): Promise<number>;
  /** `full`: a commit is on disk when it is acknowledged. `relaxed`: a power failure may undo the last ones. */
  setDurability(durability: 'full' | 'relaxed'): Promise<void>;
  /** Gives back the memory of pages that were written and are not read again soon. */
  giveBack(): void;
  hasTable(name: string): Promise<boolean>;
  close(): Promise<void>;
}

import { sql } from 'kysely';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { openEngine, type StoreConfig } from '../../server/store/open.ts';
import { shapesOf } from '../../server/store/shape.ts';
import type { Store } from '../../server/store/store.ts';

/** A database that one test, or one history, after another has to itself. */
export interface ReusedDatabase {
  /** A store of its own over it, in which there is nothing. Whoever had one before is done with it, and nobody closes it. */
  emptied(): Promise<Store>;
  close(): Promise<void>;
}

/**
 * Opened and brought to its schema once, which takes longer than most of what is tried on it. Nothing but rows
 * could be left of whoever had it before, since stores are made anew.
 */
export async function reusedDatabase(config: StoreConfig, now: () => number): Promise<ReusedDatabase> {
  const engine = await openEngine(config, { mode: 'write', now });
  await migrate(engine, now);
  const tables = (await engine.read((trx) => shapesOf(trx, engine.name))).map(({ table }) => table);
  return {
    emptied: async () => {
      await engine.write(async (trx) => {
        for (const table of tables) if (table !== 'migration') await sql`delete from ${sql.table(table)}`.execute(trx);
      });
      return storeOn(engine);
    },
    close: () => engine.close(),
  };
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { storeOn } from '../../server/store/kysely-store.ts';
import { migrate } from '../../server/store/migrate.ts';
import { openEngine, type StoreConfig } from '../../server/store/open.ts';
import { shapesOf } from '../../server/store/shape.ts';
import type { Store } from '../../server/store/store.ts';
import { START } from './history.ts';

/** In memory where the machine has such a place: what is tried is what is kept, not the disk. */
export const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A database that one history after another is told to. */
export interface PropertyDatabase {
  /** A store of its own over it, in which there is nothing. Whoever had one before is done with it. */
  emptied(): Promise<Store>;
  close(): Promise<void>;
}

/**
 * Opened and brought to its schema once, and emptied for each history: to make one anew takes longer than
 * most histories do. Nothing but rows could be left of the one before, since stores are made anew.
 */
export async function propertyDatabase(config: StoreConfig): Promise<PropertyDatabase> {
  const engine = await openEngine(config, { mode: 'write', now: () => START });
  await migrate(engine, () => START);
  const tables = (await engine.read((trx) => shapesOf(trx, engine.name))).map(({ table }) => table);
  const full = tables.filter((table) => table !== 'migration');
  return {
    emptied: async () => {
      await engine.write(async (trx) => {
        for (const table of full) await sql`delete from ${sql.table(table)}`.execute(trx);
      });
      return storeOn(engine);
    },
    close: () => engine.close(),
  };
}

export async function sqliteDatabase(): Promise<PropertyDatabase> {
  const folder = mkdtempSync(join(PLACE, 'quarterdeck-property-'));
  const database = await propertyDatabase({ engine: 'sqlite', folder });
  return {
    ...database,
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

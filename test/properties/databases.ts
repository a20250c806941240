import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reusedDatabase, type ReusedDatabase } from '../store/reused-database.ts';
import { START } from './history.ts';

/** In memory where the machine has such a place: what is tried is what is kept, not the disk. */
export const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const now = (): number => START;

/** To which one history after another is told. */
export async function sqliteDatabase(): Promise<ReusedDatabase> {
  const folder = mkdtempSync(join(PLACE, 'quarterdeck-property-'));
  const database = await reusedDatabase({ engine: 'sqlite', folder }, now);
  return {
    ...database,
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const postgresqlDatabase = (url: string): Promise<ReusedDatabase> => reusedDatabase({ engine: 'postgresql', url }, now);

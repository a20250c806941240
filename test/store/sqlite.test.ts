import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../server/store/open.ts';
import { openSqlite } from '../../server/store/sqlite.ts';
import { runs } from '../properties/runs.ts';
import { storeContract } from './contract.ts';
import { now } from './contract-migration.ts';

storeContract('SQLite', async () => {
  const root = await mkdtemp(join(tmpdir(), 'quarterdeck-sqlite-'));
  let made = 0;
  const folder = (): string => join(root, String((made += 1)));
  return {
    fresh: async () => {
      const store = await openStore({ engine: 'sqlite', folder: folder() }, { mode: 'write', now });
      return { store, other: store, close: () => store.close() };
    },
    bare: async () => openSqlite(folder(), { mode: 'write', now }),
    runs: runs(1_000).numRuns,
    stop: () => rm(root, { recursive: true, force: true }),
  };
});

import { writeSync } from 'node:fs';
import { storeOn } from '../../../server/store/kysely-store.ts';
import { migrate } from '../../../server/store/migrate.ts';
import { openSqlite, type SqliteEngine } from '../../../server/store/sqlite.ts';
import type { Store } from '../../../server/store/store.ts';
import { MONDAY } from '../sample-data.ts';
import { round } from './round.ts';
import { isMode, type Acknowledged } from './workload.ts';

/**
 * Writes to the database of a folder as the product does, round after round, and says after each call
 * what was acknowledged. What it writes is such that check.ts can tell whole from half.
 *
 * Arguments: folder, number of the first round and of the last, mode, and `killed` to end with a
 * SIGKILL in the middle of a transaction that deletes everything.
 */
const [folder, firstText, lastText, mode, end] = process.argv.slice(2);
if (folder === undefined || lastText === undefined || !isMode(mode))
  throw new Error('usage: child.ts FOLDER FIRST LAST MODE [killed]');
const [first, last] = [Number(firstText), Number(lastText)];
/** Pages; the product checkpoints after 4,000, which a short run would never see. */
const CHECKPOINT = 24;
const REOPEN_EVERY = 9;

const done: Acknowledged = { batches: first - 1, cursor: first - 1, pulls: first - 1, runs: first - 1 };
const acknowledge = (changes: Partial<Acknowledged>): void => {
  Object.assign(done, changes);
  writeSync(1, `${JSON.stringify(done)}\n`);
};

async function openHere(): Promise<{ readonly store: Store; readonly engine: SqliteEngine }> {
  const engine = openSqlite(folder ?? '', { mode: 'write', now: () => MONDAY });
  engine.connection.pragma(`wal_autocheckpoint = ${CHECKPOINT}`);
  if (mode === 'normal') engine.connection.pragma('synchronous = NORMAL');
  if (mode === 'off') engine.connection.pragma('synchronous = OFF');
  await migrate(engine, () => MONDAY);
  return { store: storeOn(engine), engine };
}

let { store, engine } = await openHere();
for (let number = first; number <= last; number += 1) {
  await round(store, number, mode === 'apart', acknowledge);
  if (number % REOPEN_EVERY !== 0) continue;
  await store.close();
  ({ store, engine } = await openHere());
}
if (end === 'killed') {
  // With hardly any cache, what is not committed gets into the journal, too.
  engine.connection.pragma('cache_size = 5');
  await engine.write(async (trx) => {
    for (const table of ['event', 'snapshot', 'later_revision', 'run', 'batch'] as const) await trx.deleteFrom(table).execute();
    process.kill(process.pid, 'SIGKILL');
  });
}
await store.close();

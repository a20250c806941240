import { rmSync, writeSync } from 'node:fs';
import { openStore } from '../../../server/store/open.ts';
import { StoreError, type Store } from '../../../server/store/store.ts';
import { MONDAY } from '../sample-data.ts';
import { faultOf } from './check.ts';
import { round } from './round.ts';
import type { Acknowledged } from './workload.ts';

/**
 * Fails each call to the system that concerns the database once, one after another, and looks at what
 * is left. Runs under record.c. Prints one line of JSON with the counts.
 *
 * Argument: folder, which is emptied again and again.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: failing.ts FOLDER');
const ERRORS = { EIO: 5, ENOSPC: 28 } as const;
const PHASES = ['opening', 'writing', 'reopening'] as const;

/** True where a call was failed since this was last asked for. */
function failing(nth: number, code: number, isOnwards: boolean): boolean {
  try {
    writeSync(1, `!${nth} ${code} ${isOnwards ? 1 : 0}`);
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EALREADY') return true;
    throw error;
  }
}
const open = (): Promise<Store> => openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => MONDAY });

const counts = { calls: 0, refused: 0, unfelt: 0, faults: 0 };
const examples: string[] = [];
const note = (where: string, words: string): void => {
  counts.faults += 1;
  if (examples.length < 5) examples.push(`${where}: ${words}`);
};

/** @returns whether there was an nth call */
async function tryOne(phase: (typeof PHASES)[number], nth: number, code: number, isOnwards: boolean): Promise<boolean> {
  const where = `${phase}, call ${nth}, error ${code}${isOnwards ? ' from then on' : ''}`;
  rmSync(folder ?? '', { recursive: true, force: true });
  const done: Acknowledged = { batches: 0, cursor: 0, pulls: 0, runs: 0 };
  const acknowledge = (changes: Partial<Acknowledged>): void => void Object.assign(done, changes);
  let store = phase === 'opening' ? null : await open();
  if (store !== null) for (const number of [1, 2]) await round(store, number, false, acknowledge);
  failing(nth, code, isOnwards);
  let isRefused = false;
  try {
    if (store === null) store = await open();
    else if (phase === 'writing') await round(store, 3, false, acknowledge);
    else {
      await store.close();
      store = null;
      store = await open();
    }
  } catch (error) {
    isRefused = true;
    // Whoever reads the message must learn what to do.
    if (!(error instanceof StoreError) || error.fix === '') note(where, String(error));
  }
  const hasFailed = failing(0, 0, false);
  if (store !== null) {
    // Nobody restarts anything: reading went on, and writing goes on.
    if ((await store.watermark()) < done.batches) note(where, 'does not read what was acknowledged');
    await store.saveSetting('after', where).catch((error: unknown) => note(where, `does not go on: ${String(error)}`));
    await store.close();
  }
  const fault = await faultOf(folder ?? '', done);
  if (fault !== null) note(where, `${fault.is}: ${fault.words}`);
  if (hasFailed) {
    counts.calls += 1;
    counts[isRefused ? 'refused' : 'unfelt'] += 1;
  } else if (isRefused) note(where, 'refused though nothing failed');
  return hasFailed;
}

for (const code of Object.values(ERRORS)) {
  for (const isOnwards of [false, true]) {
    for (const phase of PHASES) {
      for (let nth = 1; await tryOne(phase, nth, code, isOnwards); nth += 1);
    }
  }
}
process.stdout.write(`${JSON.stringify({ ...counts, examples })}\n`);

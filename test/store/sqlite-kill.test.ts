import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../server/store/open.ts';
import { wholeLog } from './sample-data.ts';

const CHILD = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));
const KILLS = 25;
const EVENTS_A_CALL = 40;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'quarterdeck-kill-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Starts a writer, kills it at once when it has acknowledged so many calls, and returns the last of them. */
async function writeUntilKilled(folder: string, first: number, acknowledgements: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(errors).toBe('');
  expect(signal).toBe('SIGKILL');
  return Number(output.trim().split('\n').at(-1));
}

test(`a writer that is killed ${KILLS} times loses nothing acknowledged and counts nothing twice`, async () => {
  const folder = join(root, 'data');
  let last = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Repeats the last call that was acknowledged; the next may be there already, or not at all.
    last = await writeUntilKilled(folder, Math.max(1, last), 1 + ((kill * 7) % 11));
  }

  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
  const counts = await store.countEvents();
  const calls = counts.events / EVENTS_A_CALL;
  // Whole calls only: all that were acknowledged, and at most the one under way.
  expect([last, last + 1]).toContain(calls);
  expect(counts.items).toBe(EVENTS_A_CALL);
  for (const events of (await wholeLog(store)).values()) {
    const numbers = events.map((stored) => Number(stored.key.split('-')[0])).sort((one, two) => one - two);
    expect(numbers).toEqual(Array.from({ length: calls }, (_, at) => at + 1));
  }
  expect((await store.samples('s', -Infinity, Infinity)).map((point) => point.value)).toEqual(
    Array.from({ length: calls }, (_, at) => at + 1),
  );
  expect(await store.watermark()).toBe(counts.batches);
  await store.close();
});

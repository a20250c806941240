import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultOf, type Fault } from './check.ts';
import { Disk, randomFrom, type Files } from './disk.ts';
import { readOplog } from './oplog.ts';
import type { Acknowledged } from './workload.ts';

/**
 * Makes every state that a crash could have left, one after another, and checks each with the real
 * store. Prints one line of JSON with the counts.
 *
 * Arguments: log of record.c, folder to work in, power losses per point, seed, part and number of parts, and
 * `forget-names` for a disk on which syncing a folder does nothing.
 */
const [log, place, lossesText, seedText, partText, partsText, names] = process.argv.slice(2);
if (log === undefined || place === undefined) throw new Error('usage: replay.ts LOG FOLDER LOSSES SEED PART PARTS');
const [losses, seed, part, parts] = [lossesText, seedText, partText, partsText].map(Number) as [number, number, number, number];

const EXAMPLES = 5;
const counts = { points: 0, states: 0, kills: 0, lost: 0, torn: 0, corrupt: 0, slowestMs: 0 };
const examples: { readonly state: string; readonly fault: Fault }[] = [];
const folder = mkdtempSync(join(place, 'state-'));

async function look(name: string, files: Files, acknowledged: Acknowledged): Promise<void> {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  const startedAt = performance.now();
  const fault = await faultOf(folder, acknowledged);
  counts.slowestMs = Math.max(counts.slowestMs, Math.round(performance.now() - startedAt));
  counts.states += 1;
  if (fault === null) return;
  counts[fault.is] += 1;
  if (examples.length < EXAMPLES) examples.push({ state: name, fault });
}

const disk = new Disk();
let acknowledged: Acknowledged = { batches: 0, cursor: 0, pulls: 0, runs: 0 };
for (const [point, op] of readOplog(readFileSync(log)).entries()) {
  if (op.is !== 'sync folder' || names !== 'forget-names') disk.apply(op);
  if (op.is === 'acknowledge') acknowledged = op.done;
  if (point % parts !== part) continue;
  counts.points += 1;
  await look(`kill ${point}`, disk.afterKill(), acknowledged);
  counts.kills += 1;
  for (let loss = 0; loss < losses; loss += 1) {
    const own = seed + point * 1_000 + loss;
    await look(`power ${point} seed ${own}`, disk.afterPowerLoss(randomFrom(own)), acknowledged);
  }
}
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify({ ...counts, examples })}\n`);

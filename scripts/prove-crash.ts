import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOplog } from '../test/store/crash/oplog.ts';
import type { Mode } from '../test/store/crash/workload.ts';

/**
 * Power losses and kills at every write, sync and acknowledgement of the real store: recorded once,
 * replayed many times. The controls are stores that are known to be wrong; where the proof does not
 * find fault with them, it proves nothing.
 */
interface Part {
  readonly mode: Mode;
  /** Of each process; all but the last one are killed in the middle of a transaction, and the next recovers. */
  readonly rounds: readonly number[];
  /** Different power losses at each point, beside one kill. */
  readonly losses: number;
  /** A disk on which a synced folder forgets its names all the same. */
  readonly isForgettingNames?: boolean;
  readonly says: string;
  /** For a control: what must be found. */
  readonly mustFind: (found: Found) => boolean;
}

interface Found {
  points: number;
  states: number;
  kills: number;
  lost: number;
  torn: number;
  corrupt: number;
  slowestMs: number;
  examples: unknown[];
}

const clean = ({ lost, torn, corrupt }: Found): boolean => lost + torn + corrupt === 0;
const PARTS: readonly Part[] = [
  { mode: 'full', rounds: [20, 20, 20], losses: 4, says: 'the store as it is', mustFind: clean },
  { mode: 'normal', rounds: [12], losses: 1, says: 'control: synchronous=NORMAL', mustFind: ({ lost }) => lost > 0 },
  { mode: 'off', rounds: [12], losses: 1, says: 'control: synchronous=OFF', mustFind: ({ lost, corrupt }) => lost + corrupt > 0 },
  {
    mode: 'full',
    rounds: [6],
    losses: 1,
    isForgettingNames: true,
    says: 'control: a disk on which a synced folder forgets its names',
    mustFind: ({ lost }) => lost > 0,
  },
  {
    mode: 'apart',
    rounds: [12],
    losses: 0,
    says: 'control: a total in a transaction of its own',
    mustFind: ({ torn }) => torn > 0,
  },
];
const PROCESSES = 2;

const RECORDER = fileURLToPath(new URL('../test/store/crash/record.c', import.meta.url));
const CHILD = fileURLToPath(new URL('../test/store/crash/child.ts', import.meta.url));
const REPLAY = fileURLToPath(new URL('../test/store/crash/replay.ts', import.meta.url));
const FAILING = fileURLToPath(new URL('../test/store/crash/failing.ts', import.meta.url));

/** In memory where there is such a place: nothing here needs a disk, and thousands of files are written. */
const roomy = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function build(folder: string): string {
  const library = join(folder, 'record.so');
  try {
    execFileSync('cc', ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', library, RECORDER, '-ldl'], { stdio: 'pipe' });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(
      isMissing
        ? 'There is no C compiler (cc) on this machine, which the recorder of the crash proof needs. On Debian: apt-get install gcc libc6-dev.'
        : `The recorder of the crash proof cannot be built: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return library;
}

function record(library: string, folder: string, { mode, rounds, says }: Part): string {
  const data = mkdtempSync(join(folder, 'data-'));
  const log = `${data}.log`;
  let first = 1;
  for (const [at, many] of rounds.entries()) {
    const isLast = at === rounds.length - 1;
    const { status, signal } = spawnSync(
      process.execPath,
      [CHILD, data, String(first), String(first + many - 1), mode, isLast ? 'closed' : 'killed'],
      { env: { ...process.env, LD_PRELOAD: library, CRASH_FOLDER: data, CRASH_LOG: log }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (isLast ? status !== 0 : signal !== 'SIGKILL')
      throw new Error(`What should be recorded (${says}) ended with ${status ?? signal ?? ''}.`);
    first += many;
  }
  const ops = readOplog(readFileSync(log));
  for (const is of ['write', 'sync', 'sync folder', 'create', 'acknowledge'] as const) {
    // A library that does not write through libc, or a C library of another kind, is not seen at all.
    if (!ops.some((op) => op.is === is))
      throw new Error(`The recorder has seen no "${is}": this machine cannot run the crash proof.`);
  }
  return log;
}

async function replay(log: string, folder: string, { losses, isForgettingNames }: Part, seed: number): Promise<Found> {
  const parts = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, part): Promise<Found> => {
      const args = [REPLAY, log, folder, losses, seed, part, PROCESSES, isForgettingNames === true ? 'forget-names' : ''].map(
        String,
      );
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(child, 'close');
      if (child.exitCode !== 0) throw new Error(`The replay ended with ${String(child.exitCode)}.`);
      return JSON.parse(output) as Found;
    }),
  );
  const sum = (name: Exclude<keyof Found, 'examples'>): number => parts.reduce((total, part) => total + part[name], 0);
  return {
    points: sum('points'),
    states: sum('states'),
    kills: sum('kills'),
    lost: sum('lost'),
    torn: sum('torn'),
    corrupt: sum('corrupt'),
    slowestMs: Math.max(...parts.map(({ slowestMs }) => slowestMs)),
    examples: parts.flatMap(({ examples }) => examples),
  };
}

/** Every call of the store to the system fails once, with an error of the disk or for want of space. */
function proveFailing(library: string, folder: string): boolean {
  const startedAt = performance.now();
  const data = join(folder, 'failing');
  const output = execFileSync(process.execPath, [FAILING, data], {
    env: { ...process.env, LD_PRELOAD: library, CRASH_FOLDER: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = JSON.parse(output.toString()) as Record<'calls' | 'refused' | 'unfelt' | 'faults', number> & {
    examples: unknown[];
  };
  const isSound = found.faults === 0 && found.refused > 0;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${isSound ? '✓' : '✗'} ${found.calls} failed calls (EIO and ENOSPC, once and from then on): ${found.refused} refused with what to do, ${found.unfelt} unfelt, ${found.faults} faults, ${seconds.toFixed(0)} s`,
  );
  if (!isSound) console.log(JSON.stringify(found.examples, null, 2));
  return isSound;
}

/** @param seed of the power losses; the same gives the same states @returns true where all of it held */
export async function proveCrash(seed: number): Promise<boolean> {
  if (process.platform !== 'linux') throw new Error('The crash proof needs Linux: its recorder is loaded with LD_PRELOAD.');
  const folder = mkdtempSync(join(roomy, 'quarterdeck-crash-'));
  try {
    const library = build(folder);
    let isSound = proveFailing(library, folder);
    for (const part of PARTS) {
      const startedAt = performance.now();
      const found = await replay(record(library, folder, part), folder, part, seed);
      const isAsWanted = part.mustFind(found);
      isSound &&= isAsWanted;
      const seconds = (performance.now() - startedAt) / 1000;
      console.log(
        `${isAsWanted ? '✓' : '✗'} ${part.says}: ${found.states} states at ${found.points} points (${found.kills} kills, ${found.states - found.kills} power losses, seed ${seed}): ${found.lost} lost, ${found.torn} torn, ${found.corrupt} corrupt; slowest recovery ${found.slowestMs} ms, ${seconds.toFixed(0)} s`,
      );
      if (!isAsWanted) console.log(JSON.stringify(found.examples, null, 2));
    }
    return isSound;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const seed = Number(process.env['PROVE_SEED'] ?? Math.floor(Math.random() * 1e9));
  process.exitCode = (await proveCrash(seed)) ? 0 : 1;
}

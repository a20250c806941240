import { execFileSync } from 'node:child_process';
import { POINTS, SERIES } from './aws-answer.ts';
import type { Stored, Took } from './aws-store-once.ts';
import { startChild } from './children.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

/** Storing may take so many times what the SDK takes to parse. */
const TIMES_PARSING = 2;

/**
 * One full answer of GetMetricData, from its bytes to committed points in SQLite. Processor time of all threads counts: waiting for
 * a disk or for a machine that others use does not, and what is handed to another thread does.
 */
export async function benchStoring(size: Size, say: (text: string) => void): Promise<Row[]> {
  const child = startChild('aws-store-once.ts', [String(size.answers), String(size.warmUp)], process.env, ['--expose-gc']);
  say(isPinned(child.pid) ? 'on one core' : `on any core: there is no ${PINNING} here`);
  const said = await child.hear();
  await child.end();
  if (!isSaid(said)) throw new Error('what stores an answer said something else');
  say(`an answer of ${(said.bytes / 1e6).toFixed(2)} MB`);
  const points = SERIES * POINTS;
  const { measured } = said;
  const perSecond = (tookOf: (stored: Stored) => readonly Took[], by: keyof Took): number[] =>
    measured.map((stored) => points / (tookOf(stored).reduce((sum, took) => sum + took[by], 0) / 1000));
  const share = (of: 'first' | 'again', by: keyof Took): number[] =>
    measured.map((stored) => stored[of][by] / stored.parsing[by]);
  return [
    printed(
      `${SERIES} series × ${POINTS} points: parsed by the SDK`,
      perSecond(({ parsing }) => [parsing], 'processorMs'),
      'points/s',
    ),
    printed(
      '  parsed, deduplicated and stored',
      perSecond(({ parsing, first }) => [parsing, first], 'processorMs'),
      'points/s',
    ),
    printed(
      '  parsed and found known',
      perSecond(({ parsing, again }) => [parsing, again], 'processorMs'),
      'points/s',
    ),
    wanted('storing ÷ parsing, all new', share('first', 'processorMs'), '×', { atMost: TIMES_PARSING, isOfFullSize: true }),
    printed('  by the clock, with the disk', share('first', 'wallMs'), '×'),
    wanted('storing ÷ parsing, nothing new', share('again', 'processorMs'), '×', { atMost: TIMES_PARSING, isOfFullSize: true }),
    printed('  by the clock', share('again', 'wallMs'), '×'),
  ];
}

/** Of util-linux: not on every machine. */
const PINNING = 'taskset';

function isPinned(pid: number): boolean {
  try {
    execFileSync(PINNING, ['-acp', '0', String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const isSaid = (said: unknown): said is { readonly bytes: number; readonly measured: readonly Stored[] } =>
  typeof said === 'object' && said !== null && 'measured' in said;

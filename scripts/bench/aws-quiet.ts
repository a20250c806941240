import type { Written } from './aws-quiet-once.ts';
import { startChild } from './children.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

/** The pass itself, that it was: its row in the log of passes, and how far its source has come. */
const ROWS_OF_A_PASS = 2;

/** What a poll writes that finds nothing new. */
export async function benchQuietPoll(size: Size): Promise<Row[]> {
  const child = startChild('aws-quiet-once.ts', [String(size.polled), String(size.rounds)], process.env, []);
  const said = await child.hear();
  await child.end();
  if (!isSaid(said)) throw new Error('what polls said something else');
  const { busy, quiet } = said;
  const all = (of: keyof Written): number[] => quiet.map((written) => written[of]);
  return [
    printed(`a poll of ${size.polled} series in 3 Regions, an hour later: facts written`, [busy.facts], 'rows'),
    wanted('a poll in which nothing changed: facts written', all('facts'), 'rows', { atMost: 0 }),
    wanted('  all that is written: that the pass was, and how far', all('rows'), 'rows', { atMost: ROWS_OF_A_PASS }),
    printed(
      '  of the write-ahead log',
      all('bytes').map((bytes) => bytes / 1024),
      'kB',
    ),
    printed('  calls', all('calls'), 'calls'),
    printed('  from the first call to the commit', all('ms'), 'ms'),
  ];
}

const isSaid = (said: unknown): said is { readonly busy: Written; readonly quiet: readonly Written[] } =>
  typeof said === 'object' && said !== null && 'quiet' in said;

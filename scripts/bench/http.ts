import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresql } from '../../test/store/postgresql-server.ts';
import { buildWeb } from '../build.ts';
import { startChild, type Child } from './children.ts';
import type { Addresses } from './http-house.ts';
import type { Answered, Load } from './http-load.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

/** A review must be answered a quarter as often as the same bytes by a bare route, and a third as often as a file of them. */
const SHARE_OF_BARE = 1 / 4;
const SHARE_OF_FILE = 1 / 3;

/** Reviews of 60 KPIs over HTTP, on both databases, beside others that answer with the same bytes, in turn. */
export async function benchHttp(size: Size): Promise<Row[]> {
  await buildWeb();
  const postgresql = await startPostgresql();
  try {
    return [
      ...(await onDatabase('SQLite', '', size)),
      ...(await onDatabase('PostgreSQL', await postgresql.createDatabase(), size)),
    ];
  } finally {
    await postgresql.stop();
  }
}

async function onDatabase(name: string, databaseUrl: string, { rounds, loadMs, demoWeeks }: Size): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-http-'));
  chmodSync(folder, 0o755);
  const house = startChild('http-house.ts', [folder, String(demoWeeks), databaseUrl]);
  const load = startChild('http-load.ts');
  try {
    const addresses = await house.hear();
    if (!isAddresses(addresses)) throw new Error('the server said something else');
    const rows: Row[] = [];
    for (const [encoding, says] of [
      ['br', 'packed'],
      ['identity', 'as they are'],
    ] as const) {
      const { review, page, bare, reviewFile, pageFile } = addresses;
      const asked = { encoding, ms: loadMs };
      const of = (address: string) => ({ ...asked, address });
      const measured = await inTurn(load, [of(review), of(`${bare}/${encoding}`), of(reviewFile)], rounds);
      const [ours = [], route = [], file = []] = measured.rates;
      rows.push(
        printed(`reviews of 60 KPIs ${says} (${measured.kilobytes} kB) on ${name}`, ours, 'answers/s'),
        printed('  the same bytes by a bare route', route, 'answers/s'),
        wanted('  as a share of the bare route', shareOf(ours, route), '×', { atLeast: SHARE_OF_BARE }),
        printed('  the same bytes in a file', file, 'answers/s'),
        wanted('  as a share of the file', shareOf(ours, file), '×', { atLeast: SHARE_OF_FILE }),
      );
      // Whoever takes no packed form has it unpacked for each request: no browser does.
      if (encoding !== 'br') continue;
      const pages = await inTurn(load, [of(page), of(pageFile)], rounds);
      const [own = [], asFile = []] = pages.rates;
      rows.push(
        printed(`their page ${says} (${pages.kilobytes} kB)`, own, 'answers/s'),
        printed('  the same bytes in a file', asFile, 'answers/s'),
        wanted('  as a share of the file', shareOf(own, asFile), '×', { atLeast: SHARE_OF_FILE }),
      );
    }
    return rows;
  } finally {
    await Promise.all([house.end(), load.end()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers a second of each, asked for one after the other in each round, once to warm up; and how large those of the first are. */
async function inTurn(
  load: Child,
  asked: readonly Load[],
  rounds: number,
): Promise<{ readonly rates: readonly (readonly number[])[]; readonly kilobytes: number }> {
  const rates = asked.map((): number[] => []);
  let kilobytes = 0;
  for (let round = -1; round < rounds; round += 1)
    for (const [nth, one] of asked.entries()) {
      const { answers, bytes, seconds } = await rate(load, one);
      if (nth === 0) kilobytes = Math.round(bytes / answers / 1024);
      if (round >= 0) rates[nth]?.push(answers / seconds);
    }
  return { rates, kilobytes };
}

const shareOf = (own: readonly number[], other: readonly number[]): number[] =>
  own.map((each, round) => each / (other[round] ?? Number.NaN));

async function rate(load: Child, asked: Load): Promise<Answered> {
  load.tell(asked);
  const answered = await load.hear();
  if (!isAnswered(answered)) throw new Error('the load said something else');
  return answered;
}

export const isAddresses = (said: unknown): said is Addresses => typeof said === 'object' && said !== null && 'bare' in said;
const isAnswered = (said: unknown): said is Answered => typeof said === 'object' && said !== null && 'answers' in said;

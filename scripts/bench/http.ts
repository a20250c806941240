import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresql } from '../../test/store/postgresql-server.ts';
import { startChild, type Child } from './children.ts';
import type { Addresses } from './http-house.ts';
import type { Answered, Load } from './http-load.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

/** A review must be answered a quarter as often as the same bytes by a bare route. */
const SHARE_OF_BARE = 1 / 4;

/** Reviews of 40 KPIs over HTTP, on both databases, beside a bare route that answers with the same bytes, in turn. */
export async function benchHttp(size: Size): Promise<Row[]> {
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
      const asked = { encoding, ms: loadMs };
      const [ours, bare]: [number[], number[]] = [[], []];
      let bytes = 0;
      await rate(load, { ...asked, address: addresses.product });
      for (let round = 0; round < rounds; round += 1) {
        const product = await rate(load, { ...asked, address: addresses.product });
        ours.push(product.answers / product.seconds);
        bytes = product.bytes / product.answers;
        const other = await rate(load, { ...asked, address: `${addresses.bare}/${encoding}` });
        bare.push(other.answers / other.seconds);
      }
      const what = `reviews of 40 KPIs ${says} (${Math.round(bytes / 1024)} kB) on ${name}`;
      rows.push(
        printed(what, ours, 'answers/s'),
        printed('  the same bytes by a bare route', bare, 'answers/s'),
        wanted(
          '  as a share of the bare route',
          ours.map((own, round) => own / (bare[round] ?? Number.NaN)),
          '×',
          { atLeast: SHARE_OF_BARE },
        ),
      );
    }
    return rows;
  } finally {
    await Promise.all([house.end(), load.end()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rate(load: Child, asked: Load): Promise<Answered> {
  load.tell(asked);
  const answered = await load.hear();
  if (!isAnswered(answered)) throw new Error('the load said something else');
  return answered;
}

export const isAddresses = (said: unknown): said is Addresses => typeof said === 'object' && said !== null && 'bare' in said;
const isAnswered = (said: unknown): said is Answered => typeof said === 'object' && said !== null && 'answers' in said;

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresql } from '../../test/store/postgresql-server.ts';
import { startChild } from './children.ts';
import { EVENTS_PER_ROW, ORGANISATION, SOURCES, writeAgain, writeTickets } from './csv.ts';
import type { Imported } from './import-once.ts';
import { printed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

const EVENTS_A_SECOND = 150_000;
const MEGABYTES = 600;

interface Database {
  readonly name: string;
  /** A database with nothing in it; empty for SQLite, which is in the data folder. */
  readonly create: () => Promise<string>;
  readonly hasFigures: boolean;
}

/** A CSV of tickets into empty databases, then the same facts again in another file: all is read, nothing is new. */
export async function benchImport(size: Size): Promise<Row[]> {
  const postgresql = await startPostgresql();
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-import-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'kpis'));
  writeFileSync(join(folder, 'kpis', 'sources.yaml'), SOURCES);
  writeFileSync(join(folder, 'kpis', 'organisation.yaml'), ORGANISATION);
  try {
    const rows: Row[] = [];
    for (const database of [
      { name: 'SQLite', create: async () => '', hasFigures: true },
      { name: 'PostgreSQL', create: () => postgresql.createDatabase(), hasFigures: false },
    ])
      rows.push(...(await onDatabase(database, folder, size)));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await postgresql.stop();
  }
}

async function onDatabase({ name, create, hasFigures }: Database, folder: string, size: Size): Promise<Row[]> {
  const events = size.imported * EVENTS_PER_ROW;
  const firsts: Imported[] = [];
  const agains: Imported[] = [];
  for (let round = 0; round < size.imports; round += 1) {
    await writeTickets(join(folder, 'tickets.csv'), size.imported);
    const environment = {
      ...process.env,
      QUARTERDECK_KPIS: join(folder, 'kpis'),
      QUARTERDECK_DATA: mkdtempSync(join(folder, 'data-')),
      DATABASE_URL: await create(),
      LOG_LEVEL: 'silent',
    };
    firsts.push(await importOnce(environment, events));
    writeAgain(join(folder, 'tickets.csv'));
    agains.push(await importOnce(environment, 0));
    rmSync(environment.QUARTERDECK_DATA, { recursive: true });
  }
  const perSecond = (runs: readonly Imported[]): number[] => runs.map(({ seconds }) => events / seconds);
  const judged = (what: string, runs: readonly Imported[], atLeast: number): Row =>
    hasFigures
      ? wanted(what, perSecond(runs), 'events/s', { atLeast, isOfFullSize: true })
      : printed(what, perSecond(runs), 'events/s');
  const peaks = firsts.map(({ peak }) => peak);
  const fastest = `${size.imported.toLocaleString('en')} rows of CSV into ${name}`;
  return [
    judged(`${fastest}, ${EVENTS_PER_ROW} events each`, firsts, EVENTS_A_SECOND),
    printed(
      '  the pass alone',
      firsts.map(({ passSeconds }) => events / passSeconds),
      'events/s',
    ),
    hasFigures
      ? wanted('  most memory held', peaks, 'MB', { atMost: MEGABYTES, isOfFullSize: true })
      : printed('  most memory held', peaks, 'MB'),
    printed('again, with nothing new', perSecond(agains), 'events/s'),
    hasFigures
      ? wanted(
          '  as a share of the first time',
          agains.map(({ seconds }, round) => seconds / (firsts[round]?.seconds ?? Number.NaN)),
          '×',
          { atMost: 1, isOfFullSize: true },
        )
      : printed(
          '  most memory held',
          agains.map(({ peak }) => peak),
          'MB',
        ),
  ];
}

/** @throws Error where another number of events is new */
async function importOnce(environment: NodeJS.ProcessEnv, events: number): Promise<Imported> {
  // As the verb is started: without the room for short-lived objects that a server is given.
  const child = startChild('import-once.ts', [], environment, []);
  const imported = await child.hear();
  await child.end();
  if (!isImported(imported)) throw new Error('the import said something else');
  if (imported.newEvents !== events || imported.rejected > 0)
    throw new Error(`${imported.newEvents} events were new and ${imported.rejected} rows rejected, not ${events} and none`);
  return imported;
}

const isImported = (said: unknown): said is Imported => typeof said === 'object' && said !== null && 'newEvents' in said;

import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { Evaluator } from '../../server/evaluator.ts';
import { evaluateBeside, type Grid } from '../../server/jobs/evaluate-beside.ts';
import { wantedIn } from '../../server/jobs/grid.ts';
import { placeOf } from '../../server/jobs/touched.ts';
import { compare } from './compare.ts';
import { makeData } from './data.ts';
import { openDuck, THREADS as DUCK_THREADS, type Duck } from './duckdb.ts';
import { printed, timed, wanted, type Row } from './measured.ts';
import { organisationFor } from './organisation.ts';
import { DERIVED, fillDuck } from './queries.ts';
import { questionsOf, type Asked, type Question } from './questions.ts';
import type { Size } from './size.ts';
import { sharedWorld, storedTables } from './stored-tables.ts';
import { worldOver } from './world.ts';

/** A prototype took half of it. */
const SHARE_OF_DUCKDB = 0.8;

const THREADS = 2;

/**
 * The four answers over the whole history: by our evaluation in two threads over columns that lie in a database, and by
 * DuckDB over the same facts in turn. What both derive once a batch (failed changes, interruptions) is printed apart,
 * as is making the columns, storing and reading them.
 */
export async function benchEvaluate(size: Size, say: (text: string) => void): Promise<Row[]> {
  const made = await timed(() => makeData(size));
  const organisation = organisationFor(size.teams);
  const { tables, storingMs, readingMs } = await storedTables(size, made.given);
  const world = worldOver(organisation, (kind) => tables.table(kind).columns());
  const questions = questionsOf(size, organisation);
  const kpis = questions.flatMap(({ asked }) => asked.flatMap((each) => each.kpis));
  const shared = sharedWorld(size, tables, [...new Map(kpis.map((kpi) => [kpi.id, kpi])).values()]);
  const evaluator = new Evaluator(THREADS);
  const duck = await openDuck();
  try {
    const filled = await timed(() => fillDuck(duck, made.given, size));
    const failed = await timed(() => world.columns('deployment').numbers['change_failed']?.length);
    const joined = await timed(() => world.columns('interruption').length);
    const [failedSql, joinedSql] = [
      await timed(() => duck.run(DERIVED.failures)),
      await timed(() => duck.run(DERIVED.interruptions)),
    ];
    const answer = (grids: readonly Grid[]) => Promise.all(evaluateBeside(evaluator, shared, world, grids, 'when asked'));
    const alone = async (grids: readonly Grid[]) =>
      grids.map((grid) => evaluate(grid.kpi, world, grid.scopes, grid.periods, 'when asked', wantedIn(grid)));
    const { ours, theirs, compared } = await alternate(questions, answer, duck, size);
    const single = await alternate(questions, alone, null, size);
    say(`DuckDB ${duck.version} in memory (${duck.settings}); ${compared} numbers of it agree with ours`);
    const theirName = `  the same by DuckDB, ${DUCK_THREADS} threads`;
    const [all, allSql] = [sums(ours), sums(theirs)];
    return [
      printed('making facts and columns', [made.ms], 'ms'),
      printed('  storing the columns', [storingMs], 'ms'),
      printed('  reading them from the database', [readingMs], 'ms'),
      printed('  filling DuckDB with the facts', [filled.ms], 'ms'),
      printed('deriving failed changes (once a batch)', [failed.ms], 'ms'),
      printed(theirName, [failedSql.ms], 'ms'),
      printed('deriving interruptions (once a batch)', [joined.ms], 'ms'),
      printed(theirName, [joinedSql.ms], 'ms'),
      ...questions.flatMap(({ name }, index) => [
        printed(name, ours[index] ?? [], 'ms'),
        printed(theirName, theirs[index] ?? [], 'ms'),
        printed('  by one thread of ours', single.ours[index] ?? [], 'ms'),
      ]),
      printed('all four', all, 'ms'),
      printed(theirName, allSql, 'ms'),
      wanted('all four, as a share of what DuckDB took', shares(all, allSql), '×', {
        atMost: SHARE_OF_DUCKDB,
        isOfFullSize: true,
      }),
    ];
  } finally {
    await evaluator.close();
    duck.close();
  }
}

/** Both in turn, so that whatever else the machine does falls on both. */
async function alternate(
  questions: readonly Question[],
  answer: (grids: readonly Grid[]) => Promise<Evaluated[][]>,
  duck: Duck | null,
  { rounds, warmUp }: Size,
): Promise<{ readonly ours: number[][]; readonly theirs: number[][]; readonly compared: number }> {
  const ours: number[][] = questions.map(() => []);
  const theirs: number[][] = questions.map(() => []);
  let compared = 0;
  const grids = questions.map(({ asked }) => gridsOf(asked));
  // The first rounds warm both up, and the very first is the one that is compared.
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, question] of questions.entries()) {
      const mine = await timed(() => answer(grids[index] ?? []));
      const other = duck === null ? null : await timed(() => duck.ask(question.sql));
      if (round === -warmUp && other !== null) compared += compare(question, asAsked(question, mine.given), other.given);
      if (round < 0) continue;
      ours[index]?.push(mine.ms);
      if (other !== null) theirs[index]?.push(other.ms);
    }
  }
  return { ours, theirs, compared };
}

/** Each KPI of a question once for all that is asked of it, as the product measures. */
function gridsOf(asked: readonly Asked[]): Grid[] {
  return kpisOf(asked).map((kpi) =>
    gridOf(
      kpi,
      asked.filter((each) => each.kpis.includes(kpi)),
    ),
  );
}

const kpisOf = (asked: readonly Asked[]): Kpi[] => [...new Set(asked.flatMap((each) => each.kpis))];

/** What was made of the grids of a question, as it was asked for. */
function asAsked({ asked }: Question, made: readonly Evaluated[][]): Evaluated[][][] {
  if (asked.length === 1) return [[...made]];
  const values = new Map(
    kpisOf(asked).map((kpi, index) => [kpi, new Map((made[index] ?? []).map((one) => [placeOf(one.scope, one.period), one]))]),
  );
  return asked.map((each) =>
    each.kpis.map((kpi) =>
      each.scopes.flatMap((scope) => each.periods.flatMap(({ id }) => values.get(kpi)?.get(placeOf(scope, id)) ?? [])),
    ),
  );
}

function gridOf(kpi: Kpi, asked: readonly Asked[]): Grid {
  const [only] = asked;
  if (only !== undefined && asked.length === 1) return { kpi, scopes: only.scopes, periods: only.periods };
  const scopes = [...new Set(asked.flatMap((each) => each.scopes))];
  const periods = [...new Map(asked.flatMap((each) => each.periods).map((period) => [period.id, period])).values()];
  const places = new Set(
    asked.flatMap((each) => each.scopes.flatMap((scope) => each.periods.map(({ id }) => placeOf(scope, id)))),
  );
  const wanted = scopes.flatMap((scope) => periods.map(({ id }) => (places.has(placeOf(scope, id)) ? 1 : 0)));
  return { kpi, scopes, periods, wanted: Uint8Array.from(wanted) };
}

const sums = (times: readonly (readonly number[])[]): number[] =>
  (times[0] ?? []).map((_, round) => times.reduce((sum, own) => sum + (own[round] ?? Number.NaN), 0));

const shares = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN));

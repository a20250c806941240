import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { Evaluator } from '../../server/evaluator.ts';
import { evaluateBeside, type Grid } from '../../server/jobs/evaluate-beside.ts';
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
    const answer = ({ asked }: Question) =>
      answerTo(asked, (grids) => evaluateBeside(evaluator, shared, world, grids, 'when asked'));
    const alone = ({ asked }: Question) =>
      answerTo(asked, async (grids) => grids.map(({ kpi, scopes, periods }) => evaluate(kpi, world, scopes, periods)));
    const { ours, theirs, compared } = await alternate(questions, answer, duck, size.rounds);
    const single = await alternate(questions, alone, null, size.rounds);
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
  answer: (question: Question) => Promise<Evaluated[][][]>,
  duck: Duck | null,
  rounds: number,
): Promise<{ readonly ours: number[][]; readonly theirs: number[][]; readonly compared: number }> {
  const ours: number[][] = questions.map(() => []);
  const theirs: number[][] = questions.map(() => []);
  let compared = 0;
  // The first rounds warm both up, and the very first is the one that is compared.
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const [index, question] of questions.entries()) {
      const mine = await timed(() => answer(question));
      const other = duck === null ? null : await timed(() => duck.ask(question.sql));
      if (round === -WARM_UP && other !== null) compared += compare(question, mine.given, other.given);
      if (round < 0) continue;
      ours[index]?.push(mine.ms);
      if (other !== null) theirs[index]?.push(other.ms);
    }
  }
  return { ours, theirs, compared };
}

const WARM_UP = 3;

/** All grids of a question at once, given as they were asked for. */
async function answerTo(
  asked: readonly Asked[],
  evaluated: (grids: readonly Grid[]) => Promise<Evaluated[][]>,
): Promise<Evaluated[][][]> {
  const grids = asked.flatMap(({ kpis, scopes, periods }) => kpis.map((kpi): Grid => ({ kpi, scopes, periods })));
  const made = await evaluated(grids);
  let at = 0;
  return asked.map(({ kpis }) => kpis.map(() => made[at++] ?? []));
}

const sums = (times: readonly (readonly number[])[]): number[] =>
  (times[0] ?? []).map((_, round) => times.reduce((sum, own) => sum + (own[round] ?? Number.NaN), 0));

const shares = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN));

import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Evaluated, World } from '../../server/kpi/world.ts';
import { compare } from './compare.ts';
import { makeData } from './data.ts';
import { openDuck, THREADS, type Duck } from './duckdb.ts';
import { printed, timed, wanted, type Row } from './measured.ts';
import { organisationFor } from './organisation.ts';
import { DERIVED, fillDuck } from './queries.ts';
import { questionsOf, type Question } from './questions.ts';
import type { Size } from './size.ts';
import { worldOver } from './world.ts';

/** A prototype took half of it. */
const SHARE_OF_DUCKDB = 0.8;

/**
 * The four answers over the whole history, by our evaluation and by DuckDB over the same facts in turn. What both
 * derive once a batch (failed changes, interruptions) is printed apart, as is making the columns.
 */
export async function benchEvaluate(size: Size, say: (text: string) => void): Promise<Row[]> {
  const made = await timed(() => makeData(size));
  const organisation = organisationFor(size.teams);
  const world = worldOver(organisation, made.given.columns);
  const duck = await openDuck();
  try {
    const filled = await timed(() => fillDuck(duck, made.given, size));
    const failed = await timed(() => world.columns('deployment').numbers['change_failed']?.length);
    const joined = await timed(() => world.columns('interruption').length);
    const [failedSql, joinedSql] = [
      await timed(() => duck.run(DERIVED.failures)),
      await timed(() => duck.run(DERIVED.interruptions)),
    ];
    const questions = questionsOf(size, organisation);
    const { ours, theirs, compared } = await alternate(questions, world, duck, size.rounds);
    say(`DuckDB ${duck.version} in memory (${duck.settings}); ${compared} numbers of it agree with ours`);
    const theirName = `  the same by DuckDB, ${THREADS} threads`;
    const [all, allSql] = [sums(ours), sums(theirs)];
    return [
      printed('making facts and columns', [made.ms], 'ms'),
      printed('  filling DuckDB with them', [filled.ms], 'ms'),
      printed('deriving failed changes (once a batch)', [failed.ms], 'ms'),
      printed(theirName, [failedSql.ms], 'ms'),
      printed('deriving interruptions (once a batch)', [joined.ms], 'ms'),
      printed(theirName, [joinedSql.ms], 'ms'),
      ...questions.flatMap(({ name }, index) => [
        printed(name, ours[index] ?? [], 'ms'),
        printed(theirName, theirs[index] ?? [], 'ms'),
      ]),
      printed('all four', all, 'ms'),
      printed(theirName, allSql, 'ms'),
      wanted('all four, as a share of what DuckDB took', shares(all, allSql), '×', { atMost: SHARE_OF_DUCKDB }),
    ];
  } finally {
    duck.close();
  }
}

/** Both in turn, so that whatever else the machine does falls on both. */
async function alternate(
  questions: readonly Question[],
  world: World,
  duck: Duck,
  rounds: number,
): Promise<{ readonly ours: number[][]; readonly theirs: number[][]; readonly compared: number }> {
  const ours: number[][] = questions.map(() => []);
  const theirs: number[][] = questions.map(() => []);
  let compared = 0;
  // The first round warms both up, and is the one that is compared.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, question] of questions.entries()) {
      const mine = await timed(() => answerTo(question, world));
      const other = await timed(() => duck.ask(question.sql));
      if (round === 0) compared += compare(question, mine.given, other.given);
      else {
        ours[index]?.push(mine.ms);
        theirs[index]?.push(other.ms);
      }
    }
  }
  return { ours, theirs, compared };
}

const answerTo = ({ asked }: Question, world: World): Evaluated[][][] =>
  asked.map(({ kpis, scopes, periods }) => kpis.map((kpi) => evaluate(kpi, world, scopes, periods)));

const sums = (times: readonly (readonly number[])[]): number[] =>
  (times[0] ?? []).map((_, round) => times.reduce((sum, own) => sum + (own[round] ?? Number.NaN), 0));

const shares = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN));

import type { Definitions } from '../jobs/definitions.ts';
import { formatProblem } from '../kpi/problem.ts';
import { suggestion } from '../kpi/spelling.ts';
import { CannotRun } from './terminal.ts';

/** Something was named that is not there: what was probably meant, and problems of the settings that may be why. */
function notThere(what: string, word: string, known: readonly string[], where: string, read: Definitions): CannotRun {
  const hint = known.length === 0 ? `There is none in ${where}` : suggestion(word, known);
  const problems = read.settingsProblems.map((problem) => `\n${formatProblem(problem)}`).join('');
  return new CannotRun(`There is no ${what} "${word}". ${hint}${problems}`);
}

export const noSuchKpi = (id: string, read: Definitions): CannotRun =>
  notThere(
    'KPI',
    id,
    read.kpis.map((kpi) => kpi.id),
    'the folder',
    read,
  );

export const noSuchSource = (id: string, read: Definitions): CannotRun =>
  notThere(
    'usable source',
    id,
    read.sources.map((source) => source.id),
    'sources.yaml',
    read,
  );

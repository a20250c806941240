import { suggestion } from '../kpi/spelling.ts';
import { checkAccess, type CheckReport } from '../sources/aws/check.ts';
import type { Outcome } from '../sources/aws/checking.ts';
import type { Source } from '../sources/source.ts';
import { spokenCheck } from './aws-check-text.ts';
import { CannotRun, type ExitCode, type Terminal } from './terminal.ts';

/** How many findings came out how. */
export type Counts = Readonly<Record<Outcome, number>>;

/** `quarterdeck aws check`: of the sources that are named, or of all that read from AWS. */
export async function checkSources(
  terminal: Terminal,
  sources: readonly Source[],
  ids: readonly string[],
  isJson: boolean,
  problems: readonly unknown[],
): Promise<ExitCode> {
  const readers = sources.flatMap(({ id, aws }) => (aws === undefined ? [] : [{ id, aws }]));
  const known = readers.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new CannotRun(`There is no usable source "${unknown}" that reads from AWS. ${suggestion(unknown, known)}`);
  const wanted = ids.length === 0 ? readers : readers.filter(({ id }) => ids.includes(id));
  const report = await checkAccess(wanted, {
    now: terminal.clock(),
    clock: terminal.clock,
    signal: new AbortController().signal,
    onProgress: (text) => terminal.progress(text),
  });
  const counts = countsOf(report);
  if (isJson) terminal.out(JSON.stringify(shapeOf(report, counts, problems), null, 2));
  else if (wanted.length === 0) terminal.out('No source of sources.yaml reads from AWS, so there is nothing to check.');
  else terminal.out(spokenCheck(report, counts));
  return counts.fails > 0 || problems.length > 0 ? 1 : 0;
}

function countsOf({ places, clock }: CheckReport): Counts {
  const counts = { works: 0, warning: 0, fails: 0, 'not tried': 0 };
  for (const { outcome } of [...places.flatMap(({ findings }) => findings), ...(clock === null ? [] : [clock])])
    counts[outcome] += 1;
  return counts;
}

/** What others may build on: members are added, and none taken away, under one version. */
const shapeOf = (report: CheckReport, counts: Counts, problems: readonly unknown[]): object => ({
  version: 1,
  runsAs: report.runsAs,
  clock: report.clock,
  places: report.places,
  missing: report.missing,
  refusedRoles: report.refusedRoles,
  problems,
  counts,
  calls: { total: [...report.calls.values()].reduce((sum, count) => sum + count, 0), byAction: Object.fromEntries(report.calls) },
  cost: report.cost,
});

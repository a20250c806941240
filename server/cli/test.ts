import { readDefinitions } from '../jobs/definitions.ts';
import { formatCaseResult, runCases } from '../kpi/cases.ts';
import { formatProblem } from '../kpi/problem.ts';
import { digest, readSources } from '../main.ts';
import { noSuchKpi } from './known.ts';
import { plural } from './table.ts';
import type { Verb } from './terminal.ts';

export const testVerb: Verb = {
  name: 'test',
  usage: 'test [KPI …]',
  summary: 'Runs the cases that stand beside KPI files (*.test.yaml), all of them or those of the named KPIs.',
  flags: {},
  positionals: { least: 0, most: 1000 },
  async run({ terminal, config, positionals, isJson }) {
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const unknown = positionals.find((id) => !read.kpis.some((kpi) => kpi.id === id));
    if (unknown !== undefined) throw noSuchKpi(unknown, read);
    const kpiOf = new Map(read.entries.map((entry) => [entry.file, entry.kpi]));
    const problems = [...read.settingsProblems, ...read.entries.flatMap((entry) => entry.problems)];
    const results = [];
    const untested = new Set(read.kpis.map((kpi) => kpi.id));
    for (const file of read.cases) {
      const kpi = kpiOf.get(file.of);
      if (kpi === null || kpi === undefined || (positionals.length > 0 && !positionals.includes(kpi.id))) continue;
      untested.delete(kpi.id);
      const run = runCases(file.text, file.file, { kpi, kpis: read.kpis, digest });
      problems.push(...run.problems);
      results.push(...run.results);
    }
    const failed = results.filter((result) => result.mismatches.length > 0);
    if (isJson) {
      terminal.out(JSON.stringify({ results, problems, untested: [...untested] }, null, 2));
    } else {
      for (const problem of problems) terminal.out(formatProblem(problem));
      for (const result of failed) terminal.out(formatCaseResult(result));
      if (positionals.length === 0 && untested.size > 0) terminal.out(`Without cases: ${[...untested].join(', ')}.`);
      terminal.out(
        `${plural(results.length - failed.length, 'case')} passed, ${failed.length} failed, ${plural(problems.length, 'problem')} in files.`,
      );
    }
    return failed.length === 0 && problems.length === 0 ? 0 : 1;
  },
};

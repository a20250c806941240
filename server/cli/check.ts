import { relative } from 'node:path';
import { readDefinitions } from '../jobs/definitions.ts';
import { formatProblem } from '../kpi/problem.ts';
import { kpiJsonSchema } from '../kpi/schema.ts';
import { digest, readSources } from '../main.ts';
import { plural } from './table.ts';
import type { Verb } from './terminal.ts';

export const check: Verb = {
  name: 'check',
  usage: 'check [--schema]',
  summary: 'Reads organisation.yaml, sources.yaml and every KPI file, and prints all problems at once as file:line:column.',
  flags: { schema: { type: 'boolean', help: 'Print the JSON Schema of KPI files instead' } },
  positionals: { least: 0, most: 0 },
  async run({ terminal, config, isSet, isJson }) {
    if (isSet('schema')) {
      terminal.out(JSON.stringify(kpiJsonSchema(), null, 2));
      return 0;
    }
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const problems = [...read.settingsProblems, ...read.entries.flatMap((entry) => entry.problems)];
    if (isJson) terminal.out(JSON.stringify({ kpis: read.kpis.length, sources: read.sources.length, problems }, null, 2));
    else {
      for (const problem of problems) terminal.out(formatProblem(problem));
      const folder = relative(process.cwd(), config.kpiFolder) || '.';
      const good = `${plural(read.kpis.length, 'KPI')} and ${plural(read.sources.length, 'source')} in ${folder}`;
      terminal.out(problems.length === 0 ? `${good}: no problems.` : `${good}; ${plural(problems.length, 'problem')}.`);
    }
    return problems.length === 0 ? 0 : 1;
  },
};

import { readDefinitions } from '../jobs/definitions.ts';
import { formatProblem } from '../kpi/problem.ts';
import { digest, readSources } from '../main.ts';
import { policiesFor, type Policy } from '../sources/aws/policy.ts';
import { CannotRun, type Verb } from './terminal.ts';

/** `quarterdeck aws policy`. */
export const aws: Verb = {
  name: 'aws',
  usage: 'aws policy',
  summary: 'Prints the IAM policies with which the sources of sources.yaml may read what they are set up to read, and no more.',
  flags: {},
  positionals: { least: 1, most: 1 },
  async run({ terminal, config, positionals, isJson }) {
    const [what = ''] = positionals;
    if (what !== 'policy') throw new CannotRun(`There is no "aws ${what}". Write: quarterdeck aws policy`);
    const { sources, settingsProblems } = readDefinitions(config.kpiFolder, { digest, readSources });
    for (const problem of settingsProblems) terminal.err(formatProblem(problem));
    const policies = policiesFor(sources.flatMap(({ aws: access }) => access ?? []));
    if (isJson) terminal.out(JSON.stringify(policies, null, 2));
    else if (policies.length === 0) terminal.out('No source of sources.yaml reads from AWS, so there is nothing to allow.');
    else for (const policy of policies) terminal.out(spoken(policy));
    return settingsProblems.length === 0 ? 0 : 1;
  },
};

const spoken = ({ account, policy, role, trust }: Policy): string =>
  [
    role === null
      ? `# The user or role that Quarterdeck runs as${account === null ? '' : ` in account ${account}`}`
      : `# ${role}: what it may do`,
    JSON.stringify(policy, null, 2),
    ...(trust === null ? [] : [`# ${role ?? ''}: who may take it (put your own ARN in)`, JSON.stringify(trust, null, 2)]),
    '',
  ].join('\n');

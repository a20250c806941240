import { readDefinitions } from '../jobs/definitions.ts';
import { formatProblem } from '../kpi/problem.ts';
import { suggestion } from '../kpi/spelling.ts';
import { digest, readSources } from '../main.ts';
import { policiesFor, type Policy } from '../sources/aws/policy.ts';
import { cloudwatchAdapter } from '../sources/cloudwatch/adapter.ts';
import { discoverSeries } from '../sources/cloudwatch/discover.ts';
import { checkSources } from './aws-check.ts';
import { CannotRun, type ExitCode, type Terminal, type Verb } from './terminal.ts';

/** `quarterdeck aws policy`, `quarterdeck aws check` and `quarterdeck aws discover`. */
export const aws: Verb = {
  name: 'aws',
  usage: 'aws policy | aws check [SOURCE …] | aws discover SOURCE [NAMESPACE [METRIC]]',
  summary:
    'policy: the IAM policies with which the sources of sources.yaml may read what they are set up to read, and no more. check: tries in every account and Region what they need, and says what works, what is missing and how to mend it. discover: lists the metrics that a cloudwatch source can see, as entries of `series:` to look through.',
  flags: {},
  positionals: { least: 1, most: 100 },
  async run({ terminal, config, positionals, isJson }) {
    const [what = '', id, namespace = null, metric = null] = positionals;
    const { sources, settingsProblems } = readDefinitions(config.kpiFolder, { digest, readSources });
    for (const problem of settingsProblems) terminal.err(formatProblem(problem));
    if (what === 'policy' && id === undefined)
      return sayPolicies(terminal, policiesFor(sources.flatMap(({ aws: access }) => access ?? [])), isJson, settingsProblems);
    if (what === 'check') return checkSources(terminal, sources, positionals.slice(1), isJson, settingsProblems);
    if (what !== 'discover' || id === undefined || positionals.length > 4)
      throw new CannotRun(
        `There is no "aws ${positionals.join(' ')}". Write: quarterdeck aws policy, aws check, or aws discover SOURCE`,
      );
    const source = sources.find((one) => one.id === id && one.type === cloudwatchAdapter.type);
    const known = sources.flatMap((one) => (one.type === cloudwatchAdapter.type ? [one.id] : []));
    if (source?.aws === undefined)
      throw new CannotRun(`There is no usable source "${id}" of type cloudwatch. ${suggestion(id, known)}`);
    const found = await discoverSeries(source.aws.places, { namespace, metric }, new AbortController().signal);
    terminal.out(isJson ? JSON.stringify({ source: id, series: found }) : found.trimEnd());
    return 0;
  },
};

function sayPolicies(terminal: Terminal, policies: readonly Policy[], isJson: boolean, problems: readonly unknown[]): ExitCode {
  if (isJson) terminal.out(JSON.stringify(policies, null, 2));
  else if (policies.length === 0) terminal.out('No source of sources.yaml reads from AWS, so there is nothing to allow.');
  else for (const policy of policies) terminal.out(spoken(policy));
  return problems.length === 0 ? 0 : 1;
}

const spoken = ({ account, policy, role, trust }: Policy): string =>
  [
    role === null
      ? `# The user or role that Quarterdeck runs as${account === null ? '' : ` in account ${account}`}`
      : `# ${role}: what it may do`,
    JSON.stringify(policy, null, 2),
    ...(trust === null ? [] : [`# ${role ?? ''}: who may take it (put your own ARN in)`, JSON.stringify(trust, null, 2)]),
    '',
  ].join('\n');

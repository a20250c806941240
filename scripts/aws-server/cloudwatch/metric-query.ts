import { AwsError } from '../errors.ts';
import type { Input } from '../input.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

/** A metric that is asked for. */
export interface MetricStat {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly periodSeconds: number;
  readonly statistic: { readonly name: string; readonly of: Statistic };
  readonly unit: string | null;
}

/** One of the queries of a call: a metric or an expression. */
export interface MetricQuery {
  readonly id: string;
  readonly label: string | null;
  readonly isReturned: boolean;
  readonly account: string | null;
  readonly periodSeconds: number | null;
  readonly stat: MetricStat | null;
  readonly expression: string | null;
}

const MOST_QUERIES = 500;
const MOST_DIMENSIONS = 30;

/** @throws AwsError for the first thing that is wrong, as the service does */
export function parseQueries(input: Input): MetricQuery[] {
  const inputs = input.children('MetricDataQueries');
  if (inputs.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (inputs.length > MOST_QUERIES)
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  const queries = inputs.map(parseQuery);
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`The values for parameter id in MetricDataQueries are not unique: '${twice}'.`);
  if (!queries.some(({ isReturned }) => isReturned))
    throw invalid('At least one of the MetricDataQueries must have ReturnData set to true.');
  return queries;
}

function parseQuery(input: Input, index: number): MetricQuery {
  const place = `MetricDataQueries.member.${index + 1}`;
  const id = input.requiredText('Id');
  if (!/^[a-z]\w{0,254}$/.test(id))
    throw invalid(`The value ${id} for parameter ${place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`);
  const stat = input.child('MetricStat');
  const expression = input.text('Expression');
  if ((stat === null) === (expression === null))
    throw new AwsError(
      'InvalidParameterCombinationException',
      `Either the parameter ${place}.MetricStat or ${place}.Expression must be given, and not both.`,
      { queryCode: 'InvalidParameterCombination' },
    );
  if (expression !== null && (expression === '' || expression.length > 2048))
    throw invalid(`The parameter ${place}.Expression must have 1 to 2048 characters.`);
  if (expression !== null && /^\s*SELECT\b/i.test(expression))
    throw invalid(`${place}.Expression: queries of Metrics Insights are not spoken here.`);
  const account = input.text('AccountId');
  if (account !== null && !/^\d{12}$/.test(account)) throw invalid(`The parameter ${place}.AccountId is no account.`);
  const period = input.number('Period');
  if (period !== null) checkPeriod(period, `${place}.Period`);
  return {
    id,
    label: input.text('Label'),
    isReturned: input.flag('ReturnData') ?? true,
    account,
    periodSeconds: period,
    stat: stat === null ? null : parseStat(stat, `${place}.MetricStat`),
    expression,
  };
}

function parseStat(input: Input, place: string): MetricStat {
  const metric = input.child('Metric');
  if (metric === null) throw missing(`${place}.Metric`);
  const dimensions = metric.children('Dimensions');
  if (dimensions.length > MOST_DIMENSIONS)
    throw invalid(`The collection ${place}.Metric.Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  const period = input.number('Period');
  if (period === null) throw missing(`${place}.Period`);
  checkPeriod(period, `${place}.Period`);
  const name = input.text('Stat');
  if (name === null) throw missing(`${place}.Stat`);
  return {
    namespace: metric.requiredText('Namespace'),
    metric: metric.requiredText('MetricName'),
    dimensions: Object.fromEntries(dimensions.map((each) => [each.requiredText('Name'), each.requiredText('Value')])),
    periodSeconds: period,
    statistic: { name, of: statisticOf(name, `${place}.Stat`) },
    unit: input.text('Unit'),
  };
}

export function statisticOf(name: string, place: string): Statistic {
  const statistic = parseStatistic(name);
  if (statistic === null) throw invalid(`The value ${name} for parameter ${place} is not supported.`);
  return statistic;
}

export function checkPeriod(period: number, place: string): void {
  if (![1, 5, 10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0))
    throw invalid(`The parameter ${place} must be equal to 1, 5, 10, 20, 30 or a multiple of 60.`);
}

export const invalid = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });

export const missing = (place: string): AwsError =>
  new AwsError('MissingRequiredParameterException', `The parameter ${place} is required.`, { queryCode: 'MissingParameter' });

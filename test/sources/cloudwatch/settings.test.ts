import { describe, expect, test } from 'vitest';
import { cloudwatchAdapter } from '../../../server/sources/cloudwatch/adapter.ts';
import { renamed } from '../../../server/sources/cloudwatch/expression.ts';
import { statisticOf } from '../../../server/sources/cloudwatch/statistics.ts';
import { parseSources } from '../../../server/sources/config.ts';

const PLACES = `    regions: [eu-central-1]\n`;
const source = (entries: string, places = PLACES): ReturnType<typeof parseSources> => {
  const indented = entries.trim().replaceAll(/^(?=.)/gm, '      ');
  return parseSources(
    `version: sources/v1\nsources:\n  - id: metrics\n    type: cloudwatch\n${places}    series:\n${indented}\n`,
    'sources.yaml',
    [cloudwatchAdapter],
  );
};
const faultsOf = (entries: string, places?: string): string[] =>
  source(entries, places).problems.map(({ path, message }) => `${path.replace('sources.0.', '')}: ${message}`);

const METRIC = `- name: checkout-requests
  namespace: AWS/ApplicationELB
  metric: RequestCount
  dimensions: { LoadBalancer: app/checkout/1234 }
  statistics: [Sum, p99]
  as: { service: checkout }`;

describe('series of CloudWatch in sources.yaml', () => {
  test('name metrics, searches and expressions, and become the series of the source', () => {
    const { sources, problems } = source(`${METRIC}
- name: queue-age
  search: '{AWS/SQS,QueueName} MetricName="ApproximateAgeOfOldestMessage"'
  label: { queue: QueueName }
  statistics: [Maximum, tm10:90]
  period: 1 minute
- name: all-errors
  expression: FILL(web, 0) + api / 1000
  with:
    web: { namespace: Shop, metric: Errors, dimensions: { tier: web }, statistic: Sum }
    api: { namespace: Shop, metric: Errors, dimensions: { tier: api }, statistic: Sum }
  statistics: [Sum]`);
    expect(problems).toEqual([]);
    expect(sources.map(({ type, series }) => ({ type, series }))).toEqual([
      { type: 'cloudwatch', series: ['checkout-requests', 'queue-age', 'all-errors'] },
    ]);
  });

  test.each([
    ['of two ways to read', `${METRIC}\n  search: x`, 'series.0: it has metric and search, one of which is too many'],
    ['of none', '- name: a\n  statistics: [Sum]', 'series.0: it does not say what to read'],
    [
      'of a statistic that there is not',
      METRIC.replace('p99', 'p101'),
      "series.0.statistics: CloudWatch has no statistic 'p101'",
    ],
    ['of no statistics', METRIC.replace(/\n {2}stat.*/, ''), "series.0: 'statistics' is missing"],
    [
      'of counts beside what they count',
      METRIC.replace('p99', 'SampleCount'),
      'series.0.statistics: SampleCount counts what the others measure',
    ],
    ['of a day as period', `${METRIC}\n  period: 1 day`, 'series.0.period: this is none of the periods that CloudWatch keeps'],
    [
      'of a star',
      METRIC.replace('app/checkout/1234', "'*'"),
      "series.0.dimensions.LoadBalancer: '*' would be taken as it is written",
    ],
    [
      'of dimensions that places give',
      METRIC.replace('service:', 'region:'),
      "series.0.as.region: points get 'region' of the place that they were read in",
    ],
    ['of a label without a search', `${METRIC}\n  label: x`, "series.0.label: 'label' is for expressions and searches"],
    [
      'of a search without a label',
      "- name: a\n  search: '{X}'\n  statistics: [Sum]",
      "series.0: 'label' is missing: found series could not be told apart",
    ],
    [
      'of a search in quotes',
      `- name: a\n  search: "x'y"\n  label: b\n  statistics: [Sum]`,
      'series.0.search: a single quote would end the search',
    ],
    [
      'of a name that is taken',
      `${METRIC}\n${METRIC}`,
      "series.1.name: 'checkout-requests' is told twice: its sum with the same dimensions stands above",
    ],
    ['of a Region that is not read', `${METRIC}\n  regions: [us-east-1]`, 'series.0.regions: the source does not read us-east-1'],
  ])('report faults: %s', (_, entries, fault) => {
    expect(faultsOf(entries)).toContain(fault);
    expect(source(entries).problems.every(({ fix }) => fix !== null)).toBe(true);
  });

  test('report all faults at once, each at its key', () => {
    expect(
      faultsOf(`- name: a b
  namespace: Shop
  metric: Errors
  statistics: [Median]
  period: 2 hours
  as: { account: x }
- name: c
  metrik: x`),
    ).toEqual([
      "series.0.name: 'a b' cannot be a name",
      "series.0.statistics: CloudWatch has no statistic 'Median'",
      'series.0.period: this is none of the periods that CloudWatch keeps',
      "series.0.as.account: points get 'account' of the place that they were read in",
      'series.1: it does not say what to read',
      "series.1: 'statistics' is missing",
      "series.1.metrik: there is no setting 'metrik' here",
    ]);
  });

  test('refuse ratios, periods inside a search, Metrics Insights, and metrics that are not there', () => {
    const expression = (text: string, inputs = ['a', 'b']): string[] =>
      faultsOf(`- name: e
  expression: ${JSON.stringify(text)}
  with:
${inputs.map((id) => `    ${id}: { namespace: X, metric: Y, statistic: Sum }`).join('\n')}
  statistics: [Sum]`);
    expect(expression('a + b')).toEqual([]);
    expect(expression("a + b + SUM(SEARCH('{AWS/SQS,Q} x', 'Sum')) / 60 / PERIOD(a)")).toEqual([]);
    expect(expression('100 * a / b')[0]).toContain('a ratio loses what it was made of');
    expect(expression("a + b + SUM(SEARCH('{X}', 'Sum', 300))")[0]).toContain('finds nothing once the data is older');
    expect(expression('SELECT AVG(a) FROM b')[0]).toContain('two weeks only');
    expect(expression('a + c')[0]).toContain("'c' is not among its metrics");
    expect(expression('a + a')[0]).toContain("does not use 'b'");
  });

  test('are read where they are: a series names accounts and Regions of the source', () => {
    const places = `    accounts:
      - { id: '111122223333', regions: [eu-central-1] }
      - { id: '444455556666', regions: [us-east-1] }
`;
    expect(faultsOf(`${METRIC}\n  accounts: ['444455556666']`, places)).toEqual([]);
    expect(faultsOf(`${METRIC}\n  accounts: ['444455556666']\n  regions: [eu-central-1]`, places)).toEqual([
      'series.0: it is read nowhere: none of its accounts has one of its Regions',
    ]);
    // The same series of two places is two series.
    expect(faultsOf(`${METRIC}\n  regions: [eu-central-1]\n${METRIC}\n  regions: [us-east-1]`, places)).toEqual([]);
  });
});

describe('a statistic', () => {
  test.each([
    ['Average', 'Average', 'average'],
    ['sum', 'Sum', 'sum'],
    ['SampleCount', 'SampleCount', 'count'],
    ['P99.9', 'p99.9', 'p99.9'],
    ['tm99', 'tm99', 'tm99'],
    ['tm10:90', 'TM(10%:90%)', 'tm(10%:90%)'],
    ['TM(2%:98%)', 'TM(2%:98%)', 'tm(2%:98%)'],
    ['ts(100 : )', 'TS(100:)', 'ts(100:)'],
    ['PR(:300)', 'PR(:300)', 'pr(:300)'],
  ])('%s is asked for as %s and kept as %s', (written, asked, name) => {
    expect(statisticOf(written)).toEqual({ asked, name });
  });

  test.each(['median', 'p', 'p101', 'tm90:10', 'TM(:)', 'TM(10%:90)', 'PR(1%:2%)', 'TM(10%:101%)', ''])(
    '%s is none',
    (written) => {
      expect(statisticOf(written)).toBeNull();
    },
  );
});

test('metrics of an expression get names that are unique in a call, and text in quotes is left as it is', () => {
  expect(renamed("FILL(a, 0) + SUM(SEARCH('{a,b} a=\"b\"', 'Sum')) + b", (name) => `q3_${name}`)).toBe(
    "FILL(q3_a, 0) + SUM(SEARCH('{a,b} a=\"b\"', 'Sum')) + q3_b",
  );
});

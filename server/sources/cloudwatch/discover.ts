import type { Metric as ListedMetric } from '@aws-sdk/client-cloudwatch';
import { accountOf } from '../aws/account.ts';
import { pagesOf } from '../aws/pages.ts';
import type { AwsPlace } from '../aws/place.ts';
import { cloudWatchClient } from '../aws/protocol.ts';
import type { Metric } from './series.ts';

/** Which metrics are looked for; null: all. */
export interface Discovery {
  readonly namespace: string | null;
  readonly metric: string | null;
}

export const LIST_METRICS = 'cloudwatch:ListMetrics';

/** Metrics that differ in the values of their dimensions alone, in one place. */
interface Family {
  readonly place: AwsPlace;
  readonly metrics: Metric[];
}

/** From so many on, a search is proposed in place of an entry each. */
const WORTH_A_SEARCH = 4;
/** More than these a search does not give. */
const MOST_FOUND = 500;
/** Words of names: of what is counted, in which only a sum makes sense, and of what measures a time. */
const COUNTED =
  'count counts requests request errors error faults failures invocations throttles number bytes packets 5-xx 4-xx'.split(' ');
const TIMED = 'latency duration time age'.split(' ');

/**
 * Lists the metrics of places and proposes entries of `series:` for sources.yaml, as YAML to look through. Metrics that were
 * silent for two weeks are not listed by CloudWatch, though they can be read.
 * @throws SourceError
 */
export async function discoverSeries(places: readonly AwsPlace[], discovery: Discovery, signal: AbortSignal): Promise<string> {
  const names = new Set<string>();
  const entries: string[] = [];
  for (const place of places) {
    const families = familiesOf(place, await listed(place, discovery, signal));
    const count = families.reduce((sum, { metrics }) => sum + metrics.length, 0);
    entries.push(`# ${place.name}: ${count.toLocaleString('en')} ${count === 1 ? 'metric' : 'metrics'}`);
    for (const family of families) entries.push(...entriesOf(family, names));
  }
  return `${entries.join('\n')}\n`;
}

async function listed(place: AwsPlace, { namespace, metric }: Discovery, signal: AbortSignal): Promise<Metric[]> {
  const { ListMetricsCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = await cloudWatchClient(place);
  const wanted = { ...(namespace === null ? {} : { Namespace: namespace }), ...(metric === null ? {} : { MetricName: metric }) };
  try {
    const metrics: Metric[] = [];
    const own = await accountOf(place, signal);
    const read = (NextToken: string | undefined) =>
      client.send(
        new ListMetricsCommand({ ...wanted, IncludeLinkedAccounts: true, ...(NextToken === undefined ? {} : { NextToken }) }),
        {
          abortSignal: signal,
        },
      );
    for await (const { Metrics, OwningAccounts } of pagesOf(place, LIST_METRICS, read, ({ NextToken }) => NextToken))
      for (const [nth, each] of (Metrics ?? []).entries()) {
        const owner = OwningAccounts?.[nth];
        metrics.push({ ...metricOf(each), ...(owner === undefined || owner === own ? {} : { account: owner }) });
      }
    return metrics;
  } finally {
    client.destroy();
  }
}

export const metricOf = ({ Namespace = '', MetricName = '', Dimensions }: ListedMetric): Metric => ({
  namespace: Namespace,
  metric: MetricName,
  dimensions: (Dimensions ?? [])
    .map(({ Name = '', Value = '' }) => [Name, Value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
});

function familiesOf(place: AwsPlace, metrics: readonly Metric[]): Family[] {
  const families = new Map<string, Family>();
  for (const metric of metrics) {
    const name = [
      metric.account ?? '',
      metric.namespace,
      metric.metric,
      ...metric.dimensions.map(([dimension]) => dimension),
    ].join('\n');
    const known = families.get(name);
    if (known === undefined) families.set(name, { place, metrics: [metric] });
    else known.metrics.push(metric);
  }
  return [...families].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, family]) => family);
}

function entriesOf({ place, metrics }: Family, names: Set<string>): string[] {
  const [first] = metrics;
  if (first === undefined) return [];
  const { namespace, metric, dimensions, account } = first;
  const where = [
    ...(account === undefined ? [] : [`  account: '${account}'`]),
    ...(place.account === null ? [] : [`  accounts: ['${place.account}']`]),
    `  regions: [${place.region}]`,
  ];
  const statistics = `  statistics: ${statisticsFor(metric)}`;
  if (metrics.length >= WORTH_A_SEARCH) {
    const schema = [namespace, ...dimensions.map(([name]) => name)].map(inSchema).join(',');
    const labels = dimensions.map(([name]) => `${written(ownName(name))}: ${written(name)}`).join(', ');
    return [
      `- name: ${nameFor(metric, [], names)}  # ${metrics.length.toLocaleString('en')} found${metrics.length > MOST_FOUND ? `; narrow it, a search gives ${MOST_FOUND}` : ''}`,
      `  search: ${single(`{${schema}} MetricName="${metric}"`)}`,
      `  label: { ${labels} }`,
      statistics,
      ...where,
    ];
  }
  return metrics.flatMap((each) => [
    `- name: ${nameFor(
      metric,
      each.dimensions.map(([, value]) => value),
      names,
    )}`,
    `  namespace: ${written(namespace)}`,
    `  metric: ${written(metric)}`,
    ...(each.dimensions.length === 0
      ? []
      : [`  dimensions: { ${each.dimensions.map(([name, value]) => `${written(name)}: ${written(value)}`).join(', ')} }`]),
    statistics,
    ...where,
  ]);
}

function statisticsFor(metric: string): string {
  const name = `-${kebab(metric)}-`;
  const has = (words: readonly string[]): boolean => words.some((word) => name.includes(`-${word}-`));
  return has(TIMED) ? '[Average, p99]' : has(COUNTED) ? '[Sum]' : '[Average, Maximum]';
}

/** Names of namespaces and dimensions with other signs than letters and slashes stand in quotes there. */
const inSchema = (name: string): string => (/^[\w/]+$/.test(name) ? name : `"${name}"`);

/** `account` and `region` are given by the place; a dimension of that name gets another one. */
const ownName = (name: string): string => {
  const own = kebab(name).replaceAll('-', '_');
  return own === 'account' || own === 'region' ? `of_${own}` : /^[a-z_]/.test(own) ? own : `d_${own}`;
};

function nameFor(metric: string, values: readonly string[], names: Set<string>): string {
  const base =
    [metric, ...values]
      .map(kebab)
      .filter((part) => part !== '')
      .join('-')
      .slice(0, 150) || 'series';
  let name = base;
  for (let nth = 2; names.has(name); nth += 1) name = `${base}-${nth}`;
  names.add(name);
  return name;
}

const kebab = (text: string): string =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/** As YAML reads it back: in quotes, unless it is a word that can be nothing but text. */
const written = (text: string): string =>
  /^[A-Za-z][\w/.-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
const single = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { renamed } from './expression.ts';
import { POINTS_PER_CALL, type Group } from './plan.ts';
import type { Metric, Series } from './series.ts';
import type { Statistic } from './statistics.ts';
import { slotsOf, type PeriodMs, type Window } from './windows.ts';

/** Series of one metric, whose statistics are then billed as one; or an expression or search of its own. */
export interface SeriesGroup extends Group {
  readonly series: readonly Series[];
  readonly periodMs: PeriodMs;
}

/** What the answer to one query is of. */
export interface Asked {
  readonly series: Series;
  readonly statistic: Statistic;
  readonly periodMs: PeriodMs;
}

/** A search may find 500 series; few do, and pages follow where one does. */
const FOUND_BY_A_SEARCH = 50;
/** Dimensions of CloudWatch are plain ASCII, but a value may hold this: then parts do not come out even, and that is told. */
const BETWEEN_LABELS = ' | ';

/** What belongs in one call, and how much it may come to in a window. */
export function groupsOf(series: readonly Series[], window: Window): SeriesGroup[] {
  const slots = slotsOf(window);
  const byMetric = new Map<string, Series[]>();
  for (const each of series) {
    const { wanted } = each;
    const metric =
      wanted.by === 'metric' ? JSON.stringify([wanted.account, wanted.namespace, wanted.metric, wanted.dimensions]) : each.key;
    const known = byMetric.get(metric);
    if (known === undefined) byMetric.set(metric, [each]);
    else known.push(each);
  }
  return [...byMetric.values()].map((own) => {
    const queries = own.reduce((sum, each) => sum + queriesFor(each), 0);
    const found = own.reduce((sum, each) => sum + queriesFor(each) * (each.wanted.by === 'search' ? FOUND_BY_A_SEARCH : 1), 0);
    return {
      series: own,
      periodMs: window.periodMs,
      queries,
      points: queries === found ? found * slots : Math.min(found * slots, POINTS_PER_CALL),
    };
  });
}

const queriesFor = ({ wanted, statistics }: Series): number =>
  wanted.by === 'expression' ? wanted.inputs.length + 1 : statistics.length;

/** The queries of one call; each with a name that is unique in it. */
export function queriesOf(groups: readonly SeriesGroup[]): {
  readonly queries: MetricDataQuery[];
  readonly asked: ReadonlyMap<string, Asked>;
} {
  const queries: MetricDataQuery[] = [];
  const asked = new Map<string, Asked>();
  for (const { series, periodMs } of groups.flatMap((group) =>
    group.series.map((each) => ({ series: each, periodMs: group.periodMs })),
  )) {
    const period = periodMs / 1_000;
    const { wanted, labels } = series;
    const label =
      labels.length === 0 ? {} : { Label: labels.map(({ property }) => `\${PROP('${property}')}`).join(BETWEEN_LABELS) };
    for (const statistic of series.statistics) {
      const id = `q${asked.size}`;
      asked.set(id, { series, statistic, periodMs });
      const base = { Id: id, ...label, ReturnData: true };
      switch (wanted.by) {
        case 'metric':
          queries.push({ ...base, ...ownedBy(wanted), MetricStat: statOf(wanted, statistic.asked, period) });
          break;
        case 'search':
          queries.push({ ...base, Expression: `SEARCH('${searchOf(wanted)}', '${statistic.asked}', ${period})`, Period: period });
          break;
        case 'expression':
          for (const input of wanted.inputs)
            queries.push({
              Id: `${id}_${input.id}`,
              ...ownedBy(input),
              MetricStat: statOf(input, input.statistic, period),
              ReturnData: false,
            });
          queries.push({ ...base, Expression: renamed(wanted.expression, (name) => `${id}_${name}`), Period: period });
      }
    }
  }
  return { queries, asked };
}

const ownedBy = ({ account }: { readonly account?: string }): Pick<MetricDataQuery, 'AccountId'> =>
  account === undefined ? {} : { AccountId: account };

const searchOf = ({ search, account }: { readonly search: string; readonly account?: string }): string =>
  account === undefined ? search : `${search} :aws.AccountId="${account}"`;

const statOf = ({ namespace, metric, dimensions }: Metric, statistic: string, period: number): MetricDataQuery['MetricStat'] => ({
  Metric: {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
  },
  Period: period,
  Stat: statistic,
});

/** The dimensions that a label tells, or null where it does not tell all of them. */
export function labelled({ labels }: Series, label: string): (readonly [name: string, value: string])[] | null {
  const values = labels.length === 1 ? [label] : label.split(BETWEEN_LABELS);
  if (values.length !== labels.length || values.includes('')) return null;
  return labels.map(({ dimension }, at) => [dimension, values[at] ?? ''] as const);
}

import type { Instant } from '../../time/period.ts';
import { pollCalls } from './poll.ts';
import { historyCalls } from './backfill.ts';
import type { Call } from './calls.ts';
import type { Series } from './series.ts';

/** What is paid for: metrics asked for, however many points they have. Which of two ways they are counted in differs by source. */
export interface Cost {
  readonly calls: number;
  /** Up to five statistics of one metric in one call count as one. */
  readonly fewestMetrics: number;
  /** Every query counts, and a search as much as it may find. */
  readonly mostMetrics: number;
}

const STATISTICS_AS_ONE = 5;
const MOST_FOUND = 500;
/** US East, November 2026. */
const DOLLARS_PER_METRIC = 0.01 / 1_000;
const HOUR_MS = 3_600_000;

const COUNT = new Intl.NumberFormat('en');
const MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

export function costOf(calls: readonly Call[]): Cost {
  let [fewestMetrics, mostMetrics] = [0, 0];
  for (const { series } of calls.flatMap(({ groups }) => groups)) {
    let ofMetric = 0;
    for (const { wanted, statistics } of series) {
      ofMetric += wanted.by === 'metric' ? statistics.length : 0;
      fewestMetrics += wanted.by === 'metric' ? 0 : wanted.by === 'search' ? 1 : Math.max(1, wanted.inputs.length);
      mostMetrics +=
        statistics.length * (wanted.by === 'search' ? MOST_FOUND : 1) + (wanted.by === 'expression' ? wanted.inputs.length : 0);
    }
    fewestMetrics += Math.ceil(ofMetric / STATISTICS_AS_ONE);
  }
  return { calls: calls.length, fewestMetrics, mostMetrics };
}

/** What a first read of all history takes, and each poll after it. */
export const estimateOf = (series: readonly Series[], now: Instant): { readonly history: Cost; readonly poll: Cost } => ({
  history: costOf(historyCalls(series, now)),
  poll: costOf(pollCalls(series, new Map(series.map(({ key }) => [key, now - HOUR_MS])), now, 'poll')),
});

export const addCosts = (costs: readonly Cost[]): Cost =>
  costs.reduce(
    (sum, { calls, fewestMetrics, mostMetrics }) => ({
      calls: sum.calls + calls,
      fewestMetrics: sum.fewestMetrics + fewestMetrics,
      mostMetrics: sum.mostMetrics + mostMetrics,
    }),
    { calls: 0, fewestMetrics: 0, mostMetrics: 0 },
  );

/** `1,000 metrics, $0.01 to $0.05`. */
export const spokenCost = (calls: readonly Call[]): string => {
  const cost = costOf(calls);
  return `${spokenMetrics(cost)}, ${spokenDollars(cost)}`;
};

export const spokenMetrics = ({ fewestMetrics, mostMetrics }: Cost): string =>
  mostMetrics === 1 ? '1 metric' : `${spokenRange(COUNT.format(fewestMetrics), COUNT.format(mostMetrics))} metrics`;

export const spokenDollars = ({ fewestMetrics, mostMetrics }: Cost): string =>
  spokenRange(dollars(fewestMetrics), dollars(mostMetrics));

const dollars = (metrics: number): string => {
  const cost = metrics * DOLLARS_PER_METRIC;
  return cost > 0 && cost < 0.01 ? 'less than $0.01' : MONEY.format(cost);
};

const spokenRange = (least: string, most: string): string => (least === most ? least : `${least} to ${most}`);

import type { PullCost } from '../../event/passes.ts';
import type { SeriesGroup } from './queries.ts';

const STATISTICS_AS_ONE = 5;
const MOST_FOUND = 500;
/** US East, November 2026. */
const DOLLARS_PER_METRIC = 0.01 / 1_000;

/**
 * What is paid for: metrics asked for, however many points they have. Which of two ways they are counted in differs by source. At
 * least, up to five statistics of one metric in one call count as one; at most, every query counts, and a search as much as it
 * may find.
 */
export function costOfCall({ groups }: { readonly groups: readonly SeriesGroup[] }): PullCost {
  let [leastMetrics, mostMetrics] = [0, 0];
  for (const { series } of groups) {
    let ofMetric = 0;
    for (const { wanted, statistics } of series) {
      ofMetric += wanted.by === 'metric' ? statistics.length : 0;
      leastMetrics += wanted.by === 'metric' ? 0 : wanted.by === 'search' ? 1 : Math.max(1, wanted.inputs.length);
      mostMetrics +=
        statistics.length * (wanted.by === 'search' ? MOST_FOUND : 1) + (wanted.by === 'expression' ? wanted.inputs.length : 0);
    }
    leastMetrics += Math.ceil(ofMetric / STATISTICS_AS_ONE);
  }
  return paidFor(leastMetrics, mostMetrics);
}

/** A further page of a call: whether its metrics are billed again is not told. */
export const costOfPage = ({ mostMetrics }: PullCost): PullCost => paidFor(0, mostMetrics);

const paidFor = (leastMetrics: number, mostMetrics: number): PullCost => ({
  calls: 1,
  leastMetrics,
  mostMetrics,
  bytes: 0,
  leastDollars: leastMetrics * DOLLARS_PER_METRIC,
  mostDollars: mostMetrics * DOLLARS_PER_METRIC,
});

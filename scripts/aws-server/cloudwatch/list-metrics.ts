import type { Input } from '../input.ts';
import { readOffset, writeToken } from '../page-token.ts';
import type { Output, Request } from '../service.ts';
import type { Series } from './metric-store.ts';
import { invalid } from './metric-query.ts';
import { DAY_MS } from './retention.ts';
import type { CloudWatchState } from './state.ts';

const MOST_METRICS = 500;
const MOST_FILTERS = 10;
/** What has been silent for longer is not listed, though it can be read. */
const LISTED_MS = 14 * DAY_MS;
const ACTIVE_MS = 3 * 3_600_000;

export function listMetrics(input: Input, { caller, now }: Request, state: CloudWatchState): Output {
  const filters = input.children('Dimensions');
  if (filters.length > MOST_FILTERS)
    throw invalid(`The collection Dimensions must not have a size greater than ${MOST_FILTERS}.`);
  const wanted = filters.map((filter) => ({ name: filter.requiredText('Name'), value: filter.text('Value') }));
  const [namespace, metric] = [input.text('Namespace'), input.text('MetricName')];
  const isActive = input.choice('RecentlyActive', ['PT3H']) !== null;
  const hasOwners = input.flag('IncludeLinkedAccounts') ?? false;
  const owner = input.text('OwningAccount');
  if (owner !== null && !hasOwners) throw invalid('The parameter OwningAccount needs IncludeLinkedAccounts to be true.');
  const from = readOffset(input);
  const isWanted = (series: Series): boolean =>
    (namespace ?? series.address.namespace) === series.address.namespace &&
    (metric ?? series.address.metric) === series.address.metric &&
    wanted.every(({ name, value }) => {
      const own = series.address.dimensions[name];
      return own !== undefined && (value ?? own) === own;
    }) &&
    series.hasSince(now - (isActive ? ACTIVE_MS : LISTED_MS), now);
  const found = [caller.account, ...(hasOwners ? state.linkedTo(caller.account) : [])]
    .filter((account) => (owner ?? account) === account)
    .flatMap((account) => state.metrics.all(account, caller.region).filter(isWanted));
  const page = found.slice(from, from + MOST_METRICS);
  return {
    Metrics: page.map(({ address }) => ({
      Namespace: address.namespace,
      MetricName: address.metric,
      Dimensions: Object.entries(address.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: found.length > from + MOST_METRICS ? writeToken(input, from + MOST_METRICS) : undefined,
    OwningAccounts: hasOwners ? page.map(({ address }) => address.account) : undefined,
  };
}

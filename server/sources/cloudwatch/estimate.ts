import { sumOfCosts, type PullCost } from '../../event/passes.ts';
import type { Instant } from '../../time/period.ts';
import { historyCalls } from './backfill.ts';
import type { Call } from './calls.ts';
import { costOfCall } from './cost.ts';
import { pollCalls } from './poll.ts';
import type { Series } from './series.ts';

const HOUR_MS = 3_600_000;

const costOf = (calls: readonly Call[]): PullCost => sumOfCosts(calls.map(costOfCall));

/** What a first read of all history takes, and each poll after it. */
export const estimateOf = (series: readonly Series[], now: Instant): { readonly history: PullCost; readonly poll: PullCost } => ({
  history: costOf(historyCalls(series, now)),
  poll: costOf(pollCalls(series, new Map(series.map(({ key }) => [key, now - HOUR_MS])), now, 'poll')),
});

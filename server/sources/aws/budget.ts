import { setTimeout as delay } from 'node:timers/promises';
import type { AwsPlace } from './place.ts';

/** What is outside of this machine's logic, given so that tests wait for nothing. */
export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const REAL: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

/** Dashboards, alarms and people of the account keep the rest. */
const DEFAULT_SHARE = 0.25;

/** What AWS lets an account do in a Region, a second (connectors.md). Not all of them are documented: others are taken for slow. */
const PER_SECOND: ReadonlyMap<string, number> = new Map([
  ['GetMetricData', 500],
  /** Points that are asked for: the quota for the last three hours, the smaller of two. */
  ['points', 180_000],
  ['ListMetrics', 25],
  ['DescribeAlarmHistory', 20],
  ['DescribeAlarms', 9],
  ['StartQuery', 10],
  ['GetQueryResults', 10],
]);
const UNDOCUMENTED = 10;
/** What may be asked at once, after a while without a question: AWS counts by the second, too. */
const BURST_SECONDS = 1;

interface Bucket {
  /** Below 0: taken in advance, to be waited for. */
  tokens: number;
  at: number;
}

/**
 * What all sources of this process together may ask of one Region of one account: a bucket of tokens for each API, which fills by
 * the second. Who finds it empty waits for its turn, so that what is asked is never more than the budget, however many ask.
 */
export class Budget {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Clock;
  /** The smallest that any source set. */
  share: number;

  constructor(share: number, clock: Clock = REAL) {
    this.share = share;
    this.#clock = clock;
  }

  /** Takes tokens, and waits until they are there. @param api an operation, or `points` */
  async take(api: string, count: number, signal?: AbortSignal): Promise<void> {
    const quota = PER_SECOND.get(api) ?? UNDOCUMENTED;
    const perSecond = quota * this.share;
    const most = perSecond * BURST_SECONDS;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(api) ?? { tokens: most, at: now };
    this.#buckets.set(api, bucket);
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond) - count;
    bucket.at = now;
    if (bucket.tokens < 0) await this.#clock.wait((-bucket.tokens / perSecond) * 1_000, signal);
  }
}

const budgets = new Map<string, Budget>();

/**
 * The one of an account and Region, wherever it is asked for: the least that any source set holds for all of them. Null for
 * servers that are no AWS, which have no such quotas, unless a budget is set.
 */
export function budgetOf({ account, region, role, endpoint, budget }: AwsPlace): Budget | null {
  const server = endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? '';
  if (server !== '' && budget === undefined) return null;
  const share = budget ?? DEFAULT_SHARE;
  const key = JSON.stringify([server, account ?? role, region]);
  const known = budgets.get(key);
  if (known !== undefined) {
    known.share = Math.min(known.share, share);
    return known;
  }
  const made = new Budget(share);
  budgets.set(key, made);
  return made;
}

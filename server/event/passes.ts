import type { Instant } from '../time/period.ts';

/** A metric series that is known less far than the rest of its source, and why. */
export interface SeriesLack {
  readonly series: string;
  /** Null: nothing of it can be vouched for. */
  readonly until: Instant | null;
  readonly why: string;
}

/** What reading has cost, where it is paid for. Ranges, because sources differ in what is billed. */
export interface PullCost {
  readonly calls: number;
  readonly leastMetrics: number;
  readonly mostMetrics: number;
  /** That queries of logs have scanned. */
  readonly bytes: number;
  readonly leastDollars: number;
  readonly mostDollars: number;
}

/** What a source has cost over its passes. */
export interface Spending {
  /** Up to and with its first complete pass; null where there was none yet, or nothing was paid. */
  readonly first: PullCost | null;
  /** By day (UTC, in days since 1970), ascending; those of about a month. */
  readonly days: readonly (readonly [day: number, cost: PullCost])[];
}

export const NO_COST: PullCost = { calls: 0, leastMetrics: 0, mostMetrics: 0, bytes: 0, leastDollars: 0, mostDollars: 0 };

const DAY_MS = 86_400_000;
const DAYS_SHOWN = 30;
const COUNT = new Intl.NumberFormat('en');
const MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

export const sumOfCosts = (costs: readonly PullCost[]): PullCost =>
  costs.reduce(
    (sum, one) => ({
      calls: sum.calls + one.calls,
      leastMetrics: sum.leastMetrics + one.leastMetrics,
      mostMetrics: sum.mostMetrics + one.mostMetrics,
      bytes: sum.bytes + one.bytes,
      leastDollars: sum.leastDollars + one.leastDollars,
      mostDollars: sum.mostDollars + one.mostDollars,
    }),
    NO_COST,
  );

/** With what was spent at an instant. @param isFirst while the source has not come to its first complete pass */
export function spentMore({ first, days }: Spending, cost: PullCost, at: Instant, isFirst: boolean): Spending {
  const today = Math.floor(at / DAY_MS);
  const kept = days.filter(([day]) => day > today - DAYS_SHOWN);
  const own = kept.find(([day]) => day === today)?.[1] ?? NO_COST;
  const others = kept.filter(([day]) => day !== today);
  return {
    first: isFirst ? sumOfCosts([first ?? NO_COST, cost]) : first,
    days: [...others, [today, sumOfCosts([own, cost])] as const].sort(([one], [other]) => one - other),
  };
}

/** Of the last 30 days, with today. */
export const spentLately = ({ days }: Spending, now: Instant): PullCost =>
  sumOfCosts(days.flatMap(([day, cost]) => (day > Math.floor(now / DAY_MS) - DAYS_SHOWN ? [cost] : [])));

/** `114 calls, 2,004 metrics, $0.02 to $0.09`. */
export function costText(cost: PullCost): string {
  const { calls, mostMetrics, bytes } = cost;
  return [
    callsText(calls),
    ...(mostMetrics === 0 ? [] : [metricsText(cost)]),
    ...(bytes === 0 ? [] : [`${bytesText(bytes)} scanned`]),
    dollarsText(cost),
  ].join(', ');
}

export const callsText = (calls: number): string => (calls === 1 ? '1 call' : `${COUNT.format(calls)} calls`);

export const metricsText = ({ leastMetrics, mostMetrics }: Pick<PullCost, 'leastMetrics' | 'mostMetrics'>): string =>
  mostMetrics === 1 ? '1 metric' : `${rangeText(COUNT.format(leastMetrics), COUNT.format(mostMetrics))} metrics`;

export const dollarsText = ({ leastDollars, mostDollars }: Pick<PullCost, 'leastDollars' | 'mostDollars'>): string =>
  rangeText(inDollars(leastDollars), inDollars(mostDollars));

export function bytesText(bytes: number): string {
  const [unit, size] = [['GB', 1024 ** 3] as const, ['MB', 1024 ** 2] as const, ['KB', 1024] as const].find(
    ([, each]) => bytes >= each,
  ) ?? ['bytes', 1];
  return `${Number((bytes / size).toPrecision(3)).toLocaleString('en')} ${unit}`;
}

const inDollars = (dollars: number): string => (dollars > 0 && dollars < 0.01 ? 'less than $0.01' : MONEY.format(dollars));

const rangeText = (least: string, most: string): string => (least === most ? least : `${least} to ${most}`);

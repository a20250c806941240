import { hash } from 'node:crypto';
import { dimensionsText } from '../aws/dimensions.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Statistic } from './statistics.ts';
import type { PeriodMs } from './windows.ts';

export interface Metric {
  /** The account that owns it, where another one is asked that sees it (cross-account observability). */
  readonly account?: string;
  readonly namespace: string;
  readonly metric: string;
  /** Of CloudWatch: all of them, as they name the metric. */
  readonly dimensions: readonly (readonly [name: string, value: string])[];
}

/** Another metric that an expression is made of. */
export interface Input extends Metric {
  readonly id: string;
  /** As CloudWatch is asked for it. */
  readonly statistic: string;
}

/** What CloudWatch is asked for. A search finds many series, an expression may. */
export type Wanted =
  | ({ readonly by: 'metric' } & Metric)
  | { readonly by: 'expression'; readonly expression: string; readonly inputs: readonly Input[] }
  | { readonly by: 'search'; readonly search: string; readonly account?: string };

/** A property that tells found series apart, and the dimension that points get of it. */
export interface Label {
  readonly dimension: string;
  /** As in PROP('…'). */
  readonly property: string;
}

/** One entry of `series:`. */
export interface Series {
  readonly name: string;
  readonly wanted: Wanted;
  readonly statistics: readonly Statistic[];
  readonly periodMs: PeriodMs;
  readonly labels: readonly Label[];
  /** Dimensions that its points get. */
  readonly as: readonly (readonly [name: string, value: string])[];
  /** Null: all of the source's. */
  readonly accounts: readonly string[] | null;
  readonly regions: readonly string[] | null;
  /** Names in the cursor what is asked and what it is called: another one is read from the beginning. */
  readonly key: string;
}

/** Characters of a key: 48 bits. */
export const KEY_LENGTH = 8;

export const keyOfSeries = (series: Omit<Series, 'key' | 'accounts' | 'regions'>): string => {
  const { name, wanted, statistics, periodMs, labels, as } = series;
  return hash('sha256', JSON.stringify([name, wanted, statistics, periodMs, labels, as]), 'base64url').slice(0, KEY_LENGTH);
};

export const isReadIn = ({ accounts, regions }: Series, { account, region }: AwsPlace): boolean =>
  (accounts === null || (account !== null && accounts.includes(account))) && (regions === null || regions.includes(region));

/** Dimensions that every point gets of the place that it was read in, so that two accounts never write the same line. */
export const PLACE_DIMENSIONS: readonly string[] = ['account', 'region'];

/** Own dimensions as points carry them. */
export const textOfDimensions = (pairs: readonly (readonly [name: string, value: string])[]): string =>
  dimensionsText(Object.fromEntries(pairs));

/** The account that a series is of: its own, or the one that is asked. */
export const ownerOf = ({ wanted }: Series, place: AwsPlace): string | null =>
  (wanted.by === 'expression' ? undefined : wanted.account) ?? place.account;

export const dimensionsOf = (series: Series, place: AwsPlace): (readonly [string, string])[] => {
  const account = ownerOf(series, place);
  return [...series.as, ...(account === null ? [] : [['account', account] as const]), ['region', place.region] as const];
};

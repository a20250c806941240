/** Why there is no number. Never drawn as 0. */
export const EMPTINESS = ['none to measure', 'no denominator', 'no data', 'before history', 'hidden'] as const;
export type Emptiness = (typeof EMPTINESS)[number];

/** What may stand on a value. `running`: the period has not ended. */
export type Flag = 'stale' | 'unsettled' | 'running';

export interface Exclusion {
  /** Words a reader understands: `still open`, `merged`, `planned`, `restored before opened`. */
  readonly reason: string;
  readonly count: number;
}

/** An item behind a number. */
export interface EvidenceItem {
  /** Item uid; for samples, the series and instant. */
  readonly uid: string;
  /** What it contributed, in the KPI's unit (seconds for durations, 1 or 0 in a ratio); null if excluded. */
  readonly value: number | null;
  /** The instant it was counted at, epoch milliseconds; null where it has none. */
  readonly at: number | null;
  /** Set when the item was left out. */
  readonly excluded: string | null;
}

/**
 * One KPI, one scope, one period. `value` and `emptiness`: exactly one is null. Durations are
 * seconds, shares 0 to 1, counts and levels plain numbers.
 */
export interface Measurement {
  readonly kpi: string;
  readonly scope: string;
  readonly period: string;
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  /** Items that made the value (for a ratio: the denominator). */
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  /** `also_show` values by name (`p90`, `mean`, `oldest`, `longest`, `coverage` …), null where empty. */
  readonly also: Readonly<Record<string, number | null>>;
  /** Digest of the evidence list (list-hash.ts), whatever its order; the list itself is evaluated again on request. */
  readonly digest: string;
}

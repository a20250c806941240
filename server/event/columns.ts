import type { Kind } from './kinds.ts';

/** Seconds since 2000-01-01T00:00Z in an Int32; NEVER marks an absent instant. */
export const NEVER = -2147483648;
export const EPOCH_2000_MS = 946684800000;

/** A dictionary-coded column; code -1 is "not set". */
export interface Codes {
  readonly dictionary: readonly string[];
  readonly codes: Int32Array;
}

/**
 * Items of one kind as columns. Row i of the item columns is one item (for kinds with states: one
 * episode, because an incident reopened more than 7 days after it was restored is a repeat incident).
 * Its stretches, in which state, team, service and severity did not change, are the rows
 * `stretchStart[i]` to `stretchStart[i + 1]` of the stretch columns; kinds without states have one.
 */
export interface ItemColumns {
  readonly kind: Kind;
  readonly length: number;
  /** The item's uid (for a second episode `uid#2`). */
  readonly uids: readonly string[];
  /** First opened … cancelled, and the kind's own instant fields; seconds since 2000, or NEVER. */
  readonly instants: Readonly<Record<string, Int32Array>>;
  /** Latest value of code and person fields, `zone` and `severity_raw` included. */
  readonly codes: Readonly<Record<string, Codes>>;
  /** Numbers, NaN where not set; flags as 0, 1 or NaN. `severity` = the worst (lowest) before restoration. */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly stretchStart: Int32Array;
  readonly stretchFrom: Int32Array;
  /** Exclusive; NEVER while it lasts. */
  readonly stretchTo: Int32Array;
  /** Index into STATES, -1 for kinds without states. */
  readonly stretchState: Int8Array;
  readonly stretchTeam: Codes;
  readonly stretchService: Codes;
  /** 1 to 5, 0 where not set. */
  readonly stretchSeverity: Int8Array;
  /** 1 where the item was found by a first import without history (`origin = snapshot`). */
  readonly isSnapshot: Uint8Array;
}

/** One metric series, ascending in time, one entry a point; the latest revision of each. */
export interface SeriesColumns {
  readonly series: string;
  readonly statistic: string;
  /** Epoch milliseconds. */
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** Dimensions per point, e.g. `country=US`. */
  readonly dimensions: Codes;
}

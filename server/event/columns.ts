import type { Kind } from './kinds.ts';

/** Seconds since 2000-01-01T00:00Z in an Int32; NEVER marks an absent instant. */
export const NEVER = -2147483648;
export const EPOCH_2000_MS = 946684800000;

/** A dictionary-coded column; code -1 is "not set". */
export interface Codes {
  readonly dictionary: readonly string[];
  readonly codes: Int32Array;
}

/** In the place of a code, where the stretches of a row have several. */
export const MIXED = -2;

/** A code for each stretch. */
export interface StretchCodes extends Codes {
  /** By row: the code that all stretches of the row have, or MIXED. Missing where nobody noted it. */
  readonly ofRow?: Int32Array | null;
}

/** Uids by row; perhaps decoded when asked for, so what runs over many rows never asks. A list of texts is one. */
export interface Uids {
  readonly length: number;
  at(row: number): string | undefined;
  /** The order of the uids of two rows, as texts are compared; where making them is costly. */
  compare?(one: number, other: number): number;
  /**
   * Puts a number for each of these rows into `keys`, in the order of uids as far as it goes: what has one number is told apart
   * by `compare`.
   */
  keysOf?(rows: Int32Array, keys: Float64Array): void;
  /** Ids of all sources that they name, where that is known; else whoever needs them looks at every uid. */
  readonly sources?: readonly string[];
}

/** Lists of several values, one list a row: of row i those from `start[i]` to `start[i + 1]` of each column. */
export interface ListColumn {
  /** One more than there are rows. */
  readonly start: Int32Array;
  readonly columns: Readonly<Record<string, Int32Array | Float64Array>>;
}

/** Rows that lie together: those of a team and a month. What is told of them holds for all of them, and may be wider. */
export interface Part {
  /** Rows `start` to `end`, the last not included. */
  readonly start: number;
  readonly end: number;
  /** First and last second that an instant or a stretch of theirs speaks of; `until` is Infinity while one of them is open or has no end yet. */
  readonly from: number;
  readonly until: number;
  /** Codes of the teams and services in their stretches, ascending; -1 stands for none named. */
  readonly teams: Int32Array;
  readonly services: Int32Array;
}

/**
 * Items of one kind as columns, in no particular order. Columns and lists that no row sets may be missing. Row i of the item
 * columns is one item (for kinds with states: one episode, because an incident reopened more than 7 days after it was restored is a repeat incident).
 * Its stretches, in which state, team, service and severity did not change, are the rows
 * `stretchStart[i]` to `stretchStart[i + 1]` of the stretch columns; kinds without states have one.
 */
export interface ItemColumns {
  readonly kind: Kind;
  readonly length: number;
  /** 1 for rows that others have replaced; they count nowhere. Null where all rows stand. */
  readonly dead: Uint8Array | null;
  /** Ranges that hold all rows that stand, and what may be left out by time, team or service; null where nothing is told. */
  readonly parts: readonly Part[] | null;
  /** The item's uid (for a second episode `uid#2`). */
  readonly uids: Uids;
  /** A 64-bit hash of each uid in two halves (uid-hash.ts); null where they are computed when first needed. */
  readonly hashes: { readonly high: Int32Array; readonly low: Int32Array } | null;
  /** First opened … cancelled, and the kind's own instant fields; seconds since 2000, or NEVER. */
  readonly instants: Readonly<Record<string, Int32Array>>;
  /** Latest value of code and person fields, `zone` and `severity_raw` included. */
  readonly codes: Readonly<Record<string, Codes>>;
  /**
   * Numbers, NaN where not set; flags as 0, 1 or NaN. `severity` = the worst (lowest) before restoration;
   * `episode` = 2 and on for an incident that came back, not set for its first.
   */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  /**
   * Of tickets `closings`, each with `closed` and `reopened` (seconds since 2000, or NEVER), ascending; of deployments
   * `commits`, each with `committed`, ascending, in epoch milliseconds, because uids of changes name them.
   */
  readonly lists: Readonly<Record<string, ListColumn>>;
  readonly stretchStart: Int32Array;
  readonly stretchFrom: Int32Array;
  /** Exclusive; NEVER while it lasts. */
  readonly stretchTo: Int32Array;
  /** Index into STATES, -1 for kinds without states. */
  readonly stretchState: Int8Array;
  readonly stretchTeam: StretchCodes;
  readonly stretchService: StretchCodes;
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

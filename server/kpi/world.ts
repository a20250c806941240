import type { ItemColumns, SeriesColumns } from '../event/columns.ts';
import type { Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Kpi } from './kpi.ts';
import type { EvidenceItem, Measurement } from './measurement.ts';

/** What the sources behind a kind or series can vouch for. */
export interface Coverage {
  /** Before it, nothing is known (`before history`); null where all of history is known. */
  readonly from: Instant | null;
  /** Every source behind it has completed a pass that knew all up to here; null if none ever did. */
  readonly until: Instant | null;
}

/** Everything an evaluation may look at. Pure data: no clock, no store. */
export interface World {
  readonly organisation: Organisation;
  columns(kind: Kind): ItemColumns;
  /** All statistics and dimensions of a series; empty list where it was never seen. */
  series(name: string): readonly SeriesColumns[];
  coverage(of: { readonly kind: Kind } | { readonly series: string }): Coverage;
  /** Other KPIs, for `combine`. */
  kpi(id: string): Kpi | undefined;
  /** The instant that "still open" is judged at for a period that has not ended. */
  readonly now: Instant;
  /** A short digest of text (hashing is an argument: this room has no built-ins). */
  digest(text: string): string;
}

/** A measurement and a way to the list behind it. */
export interface Evaluated extends Measurement {
  /**
   * Counted items first in ascending uid order, then excluded ones. Empty where hidden. Made by the same pass when it is
   * asked for, over the world as it is then.
   */
  evidence(): EvidenceItem[];
}

/**
 * Evaluates one KPI over many periods and scopes in one pass.
 * Periods may be of any grain and may overlap. Result: for each scope, for each period, in the order given.
 */
export type Evaluate = (
  kpi: Kpi,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests?: Digests,
  wanted?: Wanted,
) => Evaluated[];

/** Of which scopes and periods a number is made; the others, which say that they have no data, are not for use. */
export type Wanted = (scope: Scope, period: Period) => boolean;

/**
 * When digests of lists are made. `at once`: with the numbers, for who will ask for all of them. `when asked`: by one
 * more pass for the first that is asked for, over the world as it is then.
 */
export type Digests = 'at once' | 'when asked';

import type { Instant } from '../time/period.ts';
import type { Kind, State } from './kinds.ts';

/** `null` says "no longer set"; a missing field says nothing. Instants are epoch milliseconds. */
export type FieldValue = string | number | boolean | readonly number[] | null;
export type Fields = Readonly<Record<string, FieldValue>>;

/**
 * How a source came to know: told by the system's own history, pushed, concluded by us, found as it
 * stood on a first import without history, or entered by hand.
 */
export type Origin = 'native' | 'webhook' | 'inferred' | 'snapshot' | 'manual';

/**
 * One fact about one item: at `effectiveAt` it entered `state`, or these fields took these values.
 * Append-only. An instant field (e.g. `finished`) states a date outright; a stated date of a state
 * (`opened`, `resolved` …) in `fields` outranks the instant derived from transitions.
 */
export interface Event {
  readonly kind: Kind;
  /** Id of the source in sources.yaml. */
  readonly source: string;
  /** The item's native id, unique within (source, kind). */
  readonly item: string;
  /** Short hash of the fact's native key, unique within its item. The same fact has the same key. */
  readonly key: string;
  readonly effectiveAt: Instant;
  /** The source's own order among facts at one instant (0 where it has none). */
  readonly sequence: number;
  readonly origin: Origin;
  readonly state: State | null;
  readonly fields: Fields;
  /** Key of an event of the same item that this one corrects. */
  readonly supersedes: string | null;
  /**
   * Facts of which only the latest word stands, e.g. `resolved` in a file with one row an item. Of
   * the events of one (item, slot), the one with the greatest (sequence, batch, key) counts.
   */
  readonly slot: string | null;
}

/** An event as the log keeps it; `batch` is the number of the batch that recorded it. */
export interface StoredEvent extends Event {
  readonly batch: number;
}

/** One measured point of a metric series. Kept apart from item events, in chunks. */
export interface Sample {
  /** Id of the source in sources.yaml. */
  readonly source: string;
  /** Series name as KPI files use it, e.g. `checkout-requests`. */
  readonly series: string;
  /** Dimensions in canonical form `country=US,tier=gold` (sorted), or '' where there are none. */
  readonly dimensions: string;
  /** What each point is: average, sum, maximum, p99 … */
  readonly statistic: string;
  readonly at: Instant;
  /** Finite. */
  readonly value: number;
}

/** Points of one series, dimensions and statistic together: of thousands, each need not say what it is of. */
export interface SampleLine extends Omit<Sample, 'at' | 'value'> {
  readonly at: readonly Instant[];
  /** Finite; as many as there are instants. */
  readonly values: readonly number[];
}

/** Text that names an item everywhere: `servicenow:incident:INC0012`. */
export const itemUid = (source: string, kind: Kind, item: string): string => `${source}:${kind}:${item}`;

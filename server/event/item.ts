import type { Instant } from '../time/period.ts';
import type { Fields } from './event.ts';
import type { Kind, State } from './kinds.ts';

/** A time in which state, team, service and severity of an item did not change. */
export interface Stretch {
  readonly from: Instant;
  /** Exclusive; null while it lasts. */
  readonly to: Instant | null;
  /** Null for kinds without states, and where no fact tells one. */
  readonly state: State | null;
  readonly team: string | null;
  readonly service: string | null;
  /** 1 (worst) to 5. */
  readonly severity: number | null;
}

/**
 * What a row of columns is made of. An incident reopened more than 7 days after its restoration has
 * an episode for each; everything else has exactly one.
 */
export interface Episode {
  /** The item's uid; `uid#2` for the second episode. */
  readonly uid: string;
  /**
   * By name, missing where it never was. Kinds with states: `opened`, `acknowledged`, `in_progress`, `on_hold`
   * (the first of each), `restored` (the last; `resolved` where the source has none), `resolved`,
   * `closed` (all three only while they stand), `reopened` (the last), `last_opened`, `cancelled`.
   * All kinds: their own instant fields.
   */
  readonly instants: Readonly<Partial<Record<string, Instant>>>;
  /** The highest (lowest number) before restoration. */
  readonly severity: number | null;
  /** Seconds in open states (time in harm); null while it is open and where it never was. */
  readonly harm: number | null;
  /** Seconds in `in_progress`; null while it is open and where it never was in progress. */
  readonly working: number | null;
  /** At least one, ascending, without gaps. */
  readonly stretches: readonly Stretch[];
}

/** A ticket was closed, and perhaps opened again. */
export interface Closing {
  /** Into `resolved` or `closed`, the first of the two. */
  readonly closed: Instant;
  /** The reopening that followed; null where none has. */
  readonly reopened: Instant | null;
}

/** An item as its facts tell it: a projection of its events, never stored as truth. */
export interface Item {
  readonly uid: string;
  readonly kind: Kind;
  /** Id of the source in sources.yaml; for derived kinds that of the item it was derived from. */
  readonly source: string;
  /** Native id. */
  readonly id: string;
  /** Latest value of each field that is set; dates of states are in the episodes instead. */
  readonly fields: Fields;
  /** First and last entry into each state, over all episodes. */
  readonly first: Readonly<Partial<Record<State, Instant>>>;
  readonly last: Readonly<Partial<Record<State, Instant>>>;
  /** All stretches, over all episodes. */
  readonly stretches: readonly Stretch[];
  readonly episodes: readonly Episode[];
  /** Of tickets alone; ascending. */
  readonly closings: readonly Closing[];
  /** Found as it stood by a first import without history. */
  readonly isSnapshot: boolean;
}

import type { Kind } from '../event/kinds.ts';
import type { PullCost, SeriesLack, Spending } from '../event/passes.ts';
import type { Instant } from '../time/period.ts';

export interface AppendResult {
  /** Batch number, or null when nothing was new (then no batch is written). */
  readonly batch: number | null;
  readonly newEvents: number;
  readonly newSamples: number;
  /** Each of the events is stored as it was given, and the log had nothing of their items; false where there were none. */
  readonly isOfNewItems: boolean;
}

export interface SourceState {
  readonly source: string;
  readonly cursor: string | null;
  readonly lastStartedAt: Instant | null;
  /** End of the last complete pass. */
  readonly lastCompletedAt: Instant | null;
  /** Instant up to which the last complete pass knew everything. */
  readonly completeUntil: Instant | null;
  readonly historyFrom: Instant | null;
  readonly lastErrorAt: Instant | null;
  readonly lastError: string | null;
  /** Rejected rows of the last pass: their number, and the first 20 as text. */
  readonly rejectedCount: number;
  readonly rejected: readonly string[];
  /** Kinds and series ever received, so that freshness knows what depends on it. */
  readonly kinds: readonly Kind[];
  readonly series: readonly string[];
  /** Series that the last complete pass knew less far than the rest; absent where there were none. */
  readonly lacking?: readonly SeriesLack[];
  /** Absent where nothing was ever paid. */
  readonly spent?: Spending;
}

export interface PullRecord {
  readonly source: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly outcome: 'complete' | 'failed';
  readonly newEvents: number;
  readonly newSamples: number;
  readonly rejected: number;
  readonly error: string | null;
  /** What a complete pass vouches for (see SourceState); null for one that failed. */
  readonly completeUntil: Instant | null;
  readonly historyFrom: Instant | null;
  /** Series known less far than `completeUntil`; absent where there are none. */
  readonly lacking?: readonly SeriesLack[];
  /** What had to be paid; absent where nothing was. */
  readonly cost?: PullCost;
}

/** How far a source had come with its latest complete pass, now or as of an earlier pull. */
export type SourceReach = Pick<SourceState, 'source' | 'lastCompletedAt' | 'completeUntil' | 'historyFrom' | 'lacking'>;

/** What somebody posted to a source. */
export interface NewPost {
  readonly source: string;
  /** Under which it counts once; null for one that could not be read, of which only `fault` is kept. */
  readonly id: string | null;
  readonly receivedAt: Instant;
  readonly body: string;
  /** What is wrong with it, in words; null where it can be read. */
  readonly fault: string | null;
}

/** It waits to be read; its id came before; or so much waits already that it was not kept. */
export type KeptPost = 'kept' | 'known' | 'no room';

/** One that waits. Numbers ascend in the order in which posts were kept, with gaps. */
export interface WaitingPost {
  readonly number: number;
  readonly receivedAt: Instant;
  readonly body: string;
  readonly fault: string | null;
}

export interface WaitingPosts {
  readonly source: string;
  readonly count: number;
  readonly oldestAt: Instant;
}

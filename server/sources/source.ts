import type { Event, Sample } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { FoldedItems } from '../event/fold-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { Instant } from '../time/period.ts';
import type { AwsAccess } from './aws/policy.ts';

/** A row or record that could not become an event, or is odd. Nothing else is lost because of it. */
export interface Reject {
  /** Where: `incidents.csv:412`. */
  readonly place: string;
  readonly reason: string;
  readonly fix: string | null;
  /** True for a warning: the row was taken, and this is what is odd about it. */
  readonly isKept: boolean;
}

/** What a pull hands over at a time. Bounded; the mover commits each as one batch. */
export interface PullBatch {
  readonly events: readonly Event[];
  /** The events in the form that the log keeps; `events` is empty then. */
  readonly block?: EventBlock;
  /** What the events of the block alone make of their items, where that was wanted. */
  readonly items?: FoldedItems;
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
  /** For progress: `48,000 of about 141,712 rows`. */
  readonly progress: string;
  /**
   * Given where all that comes before it has been told, this batch included: kept with the batch, so that a pass which is cut off
   * goes on from there. Without it the next pass begins where this one did.
   */
  readonly cursor?: string | null;
}

/** What a whole pass concluded. Only then does the cursor move. */
export interface PullEnd {
  readonly cursor: string | null;
  /** Everything that happened before this instant is known to the source; null if it cannot say. */
  readonly completeUntil: Instant | null;
  /** The first instant from which items have history; null where the source has all of it. */
  readonly historyFrom: Instant | null;
}

export interface PullContext {
  readonly cursor: string | null;
  readonly now: Instant;
  /** Turns a person's name or id into the keyed pseudonym under which alone it may be stored. */
  readonly pseudonym: (person: string) => string;
  readonly signal: AbortSignal;
  /** Whether `items` of the batches to come would be of use; may be asked again and again. Not given: no. */
  readonly wantsItems?: () => boolean;
}

export interface DryRun {
  /** The first mapped rows, as the reader would want to see them: column header to text. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly rejects: readonly Reject[];
  readonly events: number;
  readonly samples: number;
  readonly items: number;
  readonly read: number;
}

/** One configured source. Adapters implement this and nothing else; they never meet the store. */
export interface Source {
  readonly id: string;
  /** The adapter's name, e.g. `files`. */
  readonly type: string;
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly series: readonly string[];
  /** Cron expression in the organisation's zone, or null for on demand. */
  readonly schedule: string | null;
  /** Behind by more than this and values say `stale`. */
  readonly staleAfterMs: number;
  /** Where it reads in AWS, and what it must be allowed there; absent where it reads elsewhere. */
  readonly aws?: AwsAccess;
  /** Throws a SourceError; a partial pass leaves the cursor where it was. */
  pull(context: PullContext): AsyncGenerator<PullBatch, PullEnd, void>;
  /** Reads as a pull would, stores nothing. */
  dryRun(context: PullContext, rows: number): Promise<DryRun>;
}

/** A failure that the user can act on. */
export class SourceError extends Error {
  readonly place: string;
  readonly fix: string | null;
  constructor(place: string, message: string, fix: string | null) {
    super(`${place}: ${message}`);
    this.name = 'SourceError';
    this.place = place;
    this.fix = fix;
  }
}

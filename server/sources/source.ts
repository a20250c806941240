import type { AgreedAction } from '../event/agreed-action.ts';
import type { Event, Sample, SampleLine } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { FoldedItems } from '../event/fold-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { PullCost, SeriesLack } from '../event/passes.ts';
import type { AskedShift } from '../event/shift-survey.ts';
import type { ShiftTold } from '../event/shifts.ts';
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
  /** Samples that come in lines; `samples` is empty then. */
  readonly lines?: readonly SampleLine[];
  readonly rejects: readonly Reject[];
  /** For progress: `48,000 of about 141,712 rows`. */
  readonly progress: string;
  /** What had to be paid for this batch alone. */
  readonly cost?: PullCost;
  /**
   * Given where all that comes before it has been told, this batch included: kept with the batch, so that a pass which is cut off
   * goes on from there. Without it the next pass begins where this one did.
   */
  readonly cursor?: string | null;
  /** That cursor saves little: it need not be kept before something new is. A pass that finds nothing new then writes its end alone. */
  readonly mayCursorWait?: boolean;
}

/** What a whole pass concluded. Only then does the cursor move. */
export interface PullEnd {
  readonly cursor: string | null;
  /** Everything that happened before this instant is known to the source, but for `lacking`; null if it cannot say. */
  readonly completeUntil: Instant | null;
  /** Series that are known less far than that: they hold up what rests on them, and nothing else. */
  readonly lacking?: readonly SeriesLack[];
  /** The first instant from which items have history; null where the source has all of it. */
  readonly historyFrom: Instant | null;
}

/** What was posted to a source and waits to be read. */
export interface Post {
  readonly number: number;
  readonly receivedAt: Instant;
  readonly body: string;
  /** Why it was refused when it came; then there is no body. */
  readonly fault: string | null;
}

/** What waits for one source. */
export interface Inbox {
  /** Oldest first, from after this number on; ask again until there is nothing. */
  next(after: number): Promise<readonly Post[]>;
  /** Lets go of what was read. To be called once what it says was committed, which it is when the next batch is asked for. */
  take(numbers: readonly number[]): Promise<void>;
}

/** How others post to a source. */
export interface Webhook {
  /** The header that carries the secret, in small letters. */
  readonly header: string;
  /** Host names under which a proxy lets posts through, in small letters, beside those of this machine. */
  readonly hosts: readonly string[];
  /** Whether what the header carried is the secret. Takes as long whatever it is. */
  opens(shown: string): Promise<boolean>;
  /** Why nothing can open it, or not all that should; null where nothing is wrong. Without the secret, of course. */
  trouble(): Promise<string | null>;
  /** Under which id a body counts once, or what is wrong with it. */
  identify(body: string): { readonly id: string } | { readonly fault: string };
}

/** The shifts that other sources told of. */
export interface ShiftBook {
  /** Up to when all of them are known; null where nobody vouches for any. */
  readonly completeUntil: Instant | null;
  /** Those that ended from one instant on and before another, by their end; without those that were called off. */
  ended(from: Instant, until: Instant): readonly AskedShift[];
}

/** Actions that were agreed in reviews held here. */
export interface AgreedActions {
  /** All revisions of each that was written or changed after this number, by action and revision; `last`: the number reached. */
  after(number: number): Promise<{ readonly revisions: readonly AgreedAction[]; readonly last: number }>;
}

/** A source that asks people about their shifts, by link. */
export interface Survey {
  /** How long after a shift its questions may be answered, and its link opens. */
  readonly closesAfterMs: number;
  asks(shift: ShiftTold): boolean;
}

export interface PullContext {
  readonly cursor: string | null;
  readonly now: Instant;
  /** Turns a person's name or id into the keyed pseudonym under which alone it may be stored. */
  readonly pseudonym: (person: string) => string;
  readonly signal: AbortSignal;
  /** Of a source that is posted to. */
  readonly inbox?: Inbox;
  /** For sources that ask about shifts. */
  readonly shifts?: ShiftBook;
  /** For the source that counts them. */
  readonly agreed?: AgreedActions;
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
  /** Absent where nobody posts to it. */
  readonly webhook?: Webhook;
  /** Absent where it asks nobody. */
  readonly survey?: Survey;
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

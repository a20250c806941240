import type { Event, Sample, SampleLine, StoredEvent } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { KeptDefinition } from '../kpi/kpi.ts';
import type { Instant } from '../time/period.ts';
import type {
  MeasurementRow,
  SnapshotRow,
  RunRecord,
  StoredRun,
  RunOutcome,
  Moment,
  Publication,
  SnapshotQuery,
  Place,
} from './kept-numbers.ts';
import type {
  AppendResult,
  SourceState,
  PullRecord,
  SourceReach,
  NewPost,
  KeptPost,
  WaitingPost,
  WaitingPosts,
} from './kept-sources.ts';
import type { JournalKind, JournalEntry, JournalWrite, JournalQuery } from './kept-journal.ts';
import type { Segment, SegmentChanges } from './kept-columns.ts';

export type * from './kept-numbers.ts';
export type * from './kept-sources.ts';
export type * from './kept-journal.ts';
export type * from './kept-columns.ts';

/** What a claimed job holds. A write with an older token is refused in the same transaction. */
export interface Lease {
  readonly job: string;
  readonly token: number;
  readonly until: Instant;
}

/**
 * Everything kept, behind one interface on two databases. Each method is one transaction. Rows come
 * back in a defined order (by key, by code unit), the same on both.
 */
export interface Store {
  readonly engine: 'sqlite' | 'postgresql';

  // Event log
  /**
   * Records facts as one batch: those already known (same item and key) are left out, nothing is
   * changed. An event with a slot whose content is the slot's latest word already is known, too.
   */
  append(
    source: string,
    recordedAt: Instant,
    events: readonly Event[] | EventBlock,
    samples: readonly (Sample | SampleLine)[],
    lease?: Lease,
  ): Promise<AppendResult>;
  /** Number of the last batch; 0 for an empty log. */
  watermark(): Promise<number>;
  batchRecordedAt(batch: number): Promise<Instant | null>;
  /** Uids of items that batches after `afterBatch` (up to `untilBatch`) touched, ascending. */
  touchedItems(afterBatch: number, untilBatch?: number): Promise<string[]>;
  /** All events of these items known at `knownAt` batch (default: all), by item, then unordered. */
  eventsOf(uids: readonly string[], untilBatch?: number): Promise<Map<string, StoredEvent[]>>;
  /** Streams the whole log in chunks of whole items, by item uid. */
  allEvents(kinds?: readonly Kind[], untilBatch?: number): AsyncGenerator<Map<string, StoredEvent[]>>;
  countEvents(): Promise<{ events: number; items: number; batches: number; byKind: Record<string, number> }>;
  /** Latest revision of each point in [from, to), ascending by (series, statistic, dimensions, at). */
  samples(
    series: string,
    from: Instant,
    to: Instant,
    untilBatch?: number,
  ): Promise<{ statistic: string; dimensions: string; at: Instant; value: number }[]>;
  seriesNames(): Promise<string[]>;
  /** Series that batches after `afterBatch` (up to `untilBatch`) touched, each with an instant at or before the first touched point. */
  touchedSeries(afterBatch: number, untilBatch?: number): Promise<{ readonly series: string; readonly from: Instant }[]>;

  // Sources
  sourceStates(): Promise<SourceState[]>;
  saveSourceState(state: SourceState, lease?: Lease): Promise<void>;
  /** With `state`, that is saved in the same transaction. */
  recordPull(record: PullRecord, state?: SourceState, lease?: Lease): Promise<void>;
  pulls(source: string, limit: number): Promise<PullRecord[]>;
  /** Number of the last pull of any source; 0 where there was none. */
  lastPull(): Promise<number>;
  /** Of each of these sources that completed a pass, how far the latest one (up to pull `untilPull`) came. */
  reaches(sources: readonly string[], untilPull?: number): Promise<SourceReach[]>;

  // Inbox
  /**
   * Keeps what was posted, once for each id. Resolves when it is on disk; whoever posts at the same time shares the commit,
   * and fails with it.
   */
  keepPost(post: NewPost): Promise<KeptPost>;
  /** What waits for a source, oldest first, from after a number on; bounded, so ask again until there is nothing. */
  posts(source: string, after: number): Promise<WaitingPost[]>;
  /** They were read, and what they say is kept: they wait no longer. Their ids stay known. */
  takePosts(source: string, numbers: readonly number[], now: Instant, lease?: Lease): Promise<void>;
  /** By source. */
  waitingPosts(): Promise<WaitingPosts[]>;

  // Definitions, runs, measurements, snapshots
  keepDefinition(definition: KeptDefinition): Promise<void>;
  definition(hash: string): Promise<KeptDefinition | null>;
  /** Stores a run with everything it made in one transaction; returns its number. */
  commitRun(run: RunRecord, made: RunOutcome, lease?: Lease): Promise<number>;
  run(number: number): Promise<StoredRun | null>;
  lastRun(): Promise<StoredRun | null>;
  /** Ascending, from the one after `afterRun`. */
  runs(afterRun: number, limit: number): Promise<StoredRun[]>;
  momentAt(instant: Instant): Promise<Moment>;
  /** Replaces live values (not snapshots). */
  saveMeasurements(rows: readonly MeasurementRow[], lease?: Lease): Promise<void>;
  measurements(query: SnapshotQuery): Promise<MeasurementRow[]>;
  /** Every revision of every value, by (period, scope, kpi, revision), in chunks. */
  allSnapshots(): AsyncGenerator<SnapshotRow[]>;
  /** Puts these in the place of all revisions, in one transaction: for a rebuild, which makes them from the log. */
  replaceSnapshots(rows: readonly SnapshotRow[]): Promise<void>;
  /** Latest revision (at `knownAt`) of each (kpi, scope, period). */
  latestSnapshots(query: SnapshotQuery): Promise<SnapshotRow[]>;
  /** Latest revision of each of these values of a KPI that has one, in no particular order. */
  latestOf(kpi: string, places: readonly Place[]): Promise<SnapshotRow[]>;
  revisions(kpi: string, scope: string, period: string): Promise<SnapshotRow[]>;
  /** Revisions above 1 recorded in (after, until], for the restatement list. */
  restatements(scope: string, after: Instant, until: Instant): Promise<SnapshotRow[]>;
  publications(limit: number): Promise<Publication[]>;

  // What people write
  /** Throws StoreError `conflict` where another revision came in between, `invalid` where there is no such entry. */
  writeJournal(entry: JournalWrite): Promise<JournalEntry>;
  /** The latest revision of each that matches, those withdrawn left out, by entry. */
  journal(query: JournalQuery): Promise<JournalEntry[]>;
  /** All revisions of an entry, oldest first. */
  journalRevisions(entry: number): Promise<JournalEntry[]>;
  /**
   * All revisions of every entry of a kind of which one was written after this number, by entry and revision. `last`: the
   * number of the last of them, else the one that was asked with.
   */
  journalAfter(kind: JournalKind, after: number): Promise<{ readonly entries: JournalEntry[]; readonly last: number }>;
  /** Number of the last write of any kind; 0 where nothing was written. */
  lastJournal(): Promise<number>;

  // Columns: a cache of what the log tells, which can be cleared at any time
  /** Number of the batch up to which the segments hold everything; 0 where there are none, or of another maker. */
  segmentsThrough(maker: string): Promise<number>;
  /**
   * Segments of one kind or all, by (kind, cluster, month), none while they are of no batch. Throws StoreError
   * `unusable-cache` where they are damaged or of another format: to be cleared and made anew from the log;
   * `conflict` where they were changed meanwhile. What was read until then is not to be used.
   */
  segments(kind?: Kind): AsyncGenerator<Segment>;
  /** How many rows the segments of each kind have, for room to be made; who reads them is told whether that is so. */
  segmentRows(): Promise<ReadonlyMap<Kind, number>>;
  /** Throws StoreError `conflict` where those stored are of another batch or maker than they should be. */
  saveSegments(changes: SegmentChanges, lease?: Lease): Promise<void>;
  clearSegments(lease?: Lease): Promise<void>;

  // Jobs
  /** Last tick a job was run for, so that none is repeated or lost. */
  lastTick(job: string): Promise<Instant | null>;
  saveTick(job: string, tick: Instant): Promise<void>;
  /** Null while another holder's lease lasts. A new claim always has a greater token. */
  claim(job: string, holder: string, now: Instant, leaseMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;

  /** Small facts about this database, e.g. `demo-until`. */
  setting(name: string): Promise<string | null>;
  saveSetting(name: string, value: string): Promise<void>;

  /**
   * While `task` runs, a power failure may undo the last commits (never tear one): for what can be
   * made again from the beginning, such as a replayed history. Everything is on disk when it resolves.
   */
  relaxDurability<T>(task: () => Promise<T>): Promise<T>;

  /**
   * Why nothing can be stored just now (disk full, gone or read-only); null where no write has failed
   * so. Where one has, a write that leaves nothing behind is tried, so that this tells by itself when
   * it is over. Reading goes on meanwhile.
   */
  trouble(): Promise<StoreError | null>;

  close(): Promise<void>;
}

/** Closed codes; api/errors.ts maps them to status. */
export type StoreErrorCode =
  | 'locked'
  | 'newer-schema'
  | 'corrupt'
  | 'unusable-cache'
  | 'read-only'
  | 'stale-lease'
  | 'conflict'
  | 'invalid'
  | 'unreachable'
  | 'full';

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly fix: string;
  constructor(code: StoreErrorCode, message: string, fix: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
    this.fix = fix;
  }
}

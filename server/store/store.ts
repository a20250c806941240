import type { Event, Sample, SampleLine, StoredEvent } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { PullCost, SeriesLack, Spending } from '../event/passes.ts';
import type { Exclusion, Emptiness } from '../kpi/measurement.ts';
import type { KeptDefinition } from '../kpi/kpi.ts';
import type { Instant } from '../time/period.ts';

/**
 * Limits frozen with a snapshot (stats/limits.ts gives the numbers): of the value, or, for levels that
 * carry over (depth, age), of its change from the period before.
 */
export interface StoredLimits {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly isProvisional: boolean;
  /** Period ids of the first and last point that made them. */
  readonly from: string;
  readonly to: string;
}

export type Cause =
  'settled' | 'published' | 'late' | 'reopened' | 'corrected' | 'relinked' | 'merged' | 'cancelled' | 'remapped' | 'redefined';

/** A measurement at rest. */
export interface MeasurementRow {
  readonly kpi: string;
  readonly scope: string;
  readonly period: string;
  readonly grain: 'week' | 'month' | 'quarter' | 'year';
  /** First day of the period, days since 1970-01-01; orders a series. */
  readonly firstDay: number;
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  readonly also: Readonly<Record<string, number | null>>;
  readonly isStale: boolean;
  readonly digest: string;
  /** Hash of the definition that computed it. */
  readonly definition: string;
  /** Number of the last batch it knows of. */
  readonly watermark: number;
  readonly limits: StoredLimits | null;
}

/** A revision of a settled or published value. Append-only; (kpi, scope, period, revision) is its key. */
export interface SnapshotRow extends MeasurementRow {
  readonly revision: number;
  /** Run that wrote it. */
  readonly run: number;
  readonly recordedAt: Instant;
  readonly causes: readonly Cause[];
  /** Uids of the items that moved (at most 50 kept, `movedCount` has all); empty for personal KPIs. */
  readonly moved: readonly string[];
  readonly movedCount: number;
}

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

export interface RunRecord {
  readonly kind: 'measure' | 'settle' | 'publish';
  readonly at: Instant;
  readonly watermark: number;
  /** Opaque JSON text: with what it was measured, what was published. */
  readonly detail: string;
}

/** Runs are numbered from 1 without a gap. */
export type StoredRun = RunRecord & { readonly number: number };

/** What a run made; all of it is stored with the run, or nothing. */
export interface RunOutcome {
  /** Their `run` is filled in. */
  readonly snapshots: readonly SnapshotRow[];
  /** Live values, which replace those that stand. */
  readonly measurements?: readonly MeasurementRow[];
  readonly publication?: Omit<Publication, 'run'>;
}

/** The last batch, pull and run that were recorded at or before an instant; 0 where there was none. */
export interface Moment {
  readonly batch: number;
  readonly pull: number;
  readonly run: number;
}

export interface Publication {
  /** `2026-W46` and the scope it was published for. */
  readonly review: string;
  readonly scope: string;
  readonly at: Instant;
  readonly watermark: number;
  readonly run: number;
}

export interface SnapshotQuery {
  readonly kpi?: string;
  readonly scope?: string;
  readonly grain?: MeasurementRow['grain'];
  /** Inclusive bounds on `firstDay`. */
  readonly fromDay?: number;
  readonly toDay?: number;
  /** Only revisions recorded at or before; the value as it was known then. */
  readonly knownAt?: Instant;
}

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

/** Where a value of a KPI stands. */
export interface Place {
  readonly scope: string;
  readonly period: string;
}

/** What people write: about a number, a review, a day, a quarter, a shift. */
export type JournalKind = 'comment' | 'action' | 'annotation' | 'narrative' | 'shift answer';

/** One revision of what somebody wrote. Append-only; (entry, revision) is its key. */
export interface JournalEntry {
  /** Names it for good: the number of its first write. */
  readonly entry: number;
  readonly revision: number;
  readonly kind: JournalKind;
  readonly scope: string;
  readonly kpi: string | null;
  /** Period id it belongs to, such as the reviewed week. */
  readonly period: string | null;
  /** The role or team that wrote it. */
  readonly author: string;
  readonly recordedAt: Instant;
  /** When its first revision was recorded. */
  readonly firstAt: Instant;
  readonly isWithdrawn: boolean;
  /** What its kind holds, as JSON text; of at most 64 k characters. */
  readonly body: string;
}

/** `entry` null: a new one. `after`: the revision that was read before, 0 for a new one. */
export type JournalWrite = Omit<JournalEntry, 'entry' | 'revision' | 'firstAt'> & {
  readonly entry: number | null;
  readonly after: number;
};

export interface JournalQuery {
  readonly kind: JournalKind;
  readonly scope?: string;
  readonly kpi?: string;
  readonly period?: string;
  /** What had been written by then. */
  readonly knownAt?: Instant;
}

/** Names a segment of columns: a kind, and the home of its items (event/home.ts). */
export interface SegmentKey {
  readonly kind: Kind;
  readonly cluster: string;
  readonly month: number;
}

export interface Segment extends SegmentKey {
  /** How many rows it has. */
  readonly rows: number;
  /** What encodeSegment made of them. */
  readonly data: Uint8Array;
}

/** From segments that hold everything up to one batch to those that do so up to a later one. */
export interface SegmentChanges {
  /** What makes columns of events, in words: a version that makes others of them has another one. */
  readonly maker: string;
  /** The batch that the stored ones are of, 0 where there are none; refused where they are of another. */
  readonly after: number;
  /** 0 while more of the first ones are to come: then they are not read. */
  readonly through: number;
  readonly put: readonly Segment[];
  readonly drop: readonly SegmentKey[];
}

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

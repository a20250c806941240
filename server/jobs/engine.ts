import type { EvidenceItem } from '../kpi/measurement.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Problem } from '../kpi/problem.ts';
import type { Distribution, KpiPage } from '../review/kpi-page-schema.ts';
import type { ShiftAnswers } from '../event/shift-survey.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { OnCallHealth } from '../review/on-call-schema.ts';
import type { Report } from '../review/report-schema.ts';
import type { Review } from '../review/schema.ts';
import type { ShiftPage } from '../review/shift-schema.ts';
import type { DryRun } from '../sources/source.ts';
import type { MeasurementRow, PullRecord, SnapshotQuery, SnapshotRow, SourceState } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { Written } from '../review/talk.ts';
import type { BodyOf, ToWrite, WrittenKind, WrittenQuery } from '../review/bodies.ts';
import type { PreviewAsked, PreviewMade } from './preview.ts';
import type { Slices, SlicesAsked } from './slices.ts';
import type { Queue } from './queue.ts';
import type { Rebuilt } from './rebuild.ts';
import type { ColumnsChecked } from './stored-columns.ts';

/** Who asks. Until sign-in is built: nobody in the data, sees groups only. */
export interface Viewer {
  readonly who: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
}

export interface CatalogueEntry {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** The definition that is measured; the last good one when the file is broken; null if there never was one. */
  readonly kpi: Kpi | null;
  readonly words: string | null;
  readonly text: string;
  /** True when `kpi` is not what the file says now. */
  readonly isLastGood: boolean;
}

export interface SourceStatus {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly kinds: readonly string[];
  readonly series: readonly string[];
  readonly schedule: string | null;
  readonly nextRunAt: Instant | null;
  readonly state: SourceState | null;
  /** fresh | stale | failing | never pulled | pulling */
  readonly freshness: 'fresh' | 'stale' | 'failing' | 'never pulled' | 'pulling';
  /** `last complete pass 14 minutes ago, complete until 15 Nov 2026` */
  readonly text: string;
  readonly progress: string | null;
  /** In words: what it has cost. Null where nothing is paid for. */
  readonly spent: string | null;
  readonly pulls: readonly PullRecord[];
}

export interface Evidence {
  readonly kpi: string;
  readonly name: string;
  readonly scope: string;
  readonly period: string;
  readonly periodTitle: string;
  readonly revision: number | null;
  readonly watermark: number;
  readonly value: number | null;
  readonly text: string;
  readonly count: number;
  readonly exclusions: readonly { readonly reason: string; readonly count: number }[];
  /** The list evaluated again gives the digest that was stored. */
  readonly isConfirmed: boolean;
  /** Set when the list is withheld, and why. */
  readonly withheld: string | null;
  readonly items: readonly (EvidenceItem & {
    readonly title: string;
    readonly team: string | null;
    readonly service: string | null;
    readonly severity: number | null;
    readonly state: string | null;
    readonly valueText: string;
    readonly atText: string;
  })[];
  readonly total: number;
}

export interface OrganisationView {
  readonly name: string;
  readonly zone: string;
  readonly isDemo: boolean;
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  /** `team`: the owner today. */
  readonly services: readonly { readonly id: string; readonly name: string; readonly team: string }[];
  readonly latestWeek: string | null;
  /** Problems of organisation.yaml and sources.yaml. */
  readonly problems: readonly Problem[];
}

/** Why a request cannot be answered; api/errors.ts maps the code to a status. */
export type EngineErrorCode = 'not-found' | 'invalid' | 'forbidden' | 'conflict' | 'unavailable';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly instead: Instead | null;
  constructor(code: EngineErrorCode, message: string, instead: Instead | null = null) {
    super(message);
    this.code = code;
    this.instead = instead;
  }
}

/** What was probably meant, or is nearest to it. */
export interface Instead {
  readonly what: 'scope' | 'period';
  readonly id: string;
  readonly label: string;
}

/** An answer as it is to be kept, and the survey that reads it. */
export interface ShiftAnswer {
  readonly source: string;
  readonly body: string;
}

export interface MeasureSummary {
  readonly measured: number;
  readonly settled: number;
  readonly restated: number;
}

export interface StoredSeries {
  readonly live: readonly MeasurementRow[];
  readonly snapshots: readonly SnapshotRow[];
}

/** `at` null: now; `knownAt` null: as known now. */
export interface QueueQuery {
  readonly of: string;
  readonly scope: string;
  readonly at: Instant | null;
  readonly knownAt: Instant | null;
  readonly page: { readonly offset: number; readonly limit: number };
}

/** Every number made again, and the columns that are stored beside the log. */
export interface RebuiltWhole extends Rebuilt {
  readonly columns: ColumnsChecked;
}

/** What the interfaces (HTTP, CLI) may ask of the movers. Throws EngineError or StoreError. */
export interface Engine {
  /** Not ready while a first history is being made; `progress` says how far it is. */
  readiness(): { readonly isReady: boolean; readonly progress: string };
  /** Resolves where the database answers; throws StoreError where it does not. */
  reach(): Promise<void>;
  /** Why nothing that comes in can be stored just now, with what to do; null where it can. */
  trouble(): Promise<string | null>;
  organisation(viewer: Viewer): OrganisationView;
  catalogue(viewer: Viewer): readonly CatalogueEntry[];
  /**
   * `week` null: the last complete one. The finished answer, with the tag that changes when it does, and
   * one (`contentTag`) that leaves out how long ago each source was passed, which changes every minute.
   */
  review(
    viewer: Viewer,
    week: string | null,
    scope: string,
  ): Promise<{ readonly review: Review; readonly tag: string; readonly contentTag: string }>;
  /** On-call health of a team (null: the organisation) over a quarter (`2026-Q3`; null: that of the last complete week). */
  onCall(viewer: Viewer, team: string | null, quarter: string | null): Promise<OnCallHealth>;
  /** What a team hands over: nothing of it is about people. */
  handOver(viewer: Viewer, team: string): Promise<HandOver>;
  /** A shift, for whoever has the link to it. EngineError `not-found` for every link that opens none. */
  shift(token: string): Promise<ShiftPage>;
  /** What to keep of what that person answers. */
  answerShift(token: string, answers: ShiftAnswers): Promise<ShiftAnswer>;
  /** All there is to say about one KPI, as of the last complete week. */
  kpiPage(viewer: Viewer, kpi: string, scope: string): Promise<KpiPage>;
  /** Its items of a year, each with what it contributed. */
  distribution(viewer: Viewer, kpi: string, scope: string): Promise<Distribution>;
  /** The health report of a scope over a quarter (`2026-Q3`; null: the last that is over). */
  report(viewer: Viewer, quarter: string | null, scope: string): Promise<Report>;
  evidence(
    viewer: Viewer,
    kpi: string,
    scope: string,
    period: string,
    page: { readonly offset: number; readonly limit: number },
    /** The list as it was known then; now where it is not given. */
    knownAt?: Instant,
  ): Promise<Evidence>;
  snapshots(viewer: Viewer, query: SnapshotQuery): Promise<StoredSeries>;
  /** Changes with every measuring, publication and definition; while it stays, a series says the same. Of this process: no tag. */
  revision(): Promise<string>;
  /** A queue as of any past instant, as known now or then. */
  queue(viewer: Viewer, query: QueueQuery): Promise<Queue>;
  revisions(viewer: Viewer, kpi: string, scope: string, period: string): Promise<readonly SnapshotRow[]>;
  /** What a definition that is not in the folder would have said. One at a time. */
  preview(viewer: Viewer, asked: PreviewAsked): Promise<PreviewMade>;
  /** A number cut by the values of a field. */
  slices(viewer: Viewer, asked: SlicesAsked): Promise<Slices>;
  publish(viewer: Viewer, week: string, scope: string): Promise<{ readonly at: Instant; readonly pinned: number }>;
  /** Files what somebody writes; EngineError `conflict` where another revision came in between. */
  write<K extends WrittenKind>(viewer: Viewer, kind: K, asked: ToWrite<K>): Promise<Written<BodyOf<K>>>;
  /** What stands of a kind in a scope, in the order in which it was first written. */
  written<K extends WrittenKind>(viewer: Viewer, kind: K, query: WrittenQuery): Promise<readonly Written<BodyOf<K>>[]>;
  writtenRevisions<K extends WrittenKind>(
    viewer: Viewer,
    kind: K,
    entry: number,
  ): Promise<readonly (Written<BodyOf<K>> & { readonly isWithdrawn: boolean })[]>;
  sources(viewer: Viewer): Promise<readonly SourceStatus[]>;
  /** One pass over a source, then what it changed is measured. */
  pull(viewer: Viewer, source: string): Promise<PullRecord>;
  dryRun(viewer: Viewer, source: string, rows: number): Promise<DryRun>;
  /** Measures what changed since the last run, settles what is due. */
  measure(viewer: Viewer): Promise<MeasureSummary>;
  /** Repeats the log of runs and holds what comes out against what is stored; puts it in its place where `isWritten`. */
  rebuild(viewer: Viewer, isWritten: boolean, onProgress: (done: number, of: number) => void): Promise<RebuiltWhole>;
  /** Counts for /metrics. */
  counts(): Promise<{ readonly events: number; readonly items: number; readonly batches: number }>;
}

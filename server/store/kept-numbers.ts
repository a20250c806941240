import type { Exclusion, Emptiness } from '../kpi/measurement.ts';
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

/** Where a value of a KPI stands. */
export interface Place {
  readonly scope: string;
  readonly period: string;
}

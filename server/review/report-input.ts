import type { Organisation, Scope } from '../event/organisation.ts';
import type { Instant, Period } from '../time/period.ts';
import type { BrokenFile, KpiInput, ReviewRow, ReviewSource, ScopeChoice } from './input.ts';
import type { NarrativeBody, Talk, Written } from './talk.ts';

/** A revision of a value that is shown, as far as a footnote tells of it. */
export interface FigureRevision {
  readonly period: string;
  readonly revision: number;
  readonly value: number | null;
  readonly emptiness: ReviewRow['emptiness'];
  readonly at: Instant;
  readonly causes: readonly string[];
  readonly moved: number;
}

export interface ReportKpiInput extends KpiInput {
  /** Rows of all quarters and of the months of the quarter, the running ones too. */
  readonly figures: readonly ReviewRow[];
  /** All revisions of the figures that have more than one, oldest first. */
  readonly revisions: readonly FigureRevision[];
}

/** Everything a quarterly report is made from. */
export interface ReportInput {
  readonly organisation: Organisation;
  readonly scope: Scope;
  readonly scopes: readonly ScopeChoice[];
  readonly quarter: Period;
  /** The week that the limits of the weekly review are read in: that of the quarter's last day, or the last complete one. */
  readonly week: Period;
  readonly firstDay: number | null;
  readonly now: Instant;
  /** In the order of the catalogue; `weeks` end with the last whole week of the quarter. */
  readonly kpis: readonly ReportKpiInput[];
  readonly sources: readonly ReviewSource[];
  readonly broken: readonly BrokenFile[];
  readonly talk: Talk;
  /** Of this scope and quarter. */
  readonly narratives: readonly Written<NarrativeBody>[];
  readonly watermark: number;
  readonly measuredAt: Instant | null;
}

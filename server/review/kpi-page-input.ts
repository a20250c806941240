import type { Problem } from '../kpi/problem.ts';
import type { Scope } from '../event/organisation.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import type { KpiInput, ReviewRestatement, ReviewSource, ScopeChoice } from './input.ts';
import type { KpiCard } from './schema.ts';
import type { Talk } from './talk.ts';

/** A value that was told once and is told otherwise now. */
export interface RestatedValue extends ReviewRestatement {
  /** Number of the revision that stands. */
  readonly revision: number;
}

/** Everything the page of one KPI is made from. */
export interface KpiPageInput {
  readonly organisation: string;
  readonly calendar: Calendar;
  readonly scope: { readonly id: Scope; readonly label: string };
  readonly scopes: readonly ScopeChoice[];
  /** The last complete week. */
  readonly week: Period;
  readonly weekState: string;
  readonly now: Instant;
  /** As the review of that week shows it. */
  readonly card: KpiCard;
  /** Rows without to-date ranges; its restatements are all there ever were, oldest first. */
  readonly kpi: Omit<KpiInput, 'toDate' | 'restatements'>;
  readonly restated: readonly RestatedValue[];
  /** What people wrote in this scope. */
  readonly talk: Talk;
  readonly file: {
    readonly name: string;
    readonly text: string;
    readonly isLastGood: boolean;
    readonly problems: readonly Problem[];
  };
  readonly slices: { readonly by: readonly string[]; readonly refused: string | null };
  readonly usedIn: readonly { readonly id: string; readonly name: string; readonly how: string }[];
  readonly sources: readonly ReviewSource[];
  readonly watermark: number;
  readonly measuredAt: Instant | null;
}

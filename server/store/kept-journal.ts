import type { Instant } from '../time/period.ts';

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

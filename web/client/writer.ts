import type { Action, Annotation } from '../../server/api/contract.ts';

/** What a card needs so that people can write around its number. */
export interface Writer {
  readonly scope: string;
  readonly week: string;
  /** A day of the reviewed week, for forms that begin with one. */
  readonly day: string;
  /** Teams, as names for who writes and who owns. */
  readonly choices: readonly string[];
  /** The KPI whose comment field is open; `review` for the review itself; null: none is. */
  readonly writing: string | null;
  /** The period of the point that the open field is about; null: about the KPI. */
  readonly point: string | null;
  /** What stands on every time axis. */
  readonly shared: readonly Annotation[];
  /** Opens or closes the field of a comment. */
  readonly comment: (kpi: string | null, point?: string | null) => void;
  /** Opens the form of a new note or decision, or of one that stands. */
  readonly note: (kpi: string | null, annotation: Annotation | null) => void;
  /** Opens the form of a new action, or of one that stands. */
  readonly act: (kpi: string | null, action: Action | null) => void;
  /** Something was written: the review is asked for again. */
  readonly changed: () => void;
}

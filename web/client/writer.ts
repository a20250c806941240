import type { Action } from '../../server/api/contract.ts';

/** What a card needs so that people can write around its number. */
export interface Writer {
  readonly scope: string;
  readonly week: string;
  /** Teams, as names for who writes and who owns. */
  readonly choices: readonly string[];
  /** The KPI whose comment field is open; `review` for the review itself; null: none is. */
  readonly writing: string | null;
  /** Opens or closes the field of a comment. */
  readonly comment: (kpi: string | null) => void;
  /** Opens the form of a new action, or of one that stands. */
  readonly act: (kpi: string | null, action: Action | null) => void;
  /** Something was written: the review is asked for again. */
  readonly changed: () => void;
}

import type { Alike } from './alike.ts';
import type { ItemColumns } from '../event/columns.ts';
import type { Scope } from '../event/organisation.ts';
import { wholeOf, type Collected } from './collected.ts';
import type { Cuts, Entries } from './buckets.ts';

/**
 * The lists behind the numbers of many scopes and periods, as one pass found them: entries by row, of which no uid was
 * made. What one scope and period lists is what its evidence does, in no order.
 */
export interface EntryLists {
  readonly columns: ItemColumns;
  readonly entries: Entries;
  /** What the reasons of entries stand for; the first is "counted". */
  readonly reasons: readonly string[];
  /** Which periods the cells of entries lie in. */
  readonly cuts: Cuts;
  /** Each once; entries name them by their index. */
  readonly scopes: readonly Scope[];
  /** The scope that every entry lies in, beside its team's and its service's; -1 where there is none. */
  readonly whole: number;
  /** 1 for buckets (scope × periods + period) that show a list; of the others nothing is told. */
  readonly isListed: Uint8Array;
  /** Whether each row is counted once at most: at one moment, or not at all. */
  readonly isOnce: boolean;
}

/** What counts at one moment, which lies in one cell. */
const AT_ONE_MOMENT: readonly string[] = ['duration', 'count', 'ratio'];

/** What lists are made for. */
export interface KeepLists {
  /** Takes those of each pass; null where a number has a list of its own, or none that may be shown. */
  readonly take: (lists: EntryLists | null) => void;
  /** Where they are held against those of a definition that finds the same of each row: rows that both look at are left out. */
  readonly alike: Alike | null;
}

/** No bucket shows its list yet. */
export const listsOf = (made: Collected): EntryLists => ({
  columns: made.pass.columns,
  entries: made.pass.entries,
  reasons: made.pass.reasons,
  cuts: made.pass.cuts,
  scopes: made.table.scopes,
  whole: wholeOf(made),
  isListed: new Uint8Array(made.table.scopes.length * made.pass.cuts.periods.length),
  isOnce: AT_ONE_MOMENT.includes(made.pass.kpi.measure.type),
});

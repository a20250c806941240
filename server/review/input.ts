import type { SeriesLack } from '../event/passes.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Exclusion, Emptiness, Flag } from '../kpi/measurement.ts';
import type { Problem } from '../kpi/problem.ts';
import type { Talk } from './talk.ts';
import type { KeptLimits } from '../stats/limits.ts';
import type { Day, Instant, Period } from '../time/period.ts';

/**
 * One value as the review shows it: the latest revision where there is one, else the live value
 * (a `MeasurementRow`, a `SnapshotRow` or an `Evaluated` with its flags all fit).
 */
export interface ReviewRow {
  /** Period id as `server/time` gives it: `2026-W46`, `2026-10`, `2026-Q3`, `2026-W46-MTD-PY`. */
  readonly period: string;
  /** In the KPI's unit; exactly one of `value` and `emptiness` is null. */
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  readonly also: Readonly<Record<string, number | null>>;
  /** `stale` and `unsettled` as the engine knows them; `running` is added here from the clock. */
  readonly flags: readonly Flag[];
  /** Null for a live value. */
  readonly revision: number | null;
  /** The process limits of its series as they were when it settled by the present definition; null where there were none. */
  readonly limits: KeptLimits | null;
}

/** A settled or published value that changed since the last review. */
export interface ReviewRestatement {
  readonly period: string;
  readonly before: Pick<ReviewRow, 'value' | 'emptiness' | 'count'>;
  readonly after: Pick<ReviewRow, 'value' | 'emptiness' | 'count'>;
  /** `late`, `reopened`, `corrected`, `relinked`, `merged`, `cancelled`, `remapped`, `redefined`. */
  readonly causes: readonly string[];
  /** How many items moved. */
  readonly moved: number;
  readonly at: Instant;
  /** When the value before was recorded; not given where the items behind it then cannot be told. */
  readonly beforeAt?: Instant;
}

export interface KpiInput {
  readonly kpi: Kpi;
  /** The definition read aloud (`definitionWords`). */
  readonly words: string;
  /** Ids of the sources behind it, as in `ReviewInput.sources`; [] where not known. */
  readonly sources: readonly string[];
  /** Of the series that it is made of, those that are known less far than their source; left out where there are none. */
  readonly lacking?: readonly SeriesLack[];
  /**
   * All weekly rows kept up to and with the reviewed week, in any order. Limits are frozen on the
   * first of them, so a sliding window would move the limits; where a window must be cut, cut it far
   * back (130 weeks and more). They also hold the prior-year weeks, which are ordinary weeks.
   */
  readonly weeks: readonly ReviewRow[];
  /** All monthly rows of months that ended by the end of the reviewed week; at least 24 where there are as many. */
  readonly months: readonly ReviewRow[];
  /** Quarterly rows of quarters that ended by then: for quarterly targets, and for what is too small or hidden by the month. */
  readonly quarters: readonly ReviewRow[];
  /** The six rows of `toDate(calendar, week)`: MTD, QTD, YTD and their prior years. */
  readonly toDate: readonly ReviewRow[];
  /**
   * Instants of all items counted in the scope up to the end of the reviewed week (or now), ascending, where
   * the KPI is judged by the times between them (`asksForEvents`); null where not asked for or hidden.
   */
  readonly events: readonly Instant[] | null;
  /** Restatements recorded since the last review, oldest first. */
  readonly restatements: readonly ReviewRestatement[];
}

export interface ReviewSource {
  readonly id: string;
  readonly name: string;
  readonly freshness: 'fresh' | 'stale' | 'failing' | 'never pulled' | 'pulling';
  /** Everything up to here is known; null where no pass ever completed. */
  readonly completeUntil: Instant | null;
  /** As on the sources page: `last complete pass 14 minutes ago`. */
  readonly text: string;
}

/** A file that cannot be read as it stands. */
export interface BrokenFile {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** Id of the KPI whose last good version is still measured; null where there is none. */
  readonly lastGoodKpi: string | null;
}

export interface ScopeChoice {
  readonly id: Scope;
  /** `All teams`, `Payments`. */
  readonly label: string;
  /** `Organisation`, `Teams`, `Services`. */
  readonly group: string;
  readonly parent: string | null;
}

/** What data and calendar tell of the six weeks up to the reviewed one; days ascending, one for each thing that happened. */
export interface Told {
  readonly incidents: readonly Day[];
  readonly deployments: readonly Day[];
  /** `where`: `all`, the city of a zone, or the name of another list. */
  readonly holidays: readonly { readonly day: Day; readonly where: string }[];
}

export const NOTHING_TOLD: Told = { incidents: [], deployments: [], holidays: [] };

/** Everything a weekly review is made from. */
export interface ReviewInput {
  readonly organisation: Organisation;
  readonly scope: Scope;
  /** All scopes one may switch to, in the order of the menu; holds `scope`. */
  readonly scopes: readonly ScopeChoice[];
  /** The reviewed week, of the organisation's calendar; it may be running. */
  readonly week: Period;
  /** Local first day of the earliest week with anything to show; null where there is nothing yet. */
  readonly firstDay: number | null;
  readonly now: Instant;
  /** In the order of the catalogue: sections appear as their first KPI does. */
  readonly kpis: readonly KpiInput[];
  readonly sources: readonly ReviewSource[];
  readonly broken: readonly BrokenFile[];
  /** What people wrote in this scope. */
  readonly talk: Talk;
  /** What stands on every time axis. */
  readonly told: Told;
  /** When this review was last published for this scope; null if never. */
  readonly publishedAt: Instant | null;
  readonly watermark: number;
  /** End of the run that the live values come from; null where nothing was measured yet. */
  readonly measuredAt: Instant | null;
}

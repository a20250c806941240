import type { Kind } from '../event/kinds.ts';
import type { Instant } from '../time/period.ts';

/** One condition on one field. All conditions of a `where` must hold. */
export type Condition =
  | { readonly test: 'in'; readonly values: readonly (string | number | boolean)[]; readonly negated: boolean }
  | { readonly test: 'at_least' | 'at_most'; readonly bound: number }
  | { readonly test: 'matches'; readonly pattern: string; readonly negated: boolean }
  | {
      readonly test: 'during';
      readonly during: 'business_hours' | 'evenings' | 'nights' | 'weekends' | 'holidays' | 'days_off' | 'off_hours';
    };

export interface Where {
  /** A field of the kind, `state`, a derived name (`change_failed`, `within_due`), or `during`. */
  readonly field: string;
  readonly condition: Condition;
}

/** median, mean, max, sum, or pNN as `p90`. */
export type Summary = 'median' | 'mean' | 'max' | 'min' | 'sum' | `p${number}`;

export type Measure =
  | {
      readonly type: 'duration';
      readonly of: Kind;
      readonly from: string;
      readonly to: string;
      readonly excluding: readonly string[];
      /** `business_hours`: only seconds of the class "business" count, by the item's team at that moment. */
      readonly clock: 'wall' | 'business_hours';
      readonly summarise: Summary;
    }
  | { readonly type: 'ratio'; readonly of: Kind; readonly outOf: readonly Where[] }
  | { readonly type: 'count'; readonly of: Kind; readonly per: 'day' | '12 hours on call' | null }
  /** `growth`: the change of depth over the period instead of the depth at its end. */
  | { readonly type: 'depth'; readonly of: Kind; readonly growth: boolean }
  | { readonly type: 'age'; readonly of: Kind; readonly since: 'first opened' | 'last opened'; readonly summarise: Summary }
  /** Time from the last one to the period's end. */
  | { readonly type: 'since'; readonly of: Kind }
  /** Time of [from, to) within the period; `oncePer`: a field for each of whose values time counts once. */
  | {
      readonly type: 'overlap';
      readonly of: Kind;
      readonly from: string;
      readonly to: string;
      readonly oncePer: string | null;
    }
  | {
      readonly type: 'level';
      readonly series: string;
      /** `share`: of single values, those at or under `atMost`; of series with a histogram. */
      readonly statistic: 'mean' | 'sum' | 'max' | 'min' | 'first' | 'last' | 'share' | `p${number}`;
      readonly atMost?: number;
      /** How lines with different dimensions become one, where not by the statistic itself. */
      readonly across?: 'sum' | 'mean' | 'max' | 'min';
    }
  /** Error budget left: two metric series, the objective a share of 1, over so many local days. */
  | {
      readonly type: 'budget';
      readonly good: string;
      readonly valid: string;
      readonly objective: number;
      readonly overDays: number;
    }
  | { readonly type: 'score'; readonly of: 'feedback'; readonly instrument: string; readonly summarise: Summary }
  /** How evenly items fell on people; `across` is the field that names them. */
  | {
      readonly type: 'spread';
      readonly of: Kind;
      readonly across: string;
      readonly statistic: 'gini' | 'top share';
    }
  | {
      readonly type: 'combine';
      readonly operation: 'divide' | 'difference' | 'sum' | 'product';
      readonly parts: readonly string[];
    };

export interface Target {
  readonly direction: 'at_most' | 'at_least';
  /** In the KPI's unit (seconds, share, number). */
  readonly value: number;
  /** As written, e.g. `4 hours`. */
  readonly text: string;
  readonly every: 'week' | 'month' | 'quarter';
  /** First local day it is in force, days since 1970-01-01. */
  readonly since: number;
  readonly because: string | null;
}

export interface Divider {
  /** Local day from which limits are computed anew. */
  readonly on: number;
  readonly because: string;
}

/** How values of a KPI are read. Durations are seconds, shares 0 to 1. */
export interface Unit {
  readonly type: 'duration' | 'share' | 'count' | 'number';
  /** Printed after the number: `incidents`, `ms`, `per day`; '' for durations and shares. */
  readonly label: string;
  /** A total that grows with the days of its period (drawn per day when grains share an axis). */
  readonly isTotal: boolean;
}

/** A KPI file, exact. */
export interface Kpi {
  readonly id: string;
  readonly name: string;
  readonly alsoCalled: string | null;
  readonly question: string;
  readonly section: string;
  readonly role: 'outcome' | 'input';
  readonly owner: string;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly measure: Measure;
  readonly where: readonly Where[];
  /** Instant name; the kind's default when the file is silent; null where no moment decides (depth, age, overlap, level, budget, combine). */
  readonly countedIn: string | null;
  readonly alsoShow: readonly string[];
  readonly sliceBy: readonly string[];
  readonly targets: readonly Target[];
  /** Period id of the named past we compare with, e.g. `2025-Q4`. */
  readonly baseline: string | null;
  readonly whenEmpty: 'none to measure' | 'zero';
  readonly minimumCount: number;
  readonly settlesAfterMs: number;
  /** First local day that may enter process limits; null for the first judged points. */
  readonly limitsFrom: number | null;
  readonly dividers: readonly Divider[];
  readonly atRisk: {
    readonly when: readonly string[];
    readonly runbook: string | null;
    readonly escalateTo: string | null;
  } | null;
  readonly unit: Unit;
  /** True where values say what people bore or answered: groups of five or more only. */
  readonly isPersonal: boolean;
  /** Share of its time that a metric series must cover; below it there is `no data`. */
  readonly minimumCoverage: number;
  /** Hash of the file's text; definitions are kept by it. */
  readonly definition: string;
  readonly file: string;
}

/** A definition of a KPI as it was kept. */
export interface KeptDefinition {
  readonly hash: string;
  readonly kpi: string;
  readonly text: string;
  readonly recordedAt: Instant;
}

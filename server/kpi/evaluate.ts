import { evaluateBudget } from './evaluate-budget.ts';
import { evaluateCombine } from './evaluate-combine.ts';
import { evaluateItems } from './evaluate-items.ts';
import { evaluateLevel } from './evaluate-level.ts';
import { evaluateSince } from './evaluate-since.ts';
import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import type { EntryLists, KeepLists } from './entry-lists.ts';
import { emptyOutcome, evaluated, NO_TRAIL } from './evidence.ts';
import type { Kpi } from './kpi.ts';
import type { Digests, Evaluate, Evaluated, Wanted, World } from './world.ts';

/**
 * Evaluates one KPI over many scopes and periods in one pass. Result: for each scope, for each
 * period, in the order given. Exact, and independent of the order in which anything arrived.
 * Durations are seconds, shares 0 to 1. Never throws for what the data holds.
 */
export const evaluate: Evaluate = (kpi, world, scopes, periods, digests = 'when asked', wanted) =>
  within([], digests, null, wanted)(kpi, world, scopes, periods);

/** Numbers, and what all of them list, from the same passes. */
export interface WithLists {
  readonly evaluated: readonly Evaluated[];
  /** Of each pass, which for a combination are several; null where evidence must be asked for one by one. */
  readonly lists: readonly EntryLists[] | null;
}

/** As `evaluate`, with the entries of all lists kept: far less than asking for the evidence of each number. */
export const evaluateWithLists = (kpi: Kpi, world: World, scopes: readonly Scope[], periods: readonly Period[]): WithLists => {
  const kept: (EntryLists | null)[] = [];
  const keep: KeepLists = (lists) => void kept.push(lists);
  const made = within([], 'when asked', keep)(kpi, world, scopes, periods);
  const lists = kept.filter((each) => each !== null);
  return { evaluated: made, lists: lists.length < kept.length ? null : lists };
};

/** `outer`: the KPIs that this one is a part of. A circle, which the catalogue refuses, has no data. */
const within =
  (outer: readonly string[], digests: Digests, keep: KeepLists | null, wanted?: Wanted): Evaluate =>
  (kpi, world, scopes, periods) => {
    const { measure } = kpi;
    if (measure.type === 'level' || measure.type === 'budget' || measure.type === 'since') keep?.(null);
    switch (measure.type) {
      case 'level':
        return evaluateLevel(kpi, measure, world, scopes, periods);
      case 'budget':
        return evaluateBudget(kpi, measure, world, scopes, periods);
      case 'since':
        return evaluateSince(kpi, measure, world, scopes, periods);
      case 'combine':
        if (outer.includes(kpi.id)) {
          return scopes.flatMap((scope) =>
            periods.map((period) => evaluated(kpi, scope, period, emptyOutcome('no data'), NO_TRAIL)),
          );
        }
        return evaluateCombine(kpi, measure, world, scopes, periods, within([...outer, kpi.id], digests, keep, wanted));
      default:
        return evaluateItems(kpi, measure, world, scopes, periods, digests, keep, wanted);
    }
  };

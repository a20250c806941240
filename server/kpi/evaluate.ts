import { evaluateBudget } from './evaluate-budget.ts';
import { evaluateCombine } from './evaluate-combine.ts';
import { evaluateItems } from './evaluate-items.ts';
import { evaluateLevel } from './evaluate-level.ts';
import { evaluateSince } from './evaluate-since.ts';
import { emptyOutcome, evaluated, NO_TRAIL } from './evidence.ts';
import type { Evaluate } from './world.ts';

/**
 * Evaluates one KPI over many scopes and periods in one pass. Result: for each scope, for each
 * period, in the order given. Exact, and independent of the order in which anything arrived.
 * Durations are seconds, shares 0 to 1. Never throws for what the data holds.
 */
export const evaluate: Evaluate = (kpi, world, scopes, periods) => within([])(kpi, world, scopes, periods);

/** `outer`: the KPIs that this one is a part of. A circle, which the catalogue refuses, has no data. */
const within =
  (outer: readonly string[]): Evaluate =>
  (kpi, world, scopes, periods) => {
    const { measure } = kpi;
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
        return evaluateCombine(kpi, measure, world, scopes, periods, within([...outer, kpi.id]));
      default:
        return evaluateItems(kpi, measure, world, scopes, periods);
    }
  };

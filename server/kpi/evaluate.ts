import type { Alike } from './alike.ts';
import { evaluateBudget } from './evaluate-budget.ts';
import { evaluateCombine } from './evaluate-combine.ts';
import type { ItemMeasureOf } from './collected.ts';
import { evaluateItems, evaluateShare as shareOfItems } from './evaluate-items.ts';
import { evaluateLevel } from './evaluate-level.ts';
import { evaluateSince } from './evaluate-since.ts';
import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import type { EntryLists, KeepLists } from './entry-lists.ts';
import { emptyOutcome, evaluated, NO_TRAIL } from './evidence.ts';
import type { Kpi } from './kpi.ts';
import type { FoundBefore } from './open-spells.ts';
import { isSummed, type PassPart, type Share } from './pass-part.ts';
import type { Digests, Evaluate, Evaluated, Wanted, World } from './world.ts';

/**
 * Evaluates one KPI over many scopes and periods in one pass. Result: for each scope, for each
 * period, in the order given. Exact, and independent of the order in which anything arrived.
 * Durations are seconds, shares 0 to 1. Never throws for what the data holds.
 */
export const evaluate: Evaluate = (kpi, world, scopes, periods, digests = 'when asked', wanted) =>
  within([], digests, null, wanted)(kpi, world, scopes, periods);

/** One of several KPIs that are evaluated over the same scopes and periods. */
export interface Beside {
  readonly kpi: Kpi;
  readonly wanted?: Wanted | undefined;
}

/** As `evaluate`, one KPI after the other. What they look for alike (open-spells.ts) is found once. */
export const evaluateEach = (
  kpis: readonly Beside[],
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests: Digests,
): Evaluated[][] => {
  const before: FoundBefore | null = kpis.length > 1 ? new Map() : null;
  // What one finds serves the others, so it looks for what any of them wants.
  const isAll = kpis.some(({ wanted }) => wanted === undefined);
  const ofAny: Wanted | null = isAll ? null : (scope, period) => kpis.some(({ wanted }) => wanted?.(scope, period));
  return kpis.map(({ kpi, wanted }) => within([], digests, null, wanted, before, ofAny)(kpi, world, scopes, periods));
};

/**
 * What one of several finds in its share of the rows, where `isSummed`: together they are evaluated by `evaluateParts`.
 * @throws Error where the KPI is of another kind
 */
export const evaluateShare = (
  kpi: Kpi,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests: Digests,
  share: Share,
): PassPart => shareOfItems(kpi, summed(kpi), world, scopes, periods, digests, share);

/** As `evaluate`, of what all shares found. */
export const evaluateParts = (
  kpi: Kpi,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  digests: Digests,
  wanted: Wanted | undefined,
  parts: readonly PassPart[],
): Evaluated[] => evaluateItems(kpi, summed(kpi), world, scopes, periods, digests, null, wanted, parts);

const summed = (kpi: Kpi): ItemMeasureOf => {
  const { measure } = kpi;
  if (!isSummed(kpi) || (measure.type !== 'count' && measure.type !== 'ratio' && measure.type !== 'depth'))
    throw new Error(`${kpi.id} cannot be evaluated in parts`);
  return measure;
};

/** Numbers, and what all of them list, from the same passes. */
export interface WithLists {
  readonly evaluated: readonly Evaluated[];
  /** Of each pass, which for a combination are several; null where evidence must be asked for one by one. */
  readonly lists: readonly EntryLists[] | null;
}

/**
 * As `evaluate`, with the entries of all lists kept: far less than asking for the evidence of each number. `alike`: of this
 * definition and the one that it is compared with, where there is such; then without the rows that both look at.
 */
export const evaluateWithLists = (
  kpi: Kpi,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  alike: Alike | null = null,
): WithLists => {
  const kept: (EntryLists | null)[] = [];
  const keep: KeepLists = { take: (lists) => void kept.push(lists), alike };
  const made = within([], 'when asked', keep)(kpi, world, scopes, periods);
  const lists = kept.filter((each) => each !== null);
  return { evaluated: made, lists: lists.length < kept.length ? null : lists };
};

/** `outer`: the KPIs that this one is a part of. A circle, which the catalogue refuses, has no data. */
const within =
  (
    outer: readonly string[],
    digests: Digests,
    keep: KeepLists | null,
    wanted?: Wanted,
    before: FoundBefore | null = null,
    ofAny: Wanted | null = wanted ?? null,
  ): Evaluate =>
  (kpi, world, scopes, periods) => {
    const { measure } = kpi;
    if (measure.type === 'level' || measure.type === 'budget' || measure.type === 'since') keep?.take(null);
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
        return evaluateItems(kpi, measure, world, scopes, periods, digests, keep, wanted, null, before, ofAny);
    }
  };

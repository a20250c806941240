import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { WEIGHT } from './emptiness.ts';
import { NO_TRAIL, byUid, emptyOutcome, evaluated, type Outcome, type Trail } from './evidence.ts';
import type { Kpi, Measure } from './kpi.ts';
import { hashOfText } from './list-hash.ts';
import type { Exclusion } from './measurement.ts';
import type { Evaluate, Evaluated, World } from './world.ts';

type Combine = Extract<Measure, { type: 'combine' }>;

/**
 * Arithmetic on other KPIs, each evaluated for the same scopes and periods; functions apply after
 * each part's own aggregation. An empty part makes the whole empty. Its evidence is that of all
 * parts (an item that stands in two of them is listed twice), and its count is the length of that
 * list.
 */
export const evaluateCombine = (
  kpi: Kpi,
  measure: Combine,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  evaluatePart: Evaluate,
): Evaluated[] => {
  const parts = measure.parts.map((id) => {
    const part = world.kpi(id);
    return part === undefined ? null : evaluatePart(part, world, scopes, periods);
  });
  return scopes.flatMap((scope, row) =>
    periods.map((period, column) => {
      const own = parts.map((part) => part?.[row * periods.length + column] ?? null);
      const present = own.filter((part) => part !== null);
      const outcome =
        present.length < own.length || own.length === 0 ? emptyOutcome('no data') : combined(measure.operation, present);
      const isShown = outcome.value !== null || present.every((part) => part.emptiness !== 'hidden');
      return evaluated(kpi, scope, period, outcome, isShown ? trailOfParts(measure, present) : NO_TRAIL);
    }),
  );
};

const combined = (operation: Combine['operation'], parts: readonly Evaluated[]): Outcome => {
  const lacking = WEIGHT.find((emptiness) => parts.some((part) => part.emptiness === emptiness));
  if (lacking === 'hidden') return emptyOutcome('hidden');
  const counts = parts.map((part) => part.count);
  const count = counts.reduce((sum, each) => sum + each, 0);
  const exclusions = mergedExclusions(parts);
  if (lacking !== undefined) return { value: null, emptiness: lacking, count, exclusions, also: {} };
  const value = parts.map((part) => part.value ?? Number.NaN).reduce((left, right) => OPERATIONS[operation](left, right));
  return Number.isFinite(value)
    ? { value, emptiness: null, count, exclusions, also: {} }
    : { value: null, emptiness: 'no denominator', count, exclusions, also: {} };
};

const OPERATIONS: Record<Combine['operation'], (left: number, right: number) => number> = {
  divide: (left, right) => left / right,
  difference: (left, right) => left - right,
  sum: (left, right) => left + right,
  product: (left, right) => left * right,
};

const mergedExclusions = (parts: readonly Evaluated[]): Exclusion[] => {
  const counts = new Map<string, number>();
  for (const { exclusions } of parts)
    for (const { reason, count } of exclusions) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((left, right) => (left.reason < right.reason ? -1 : 1));
};

const trailOfParts = (measure: Combine, parts: readonly Evaluated[]): Trail => ({
  items() {
    const all = parts.flatMap((part) => part.evidence());
    return [
      ...all.filter((item) => item.excluded === null).sort(byUid),
      ...all.filter((item) => item.excluded !== null).sort(byUid),
    ];
  },
  // The parts' digests stand for their lists.
  hash: () => hashOfText(`${measure.operation}\n${parts.map((part) => `${part.kpi}\t${part.digest}\n`).join('')}`),
});

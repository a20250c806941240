import type { Kpi } from '../kpi/kpi.ts';
import { compare, limitsFrom, xmr, type ProcessLimits } from '../stats/limits.ts';
import { plural } from './format.ts';
import { isJudgedAt, limitsOf } from './process.ts';
import { startsStretch } from './rare.ts';
import type { Step } from './series.ts';

/** Limits that describe how things stand now, or why there are none. */
export type Limits =
  | {
      readonly is: 'known';
      readonly grain: 'week' | 'month' | 'quarter';
      readonly lower: number | null;
      readonly upper: number | null;
      readonly mean: number;
      /** Periods since it shifted, where the limits are of what came after; null where the kept ones still hold. */
      readonly since: number | null;
    }
  | { readonly is: 'unknown'; readonly why: string };

const RUN = 8;
const LEAST = 12;

/**
 * Those of the value at one grain: as they are kept with the latest value, or of the periods since it shifted, where
 * the last eight or more lie on one side of the mean (then kept ones tell of what was). Levels that carry over have none.
 */
export function presentLimits(kpi: Kpi, grain: 'week' | 'month' | 'quarter', steps: readonly Step[]): Limits {
  if (carriesOver(kpi))
    return { is: 'unknown', why: `it carries over from ${grain} to ${grain}, so its limits are of its change` };
  if (kpi.measure.type === 'since') return { is: 'unknown', why: 'it is judged by the times between events' };
  const from = Math.max(
    0,
    steps.findLastIndex((step, index) => startsStretch(kpi, step.period, steps[index - 1]?.period)),
  );
  const own = steps.slice(from).filter((step) => step.row.value !== null && isJudgedAt(kpi, step));
  const limits = keptIn(steps.slice(from)) ?? limitsOf(kpi, steps);
  if (limits === null)
    return {
      is: 'unknown',
      why:
        own.length < LEAST ? `limits take ${LEAST} ${grain}s, so far ${own.length}` : `its ${grain}s do not follow one another`,
    };
  const run = runOf(own, limits.mean);
  if (run.length < RUN) return { is: 'known', grain, ...pick(limits), since: null };
  if (run.length < LEAST)
    return { is: 'unknown', why: `it shifted ${plural(run.length, grain)} ago, and new limits take ${LEAST}` };
  const values = own.map(({ row }) => row.value ?? 0);
  const bounds = { lower: values.every((value) => value >= 0) ? 0 : null, upper: kpi.unit.type === 'share' ? 1 : null };
  const made = xmr(values.slice(-run.length), bounds);
  return made === null
    ? { is: 'unknown', why: `its ${grain}s do not follow one another` }
    : { is: 'known', grain, ...pick(made), since: run.length };
}

const pick = ({ lower, upper, mean }: Pick<ProcessLimits, 'lower' | 'upper' | 'mean'>) => ({ lower, upper, mean });

/** Judged on its change: a queue, an age, an error budget. */
const carriesOver = ({ measure }: Kpi): boolean =>
  (measure.type === 'depth' && !measure.growth) || measure.type === 'age' || measure.type === 'budget';

function keptIn(steps: readonly Step[]): ProcessLimits | null {
  const kept = steps.findLast(({ row }) => row.limits !== null && !row.limits.isProvisional)?.row.limits ?? null;
  return kept === null || !steps.some(({ period }) => period.id === kept.from) ? null : limitsFrom(kept);
}

/** The latest judged values that lie strictly on one side of the mean without a break. */
function runOf(steps: readonly Step[], mean: number): readonly Step[] {
  const side = (step: Step | undefined): number => (step === undefined ? 0 : compare(step.row.value ?? mean, mean, 0));
  const last = side(steps.at(-1));
  if (last === 0) return [];
  const before = steps.findLastIndex((step) => side(step) !== last);
  return steps.slice(before + 1);
}

import type { Kpi } from '../kpi/kpi.ts';
import { quantile } from '../stats/quantile.ts';
import type { Period } from '../time/period.ts';
import { formatShort, shownUnit } from './format.ts';
import { limitsOf, type Valued } from './process.ts';
import { hasEnough } from './series.ts';

/** How a slice stands beside its own past: never beside its neighbours. */
export interface SlicePast {
  /** What is routine for it; null where too little is known. */
  readonly limits: { readonly mean: number; readonly lower: number | null; readonly upper: number | null } | null;
  readonly text: string;
}

/** A count that is mostly nothing or one has no limits that say anything (rare.ts). */
const LEAST_MEAN = 2;

/** `values`: one for each period, oldest first, without gaps. */
export function pastOf(kpi: Kpi, values: readonly (Valued & { readonly period: Period })[]): SlicePast {
  const unit = shownUnit(kpi);
  const write = (value: number): string => formatShort(unit, value);
  const last = values.at(-1)?.row;
  // What carries over is judged on its change, which is not what is drawn.
  const isLevel = kpi.measure.type === 'depth' || kpi.measure.type === 'age' || kpi.measure.type === 'budget';
  const found = isLevel ? null : limitsOf(kpi, values);
  const isSmall = kpi.unit.type === 'count' && found !== null && found.mean < LEAST_MEAN;
  const limits = found === null || isSmall ? null : { mean: found.mean, lower: found.lower, upper: found.upper };
  if (limits === null) {
    const usual = quantile(
      values.flatMap(({ row }) => row.value ?? []),
      0.5,
    );
    const why = isLevel
      ? 'no limits: it carries over from week to week'
      : isSmall
        ? 'too rare for limits by the week'
        : 'too few a week for limits';
    return { limits, text: usual === null ? why : `${why}; its usual week ${write(usual)}` };
  }
  if (last === undefined || last.value === null || !hasEnough(kpi, last))
    return { limits, text: `too few to judge this week; routine around ${write(limits.mean)}` };
  if (limits.upper !== null && last.value > limits.upper)
    return { limits, text: `above its own limit of ${write(limits.upper)}` };
  if (limits.lower !== null && last.value < limits.lower)
    return { limits, text: `below its own limit of ${write(limits.lower)}` };
  return { limits, text: `routine: around ${write(limits.mean)}` };
}

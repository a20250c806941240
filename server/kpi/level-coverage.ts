import type { Scope } from '../event/organisation.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { lowerBound } from './buckets.ts';
import type { Cadence } from './level-cadence.ts';
import type { Emptiness } from './measurement.ts';
import type { Coverage } from './world.ts';

interface Timed {
  readonly at: Float64Array;
}

/** How long a point stands for: to the next one; where that is late by more than half a spacing, one spacing. */
export const stands = ({ at }: Timed, index: number, interval: number): number => {
  const next = at[index + 1];
  const gap = next === undefined ? interval : next - (at[index] ?? 0);
  return gap > interval * 1.5 ? interval : gap;
};

/** Share of the time from `from` to the period's end (to `known`, while it runs) that points stand for, in whole spacings; null where the spacing is unknown. */
export const coverageOf = (
  points: Timed,
  first: number,
  end: number,
  cadence: Cadence,
  period: Period,
  from: Instant,
  known: Instant,
  zone: Zone,
): number | null => {
  if (cadence.every === 'unknown') return null;
  const isRunning = known < period.end;
  let expected: number;
  let covered: number;
  if (cadence.every === 'day') {
    expected = (isRunning ? zone.dayOf(known) : period.endDay) - zone.dayOf(from);
    covered = end - first;
  } else {
    const spacings = ((isRunning ? known : period.end) - from) / cadence.ms;
    expected = isRunning ? Math.floor(spacings) : Math.round(spacings);
    let ms = 0;
    for (let index = first; index < end; index += 1) ms += stands(points, index, cadence.ms);
    covered = Math.round(ms / cadence.ms);
  }
  return expected <= 0 ? 1 : Math.min(1, covered / expected);
};

/**
 * Why a level says nothing of a period, null where it may. What is made of the whole period (a sum, a mean, the greatest value)
 * needs all of it within history: of a part it would be another number under the same name. The last value needs only its end.
 */
export const lackingOf = (
  { at, cadence }: Paced,
  needsWhole: boolean,
  scope: Scope,
  period: Period,
  coverage: Coverage,
): Emptiness | null => {
  const { from, until } = coverage;
  if (from !== null && (needsWhole ? beginsBefore(at, cadence, period, from) : period.end <= from)) return 'before history';
  if (until === null || until <= period.start) return 'no data';
  if (at.length === 0) return scope === 'organisation' ? 'no data' : 'none to measure';
  return lowerBound(at, period.start) === lowerBound(at, period.end) ? 'no data' : null;
};

interface Paced extends Timed {
  readonly cadence: Cadence;
}

/** Whether history lacks a beginning of the period. Points off the hour begin a little after it: the first of them is there. */
const beginsBefore = (at: Float64Array, cadence: Cadence, { start }: Period, from: Instant): boolean => {
  const spacing = cadence.every === 'interval' ? cadence.ms : 0;
  return from > start && (from >= start + spacing || (at[lowerBound(at, start)] ?? Infinity) >= start + spacing);
};

import type { Instant } from '../../../server/time/period.ts';
import { isReadable, keptAt, keptSince, LONGEST_GRAIN_MS, roundedStart } from './retention.ts';
import type { Series } from './metric-store.ts';
import type { Statistic } from './statistic.ts';

/** A window as asked for. */
export interface Window {
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
  readonly now: Instant;
}

/** Points of one metric or expression, oldest first. */
export interface Line {
  /** Null for what an expression made. */
  readonly series: Series | null;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly times: readonly Instant[];
  readonly values: readonly number[];
}

/** Periods that a window touches, full or not. */
export const slotsOf = ({ start, end, now }: Window, periodSeconds: number): number =>
  Math.ceil((end - roundedStart(start, periodSeconds, now)) / (periodSeconds * 1000));

/**
 * What a metric comes to in each period that has points. Periods are counted from the rounded start of the window, whatever the
 * clock says, so that the last may be a part of one.
 */
export function readLine(
  series: Series | null,
  statistic: { readonly name: string; readonly of: Statistic },
  periodSeconds: number,
  unit: string | null,
  { start, end, now }: Window,
): Line {
  const line = { series, statistic: statistic.name, periodSeconds };
  if (series === null || !isReadable(start, periodSeconds, now) || (unit !== null && unit !== series.unit))
    return { ...line, times: [], values: [] };
  const periodMs = periodSeconds * 1000;
  const from = roundedStart(start, periodSeconds, now);
  const [times, values]: [Instant[], number[]] = [[], []];
  let slot = -1;
  // One for all periods: a call may have a hundred thousand.
  const own: { readonly values: number[]; readonly counts: number[] } = { values: [], counts: [] };
  const close = (): void => {
    const value = own.values.length === 0 ? null : statistic.of(own);
    if (value === null) return;
    times.push(from + slot * periodMs);
    values.push(value);
  };
  // What is old has the time of its hour: a window that ends within one has all of it.
  for (const point of series.read(Math.max(from, keptSince(now)), end + LONGEST_GRAIN_MS, now)) {
    const at = keptAt(point.at, now);
    if (at === null || at < from) continue;
    if (at >= end) break;
    const next = Math.floor((at - from) / periodMs);
    if (next !== slot) {
      close();
      slot = next;
      own.values.length = 0;
      own.counts.length = 0;
    }
    own.values.push(point.value);
    own.counts.push(point.count ?? 1);
  }
  close();
  return { ...line, times, values };
}

import type { Instant } from '../../time/period.ts';
import { callsOf, type Call } from './calls.ts';
import type { Series } from './series.ts';
import { LATE_MS, floorTo, pollWindows, type Depth, type Window } from './windows.ts';

/** The calls of a poll, ascending in time: each series from where it came, and again what may have changed since. */
export function pollCalls(series: readonly Series[], reached: ReadonlyMap<string, Instant>, now: Instant, depth: Depth): Call[] {
  const readings = new Map<string, { readonly window: Window; readonly series: Series[] }>();
  for (const each of series) {
    const at = reached.get(each.key);
    // What was read just now has nothing new to tell, and nothing late.
    if (at === undefined || at >= now) continue;
    for (const window of pollWindows(at, each.periodMs, now, depth)) {
      const name = `${window.start} ${window.end} ${window.periodMs}`;
      const known = readings.get(name);
      if (known === undefined) readings.set(name, { window, series: [each] });
      else known.series.push(each);
    }
  }
  return callsOf(
    [...readings.values()].sort((one, other) => one.window.end - other.window.end || one.window.start - other.window.start),
  );
}

/** Up to when a series is known that was read at an instant, but for what is late. */
export const vouchedFor = (at: Instant, { periodMs }: Series): Instant => floorTo(at, periodMs) - LATE_MS;

/** Up to when all of the series are known, but for what is late; null where one is not known at all. */
export function knownUntil(series: readonly Series[], reached: ReadonlyMap<string, Instant>): Instant | null {
  let until: Instant | null = null;
  for (const each of series) {
    const at = reached.get(each.key);
    if (at === undefined) return null;
    const own = vouchedFor(at, each);
    until = until === null ? own : Math.min(until, own);
  }
  return until;
}

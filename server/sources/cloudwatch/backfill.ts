import { hash } from 'node:crypto';
import type { Instant } from '../../time/period.ts';
import { callsOf, seriesOf, type Call, type Reading } from './calls.ts';
import type { Plan, Position, Trouble } from './cursor.ts';
import type { Series } from './series.ts';
import { historyWindows, PERIODS_MS, POLL_MARGIN_MS, windowsOf } from './windows.ts';

/**
 * The calls that read the whole history of series, newest stretches first, as those hold what decays first. They follow from
 * the series and the instant alone, so that a number says where a pass that was cut off came.
 */
export function historyCalls(series: readonly Series[], at: Instant): Call[] {
  const readings = PERIODS_MS.flatMap((periodMs): Reading[] => {
    const own = series.filter((each) => each.periodMs === periodMs);
    return own.length === 0 ? [] : historyWindows(periodMs, at).map((window) => ({ window, series: own }));
  });
  return callsOf(readings.sort((one, other) => other.window.end - one.window.end || other.window.start - one.window.start));
}

/** The calls that read again what of their history could not be read: from where it stands, and nothing else. */
export function gapCalls(series: readonly Series[], troubles: ReadonlyMap<string, Trouble>, now: Instant): Call[] {
  const readings = series.flatMap((each) =>
    (troubles.get(each.key)?.gaps ?? []).flatMap(([start, end]) =>
      windowsOf(start, end, each.periodMs, now, POLL_MARGIN_MS).map((window): Reading => ({ window, series: [each] })),
    ),
  );
  return callsOf(readings.sort((one, other) => other.window.end - one.window.end || other.window.start - one.window.start));
}

/**
 * A planned call as it can still be made: what has grown too old for its period since the plan was made is cut off and read at a
 * coarser one, in a call of its own. None is left of what is no longer kept at all.
 */
export function callsLeftOf({ stretch, groups }: Call, now: Instant): Call[] {
  const readings = PERIODS_MS.flatMap((periodMs): Reading[] => {
    const series = groups.filter((group) => group.periodMs === periodMs).flatMap((group) => group.series);
    if (series.length === 0) return [];
    return windowsOf(stretch.start, stretch.end, periodMs, now, POLL_MARGIN_MS).map((window) => ({ window, series }));
  });
  const isWhole = readings.every(({ window }) => window.start === stretch.start && window.end === stretch.end);
  return isWhole && readings.length > 0 ? [{ stretch, groups }] : callsOf(readings);
}

/** A history that is under way or about to begin. */
export interface History {
  readonly plan: Plan;
  readonly calls: readonly Call[];
}

/**
 * The plan to go on with, or one for all that has no history yet; null where nothing is to be done.
 */
export function historyFor(
  series: readonly Series[],
  { plan, reached }: Pick<Position, 'plan' | 'reached'>,
  now: Instant,
): History | null {
  const byKey = new Map(series.map((each) => [each.key, each]));
  if (plan !== null) {
    const own = plan.keys.flatMap((key) => byKey.get(key) ?? []);
    const calls = own.length === plan.keys.length ? historyCalls(own, plan.at) : [];
    if (calls.length > 0 && digestOf(calls) === plan.digest) return { plan, calls };
  }
  const own = series.filter(({ key }) => !reached.has(key));
  if (own.length === 0) return null;
  const calls = historyCalls(own, now);
  return { plan: { at: now, keys: own.map(({ key }) => key), done: 0, digest: digestOf(calls) }, calls };
}

const digestOf = (calls: readonly Call[]): string => {
  const words = calls.map((call) => [call.stretch.start, call.stretch.end, ...seriesOf(call).map(({ key }) => key)]);
  return hash('sha256', JSON.stringify(words), 'base64url').slice(0, 12);
};

/** Series that nothing is left to read of once so many calls were made: they stand in none of those that follow. */
export function filledBy(calls: readonly Call[]): (readonly string[])[] {
  const last = new Map<string, number>();
  for (const [index, call] of calls.entries()) for (const { key } of seriesOf(call)) last.set(key, index);
  const filled: string[][] = calls.map(() => []);
  for (const [key, index] of last) filled[index]?.push(key);
  return filled;
}

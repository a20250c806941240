import type { Zone } from '../time/zone.ts';

/** How far apart the points of a series usually are. `day`: one a local day, at midnight. */
export type Cadence =
  { readonly every: 'day' } | { readonly every: 'interval'; readonly ms: number } | { readonly every: 'unknown' };

const HOUR_MS = 3_600_000;

/**
 * The median spacing of instants that ascend; a point every local midnight is daily data, whose days
 * weigh the same at 23, 24 or 25 hours.
 */
export const cadenceOf = (at: Float64Array, zone: Zone): Cadence => {
  const isDaily = (): boolean => at.every((instant) => zone.startOfDay(zone.dayOf(instant)) === instant);
  if (at.length < 2) return at.length === 1 && isDaily() ? { every: 'day' } : { every: 'unknown' };
  const ms = medianGap(at);
  return ms >= 23 * HOUR_MS && ms <= 25 * HOUR_MS && isDaily() ? { every: 'day' } : { every: 'interval', ms };
};

/**
 * The lower median of the gaps. Nearly all gaps of a series are the same, and what more than half of
 * them are is their median: two passes find it (Boyer and Moore, 1981), and only without such a
 * majority do the gaps need sorting.
 */
const medianGap = (at: Float64Array): number => {
  let candidate = 0;
  let lead = 0;
  for (let index = 1; index < at.length; index += 1) {
    const gap = (at[index] ?? 0) - (at[index - 1] ?? 0);
    if (lead === 0) candidate = gap;
    lead += gap === candidate ? 1 : -1;
  }
  let count = 0;
  for (let index = 1; index < at.length; index += 1) if ((at[index] ?? 0) - (at[index - 1] ?? 0) === candidate) count += 1;
  if (count * 2 > at.length - 1) return candidate;
  const gaps = Float64Array.from({ length: at.length - 1 }, (_, index) => (at[index + 1] ?? 0) - (at[index] ?? 0)).sort();
  return gaps[(gaps.length - 1) >>> 1] ?? 0;
};

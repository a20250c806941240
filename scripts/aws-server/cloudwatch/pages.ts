import { isMembers } from '../input.ts';

/** Periods of one series that are still to be told, counted in the order of the scan. */
export interface Range {
  readonly column: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * How a page is filled, which AWS does not say: one series after the other, or the first periods of all series before the later
 * ones of any. What reads CloudWatch must be right with both.
 */
export type Paging = 'by-series' | 'by-time';

/** What of the pending comes next, at most `most` periods. `periods` is the seconds of a column's periods. */
export function takePage(pending: readonly Range[], most: number, paging: Paging, periods: (column: number) => number): Range[] {
  let left = most;
  const before = paging === 'by-series' ? Infinity : lastMoment(pending, most, periods);
  const taken = pending.map((range) => {
    const to = Math.max(range.from, Math.min(range.to, range.from + left, slotsBefore(before, periods(range.column))));
    left -= to - range.from;
    return { ...range, to };
  });
  // What is left of the page goes to those periods that begin at the very moment.
  const filled = taken.map((range, index) => {
    const isDue = left > 0 && range.to < (pending[index]?.to ?? 0) && range.to * periods(range.column) === before;
    if (!isDue) return range;
    left -= 1;
    return { ...range, to: range.to + 1 };
  });
  return filled.filter(({ from, to }) => to > from);
}

/** The latest second of the scan before which no more than `most` periods begin. */
function lastMoment(pending: readonly Range[], most: number, periods: (column: number) => number): number {
  let [low, high] = [0, Math.max(0, ...pending.map(({ column, to }) => to * periods(column)))];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const slots = pending.reduce(
      (sum, { column, from, to }) => sum + Math.max(0, Math.min(to, slotsBefore(middle, periods(column))) - from),
      0,
    );
    if (slots <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

const slotsBefore = (seconds: number, period: number): number => Math.ceil(seconds / period);

/** What a NextToken of GetMetricData stands for. */
export interface DataPlace {
  /** When the first page was read: the others show the same. */
  readonly now: number;
  readonly page: number;
  readonly pending: readonly Range[];
}

/** Null for what is no such place. */
export function parsePlace(value: unknown): DataPlace | null {
  if (!isMembers(value) || typeof value['now'] !== 'number' || typeof value['page'] !== 'number') return null;
  const pending = Array.isArray(value['pending']) ? value['pending'].map(parseRange) : [null];
  return pending.includes(null)
    ? null
    : { now: value['now'], page: value['page'], pending: pending.flatMap((range) => range ?? []) };
}

function parseRange(value: unknown): Range | null {
  if (!isMembers(value)) return null;
  const { column, from, to } = value;
  return typeof column === 'number' && typeof from === 'number' && typeof to === 'number' ? { column, from, to } : null;
}

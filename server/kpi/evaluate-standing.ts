import { NEVER } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { isOpenState } from '../event/states.ts';
import { eachRange } from './each-range.ts';
import { instantsNamed, judgedAt, none, place, placeStanding, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { GREATEST, LEAST, stepIn } from './steps.ts';
import { summariesOf } from './summary.ts';
import { passes } from './where.ts';

type Age = Extract<Measure, { type: 'age' }>;

/** By index into STATES. */
const IS_OPEN = Uint8Array.from(STATES, (state) => (isOpenState(state) ? 1 : 0));
const ON_HOLD = STATES.indexOf('on_hold');

type Visit = (row: number, stretch: number, opened: number, first: number, last: number) => void;

/**
 * Finds the items open as of each period's end: in an open state just before it, so that what closes
 * at that very instant belongs to the next period, as its closure does. Calls back for each run of
 * as-of moments, by their index, over which an item stays where it is.
 */
const eachOpen = (pass: ItemPass, visit: Visit): void => {
  const openings = instantsNamed(pass.columns, 'opened');
  eachRange(pass.ranges, (first, end) => {
    openIn(pass, openings, visit, first, end);
  });
};

/** Names are local, because this runs for every row. */
const openIn = (pass: ItemPass, openings: Int32Array, visit: Visit, firstRow: number, endRow: number): void => {
  const { stretchStart, stretchFrom, stretchState } = pass.columns;
  const { at: asOf, table, base, shift } = pass.cuts.asOfSteps;
  const { rows } = pass.filter;
  // Neighbours often begin between the same two moments: those are looked up when they are others.
  let [next, low, high] = [0, 0, 0];
  let end = stretchStart[firstRow] ?? 0;
  for (let row = firstRow; row < endRow; row += 1) {
    const begin = end;
    end = stretchStart[row + 1] ?? 0;
    if (rows !== null && rows[row] === 0) continue;
    const last = end - 1;
    if (last < begin) continue;
    const from = stretchFrom[begin] ?? 0;
    if (from < low || from >= high) {
      next = stepIn(asOf, table, base, shift, from) + 1;
      low = next === 0 ? LEAST : (asOf[next - 1] ?? LEAST);
      high = next === asOf.length ? GREATEST : (asOf[next] ?? GREATEST);
    }
    // Most items begin and end between two moments.
    if (next === asOf.length) continue;
    if ((stretchFrom[last] ?? 0) < high && IS_OPEN[stretchState[last] ?? -1] !== 1) continue;
    openOf(pass, openings[row] ?? NEVER, visit, row, begin, last + 1, next);
  }
};

/** `next`: the first moment after the row's beginning. */
const openOf = (pass: ItemPass, opening: number, visit: Visit, row: number, begin: number, end: number, next: number): void => {
  const { attribution, columns, cuts, filter } = pass;
  const { stretchFrom, stretchTo, stretchState } = columns;
  const { at: asOf, table, base, shift } = cuts.asOfSteps;
  const hasMoments = filter.moments.length > 0;
  const since = opening === NEVER ? (stretchFrom[begin] ?? 0) : opening;
  let first = next;
  for (let stretch = begin; stretch < end; stretch += 1) {
    const from = stretchFrom[stretch] ?? 0;
    // Most stretches begin and end between two moments.
    if ((asOf[first] ?? 0) <= from) first = stepIn(asOf, table, base, shift, from) + 1;
    if (first === asOf.length) return;
    if (IS_OPEN[stretchState[stretch] ?? -1] !== 1) continue;
    const to = stretchTo[stretch] ?? NEVER;
    if (to !== NEVER && (asOf[first] ?? 0) > to) continue;
    const last = to === NEVER ? asOf.length - 1 : stepIn(asOf, table, base, shift, to);
    if (!hasMoments && attribution.isSteady(stretch)) visit(row, stretch, since, first, last);
    else {
      for (let index = first; index <= last; index += 1)
        if (passes(filter, row, stretch, (asOf[index] ?? 0) - 1, since)) visit(row, stretch, since, index, index);
    }
  }
};

/** How many are open; an empty queue is 0. Those on hold count, and are shown apart. */
export const depthMeasure = (): ItemMeasure => ({
  needs: { beside: 'total' },
  collect(pass) {
    const { stretchState } = pass.columns;
    eachOpen(pass, (row, stretch, opened, first, last) => {
      placeStanding(pass, row, first, last, stretch, opened, 1, 0, stretchState[stretch] === ON_HOLD ? 1 : 0);
    });
  },
  finish: (_pass, { count, besideTotal }) => some(count, { 'on hold': besideTotal }),
});

/** How long the open ones have been open, in seconds, since they were first (or last) opened. */
export const ageMeasure = (measure: Age, alsoShow: readonly string[]): ItemMeasure => {
  const beside = [...new Set(['p90', 'oldest', ...alsoShow])];
  const names = [measure.summarise, ...beside];
  return {
    needs: { values: true },
    collect(pass) {
      const { stretchFrom, stretchStart, stretchState } = pass.columns;
      const { asOf, bounds } = pass.cuts;
      eachOpen(pass, (row, stretch, opened, first, last) => {
        let since = opened;
        if (measure.since === 'last opened') {
          let start = stretch;
          const begin = stretchStart[row] ?? 0;
          while (start > begin && IS_OPEN[stretchState[start - 1] ?? -1] === 1) start -= 1;
          if (start > begin) since = stretchFrom[start] ?? opened;
        }
        for (let index = first; index <= last; index += 1) {
          const moment = asOf[index] ?? 0;
          place(pass, row, bounds.length + index, stretch, moment - 1, since, judgedAt(pass, moment) - since, 0);
        }
      });
    },
    finish(_pass, bucket) {
      const [value = null, ...besides] = summariesOf(bucket.values(), names, bucket.total);
      const also: Record<string, number | null> = {};
      beside.forEach((name, index) => {
        also[name] = besides[index] ?? null;
      });
      return bucket.count === 0 ? none('none to measure', also) : some(value, also);
    },
  };
};

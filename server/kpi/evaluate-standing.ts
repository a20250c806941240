import { NEVER } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { isOpenState } from '../event/states.ts';
import { at, lowerBound } from './buckets.ts';
import { judgedAt, none, place, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { summarise } from './summary.ts';
import { passes } from './where.ts';

type Age = Extract<Measure, { type: 'age' }>;

/** By index into STATES. */
const IS_OPEN = Uint8Array.from(STATES, (state) => (isOpenState(state) ? 1 : 0));
const ON_HOLD = STATES.indexOf('on_hold');

/**
 * Finds the items open as of each period's end: in an open state just before it, so that what closes
 * at that very instant belongs to the next period, as its closure does.
 */
const eachOpen = (
  pass: ItemPass,
  visit: (row: number, stretch: number, opened: number, asOf: number, cell: number) => void,
): void => {
  const { columns, cuts, filter } = pass;
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  const openedColumn = columns.instants['opened'];
  for (const row of pass.order) {
    if (filter.rows !== null && filter.rows[row] === 0) continue;
    const first = stretchStart[row] ?? 0;
    const last = stretchStart[row + 1] ?? first;
    const opened = at(openedColumn, row);
    for (let stretch = first; stretch < last; stretch += 1) {
      if (IS_OPEN[stretchState[stretch] ?? -1] !== 1) continue;
      const from = stretchFrom[stretch] ?? 0;
      const to = stretchTo[stretch] ?? NEVER;
      for (let index = lowerBound(cuts.asOf, from + 1); index < cuts.asOf.length; index += 1) {
        const asOf = cuts.asOf[index] ?? 0;
        if (to !== NEVER && asOf > to) break;
        const since = opened === NEVER ? (stretchFrom[first] ?? from) : opened;
        if (passes(filter, row, stretch, asOf - 1, since)) visit(row, stretch, since, asOf, cuts.bounds.length + index);
      }
    }
  }
};

/** How many are open; an empty queue is 0. Those on hold count, and are shown apart. */
export const depthMeasure = (): ItemMeasure => ({
  collect(pass) {
    eachOpen(pass, (row, stretch, opened, asOf, cell) => {
      place(pass, row, cell, stretch, asOf - 1, opened, 1, 0);
    });
  },
  finish(pass, bucket) {
    const moment = (pass.cuts.asOfPeriod[bucket.period] ?? 0) - 1;
    let onHold = 0;
    for (const entry of bucket.members) {
      const stretch = pass.attribution.stretchAt(pass.entries.row[entry] ?? 0, moment);
      if (pass.columns.stretchState[stretch] === ON_HOLD) onHold += 1;
    }
    return some(bucket.sorted.length, { 'on hold': onHold });
  },
});

/** How long the open ones have been open, in seconds, since they were first (or last) opened. */
export const ageMeasure = (measure: Age): ItemMeasure => ({
  collect(pass) {
    const { stretchFrom, stretchStart, stretchState } = pass.columns;
    eachOpen(pass, (row, stretch, opened, asOf, cell) => {
      let since = opened;
      if (measure.since === 'last opened') {
        let start = stretch;
        const first = stretchStart[row] ?? 0;
        while (start > first && IS_OPEN[stretchState[start - 1] ?? -1] === 1) start -= 1;
        if (start > first) since = stretchFrom[start] ?? opened;
      }
      place(pass, row, cell, stretch, asOf - 1, since, judgedAt(pass, asOf) - since, 0);
    });
  },
  finish(pass, bucket) {
    const also: Record<string, number | null> = {};
    for (const name of new Set(['p90', 'oldest', ...pass.kpi.alsoShow])) also[name] = summarise(bucket.sorted, name);
    return bucket.sorted.length === 0 ? none('none to measure', also) : some(summarise(bucket.sorted, measure.summarise), also);
  },
});

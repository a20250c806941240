import { NEVER, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { cellAt, lowerBound } from './buckets.ts';
import { businessTime } from './business-time.ts';
import {
  instantReader,
  judgedAt,
  none,
  place,
  reasonIndex,
  some,
  type Bucket,
  type ItemMeasure,
  type ItemPass,
} from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { earlier, endsAfter, negative, withoutEnd } from './spans.ts';
import { summarise } from './summary.ts';
import { passes } from './where.ts';

type Duration = Extract<Measure, { type: 'duration' }>;

const STILL_OPEN = 'still open';

/**
 * Time from one instant to another, in seconds. An item is counted, or left out with a reason, in the
 * period of its `counted_in` instant, or, where it never reached that, in the period it was closed out.
 * Until then it is "still open" as of the end of every period since it began; it is never given "now"
 * as an end. An item without the first instant is outside the population.
 */
export const durationMeasure = (measure: Duration): ItemMeasure => ({
  collect(pass) {
    const { columns, filter, order } = pass;
    const from = instantReader(pass, measure.from);
    const to = instantReader(pass, measure.to);
    const countedIn = instantReader(pass, pass.kpi.countedIn ?? measure.to);
    const cancelled = measure.to === 'cancelled' ? () => NEVER : instantReader(pass, 'cancelled');
    const ends = endsAfter(measure.to).map((name) => instantReader(pass, name));
    const merged = columns.codes['merged_into'];
    const planned = columns.numbers['planned'];
    const spent =
      measure.clock === 'business_hours' ? businessTime(pass) : (_row: number, start: number, end: number) => end - start;
    const pauses = pausesOf(measure.excluding, columns, spent);

    for (const row of order) {
      if (filter.rows !== null && filter.rows[row] === 0) continue;
      const start = from(row);
      if (start === NEVER) continue;
      const end = to(row);
      const counted = countedIn(row);
      const cancel = cancelled(row);
      // Out of everyone's hands with the first of them: what was closed and cancelled later had not been open in between.
      let closed = cancel;
      for (const read of ends) closed = earlier(closed, read(row));

      const isMerged = (merged?.codes[row] ?? -1) >= 0;
      const isPlanned = planned?.[row] === 1;
      if (isMerged || isPlanned) {
        const anchor = counted !== NEVER ? counted : closed !== NEVER ? closed : start;
        count(pass, row, anchor, Number.NaN, reasonIndex(pass, isMerged ? 'merged' : 'planned'));
        continue;
      }
      const anchor = counted !== NEVER ? counted : closed;
      if (anchor === NEVER || anchor > start) stillOpen(pass, row, start, anchor);
      if (anchor === NEVER) continue;
      if (cancel !== NEVER) count(pass, row, anchor, Number.NaN, reasonIndex(pass, 'cancelled'));
      else if (end === NEVER)
        count(pass, row, anchor, Number.NaN, reasonIndex(pass, closed === NEVER ? STILL_OPEN : withoutEnd(measure)));
      else if (end < start) count(pass, row, anchor, Number.NaN, reasonIndex(pass, negative(measure)));
      else if (counted !== NEVER) count(pass, row, anchor, spent(row, start, end) - pauses(row, start, end), 0);
    }
  },

  finish(pass, bucket) {
    const also: Record<string, number | null> = {};
    for (const name of pass.kpi.alsoShow)
      also[name] = name === 'time in harm' ? timeInHarm(pass, bucket, measure.summarise) : summarise(bucket.sorted, name);
    const oldest = oldestOpen(pass, bucket);
    if (oldest !== null) also['oldest open'] = oldest;
    return bucket.sorted.length === 0 ? none('none to measure', also) : some(summarise(bucket.sorted, measure.summarise), also);
  },
});

const count = (pass: ItemPass, row: number, second: number, value: number, reason: number): void => {
  const cell = cellAt(pass.cuts, second);
  if (cell < 0) return;
  const stretch = pass.attribution.stretchAt(row, second);
  if (passes(pass.filter, row, stretch, second)) place(pass, row, cell, stretch, second, second, value, reason);
};

/** One entry for every as-of moment after `start` up to `until` (NEVER: all later ones). */
const stillOpen = (pass: ItemPass, row: number, start: number, until: number): void => {
  const { asOf, bounds } = pass.cuts;
  for (let index = lowerBound(asOf, start + 1); index < asOf.length; index += 1) {
    const moment = asOf[index] ?? 0;
    if (until !== NEVER && moment > until) return;
    const stretch = pass.attribution.stretchAt(row, moment - 1);
    if (!passes(pass.filter, row, stretch, moment - 1, start)) continue;
    place(pass, row, bounds.length + index, stretch, moment - 1, start, Number.NaN, reasonIndex(pass, STILL_OPEN));
  }
};

const oldestOpen = (pass: ItemPass, bucket: Bucket): number | null => {
  const stillOpenIndex = pass.reasons.indexOf(STILL_OPEN);
  if (stillOpenIndex < 0) return null;
  const { entries, cuts } = pass;
  let first = Number.POSITIVE_INFINITY;
  for (const entry of bucket.members) {
    if (entries.reason[entry] === stillOpenIndex) first = Math.min(first, entries.at[entry] ?? first);
  }
  return first === Number.POSITIVE_INFINITY ? null : judgedAt(pass, cuts.asOfPeriod[bucket.period] ?? 0) - first;
};

/** The sums of open stretches of the items that were counted, summarised as their durations are; null where none is known. */
const timeInHarm = ({ columns, entries }: ItemPass, { members }: Bucket, name: Duration['summarise']): number | null => {
  const harm = columns.numbers['harm'];
  const known: number[] = [];
  for (const entry of members) {
    const seconds = harm?.[entries.row[entry] ?? -1] ?? Number.NaN;
    if (entries.reason[entry] === 0 && !Number.isNaN(seconds)) known.push(seconds);
  }
  return summarise(Float64Array.from(known).sort(), name);
};

/** Seconds of a row between two seconds. */
type Spent = (row: number, from: number, to: number) => number;

/** Seconds between two instants that were spent in the given states, on a clock. */
const pausesOf = (states: readonly string[], columns: ItemColumns, spent: Spent): Spent => {
  if (states.length === 0) return () => 0;
  const isPause = Uint8Array.from(STATES, (state) => (states.includes(state) ? 1 : 0));
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  return (row, from, to) => {
    let seconds = 0;
    const last = stretchStart[row + 1] ?? 0;
    for (let stretch = stretchStart[row] ?? 0; stretch < last; stretch += 1) {
      if (isPause[stretchState[stretch] ?? -1] !== 1) continue;
      const until = stretchTo[stretch] ?? NEVER;
      const start = Math.max(stretchFrom[stretch] ?? 0, from);
      const end = Math.min(until === NEVER ? to : until, to);
      if (end > start) seconds += spent(row, start, end);
    }
    return seconds;
  };
};

import { NEVER, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { cellAt, lowerBound } from './buckets.ts';
import { fieldsOf } from './fields.ts';
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
import { summarise } from './summary.ts';
import { passes } from './where.ts';

type Duration = Extract<Measure, { type: 'duration' }>;

const STILL_OPEN = 'still open';
/** Instants after which an item is out of everyone's hands, in the order they are passed. */
const ENDS = ['restored', 'resolved', 'closed'];

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
    const ends = ENDS.slice(ENDS.indexOf(measure.to) + 1).map((name) => instantReader(pass, name));
    const merged = columns.codes['merged_into'];
    const planned = columns.numbers['planned'];
    const pauses = pausesOf(measure.excluding, columns);

    for (const row of order) {
      if (filter.rows !== null && filter.rows[row] === 0) continue;
      const start = from(row);
      if (start === NEVER) continue;
      const end = to(row);
      const counted = countedIn(row);
      const cancel = cancelled(row);
      let closed = cancel;
      if (closed === NEVER) for (const read of ends) closed = earlier(closed, read(row));

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
      else if (counted !== NEVER) count(pass, row, anchor, end - start - pauses(row, start, end), 0);
    }
  },

  finish(pass, bucket) {
    const also: Record<string, number | null> = {};
    for (const name of pass.kpi.alsoShow) also[name] = summarise(bucket.sorted, name);
    const oldest = oldestOpen(pass, bucket);
    if (oldest !== null) also['oldest open'] = oldest;
    return bucket.sorted.length === 0 ? none('none to measure', also) : some(summarise(bucket.sorted, measure.summarise), also);
  },
});

const earlier = (left: number, right: number): number =>
  left === NEVER ? right : right === NEVER ? left : Math.min(left, right);

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

const withoutEnd = (measure: Duration): string => {
  if (measure.to === 'restored' || measure.to === 'resolved') return 'closed without resolution';
  const words = wordsFor(measure, measure.to);
  return words.endsWith('ed') ? `never ${words}` : `without ${words}`;
};

const negative = (measure: Duration): string => `${wordsFor(measure, measure.to)} before ${wordsFor(measure, measure.from)}`;

const wordsFor = (measure: Duration, name: string): string => fieldsOf(measure.of).get(name)?.words ?? name.replaceAll('_', ' ');

/** Seconds between two instants that were spent in the given states. */
const pausesOf = (states: readonly string[], columns: ItemColumns): ((row: number, from: number, to: number) => number) => {
  if (states.length === 0) return () => 0;
  const isPause = Uint8Array.from(STATES, (state) => (states.includes(state) ? 1 : 0));
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  return (row, from, to) => {
    let seconds = 0;
    const last = stretchStart[row + 1] ?? 0;
    for (let stretch = stretchStart[row] ?? 0; stretch < last; stretch += 1) {
      if (isPause[stretchState[stretch] ?? -1] !== 1) continue;
      const until = stretchTo[stretch] ?? NEVER;
      seconds += Math.max(0, Math.min(until === NEVER ? to : until, to) - Math.max(stretchFrom[stretch] ?? 0, from));
    }
    return seconds;
  };
};

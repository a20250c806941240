import { NEVER, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { firstAsOf } from './buckets.ts';
import { settleMoments } from './settle.ts';
import { GREATEST, LEAST, stepIn } from './steps.ts';
import { businessTime } from './business-time.ts';
import { eachRange } from './each-range.ts';
import {
  instantsNamed,
  judgedAt,
  none,
  placeAt,
  placeStanding,
  reasonIndex,
  some,
  type Bucket,
  type ItemMeasure,
  type ItemPass,
} from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { earlier, endsAfter, negative, withoutEnd } from './spans.ts';
import { summariesOf, summarise } from './summary.ts';
import { passes } from './where.ts';

type Duration = Extract<Measure, { type: 'duration' }>;

const STILL_OPEN = 'still open';

/**
 * Time from one instant to another, in seconds. An item is counted, or left out with a reason, in the
 * period of its `counted_in` instant, or, where it never reached that, in the period it was closed out.
 * Until then it is "still open" as of the end of every period since it began; it is never given "now"
 * as an end. An item without the first instant is outside the population.
 */
export const durationMeasure = (measure: Duration, alsoShow: readonly string[]): ItemMeasure => {
  const names = [measure.summarise, ...alsoShow];
  const withHarm = alsoShow.includes(TIME_IN_HARM);
  return {
    needs: { values: true, oldest: true, ...(withHarm ? { beside: 'values' } : {}) },

    collect(pass) {
      collectDurations(pass, measure, withHarm);
    },

    finish(pass, bucket) {
      const [value = null, ...besides] = summariesOf(bucket.values(), names, bucket.total);
      const also: Record<string, number | null> = {};
      alsoShow.forEach((name, index) => {
        also[name] = name === TIME_IN_HARM ? timeInHarm(bucket, measure.summarise) : (besides[index] ?? null);
      });
      if (bucket.oldest !== Number.POSITIVE_INFINITY)
        also['oldest open'] = judgedAt(pass, pass.cuts.asOfPeriod[bucket.period] ?? 0) - bucket.oldest;
      return bucket.count === 0 ? none('none to measure', also) : some(value, also);
    },
  };
};

const TIME_IN_HARM = 'time in harm';

const collectDurations = (pass: ItemPass, measure: Duration, withHarm: boolean): void => {
  const looks = looksOf(pass, measure, withHarm);
  eachRange(pass.ranges, (first, end) => {
    durationsIn(looks, first, end);
  });
};

/** What is looked at for every row, found once. */
const looksOf = (pass: ItemPass, measure: Duration, withHarm: boolean) => {
  const { columns } = pass;
  const clock = measure.clock === 'business_hours' ? businessTime(pass) : null;
  const spent = clock ?? ((_row: number, start: number, end: number) => end - start);
  return {
    pass,
    withHarm,
    harm: withHarm ? (columns.numbers['harm'] ?? null) : null,
    clock,
    rows: pass.filter.rows,
    starts: instantsNamed(columns, measure.from),
    ends: instantsNamed(columns, measure.to),
    countedIn: instantsNamed(columns, pass.kpi.countedIn ?? measure.to),
    others: endsAfter(measure.to).flatMap((name) => columns.instants[name] ?? []),
    cancelled: measure.to === 'cancelled' ? undefined : columns.instants['cancelled'],
    merged: columns.codes['merged_into']?.codes,
    planned: columns.numbers['planned'],
    pauses: measure.excluding.length === 0 ? null : pausesOf(measure.excluding, columns, spent),
    // Looked up once: most items are still open as of some period's end.
    open: reasonIndex(pass, STILL_OPEN),
    merges: reasonIndex(pass, 'merged'),
    plans: reasonIndex(pass, 'planned'),
    cancels: reasonIndex(pass, 'cancelled'),
    unended: reasonIndex(pass, withoutEnd(measure)),
    reversed: reasonIndex(pass, negative(measure)),
  };
};

/** Apart from what is made for each evaluation, so that it is compiled once; names are local, because this runs for every row. */
const durationsIn = (looks: ReturnType<typeof looksOf>, firstRow: number, endRow: number): void => {
  const { pass, harm, clock, rows, starts, ends, countedIn, cancelled, merged, planned, pauses } = looks;
  const { moments, now } = pass;
  const { row: foundRow, second: foundSecond, value: foundValue, beside: foundBeside } = moments;
  const asksBeside = looks.withHarm || pass.keepsEntries;
  const { at: asOf, table, base, shift } = pass.cuts.asOfSteps;
  // Neighbours often begin between the same two moments: those are looked up when they are others.
  let [next, low, high] = [0, 0, 0];
  for (let row = firstRow; row < endRow; row += 1) {
    if (rows !== null && rows[row] === 0) continue;
    const start = starts[row] ?? NEVER;
    if (start === NEVER || start > now) continue;
    if (start < low || start >= high) {
      next = stepIn(asOf, table, base, shift, start) + 1;
      low = next === 0 ? LEAST : (asOf[next - 1] ?? LEAST);
      high = next === asOf.length ? GREATEST : (asOf[next] ?? GREATEST);
    }
    const end = ends[row] ?? NEVER;
    const isPlain =
      end >= start &&
      end < high &&
      end <= now &&
      countedIn === ends &&
      (cancelled === undefined || (cancelled[row] ?? NEVER) === NEVER) &&
      (merged === undefined || (merged[row] ?? -1) < 0) &&
      (planned === undefined || planned[row] !== 1);
    if (!isPlain) {
      durationOf(looks, row, start, knownBy(now, end), next);
      continue;
    }
    // Most end before the next moment, and nothing else is to be said of them.
    if (moments.isFull) settleMoments(pass, moments);
    const index = moments.length;
    const value = clock === null ? end - start : clock(row, start, end);
    foundRow[index] = row;
    foundSecond[index] = end;
    foundValue[index] = pauses === null ? value : value - pauses(row, start, end);
    if (asksBeside) foundBeside[index] = harm === null ? Number.NaN : (harm[row] ?? Number.NaN);
    moments.length = index + 1;
  }
};

/** `next`: the first as-of moment after its start. */
const durationOf = (looks: ReturnType<typeof looksOf>, row: number, start: number, end: number, next: number): void => {
  const { pass, harm, clock, ends, countedIn, others, cancelled, merged, planned, pauses } = looks;
  const { now } = pass;
  const { at: asOf } = pass.cuts.asOfSteps;
  const counted = countedIn === ends ? end : knownBy(now, countedIn[row] ?? NEVER);
  const cancel = cancelled === undefined ? NEVER : knownBy(now, cancelled[row] ?? NEVER);

  const isMerged = merged !== undefined && (merged[row] ?? -1) >= 0;
  if (isMerged || (planned !== undefined && planned[row] === 1)) {
    const closed = counted === NEVER ? firstOf(others, row, now, cancel) : NEVER;
    const anchor = counted !== NEVER ? counted : closed !== NEVER ? closed : start;
    placeAt(pass, row, anchor, Number.NaN, isMerged ? looks.merges : looks.plans);
    return;
  }
  // Out of everyone's hands with the first of them: what was closed and cancelled later had not been open in between.
  const closed = counted === NEVER || end === NEVER ? firstOf(others, row, now, cancel) : NEVER;
  const anchor = counted !== NEVER ? counted : closed;
  if ((anchor === NEVER || anchor > start) && next < asOf.length && (anchor === NEVER || (asOf[next] ?? 0) <= anchor))
    stillOpen(pass, row, start, next, anchor, looks.open);
  if (anchor === NEVER) return;
  if (cancel !== NEVER) placeAt(pass, row, anchor, Number.NaN, looks.cancels);
  else if (end === NEVER) placeAt(pass, row, anchor, Number.NaN, closed === NEVER ? looks.open : looks.unended);
  else if (end < start) placeAt(pass, row, anchor, Number.NaN, looks.reversed);
  else if (counted !== NEVER) {
    const value = clock === null ? end - start : clock(row, start, end);
    const beside = harm === null ? Number.NaN : (harm[row] ?? Number.NaN);
    placeAt(pass, row, anchor, pauses === null ? value : value - pauses(row, start, end), 0, beside);
  }
};

const knownBy = (now: number, second: number): number => (second > now ? NEVER : second);

/** The earliest of several instants of a row and of one more; NEVER where there is none. */
const firstOf = (columns: readonly Int32Array[], row: number, now: number, other: number): number => {
  let first = other;
  for (const column of columns) {
    const second = column[row] ?? NEVER;
    if (second <= now) first = earlier(first, second);
  }
  return first;
};

/** As of every moment from the one with index `first` up to `until` (NEVER: all later ones), where it stood then. */
const stillOpen = (pass: ItemPass, row: number, start: number, first: number, until: number, reason: number): void => {
  const { attribution, columns, cuts, filter } = pass;
  const last = until === NEVER ? cuts.asOf.length - 1 : firstAsOf(cuts, until) - 1;
  const lastStretch = (columns.stretchStart[row + 1] ?? 0) - 1;
  for (let index = first; index <= last;) {
    const second = (cuts.asOf[index] ?? 0) - 1;
    const stretch = attribution.stretchAt(row, second);
    let end = index;
    if (filter.moments.length > 0) {
      if (!passes(filter, row, stretch, second, start)) {
        index += 1;
        continue;
      }
    } else if (attribution.isSteady(stretch)) {
      // The same stretch covers all moments up to the next one's beginning.
      end = stretch >= lastStretch ? last : Math.min(last, firstAsOf(cuts, columns.stretchFrom[stretch + 1] ?? 0) - 1);
    }
    placeStanding(pass, row, index, end, stretch, start, Number.NaN, reason);
    index = end + 1;
  }
};

/** The sums of open stretches of the items that were counted, summarised as their durations are; null where none is known. */
const timeInHarm = (bucket: Bucket, name: Duration['summarise']): number | null => {
  const known = bucket.besideValues().filter((seconds) => !Number.isNaN(seconds));
  return summarise(known.sort(), name);
};

/** Seconds of a row between two seconds. */
type Spent = (row: number, from: number, to: number) => number;

/** Seconds between two instants that were spent in the given states, on a clock. */
const pausesOf = (states: readonly string[], columns: ItemColumns, spent: Spent): Spent => {
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

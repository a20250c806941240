import { NEVER } from '../event/columns.ts';
import { KINDS, type KindShape } from '../event/kinds.ts';
import { SHARE_OF_DAYS, isOfFailures } from './beside.ts';
import { cellAt, instantOf } from './buckets.ts';
import { instantReader, none, place, reasonIndex, some, type Bucket, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure, Where } from './kpi.ts';
import type { OnCall } from './on-call-time.ts';
import { sumOf } from './summary.ts';
import { compileWhere, passes, type Filter } from './where.ts';

type Ratio = Extract<Measure, { type: 'ratio' }>;
type Count = Extract<Measure, { type: 'count' }>;

/**
 * Every item that passes, in the period of its counted instant; `valueOf` says what it adds. Kinds
 * without states are cancelled only by vanishing from their source: left out, and counted as such. An
 * incident or ticket that was cancelled did arrive.
 */
const tally = (pass: ItemPass, filter: Filter, valueOf: (row: number, stretch: number, second: number) => number): void => {
  const shape: KindShape = KINDS[pass.columns.kind];
  const countedIn = instantReader(pass, pass.kpi.countedIn ?? shape.countedIn);
  const cancelled = shape.hasStates ? () => NEVER : instantReader(pass, 'cancelled');
  for (const row of pass.order) {
    if (filter.rows !== null && filter.rows[row] === 0) continue;
    const second = countedIn(row);
    if (second === NEVER) continue;
    const cell = cellAt(pass.cuts, second);
    if (cell < 0) continue;
    const stretch = pass.attribution.stretchAt(row, second);
    if (!passes(filter, row, stretch, second)) continue;
    if (cancelled(row) === NEVER) place(pass, row, cell, stretch, second, second, valueOf(row, stretch, second), 0);
    else place(pass, row, cell, stretch, second, second, Number.NaN, reasonIndex(pass, 'cancelled'));
  }
};

/** Share (0 to 1) of the items of `out_of` that also meet `where`. Nothing to divide by: no denominator. */
export const ratioMeasure = (measure: Ratio, compile: (where: readonly Where[]) => Filter): ItemMeasure => {
  let suspected: Filter | null = null;
  return {
    collect(pass) {
      if (pass.kpi.alsoShow.includes(UP_TO)) suspected = compile(pass.kpi.where.map(suspecting));
      tally(pass, compile(measure.outOf), (row, stretch, second) => (passes(pass.filter, row, stretch, second) ? 1 : 0));
    },
    finish(pass, bucket) {
      const also = suspected === null ? {} : { [UP_TO]: upTo(pass, bucket, suspected) };
      if (bucket.sorted.length === 0) return none('no denominator', also);
      return some(sumOf(bucket.sorted) / bucket.sorted.length, also);
    },
  };
};

const UP_TO = 'up to';

const suspecting = (one: Where): Where => (isOfFailures(one) ? { ...one, field: 'may_have_failed' } : one);

/** The upper end of a range: the share that failed for certain or may have failed, all other conditions holding. */
const upTo = ({ attribution, entries }: ItemPass, { members, sorted }: Bucket, suspected: Filter): number | null => {
  let found = 0;
  for (const entry of members) {
    if (entries.reason[entry] !== 0) continue;
    const row = entries.row[entry] ?? 0;
    const second = entries.at[entry] ?? NEVER;
    if (entries.value[entry] === 1 || passes(suspected, row, attribution.stretchAt(row, second), second)) found += 1;
  }
  return sorted.length === 0 ? null : found / sorted.length;
};

/** How many; by the days of the period so far, or by 12 hours that people were on call. */
export const countMeasure = (measure: Count, onCall: OnCall | null): ItemMeasure => ({
  collect(pass) {
    tally(pass, pass.filter, () => 1);
  },
  finish(pass, bucket) {
    const found = bucket.sorted.length;
    const seconds = onCall?.seconds[bucket.index] ?? 0;
    if (onCall !== null && seconds === 0) return none('no denominator');
    if (found === 0 && pass.kpi.whenEmpty !== 'zero') return none('none to measure');
    if (onCall !== null) return some(found / (seconds / TWELVE_HOURS));
    if (measure.per === null) return some(found);
    const days = daysSoFar(pass, bucket.period);
    const isAsked = pass.kpi.alsoShow.includes(SHARE_OF_DAYS);
    return some(found / days, isAsked ? { [SHARE_OF_DAYS]: daysWithOne(pass, bucket) / days } : {});
  },
});

/** Local days of the organisation on which something was counted. */
const daysWithOne = ({ entries, world }: ItemPass, { members }: Bucket): number => {
  const { zone } = world.organisation.calendar;
  const days = new Set<number>();
  for (const entry of members) if (entries.reason[entry] === 0) days.add(zone.dayOf(instantOf(entries.at[entry] ?? NEVER)));
  return days.size;
};

const TWELVE_HOURS = 12 * 3600;

/** Local days of a period that have begun. */
const daysSoFar = (pass: ItemPass, index: number): number => {
  const period = pass.cuts.periods[index];
  if (period === undefined) return 1;
  const { now, organisation } = pass.world;
  const begun = now >= period.end ? period.endDay : organisation.calendar.zone.dayOf(now) + 1;
  return Math.max(1, Math.min(begun, period.endDay) - period.firstDay);
};

/** The filter of a KPI over its columns. */
export const compilerFor =
  (pass: Pick<ItemPass, 'columns' | 'world' | 'attribution'>) =>
  (where: readonly Where[]): Filter =>
    compileWhere(where, pass.columns, pass.world.organisation, pass.attribution);

import { NEVER } from '../event/columns.ts';
import { KINDS, type KindShape } from '../event/kinds.ts';
import { SHARE_OF_DAYS, isOfFailures } from './beside.ts';
import { instantOf } from './buckets.ts';
import { eachRange } from './each-range.ts';
import {
  instantsNamed,
  none,
  placeAt,
  reasonIndex,
  some,
  type Bucket,
  type Finished,
  type ItemMeasure,
  type ItemPass,
} from './item-pass.ts';
import type { Kpi, Measure, Where } from './kpi.ts';
import type { OnCall } from './on-call-time.ts';
import { areOfRows, eachOf, meetsOneOf, type Reads } from './reads.ts';
import { settle } from './settle.ts';
import { compileWhere, type Filter, type Rows } from './where.ts';

type Ratio = Extract<Measure, { type: 'ratio' }>;
type Count = Extract<Measure, { type: 'count' }>;

/**
 * Every item that passes, in the period of its counted instant. Kinds without states are cancelled only by vanishing
 * from their source: left out, and counted as such. An incident or ticket that was cancelled did arrive.
 */
const tally = (pass: ItemPass): void => {
  const { columns } = pass;
  const shape: KindShape = KINDS[columns.kind];
  const countedIn = instantsNamed(columns, pass.kpi.countedIn ?? shape.countedIn);
  const cancelled = shape.hasStates ? undefined : columns.instants['cancelled'];
  const gone = reasonIndex(pass, 'cancelled');
  eachRange(pass.ranges, (first, end) => {
    tallyIn(pass, countedIn, cancelled, gone, first, end);
  });
  settle(pass);
};

const tallyIn = (
  pass: ItemPass,
  countedIn: Int32Array,
  cancelled: Int32Array | undefined,
  gone: number,
  firstRow: number,
  endRow: number,
): void => {
  const { now } = pass;
  const { rows } = pass.filter;
  for (let row = firstRow; row < endRow; row += 1) {
    if (rows !== null && rows[row] === 0) continue;
    const second = countedIn[row] ?? NEVER;
    if (second === NEVER || second > now) continue;
    const end = cancelled === undefined ? NEVER : (cancelled[row] ?? NEVER);
    if (end === NEVER || end > now) placeAt(pass, row, second, 1, 0);
    else placeAt(pass, row, second, Number.NaN, gone);
  }
};

/** Share (0 to 1) of the items of `out_of` that also meet `where`. Nothing to divide by: no denominator. */
export const ratioMeasure = (
  measure: Ratio,
  compile: (where: readonly Where[]) => Filter,
  { alsoShow, where }: Kpi,
): ItemMeasure => {
  // The upper end of a range: what failed for certain or may have failed, all other conditions holding.
  const suspected = alsoShow.includes(UP_TO) ? compile(where.map(suspecting)) : null;
  return {
    needs: suspected === null ? {} : { beside: 'total' },
    collect(pass) {
      const { filter } = pass;
      const filters = suspected === null ? [filter] : [filter, suspected];
      const reads: Reads = {
        value: meetsOneOf([filter]),
        beside: suspected === null ? null : meetsOneOf(filters),
        needStretches: !areOfRows(filters),
      };
      tally({ ...pass, filter: compile(measure.outOf), reads });
    },
    finish: suspected === null ? shareOf : shareUpTo,
  };
};

const shareOf: ItemMeasure['finish'] = (_pass, { count, total }) => (count === 0 ? none('no denominator') : some(total / count));

const shareUpTo: ItemMeasure['finish'] = (_pass, { count, total, besideTotal }) =>
  count === 0 ? none('no denominator', { [UP_TO]: null }) : some(total / count, { [UP_TO]: besideTotal / count });

const UP_TO = 'up to';

const suspecting = (one: Where): Where => (isOfFailures(one) ? { ...one, field: 'may_have_failed' } : one);

/** How many; by the days of the period so far, or by 12 hours that people were on call. */
export const countMeasure = (measure: Count, onCall: OnCall | null, alsoShow: readonly string[]): ItemMeasure =>
  new CountMeasure(measure.per === 'day', onCall, measure.per === 'day' && alsoShow.includes(SHARE_OF_DAYS));

class CountMeasure implements ItemMeasure {
  readonly needs: ItemMeasure['needs'];
  readonly #isPerDay: boolean;
  readonly #onCall: OnCall | null;
  readonly #withDays: boolean;

  constructor(isPerDay: boolean, onCall: OnCall | null, withDays: boolean) {
    this.needs = withDays ? { beside: 'values' } : {};
    this.#isPerDay = isPerDay;
    this.#onCall = onCall;
    this.#withDays = withDays;
  }

  collect(pass: ItemPass): void {
    const { zone } = pass.world.organisation.calendar;
    const dayOf = (_row: number, _stretch: number, second: number): number => zone.dayOf(instantOf(second));
    tally({ ...pass, reads: this.#withDays ? { value: null, beside: eachOf(dayOf), needStretches: false } : null });
  }

  finish(pass: ItemPass, bucket: Bucket): Finished {
    const onCall = this.#onCall;
    const seconds = onCall?.seconds[bucket.index] ?? 0;
    if (onCall !== null && seconds === 0) return none('no denominator');
    if (bucket.count === 0 && pass.kpi.whenEmpty !== 'zero') return none('none to measure');
    if (onCall !== null) return some(bucket.count / (seconds / TWELVE_HOURS));
    if (!this.#isPerDay) return some(bucket.count);
    const days = daysSoFar(pass, bucket.period);
    // Local days of the organisation on which something was counted.
    return some(bucket.count / days, this.#withDays ? { [SHARE_OF_DAYS]: new Set(bucket.besideValues()).size / days } : {});
  }
}

const TWELVE_HOURS = 12 * 3600;

/** Local days of a period that have begun. */
const daysSoFar = (pass: ItemPass, index: number): number => {
  const period = pass.cuts.periods[index];
  if (period === undefined) return 1;
  const { now, organisation } = pass.world;
  const begun = now >= period.end ? period.endDay : organisation.calendar.zone.dayOf(now) + 1;
  return Math.max(1, Math.min(begun, period.endDay) - period.firstDay);
};

/** The filter of a KPI over some rows of its columns. */
export const compilerFor =
  (pass: Pick<ItemPass, 'columns' | 'world' | 'attribution'>, rows: Rows) =>
  (where: readonly Where[]): Filter =>
    compileWhere(where, pass.columns, rows, pass.world.organisation, pass.attribution);

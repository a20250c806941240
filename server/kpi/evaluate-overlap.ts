import { NEVER } from '../event/columns.ts';
import { compareText } from '../event/facts.ts';
import { textAt } from '../event/links.ts';
import { periodCell, secondsOf } from './buckets.ts';
import { eachRange } from './each-range.ts';
import { instantReader, none, place, reasonIndex, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { spanReader, type Span } from './spans.ts';
import { stepAt } from './steps.ts';
import { summariesOf } from './summary.ts';
import { passes } from './where.ts';

type Overlap = Extract<Measure, { type: 'overlap' }>;

/** What of an item lies in one period. Seconds. */
interface Part {
  readonly row: number;
  readonly period: number;
  readonly stretch: number;
  /** When the item began, whatever the period. */
  readonly began: number;
  readonly start: number;
  readonly end: number;
  /** 0: counted. */
  readonly reason: number;
  value: number;
}

/**
 * Seconds from one instant to another within the period, added up over items; what has not ended lasts
 * to the period's end, or to now. Impact of which nobody knows the start counts from the opening. An
 * item is its team's and service's as of the start of the part.
 *
 * With `oncePer`, time counts once among items of one value of that field: a second belongs to the one
 * that began first, ties by uid, wherever else it would count, so that the list adds up to the number,
 * and teams and services to the organisation.
 */
export const overlapMeasure = (measure: Overlap, alsoShow: readonly string[]): ItemMeasure => ({
  needs: alsoShow.length === 0 ? {} : { values: true },
  collect(pass) {
    if (measure.oncePer === null) {
      eachPart(pass, measure, (part) => {
        put(pass, part);
      });
      return;
    }
    const parts: Part[] = [];
    eachPart(pass, measure, (part) => {
      parts.push(part);
    });
    giveOnce(pass, parts, measure.oncePer);
    for (const part of parts) put(pass, part);
  },
  finish(pass, bucket) {
    const also: Record<string, number | null> = {};
    const summaries = alsoShow.length === 0 ? null : summariesOf(bucket.values(), alsoShow, bucket.total);
    alsoShow.forEach((name, index) => {
      also[name] = summaries?.[index] ?? null;
    });
    if (bucket.count === 0 && pass.kpi.whenEmpty !== 'zero') return none('none to measure', also);
    return some(bucket.total, also);
  },
});

const put = (pass: ItemPass, { row, period, stretch, began, start, reason, value }: Part): void => {
  place(pass, row, periodCell(pass.cuts, period), stretch, start, began, reason === 0 ? value : Number.NaN, reason);
};

const eachPart = (pass: ItemPass, measure: Overlap, visit: (part: Part) => void): void => {
  const { attribution, cuts, filter, ranges } = pass;
  const { bounds, list, listStart } = cuts;
  const from = Float64Array.from(cuts.periods, (period) => secondsOf(period.start));
  // The present second itself has begun, but time passes up to now only.
  const until = Float64Array.from(cuts.periods, (period) => Math.min(secondsOf(period.end), pass.now));
  const spanOf = spanReader(pass, measure, opening(pass, measure));
  eachRange(ranges, (firstRow, endRow) => {
    for (let row = firstRow; row < endRow; row += 1) {
      if (filter.rows !== null && filter.rows[row] === 0) continue;
      const span = spanOf(row);
      if (span === null) continue;
      const reason = span.reason === null ? 0 : reasonIndex(pass, span.reason);
      // All periods of the cell it begins in, and of later cells those that begin there.
      const first = stepAt(cuts.boundSteps, span.start);
      for (let cell = Math.max(first, 0); cell < bounds.length; cell += 1) {
        if (cell !== first && span.end !== NEVER && (bounds[cell] ?? 0) >= span.end) break;
        for (let index = listStart[cell] ?? 0; index < (listStart[cell + 1] ?? 0); index += 1) {
          const period = list[index] ?? 0;
          const begins = from[period] ?? 0;
          if ((cell !== first && begins !== bounds[cell]) || !lies(span, begins, cuts.asOfPeriod[period] ?? 0)) continue;
          const start = Math.max(span.start, begins);
          const stretch = attribution.stretchAt(row, start);
          if (!passes(filter, row, stretch, start, span.start)) continue;
          const ends = until[period] ?? 0;
          const end = Math.max(start, span.end === NEVER ? ends : Math.min(span.end, ends));
          visit({ row, period, stretch, began: span.start, start, end, reason, value: end - start });
        }
      }
    }
  });
};

/** Whether any of a span is in a period; one without length lies where it begins. */
const lies = ({ start, end }: Span, from: number, asOf: number): boolean =>
  start < asOf && (start >= from || end === NEVER || end > from);

const opening = (pass: ItemPass, measure: Overlap): ((row: number) => number) =>
  measure.from === 'impact_started' ? instantReader(pass, 'opened') : () => NEVER;

/** Takes from each part the time that one which began earlier has in the same period and group. */
const giveOnce = (pass: ItemPass, parts: readonly Part[], field: string): void => {
  const uidOf = ({ row }: Part): string => pass.columns.uids.at(row) ?? '';
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const name = part.reason === 0 ? nameOf(pass, part, field) : null;
    if (name === null) continue;
    const key = `${part.period} ${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  for (const group of groups.values()) {
    group.sort((one, other) => one.began - other.began || compareText(uidOf(one), uidOf(other)));
    let taken = NEVER;
    for (const part of group) {
      part.value = Math.max(0, part.end - Math.max(part.start, taken));
      taken = Math.max(taken, part.end);
    }
  }
};

const nameOf = ({ attribution, columns }: ItemPass, { row, stretch, start }: Part, field: string): string | null => {
  if (field === 'service') return attribution.serviceAt(stretch);
  if (field === 'team') return attribution.teamAt(stretch, start);
  return textAt(columns.codes[field], row);
};

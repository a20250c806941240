import { NEVER } from '../event/columns.ts';
import { textAt } from '../event/links.ts';
import { periodCell, secondsOf } from './buckets.ts';
import { instantReader, none, place, reasonIndex, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { spanReader, type Span } from './spans.ts';
import { summarise, sumOf } from './summary.ts';
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
export const overlapMeasure = (measure: Overlap): ItemMeasure => ({
  collect(pass) {
    const parts = partsOf(pass, measure);
    if (measure.oncePer !== null) giveOnce(pass, parts, measure.oncePer);
    for (const { row, period, stretch, began, start, reason, value } of parts)
      place(pass, row, periodCell(pass.cuts, period), stretch, start, began, reason === 0 ? value : Number.NaN, reason);
  },
  finish(pass, { sorted }) {
    const also: Record<string, number | null> = {};
    for (const name of pass.kpi.alsoShow) also[name] = summarise(sorted, name);
    if (sorted.length === 0 && pass.kpi.whenEmpty !== 'zero') return none('none to measure', also);
    return some(sumOf(sorted), also);
  },
});

/** In order of uid. */
const partsOf = (pass: ItemPass, measure: Overlap): Part[] => {
  const { attribution, cuts, filter } = pass;
  const bounds = cuts.periods.map((period, index) => ({
    from: secondsOf(period.start),
    // The present second itself has begun, but time passes up to now only.
    asOf: cuts.asOfPeriod[index] ?? 0,
    until: Math.min(secondsOf(period.end), pass.now),
  }));
  const spanOf = spanReader(pass, measure, opening(pass, measure));
  const parts: Part[] = [];
  for (const row of pass.order) {
    if (filter.rows !== null && filter.rows[row] === 0) continue;
    const span = spanOf(row);
    if (span === null) continue;
    const reason = span.reason === null ? 0 : reasonIndex(pass, span.reason);
    bounds.forEach(({ from, asOf, until }, period) => {
      if (!lies(span, from, asOf)) return;
      const start = Math.max(span.start, from);
      const stretch = attribution.stretchAt(row, start);
      if (!passes(filter, row, stretch, start, span.start)) return;
      const end = Math.max(start, span.end === NEVER ? until : Math.min(span.end, until));
      parts.push({ row, period, stretch, began: span.start, start, end, reason, value: end - start });
    });
  }
  return parts;
};

/** Whether any of a span is in a period; one without length lies where it begins. */
const lies = ({ start, end }: Span, from: number, asOf: number): boolean =>
  start < asOf && (start >= from || end === NEVER || end > from);

const opening = (pass: ItemPass, measure: Overlap): ((row: number) => number) =>
  measure.from === 'impact_started' ? instantReader(pass, 'opened') : () => NEVER;

/** Takes from each part the time that one which began earlier has in the same period and group. */
const giveOnce = (pass: ItemPass, parts: readonly Part[], field: string): void => {
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
    // Sorting keeps the order of uid among those that began together.
    group.sort((one, other) => one.began - other.began);
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

import { daysTitle, periodOf, periodsBetween, quarterName, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Period } from '../time/period.ts';
import type { ReviewRow } from './input.ts';
import type { OnCallKpiInput } from './on-call-input.ts';
import { periodName } from './series.ts';

const TWELVE_HOURS = 12 * 3600;

/** A number of some days: of all of them, or of those months among them in which it may be told. */
export interface Told {
  readonly value: number | null;
  readonly emptiness: ReviewRow['emptiness'];
  readonly count: number;
  readonly also: ReviewRow['also'];
  /** The days it is really of; those asked about where there is no number. */
  readonly spans: readonly Period[];
  readonly days: number;
}

/** What a number of some days is looked up in. */
export interface SpanRows {
  readonly calendar: Calendar;
  /** Every KPI at hand, parts of combinations included. */
  readonly inputs: ReadonlyMap<string, OnCallKpiInput>;
}

/**
 * A number over a quarter, or what is over of one. Where what people bore is hidden over the whole, it is
 * put together from the months that are shown: nothing that a reader could not add up from them.
 */
export function toldOver(input: OnCallKpiInput, whole: Period, row: ReviewRow | undefined, rows: SpanRows): Told {
  const days = whole.endDay - whole.firstDay;
  if (row !== undefined && row.emptiness !== 'hidden')
    return { value: row.value, emptiness: row.emptiness, count: row.count, also: row.also, spans: [whole], days };
  const months = toldMonths(input, whole, rows.calendar);
  const value = months.length === 0 ? null : sumOver(input, months, rows);
  if (value === null) {
    const emptiness = row === undefined && !input.kpi.isPersonal ? 'no data' : 'hidden';
    return { value: null, emptiness, count: 0, also: {}, spans: [whole], days };
  }
  return {
    value,
    emptiness: null,
    count: months.reduce((sum, { row: { count } }) => sum + count, 0),
    also: months.length === 1 ? (months[0]?.row.also ?? {}) : {},
    spans: months.map(({ period }) => period),
    days: months.reduce((sum, { period }) => sum + period.endDay - period.firstDay, 0),
  };
}

interface Month {
  readonly period: Period;
  readonly row: ReviewRow;
}

/** Whole months within some days that have a number. */
function toldMonths({ kpi, months }: OnCallKpiInput, whole: Period, calendar: Calendar): Month[] {
  if (kpi.measure.type === 'spread') return [];
  const byId = new Map(months.map((row) => [row.period, row]));
  return periodsBetween(calendar, 'month', whole.firstDay, whole.endDay).flatMap((period) => {
    const row = byId.get(period.id);
    return row === undefined || row.value === null || period.endDay > whole.endDay ? [] : [{ period, row }];
  });
}

/** The months' numbers together; null where they cannot be added up. */
function sumOver({ kpi }: OnCallKpiInput, months: readonly Month[], rows: SpanRows): number | null {
  const { measure } = kpi;
  const total = (of: (row: ReviewRow) => number): number => months.reduce((sum, { row }) => sum + of(row), 0);
  const count = total((row) => row.count);
  switch (measure.type) {
    case 'count':
      if (measure.per === '12 hours on call') return perTwelveHours(months, count, rows);
      return measure.per === null ? total((row) => row.value ?? 0) : null;
    case 'overlap':
      return total((row) => row.value ?? 0);
    case 'ratio':
    case 'score':
      return count === 0 ? null : total((row) => (row.value ?? 0) * row.count) / count;
    case 'combine': {
      if (measure.operation !== 'divide') return null;
      const [upper, lower] = measure.parts.map((id) => partOver(id, months, rows));
      return upper == null || lower == null || lower === 0 ? null : upper / lower;
    }
    default:
      return null;
  }
}

/** The same months of a part; null unless all of them are shown. */
function partOver(id: string, months: readonly Month[], rows: SpanRows): number | null {
  const part = rows.inputs.get(id);
  if (part === undefined) return null;
  const byId = new Map(part.months.map((row) => [row.period, row]));
  const own = months.flatMap(({ period }) => {
    const row = byId.get(period.id);
    return row === undefined || row.value === null ? [] : [{ period, row }];
  });
  return own.length < months.length ? null : sumOver(part, own, rows);
}

/** By the time on call that a rate was made from: of a month without interruptions the KPI that measures it tells. */
function perTwelveHours(months: readonly Month[], count: number, rows: SpanRows): number | null {
  const time = rows.inputs.get('time-on-call');
  const seconds = new Map((time?.months ?? []).map((row) => [row.period, row.value]));
  let turns = 0;
  for (const { period, row } of months) {
    const own = row.value !== null && row.value > 0 ? row.count / row.value : (seconds.get(period.id) ?? 0) / TWELVE_HOURS;
    if (own === 0) return null;
    turns += own;
  }
  return count / turns;
}

/** `October 2026`, `July to September 2026`, `July and September 2026`, or the days of a range. */
export function spansWords(spans: readonly Period[], year: number, calendar: Calendar): string {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return '';
  if (first.grain !== 'month') return first.grain === 'quarter' ? quarterName(first) : daysTitle(first.firstDay, first.endDay);
  const name = (period: Period): string => periodName(period, year);
  if (spans.length === 1) return name(first);
  const isUnbroken = spans.every((span, index) => index === 0 || spans[index - 1]?.id === shiftPeriod(calendar, span, -1).id);
  if (isUnbroken && spans.length > 2) return `${name(first)} to ${name(last)}`;
  return `${spans.slice(0, -1).map(name).join(', ')} and ${name(last)}`;
}

/** The quarter before. */
export const quarterBefore = (calendar: Calendar, quarter: Period): Period => periodOf(calendar, 'quarter', quarter.firstDay - 1);

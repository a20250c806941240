import type { Kpi } from '../kpi/kpi.ts';
import type { Flag } from '../kpi/measurement.ts';
import { dayTitle, monthName, periodTitle } from '../time/calendar.ts';
import { civilOf, weekdayOf } from '../time/day.ts';
import type { Day, Instant, Period } from '../time/period.ts';
import type { ShownUnit } from './format.ts';
import { formatOutcome } from './format.ts';
import type { Frame } from './frame.ts';
import type { ReviewRow } from './input.ts';
import type { Point } from './schema.ts';

const DAY_MS = 86_400_000;

/** A period with its row; a period that was never measured has a row that says so. */
export interface Step {
  readonly period: Period;
  readonly row: ReviewRow;
}

export type Rows = ReadonlyMap<string, ReviewRow>;

export function rowsById(rows: readonly ReviewRow[]): Rows {
  return new Map(rows.map((row) => [row.period, row]));
}

/** The row of a period, with `running` from the clock. Without a row it is no data, or before history if all rows come later. */
export function stepOf(period: Period, rows: Rows, historyFrom: Day | null, now: Instant): Step {
  const isRunning = period.end > now;
  const row = rows.get(period.id);
  if (row === undefined) {
    const emptiness = historyFrom === null || period.endDay <= historyFrom ? 'before history' : 'no data';
    const flags: readonly Flag[] = isRunning ? ['running'] : [];
    return {
      period,
      row: { period: period.id, value: null, emptiness, count: 0, exclusions: [], also: {}, flags, revision: null, limits: null },
    };
  }
  const others = row.flags.filter((flag) => flag !== 'running');
  return { period, row: { ...row, flags: isRunning ? [...others, 'running'] : others } };
}

/** A value as a chart and a table take it. Totals are drawn per day, so that weeks and months share an axis. */
export function pointOf(unit: ShownUnit, { period, row }: Step, frame: Frame): Point {
  const { label, title } = frame.names(period);
  return {
    period: period.id,
    label,
    title,
    value: row.value,
    drawn: row.value === null || !unit.isTotal ? row.value : row.value / daysSoFar(period, frame.now),
    text: formatOutcome(unit, row),
    count: row.count,
    emptiness: row.value === null ? row.emptiness : null,
    flags: [...row.flags],
    revision: row.revision,
  };
}

/** Days of a period; of a running one, those gone by, at least one. */
function daysSoFar(period: Period, now: Instant): number {
  const days = period.endDay - period.firstDay;
  return period.end <= now ? days : Math.min(days, Math.max(1, (now - period.start) / DAY_MS));
}

/** Whether a value is there, complete, and made from enough items to be judged. */
export function isJudged(kpi: Kpi, row: Pick<ReviewRow, 'value' | 'count' | 'also' | 'flags'>): boolean {
  return row.value !== null && !row.flags.includes('running') && hasEnough(kpi, row);
}

/** Fewer items a head fall unevenly by chance alone (definitions of fairness). */
const LEAST_PER_HEAD = 5;

/** A median of two incidents says little; a count of two says two. */
export function hasEnough(kpi: Kpi, row: Pick<ReviewRow, 'count' | 'also'>): boolean {
  const { type } = kpi.measure;
  if (type === 'spread') return (row.also['per head'] ?? 0) >= LEAST_PER_HEAD;
  const isOfItems = type === 'duration' || type === 'ratio' || type === 'age' || type === 'score';
  return !isOfItems || row.count >= kpi.minimumCount;
}

/** A period inside a sentence: `week 44`, `October`, `period 9`; with its year where that is not `year`. */
export function periodName(period: Period, year: number): string {
  if (period.grain === 'week') {
    const [idYear = '', number = ''] = period.id.split('-W');
    return `week ${number.replace(/^0/, '')}${Number(idYear) === year ? '' : ` of ${idYear}`}`;
  }
  const [fiscalYear = '', fiscalPeriod] = period.id.split('-P');
  if (fiscalPeriod !== undefined)
    return `period ${fiscalPeriod.replace(/^0/, '')}${Number(fiscalYear) === year ? '' : ` of fiscal ${fiscalYear}`}`;
  if (period.grain === 'month') {
    const civil = civilOf(period.firstDay);
    return `${monthName(civil.month)}${civil.year === year ? '' : ` ${civil.year}`}`;
  }
  return periodTitle(period).replace(/,.*$/, '');
}

/** The year in a week's id: the one readers have in mind. */
export function yearOf(week: Period): number {
  return Number(week.id.slice(0, 4));
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Wed 18 Nov`. */
export function shortDate(day: Day): string {
  return `${WEEKDAYS[weekdayOf(day) - 1] ?? ''} ${dayAndMonth(day)}`;
}

/** `18 Nov`. */
export function dayAndMonth(day: Day): string {
  return dayTitle(day).replace(/ \d+$/, '');
}

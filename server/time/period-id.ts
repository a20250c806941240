import type { CalendarRules, Grain } from './period.ts';
import type { Cut } from './rules.ts';

export const RANGES = ['MTD', 'QTD', 'YTD'] as const;
export type RangeName = (typeof RANGES)[number];

/** A period id, taken apart. */
export interface PeriodName {
  readonly grain: Grain;
  readonly year: number;
  /** Week, month or fiscal period, quarter; 0 for a year. */
  readonly number: number;
  /** Whether a `month` is a fiscal period of weeks. */
  readonly isByWeeks: boolean;
  /** `a` where a change of calendar cut off its end, `b` where an older calendar had used the name before; else empty. */
  readonly letter: string;
  readonly range: RangeName | null;
  readonly isPrior: boolean;
}

const ID_FORM =
  /^(?<year>\d{4})(?:-W(?<week>\d{2})|-(?<month>0[1-9]|1[0-2])|-P(?<period>0[1-9]|1[0-2])|-Q(?<quarter>[1-4]))?(?<letter>a{1,25}|[b-z])?(?:(?<=W..[a-z]*)(?:-(?<range>MTD|QTD|YTD))?(?<prior>-PY)?)?$/;

/** Takes an id apart, or null where it has no such form. Whether there is such a period is for the calendar to say. */
export function readId(id: string): PeriodName | null {
  const groups = ID_FORM.exec(id)?.groups;
  if (groups === undefined) return null;
  const { year, week, month, period, quarter, letter, range, prior } = groups;
  const number = week ?? month ?? period ?? quarter;
  return {
    grain: week !== undefined ? 'week' : quarter !== undefined ? 'quarter' : number === undefined ? 'year' : 'month',
    year: Number(year),
    number: number === undefined ? 0 : Number(number),
    isByWeeks: period !== undefined,
    letter: letter ?? '',
    range: RANGES.find((known) => known === range) ?? null,
    isPrior: prior !== undefined,
  };
}

/**
 * What tells periods of one name apart. What a change left of a period, its end cut off, is lettered
 * `a` (a second one `aa`): the name itself stays free for the newer calendar. Others are lettered by
 * how many before them had the name: none, `b`, `c`.
 */
export function letterOf(isEndCut: boolean, namesakes: number): string {
  if (isEndCut) return 'a'.repeat(namesakes + 1);
  return namesakes === 0 ? '' : String.fromCharCode('a'.charCodeAt(0) + namesakes);
}

/** The id of a period of one set of rules. */
export function writeId(grain: Grain, rules: CalendarRules, { year, number }: Cut, letter: string): string {
  return `${pad(year, 4)}${numberPart(grain, rules.fiscalWeeks !== undefined, number)}${letter}`;
}

function numberPart(grain: Grain, isByWeeks: boolean, number: number): string {
  switch (grain) {
    case 'week':
      return `-W${pad(number, 2)}`;
    case 'month':
      return `-${isByWeeks ? 'P' : ''}${pad(number, 2)}`;
    case 'quarter':
      return `-Q${number}`;
    case 'year':
      return '';
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

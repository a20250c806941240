import { RE2JS } from 're2js';
import { NEVER, type Codes, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import { isOpenState } from '../event/states.ts';
import { hourClassOf, matchesDuring, type During } from '../event/hours.ts';
import type { Attribution } from './attribution.ts';
import { at, instantOf } from './buckets.ts';
import type { Condition, Where } from './kpi.ts';
import { clocksOf } from './local-clock.ts';

/** A condition that depends on the moment: team, service and state as they stood, hours by the clock there. */
type Test = (row: number, stretch: number, second: number, clock: number) => boolean;

/** Compiled conditions. All must hold. */
export interface Filter {
  /** 1 where every condition holds that does not depend on the moment; null where there are none. */
  readonly rows: Uint8Array | null;
  readonly moments: readonly Test[];
}

/** `second` is when it is attributed, `clock` whose hour of the day is asked about. */
export const passes = (filter: Filter, row: number, stretch: number, second: number, clock = second): boolean => {
  if (filter.rows !== null && filter.rows[row] === 0) return false;
  for (const test of filter.moments) if (!test(row, stretch, second, clock)) return false;
  return true;
};

/**
 * Compiles conditions over columns. What is not set meets no condition, and is none of the values of
 * a `not`. A field that the columns do not have is set nowhere.
 */
export const compileWhere = (
  where: readonly Where[],
  columns: ItemColumns,
  organisation: Organisation,
  attribution: Attribution,
): Filter => {
  let rows: Uint8Array | null = null;
  const moments: Test[] = [];
  for (const { field, condition } of where) {
    const test = momentTest(field, condition, columns, organisation, attribution);
    if (test !== null) {
      moments.push(test);
      continue;
    }
    rows ??= new Uint8Array(columns.length).fill(1);
    keepMatching(rows, field, condition, columns);
  }
  return { rows, moments };
};

const momentTest = (
  field: string,
  condition: Condition,
  columns: ItemColumns,
  organisation: Organisation,
  attribution: Attribution,
): Test | null => {
  if (condition.test === 'during') return duringTest(condition.during, columns.codes['zone'], organisation, attribution);
  const isMet = remembered(textTest(condition));
  if (field === 'team') return (_row, stretch, second) => isMet(attribution.teamAt(stretch, second));
  if (field === 'service') return (_row, stretch) => isMet(attribution.serviceAt(stretch));
  if (field === 'overdue') return overdueTest(condition, columns);
  if (field === 'state') return (_row, stretch) => isMet(STATES[columns.stretchState[stretch] ?? -1] ?? null);
  return null;
};

/** Still open, and due before the moment: the second asked about is the last before it. What is not due is not overdue. */
const overdueTest = (condition: Condition, columns: ItemColumns): Test => {
  const isMet = numberTest(condition);
  const due = columns.instants['due'];
  return (row, stretch, second) => {
    const dueAt = at(due, row);
    const isOverdue = dueAt !== NEVER && dueAt <= second && isOpenState(STATES[columns.stretchState[stretch] ?? -1] ?? null);
    return isMet(isOverdue ? 1 : 0);
  };
};

const keepMatching = (rows: Uint8Array, field: string, condition: Condition, columns: ItemColumns): void => {
  const codes = columns.codes[field];
  if (codes !== undefined) {
    const isMet = textTest(condition);
    const allowed = Uint8Array.from(codes.dictionary, (text) => (isMet(text) ? 1 : 0));
    const unset = isMet(null) ? 1 : 0;
    for (let row = 0; row < rows.length; row += 1) {
      const code = codes.codes[row] ?? -1;
      if ((code < 0 ? unset : allowed[code]) === 0) rows[row] = 0;
    }
    return;
  }
  const numbers = columns.numbers[field];
  const isMet = numberTest(condition);
  for (let row = 0; row < rows.length; row += 1) if (!isMet(numbers?.[row] ?? Number.NaN)) rows[row] = 0;
};

/** How a condition reads text; null is "not set". */
export const textTest = (condition: Condition): ((text: string | null) => boolean) => {
  switch (condition.test) {
    case 'in': {
      const values = new Set(condition.values.map(String));
      return (text) => (text !== null && values.has(text)) !== condition.negated;
    }
    case 'matches': {
      const pattern = RE2JS.compile(condition.pattern);
      return (text) => (text !== null && pattern.matcher(text).find()) !== condition.negated;
    }
    case 'at_least':
      return (text) => text !== null && Number(text) >= condition.bound;
    case 'at_most':
      return (text) => text !== null && Number(text) <= condition.bound;
    case 'during':
      return () => false;
  }
};

/** How a condition reads a number; NaN is "not set", flags are 0 and 1. */
const numberTest = (condition: Condition): ((value: number) => boolean) => {
  switch (condition.test) {
    case 'in': {
      const values = new Set(condition.values.map(Number));
      return (value) => (!Number.isNaN(value) && values.has(value)) !== condition.negated;
    }
    case 'at_least':
      return (value) => value >= condition.bound;
    case 'at_most':
      return (value) => value <= condition.bound;
    case 'matches': {
      const isMet = textTest(condition);
      return (value) => isMet(Number.isNaN(value) ? null : String(value));
    }
    case 'during':
      return () => false;
  }
};

const remembered = (isMet: (text: string | null) => boolean): ((text: string | null) => boolean) => {
  const known = new Map<string | null, boolean>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      answer = isMet(text);
      known.set(text, answer);
    }
    return answer;
  };
};

const duringTest = (during: During, zones: Codes | undefined, organisation: Organisation, attribution: Attribution): Test => {
  const clockOf = clocksOf(zones, organisation, attribution);
  return (row, stretch, second, clock) => {
    const { zone, rules, isHoliday } = clockOf(row, stretch, second);
    return matchesDuring(hourClassOf(instantOf(clock), zone, rules, isHoliday), during);
  };
};

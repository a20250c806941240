import { RE2JS } from 're2js';
import { NEVER, type Codes, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import { isOpenState } from '../event/states.ts';
import { HOUR_CLASSES, matchesDuring, type During } from '../event/hours.ts';
import type { Attribution } from './attribution.ts';
import { at } from './buckets.ts';
import { eachRange } from './each-range.ts';
import type { Condition, Where } from './kpi.ts';
import { LocalClocks } from './local-clock.ts';
import { AT_ONCE, type Placings } from './placings.ts';

/** A condition that depends on the moment: team, service and state as they stood, hours by the clock there. */
interface Test {
  holds(row: number, stretch: number, second: number, clock: number): boolean;
  /** Takes those for which it does not hold, by the clock of their second, out of their periods. */
  mark(found: Placings): void;
  /** The same where the class of the hour of each is known: of tests that ask for it. */
  keep?(found: Placings, classes: Uint8Array): void;
}

/** Compiled conditions. All must hold. */
export interface Filter {
  /** 1 for rows that stand and meet every condition that does not depend on the moment; null where all do. */
  readonly rows: Uint8Array | null;
  readonly moments: readonly Test[];
}

/** `second` is when it is attributed, `clock` whose hour of the day is asked about. */
export const passes = (filter: Filter, row: number, stretch: number, second: number, clock = second): boolean => {
  if (filter.rows !== null && filter.rows[row] === 0) return false;
  return holdAll(filter.moments, row, stretch, second, clock);
};

export const holdAll = (tests: readonly Test[], row: number, stretch: number, second: number, clock: number): boolean => {
  for (const test of tests) if (!test.holds(row, stretch, second, clock)) return false;
  return true;
};

/** Rows that conditions are compiled for: ranges, each a first row and an end that is not included, without the dead. */
export interface Rows {
  readonly ranges: Int32Array;
  readonly dead: Uint8Array | null;
}

/**
 * Compiles conditions over columns. What is not set meets no condition, and is none of the values of
 * a `not`. A field that the columns do not have is set nowhere.
 */
export const compileWhere = (
  where: readonly Where[],
  columns: ItemColumns,
  { ranges, dead }: Rows,
  organisation: Organisation,
  attribution: Attribution,
): Filter => {
  let rows: Uint8Array | null = dead === null ? null : standing(columns.length, ranges, dead);
  const moments: Test[] = [];
  for (const { field, condition } of where) {
    const test = momentTest(field, condition, columns, organisation, attribution);
    if (test !== null) {
      moments.push(test);
      continue;
    }
    rows ??= standing(columns.length, ranges, null);
    keepMatching(rows, ranges, field, condition, columns);
  }
  return { rows, moments };
};

const standing = (length: number, ranges: Int32Array, dead: Uint8Array | null): Uint8Array => {
  const rows = new Uint8Array(length);
  eachRange(ranges, (first, end) => {
    if (dead === null) rows.fill(1, first, end);
    else keepLiving(rows, dead, first, end);
  });
  return rows;
};

const keepLiving = (rows: Uint8Array, dead: Uint8Array, first: number, end: number): void => {
  for (let row = first; row < end; row += 1) rows[row] = dead[row] === 1 ? 0 : 1;
};

const momentTest = (
  field: string,
  condition: Condition,
  columns: ItemColumns,
  organisation: Organisation,
  attribution: Attribution,
): Test | null => {
  if (condition.test === 'during') return new DuringTest(condition.during, columns, organisation);
  if (field === 'overdue') return new OneByOne(overdueTest(condition, columns));
  if (!STOOD.includes(field)) return null;
  const isMet = remembered(textTest(condition));
  if (field === 'team') return new OneByOne((_row, stretch, second) => isMet(attribution.teamAt(stretch, second)));
  if (field === 'service') return new OneByOne((_row, stretch) => isMet(attribution.serviceAt(stretch)));
  // One more, so that "no state" (-1) is a state like any other.
  const allowed = [null, ...STATES].map((state) => isMet(state));
  return new OneByOne((_row, stretch) => allowed[(columns.stretchState[stretch] ?? -1) + 1] === true);
};

/** What the stretch of a row says at a moment. */
const STOOD: readonly string[] = ['team', 'service', 'state'];

/** Whether a row meets a condition at one moment and perhaps not at another. */
export const isOfMoment = ({ field, condition }: Where): boolean =>
  condition.test === 'during' || field === 'overdue' || STOOD.includes(field);

class OneByOne implements Test {
  readonly holds: Test['holds'];

  constructor(holds: Test['holds']) {
    this.holds = holds;
  }

  mark({ cell, length, row, second: seconds, stretch }: Placings): void {
    for (let index = 0; index < length; index += 1) {
      if ((cell[index] ?? -1) < 0) continue;
      const second = seconds[index] ?? 0;
      if (!this.holds(row[index] ?? 0, stretch[index] ?? 0, second, second)) cell[index] = -1;
    }
  }
}

/** Still open, and due before the moment: the second asked about is the last before it. What is not due is not overdue. */
const overdueTest = (condition: Condition, columns: ItemColumns): Test['holds'] => {
  const test = new NumberTest(condition);
  const [ofNo, ofYes] = [test.isMet(0), test.isMet(1)];
  const due = columns.instants['due'];
  return (row, stretch, second) => {
    const dueAt = at(due, row);
    const isOverdue = dueAt !== NEVER && dueAt <= second && isOpenState(STATES[columns.stretchState[stretch] ?? -1] ?? null);
    return isOverdue ? ofYes : ofNo;
  };
};

const keepMatching = (rows: Uint8Array, ranges: Int32Array, field: string, condition: Condition, columns: ItemColumns): void => {
  const codes = columns.codes[field];
  const keep =
    codes === undefined ? keepNumbers(rows, columns.numbers[field], condition) : keepCodes(rows, codes, textTest(condition));
  eachRange(ranges, keep);
};

type Keep = (first: number, end: number) => void;

const keepCodes = (rows: Uint8Array, { dictionary, codes }: Codes, isMet: (text: string | null) => boolean): Keep => {
  // One more, so that "not set" (-1) is a code like any other.
  const allowed = new Uint8Array(dictionary.length + 1);
  allowed[0] = isMet(null) ? 1 : 0;
  dictionary.forEach((text, code) => {
    allowed[code + 1] = isMet(text) ? 1 : 0;
  });
  return (first, end) => {
    keepAllowed(rows, codes, allowed, first, end);
  };
};

const keepAllowed = (rows: Uint8Array, codes: Codes['codes'], allowed: Uint8Array, first: number, end: number): void => {
  for (let row = first; row < end; row += 1) rows[row] = (rows[row] ?? 0) & (allowed[(codes[row] ?? -1) + 1] ?? 0);
};

const keepNumbers = (rows: Uint8Array, numbers: Float64Array | undefined, condition: Condition): Keep => {
  const test = new NumberTest(condition);
  const unset = test.isMet(Number.NaN) ? 1 : 0;
  if (numbers === undefined) {
    return (first, end) => {
      if (unset === 0) rows.fill(0, first, end);
    };
  }
  return (first, end) => {
    keepMet(rows, numbers, test, unset, first, end);
  };
};

/** `unset`: what numbers that are not set come to. */
const keepMet = (rows: Uint8Array, numbers: Float64Array, test: NumberTest, unset: number, first: number, end: number): void => {
  // Neighbours often have the same value, flags above all: each is asked about where it differs from the one before.
  let before = Number.NaN;
  let answer = unset;
  for (let row = first; row < end; row += 1) {
    const value = numbers[row] ?? Number.NaN;
    if (value !== before) {
      before = value;
      answer = Number.isNaN(value) ? unset : test.isMet(value) ? 1 : 0;
    }
    rows[row] = (rows[row] ?? 0) & answer;
  }
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

/** How a condition reads a number; NaN is "not set", flags are 0 and 1. A class, so that loops that ask it are compiled once. */
class NumberTest {
  readonly #condition: Condition;
  readonly #values: ReadonlySet<number>;
  readonly #isTextMet: ((text: string | null) => boolean) | null;

  constructor(condition: Condition) {
    this.#condition = condition;
    this.#values = new Set(condition.test === 'in' ? condition.values.map(Number) : []);
    this.#isTextMet = condition.test === 'matches' ? textTest(condition) : null;
  }

  isMet(value: number): boolean {
    const condition = this.#condition;
    switch (condition.test) {
      case 'in':
        return (!Number.isNaN(value) && this.#values.has(value)) !== condition.negated;
      case 'at_least':
        return value >= condition.bound;
      case 'at_most':
        return value <= condition.bound;
      case 'matches':
        return this.#isTextMet?.(Number.isNaN(value) ? null : String(value)) === true;
      case 'during':
        return false;
    }
  }
}

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

/** Of some that are looked at at once, until they are marked. */
const CLASSES = new Uint8Array(AT_ONCE);

/** The class of the hour is looked up by whose clock it was: their zone, rules and holidays. */
class DuringTest implements Test {
  readonly #clocks: LocalClocks;
  /** By code of the class. */
  readonly #isMeant: Uint8Array;

  constructor(during: During, columns: ItemColumns, organisation: Organisation) {
    this.#clocks = new LocalClocks(columns, organisation);
    this.#isMeant = Uint8Array.from(HOUR_CLASSES, (hourClass) => (matchesDuring(hourClass, during) ? 1 : 0));
  }

  holds(row: number, stretch: number, second: number, clock: number): boolean {
    return this.#isMeant[this.#clocks.at(row, stretch, second).hours.codeAt(clock)] === 1;
  }

  mark(found: Placings): void {
    this.#clocks.classesOf(found, CLASSES);
    this.keep(found, CLASSES);
  }

  keep({ cell, length }: Placings, classes: Uint8Array): void {
    const isMeant = this.#isMeant;
    // Hours of the day change from one to the next: nothing branches on them.
    for (let index = 0; index < length; index += 1) cell[index] = (cell[index] ?? -1) | ((isMeant[classes[index] ?? 0] ?? 0) - 1);
  }
}

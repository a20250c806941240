import { EPOCH_2000_MS, NEVER } from '../event/columns.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Placings } from './placings.ts';
import { LEAST, stepAt, stepsOf, type Steps } from './steps.ts';

/** Columns count in seconds since 2000-01-01T00:00Z; bounds round up, so that an instant within the second stays inside. */
export const secondsOf = (instant: Instant): number => Math.ceil((instant - EPOCH_2000_MS) / 1000);
export const instantOf = (seconds: number): Instant => seconds * 1000 + EPOCH_2000_MS;

/**
 * Which periods something falls into. The bounds of all periods cut time into cells, within which the
 * answer does not change; a further cell for every distinct as-of second holds the periods judged then,
 * and one for every period holds it alone.
 */
export interface Cuts {
  readonly periods: readonly Period[];
  /** Ascending; cell i lies between bounds i and i + 1. Seconds. */
  readonly bounds: Float64Array;
  readonly boundSteps: Steps;
  /** The cell that begins at each bound; -1 where no period holds it. */
  readonly cells: Int32Array;
  /** Bounds that each period begins and ends at: it is made of the cells from the one to the other. */
  readonly firstCell: Int32Array;
  readonly endCell: Int32Array;
  /** Ascending and distinct: the seconds before which things are judged "as of". Cell `bounds.length + i`. */
  readonly asOf: Float64Array;
  readonly asOfSteps: Steps;
  /** Bounds and as-of seconds in one list, for what asks for both at once. */
  readonly markSteps: Steps;
  /** Of the seconds from mark i on, at index i + 1 (0 is before all marks): their cell, and the last as-of second not after them (LEAST for none). */
  readonly markCells: Int32Array;
  readonly markAsOf: Int32Array;
  /** As-of second of each period: its end, or just after now while it runs. */
  readonly asOfPeriod: Float64Array;
  /** Its index in `asOf`. */
  readonly asOfCellOfPeriod: Int32Array;
  /** Periods of cell i are `list[listStart[i]]` to `list[listStart[i + 1]]`. */
  readonly listStart: Int32Array;
  readonly list: Int32Array;
}

export const cutsOf = (periods: readonly Period[], now: Instant): Cuts => {
  const afterNow = Math.floor((now - EPOCH_2000_MS) / 1000) + 1;
  const starts = periods.map((period) => secondsOf(period.start));
  const ends = periods.map((period) => secondsOf(period.end));
  const asOfPeriod = Float64Array.from(ends, (end) => Math.min(end, afterNow));
  const bounds = distinct([...starts, ...ends]);
  const asOf = distinct([...asOfPeriod]);

  const firstCell = Int32Array.from(starts, (second) => lowerBound(bounds, second));
  const endCell = Int32Array.from(ends, (second) => lowerBound(bounds, second));
  const asOfCellOfPeriod = Int32Array.from(asOfPeriod, (second) => lowerBound(asOf, second));
  const { listStart, list } = listsBy(firstCell, endCell, asOfCellOfPeriod, bounds.length, asOf.length);
  const boundSteps = stepsOf(bounds);
  const cells = Int32Array.from(bounds, (_, cell) => ((listStart[cell + 1] ?? 0) > (listStart[cell] ?? 0) ? cell : -1));
  const marks = distinct([...bounds, ...asOf]);
  return {
    periods,
    bounds,
    boundSteps,
    cells,
    firstCell,
    endCell,
    asOf,
    asOfSteps: stepsOf(asOf),
    markSteps: stepsOf(marks),
    markCells: Int32Array.from([-Infinity, ...marks], (mark) => cells[lowerBound(bounds, mark + 1) - 1] ?? -1),
    markAsOf: Int32Array.from([-Infinity, ...marks], (mark) => Math.max(LEAST, asOf[lowerBound(asOf, mark + 1) - 1] ?? LEAST)),
    asOfPeriod,
    asOfCellOfPeriod,
    listStart,
    list,
  };
};

/** The periods of each cell: those that hold it, those judged as of it, and the one that it is alone; ascending in each. */
const listsBy = (
  firstCell: Int32Array,
  endCell: Int32Array,
  asOfCell: Int32Array,
  bounds: number,
  asOf: number,
): Pick<Cuts, 'listStart' | 'list'> => {
  const periods = firstCell.length;
  const listStart = new Int32Array(bounds + asOf + periods + 1);
  for (let period = 0; period < periods; period += 1) {
    const end = endCell[period] ?? 0;
    for (let cell = firstCell[period] ?? 0; cell < end; cell += 1) listStart[cell + 1] = (listStart[cell + 1] ?? 0) + 1;
    const moment = bounds + (asOfCell[period] ?? 0);
    listStart[moment + 1] = (listStart[moment + 1] ?? 0) + 1;
    listStart[bounds + asOf + period + 1] = 1;
  }
  for (let cell = 1; cell < listStart.length; cell += 1) listStart[cell] = (listStart[cell] ?? 0) + (listStart[cell - 1] ?? 0);
  const list = new Int32Array(listStart.at(-1) ?? 0);
  const next = listStart.slice();
  const put = (cell: number, period: number): void => {
    const place = next[cell] ?? 0;
    list[place] = period;
    next[cell] = place + 1;
  };
  for (let period = 0; period < periods; period += 1) {
    const end = endCell[period] ?? 0;
    for (let cell = firstCell[period] ?? 0; cell < end; cell += 1) put(cell, period);
    put(bounds + (asOfCell[period] ?? 0), period);
    put(bounds + asOf + period, period);
  }
  return { listStart, list };
};

/** Cells of bounds, of as-of seconds and of periods. */
export const cellsIn = ({ bounds, asOf, periods }: Pick<Cuts, 'bounds' | 'asOf' | 'periods'>): number =>
  bounds.length + asOf.length + periods.length;

/** Index of the first as-of second after a second. */
export const firstAsOf = (cuts: Cuts, second: number): number => stepAt(cuts.asOfSteps, second) + 1;

/** The cell of one period alone, for what adds something else to every period that it lies in. */
export const periodCell = (cuts: Cuts, period: number): number => cuts.bounds.length + cuts.asOf.length + period;

const distinct = (seconds: readonly number[]): Float64Array => Float64Array.from(new Set(seconds)).sort();

/** Index of the first element that is not below `wanted` (`length` where all are). */
export const lowerBound = (sorted: ArrayLike<number>, wanted: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The cell that a second falls into, or -1 where no period holds it. */
export const cellAt = (cuts: Cuts, second: number): number => {
  const cell = stepAt(cuts.boundSteps, second);
  return cell < 0 ? -1 : (cuts.cells[cell] ?? -1);
};

/** Small, so that asking about a handful of items makes nothing large; doubling soon holds thousands. */
const START = 64;

/**
 * What was found, one entry a row and cell, kept where somebody reads a list. An entry lies in the
 * organisation, and in its team's and its service's scope where those are asked for.
 */
export class Entries {
  length = 0;
  row: Int32Array;
  cell: Int32Array;
  /** Scope index, or -1. */
  team: Int32Array;
  service: Int32Array;
  /** Seconds, or NEVER. */
  at: Int32Array;
  /** NaN where left out. */
  value: Float64Array;
  /** 0 is counted; else an index into REASONS of the evaluation. */
  reason: Uint8Array;
  /** What the measure notes beside the value. */
  beside: Float64Array;

  /** 1 for rows that are kept, to be compared: their instants are not, nor what is noted beside them. Null for all. */
  readonly #only: Uint8Array | null;

  /** `expected`: room to begin with. What is not written to costs next to nothing; what has to grow is copied. */
  constructor(expected = START, only: Uint8Array | null = null) {
    this.#only = only;
    const size = Math.max(START, expected);
    this.row = new Int32Array(size);
    this.cell = new Int32Array(size);
    this.team = new Int32Array(size);
    this.service = new Int32Array(size);
    this.at = new Int32Array(only === null ? size : 0);
    this.value = new Float64Array(size);
    this.reason = new Uint8Array(size);
    this.beside = new Float64Array(only === null ? size : 0);
  }

  push(
    row: number,
    cell: number,
    team: number,
    service: number,
    at: number,
    value: number,
    reason: number,
    beside: number,
  ): void {
    if (this.#only !== null && this.#only[row] === 0) return;
    const index = this.length;
    if (index === this.row.length) this.grow(index + 1);
    this.row[index] = row;
    this.cell[index] = cell;
    this.team[index] = team;
    this.service[index] = service;
    if (this.#only === null) this.at[index] = at;
    this.value[index] = value;
    this.reason[index] = reason;
    if (this.#only === null) this.beside[index] = beside;
    this.length = index + 1;
  }

  /** `shown`: the instant of each. */
  addAll({ length, row, cell, team, service, value, reason, beside }: Placings, shown: Int32Array): void {
    if (this.length + length > this.row.length) this.grow(this.length + length);
    const { row: rows, cell: cells, team: teams, service: services, at: instants } = this;
    const { value: values, reason: reasons, beside: besides } = this;
    const only = this.#only;
    let next = this.length;
    for (let index = 0; index < length; index += 1) {
      const own = cell[index] ?? -1;
      if (own < 0 || (only !== null && only[row[index] ?? 0] === 0)) continue;
      rows[next] = row[index] ?? 0;
      cells[next] = own;
      teams[next] = team[index] ?? -1;
      services[next] = service[index] ?? -1;
      values[next] = value[index] ?? 0;
      reasons[next] = reason[index] ?? 0;
      if (only === null) {
        instants[next] = shown[index] ?? 0;
        besides[next] = beside[index] ?? 0;
      }
      next += 1;
    }
    this.length = next;
  }

  private grow(needed: number): void {
    const size = Math.max(needed, this.row.length * 2);
    this.row = copied(new Int32Array(size), this.row);
    this.cell = copied(new Int32Array(size), this.cell);
    this.team = copied(new Int32Array(size), this.team);
    this.service = copied(new Int32Array(size), this.service);
    this.at = copied(new Int32Array(this.#only === null ? size : 0), this.at);
    this.value = copied(new Float64Array(size), this.value);
    this.reason = copied(new Uint8Array(size), this.reason);
    this.beside = copied(new Float64Array(this.#only === null ? size : 0), this.beside);
  }
}

const copied = <A extends Int32Array | Float64Array | Uint8Array>(target: A, source: A): A => {
  target.set(source);
  return target;
};

/** Entries of (scope, period) bucket b, `b = scope * periods + period`, are `members[start[b]]` to `members[start[b + 1]]`. */
export interface Buckets {
  readonly start: Int32Array;
  readonly members: Int32Array;
}

/** A counting sort. `organisation` is a scope index or -1. */
export const sortIntoBuckets = (entries: Entries, cuts: Cuts, scopeCount: number, organisation: number): Buckets => {
  const periodCount = cuts.periods.length;
  const start = new Int32Array(scopeCount * periodCount + 1);
  eachPlace(entries, cuts, organisation, (bucket) => {
    start[bucket + 1] = (start[bucket + 1] ?? 0) + 1;
  });
  for (let bucket = 0; bucket < scopeCount * periodCount; bucket += 1)
    start[bucket + 1] = (start[bucket + 1] ?? 0) + (start[bucket] ?? 0);
  const next = start.slice();
  const members = new Int32Array(start[scopeCount * periodCount] ?? 0);
  eachPlace(entries, cuts, organisation, (bucket, entry) => {
    const place = next[bucket] ?? 0;
    members[place] = entry;
    next[bucket] = place + 1;
  });
  return { start, members };
};

/** The entries of each bucket that has any, where there are few. */
export const bucketsOf = (entries: Entries, cuts: Cuts, organisation: number): Map<number, number[]> => {
  const buckets = new Map<number, number[]>();
  eachPlace(entries, cuts, organisation, (bucket, entry) => {
    const members = buckets.get(bucket);
    if (members === undefined) buckets.set(bucket, [entry]);
    else members.push(entry);
  });
  return buckets;
};

const eachPlace = (entries: Entries, cuts: Cuts, organisation: number, visit: (bucket: number, entry: number) => void): void => {
  const periodCount = cuts.periods.length;
  for (let entry = 0; entry < entries.length; entry += 1) {
    const cell = entries.cell[entry] ?? 0;
    const team = entries.team[entry] ?? -1;
    const service = entries.service[entry] ?? -1;
    const end = cuts.listStart[cell + 1] ?? 0;
    for (let index = cuts.listStart[cell] ?? 0; index < end; index += 1) {
      const period = cuts.list[index] ?? 0;
      if (organisation >= 0) visit(organisation * periodCount + period, entry);
      if (team >= 0) visit(team * periodCount + period, entry);
      if (service >= 0) visit(service * periodCount + period, entry);
    }
  }
};

/** An instant column that may be missing. */
export const at = (column: Int32Array | undefined, row: number): number => column?.[row] ?? NEVER;

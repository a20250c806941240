import { eachRange } from './each-range.ts';
import type { Kpi, Where } from './kpi.ts';
import { isOfMoment, type Filter } from './where.ts';

/** What of the rows only this one of two definitions looks at. */
export interface Apart {
  /** 1 for those rows, and for those that only the other one does. */
  readonly rows: Uint8Array;
  readonly count: number;
}

/** Where each row that a definition looks at is found in the same places with the same value as by another that looks at it. */
type Measured = 'duration' | 'count' | 'depth' | 'age' | 'overlap';
const MEASURED: readonly string[] = ['duration', 'count', 'depth', 'age', 'overlap'] satisfies readonly Measured[];

/**
 * Two definitions that differ in the rows they look at, if in anything that places or values come from: what both find
 * of a row is the same, so that to be compared only what one of them looks at has to be kept. Conditions are compiled once.
 */
export class Alike {
  readonly #kpis: readonly Kpi[];
  readonly #filters = new Map<Kpi, Filter>();
  #apart: ReadonlyMap<Kpi, Apart> | null = null;

  /** Of the same world, scopes and periods. */
  constructor(kpis: readonly Kpi[]) {
    this.#kpis = kpis;
  }

  filterOf(kpi: Kpi, compile: (where: readonly Where[]) => Filter): Filter {
    let filter = this.#filters.get(kpi);
    if (filter === undefined) this.#filters.set(kpi, (filter = compile(kpi.where)));
    return filter;
  }

  /** `ranges`: of all `length` rows those that both look among. */
  apart(kpi: Kpi, compile: (where: readonly Where[]) => Filter, ranges: Int32Array, length: number): Apart {
    this.#apart ??= this.#found(compile, ranges, length);
    const apart = this.#apart.get(kpi);
    if (apart === undefined) throw new Error(`${kpi.id} is neither of the two`);
    return apart;
  }

  #found(compile: (where: readonly Where[]) => Filter, ranges: Int32Array, length: number): ReadonlyMap<Kpi, Apart> {
    const filters = this.#kpis.map((kpi) => this.filterOf(kpi, compile).rows);
    const rows = new Uint8Array(length);
    const counts = [0, 0];
    const [one = null, other = null] = filters;
    eachRange(ranges, (first, end) => {
      if (one !== null && other !== null) either(rows, one, other, first, end, counts);
      else if (one !== null) counts[1] = (counts[1] ?? 0) + without(rows, one, first, end);
      else if (other !== null) counts[0] = (counts[0] ?? 0) + without(rows, other, first, end);
    });
    return new Map(this.#kpis.map((kpi, index) => [kpi, { rows, count: counts[index] ?? 0 }]));
  }
}

/** Marks those that one leaves out, where the other looks at all. */
const without = (rows: Uint8Array, one: Uint8Array, first: number, end: number): number => {
  let count = 0;
  for (let row = first; row < end; row += 1) count += rows[row] = (one[row] ?? 0) ^ 1;
  return count;
};

/** Counts those of each. */
const either = (rows: Uint8Array, one: Uint8Array, other: Uint8Array, first: number, end: number, counts: number[]): void => {
  let [all, own] = [0, 0];
  for (let row = first; row < end; row += 1) {
    const apart = (one[row] ?? 0) ^ (other[row] ?? 0);
    rows[row] = apart;
    all += apart;
    own += apart & (one[row] ?? 0);
  }
  counts[0] = (counts[0] ?? 0) + own;
  counts[1] = (counts[1] ?? 0) + all - own;
};

/** Null where they place or value a row in different ways, perhaps. */
export const alikeOf = (one: Kpi, other: Kpi): Alike | null =>
  MEASURED.includes(one.measure.type) && placing(one) === placing(other) ? new Alike([one, other]) : null;

/** Everything that places and values come from but the conditions that a row meets, or does not, for good. */
const placing = ({ measure, countedIn, isPersonal, where, whenEmpty }: Kpi): string => {
  const moments = where.filter(isOfMoment);
  return JSON.stringify({ measure: { ...measure, summarise: null }, countedIn, isPersonal, moments, whenEmpty });
};

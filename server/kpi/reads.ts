import type { Placings } from './placings.ts';
import { passes, type Filter } from './where.ts';

/** Numbers that are read of what counts, once it is known where it stood: put into one of the columns. */
export interface Reads {
  readonly value: Reader | null;
  readonly beside: Reader | null;
  /** Whether they ask for the stretch in which each stood. */
  readonly needStretches: boolean;
}

type Reader = (found: Placings, into: Float64Array) => void;

/** One by one: a number of a row where it stood at a second. */
export const eachOf =
  (one: (row: number, stretch: number, second: number) => number): Reader =>
  ({ cell, length, reason, row, second, stretch }, into) => {
    for (let index = 0; index < length; index += 1) {
      if ((cell[index] ?? -1) < 0 || reason[index] !== 0) continue;
      into[index] = one(row[index] ?? 0, stretch[index] ?? 0, second[index] ?? 0);
    }
  };

/** 1 for what meets one of some conditions, else 0. */
export const meetsOneOf = (filters: readonly Filter[]): Reader => {
  const [one, ...others] = filters.flatMap(({ moments, rows }) => (moments.length === 0 && rows !== null ? [rows] : []));
  if (one === undefined || others.length + 1 < filters.length)
    return eachOf((row, stretch, second) => (filters.some((filter) => passes(filter, row, stretch, second)) ? 1 : 0));
  const [other = one, ...more] = others;
  // Rows alone tell: nothing is left that depends on them but what is put down.
  if (more.length === 0) return (found, into) => flags(found, one, other, into);
  return eachOf((row) => ([one, ...others].some((rows) => rows[row] === 1) ? 1 : 0));
};

const flags = ({ length, row: rows }: Placings, one: Uint8Array, other: Uint8Array, into: Float64Array): void => {
  for (let index = 0; index < length; index += 1) {
    const row = rows[index] ?? 0;
    into[index] = (one[row] ?? 0) | (other[row] ?? 0);
  }
};

/** Whether all that filters ask is of rows, whatever the moment. */
export const areOfRows = (filters: readonly Filter[]): boolean => filters.every(({ moments }) => moments.length === 0);

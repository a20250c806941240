import { EPOCH_2000_MS, NEVER, type ItemColumns } from '../event/columns.ts';
import type { Attribution } from './attribution.ts';
import { at, type Cuts, type Entries } from './buckets.ts';
import type { Kpi } from './kpi.ts';
import type { Emptiness } from './measurement.ts';
import type { Filter } from './where.ts';
import type { World } from './world.ts';

/** One pass over the items of a kind: what the measures read, and where they put what they find. */
export interface ItemPass {
  readonly kpi: Kpi;
  readonly world: World;
  readonly columns: ItemColumns;
  /** Rows in ascending order of uid. */
  readonly order: Int32Array;
  readonly cuts: Cuts;
  readonly attribution: Attribution;
  readonly filter: Filter;
  readonly entries: Entries;
  /** Reasons for leaving out; index 0 stands for "counted". */
  readonly reasons: string[];
  /** The present in seconds; later instants are not yet known. */
  readonly now: number;
}

/** One scope and period of a finished pass. */
export interface Bucket {
  readonly index: number;
  readonly period: number;
  /** Counted values, ascending. */
  readonly sorted: Float64Array;
  /** Entries of the pass: all of the bucket, counted and left out, in order of uid. */
  readonly members: Int32Array;
}

export interface Finished {
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly also: Record<string, number | null>;
}

/** What a measure of items must say: which entries there are, and how a bucket of them becomes a number. */
export interface ItemMeasure {
  /** Whether each entry is meant for one scope alone, which stands in the place of its team's. */
  readonly isPlacedByScope?: boolean;
  collect(pass: ItemPass): void;
  finish(pass: ItemPass, bucket: Bucket): Finished;
}

export const some = (value: number | null, also: Record<string, number | null> = {}): Finished =>
  value === null ? none('none to measure', also) : { value, emptiness: null, also };
export const none = (emptiness: Emptiness, also: Record<string, number | null> = {}): Finished => ({
  value: null,
  emptiness,
  also,
});

export const presentOf = (world: World): number => Math.floor((world.now - EPOCH_2000_MS) / 1000);

/** Index of a reason, remembered on first use. */
export const reasonIndex = (pass: ItemPass, reason: string): number => {
  const known = pass.reasons.indexOf(reason);
  return known >= 0 ? known : pass.reasons.push(reason) - 1;
};

/** Reads an instant of a row; NEVER where it is absent or still to come. */
export const instantReader = (pass: Pick<ItemPass, 'columns' | 'now'>, name: string): ((row: number) => number) => {
  const column = pass.columns.instants[name];
  return (row) => {
    const second = at(column, row);
    return second > pass.now ? NEVER : second;
  };
};

/** Puts a row where it stood at a second. */
export const place = (
  pass: ItemPass,
  row: number,
  cell: number,
  stretch: number,
  second: number,
  instant: number,
  value: number,
  reason: number,
): void => {
  const { attribution } = pass;
  pass.entries.push(row, cell, attribution.teamScope(stretch, second), attribution.serviceScope(stretch), instant, value, reason);
};

/** The moment a cell of open items is judged at: the period's end, or now while it runs. */
export const judgedAt = (pass: Pick<ItemPass, 'now'>, asOf: number): number => Math.min(asOf, pass.now);

const orders = new WeakMap<ItemColumns, Int32Array>();

/** Rows by ascending uid (code units), computed once for columns that never change. */
export const orderOf = (columns: ItemColumns): Int32Array => {
  const known = orders.get(columns);
  if (known !== undefined) return known;
  const { uids } = columns;
  const order = Int32Array.from({ length: columns.length }, (_, row) => row);
  let isSorted = true;
  for (let row = 1; row < columns.length && isSorted; row += 1) isSorted = (uids.at(row - 1) ?? '') <= (uids.at(row) ?? '');
  if (!isSorted) {
    order.sort((left, right) => {
      const a = uids.at(left) ?? '';
      const b = uids.at(right) ?? '';
      return a < b ? -1 : a > b ? 1 : left - right;
    });
  }
  orders.set(columns, order);
  return order;
};

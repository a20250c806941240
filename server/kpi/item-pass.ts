import { EPOCH_2000_MS, NEVER, type ItemColumns } from '../event/columns.ts';
import type { Attribution } from './attribution.ts';
import type { Bearers } from './bearers.ts';
import { at, type Cuts, type Entries } from './buckets.ts';
import type { HourLanes } from './hour-lanes.ts';
import type { Kpi } from './kpi.ts';
import type { Emptiness } from './measurement.ts';
import type { FoundBefore } from './open-spells.ts';
import type { Placings } from './placings.ts';
import type { Reads } from './reads.ts';
import { settleMoments, settlePlacings } from './settle.ts';
import type { Found, Needs, Sums } from './sums.ts';
import type { Values } from './value-log.ts';
import type { Filter } from './where.ts';
import type { World } from './world.ts';

/** One pass over the items of a kind: what the measures read, and where they put what they find. */
export interface ItemPass {
  readonly kpi: Kpi;
  readonly world: World;
  readonly columns: ItemColumns;
  /** Ranges of rows to look at, each a first row and an end that is not included; in no particular order. */
  readonly ranges: Int32Array;
  readonly cuts: Cuts;
  readonly attribution: Attribution;
  readonly filter: Filter;
  /** Whatever stands, all conditions aside. */
  readonly standing: Filter;
  /** What is found and not added yet: by its second alone, counted and left out, and in a cell already. */
  readonly moments: Placings;
  readonly leftOut: Placings;
  readonly placings: Placings;
  /** What counted rows add and what is noted with them, where it is not known before it is known where they stood. */
  readonly reads: Reads | null;
  /** What is found, added up; null where only a list is made. */
  readonly sums: Sums | null;
  /** What is found, entry by entry. */
  readonly entries: Entries;
  /** Whether entries are kept: for lists, and for measures that look at them again. */
  readonly keepsEntries: boolean;
  /** 1 for rows whose entries are kept, where that is not all of them. */
  readonly apart: Uint8Array | null;
  /** Whom counted items speak of; null where numbers are not personal. */
  readonly bearers: Bearers | null;
  /** Tells at which hours they were, where that is asked about. */
  readonly hours: HourLanes | null;
  /** What others found over the same scopes and periods; null where nobody else looks. */
  readonly before: FoundBefore | null;
  /** Reasons for leaving out; index 0 stands for "counted". */
  readonly reasons: string[];
  /** The present in seconds; later instants are not yet known. */
  readonly now: number;
}

/** One scope and period of a finished pass: a window that is moved from one to the next. */
export interface Bucket extends Readonly<Found> {
  readonly index: number;
  readonly period: number;
  /** Counted values in no order, to be changed at will. */
  values(): Values;
  /** What was noted beside each of them, in no order. */
  besideValues(): Values;
  /** Entries of the pass, counted and left out, in no order; none where they are not kept. */
  members(): Int32Array;
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
  /** Whether it looks at entries again when a bucket is finished. */
  readonly needsMembers?: boolean;
  readonly needs: Needs;
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

/** As long as the largest table that lacked a column; written by nobody. */
let absent = new Int32Array(0);

/** An instant column; where it is missing, one that says so for every row. */
export const instantsNamed = (columns: ItemColumns, name: string): Int32Array => {
  const column = columns.instants[name];
  if (column === undefined && absent.length < columns.length) absent = new Int32Array(columns.length * 2).fill(NEVER);
  return column ?? absent;
};

/** Reads an instant of a row; NEVER where it is absent or still to come. */
export const instantReader = (pass: Pick<ItemPass, 'columns' | 'now'>, name: string): ((row: number) => number) => {
  const column = pass.columns.instants[name];
  return (row) => {
    const second = at(column, row);
    return second > pass.now ? NEVER : second;
  };
};

/**
 * Puts a row where it stood at a second, and into the period that holds it, if the conditions that depend on the moment
 * hold. `beside` is what the measure notes with it.
 */
export const placeAt = (pass: ItemPass, row: number, second: number, value: number, reason: number, beside = 0): void => {
  const found = reason === 0 ? pass.moments : pass.leftOut;
  if (found.isFull) settleMoments(pass, found);
  const index = found.length;
  found.row[index] = row;
  found.second[index] = second;
  found.value[index] = value;
  if (reason !== 0) found.reason[index] = reason;
  found.beside[index] = beside;
  found.length = index + 1;
};

/** Puts a row into a cell, where it stood at a second. `instant` is what its list shows. */
export const place = (
  pass: ItemPass,
  row: number,
  cell: number,
  stretch: number,
  second: number,
  instant: number,
  value: number,
  reason: number,
  beside = 0,
): void => {
  const { placings } = pass;
  if (placings.isFull) settlePlacings(pass);
  const index = placings.length;
  placings.row[index] = row;
  placings.cell[index] = cell;
  placings.stretch[index] = stretch;
  placings.second[index] = second;
  placings.instant[index] = instant;
  placings.value[index] = value;
  placings.reason[index] = reason;
  placings.beside[index] = beside;
  placings.length = index + 1;
};

/** Puts a row into one scope alone. */
export const placeIn = (
  pass: ItemPass,
  row: number,
  cell: number,
  scope: number,
  instant: number,
  value: number,
  beside: number,
): void => {
  const { placings } = pass;
  if (placings.isFull) settlePlacings(pass);
  placings.team[placings.length] = scope;
  place(pass, row, cell, -1, NEVER, instant, value, 0, beside);
};

/** Puts a row where it stood as of several moments, `first` to `last` by their index, in none of which it stood elsewhere. */
export const placeStanding = (
  pass: ItemPass,
  row: number,
  first: number,
  last: number,
  stretch: number,
  instant: number,
  value: number,
  reason: number,
  beside = 0,
): void => {
  const { attribution, cuts } = pass;
  const team = attribution.teamScope(stretch, (cuts.asOf[first] ?? 0) - 1);
  standIn(pass, row, first, last, team, attribution.serviceScope(stretch), instant, value, reason, beside);
};

/** The same where it is known in which scopes. */
export const standIn = (
  pass: ItemPass,
  row: number,
  first: number,
  last: number,
  team: number,
  service: number,
  instant: number,
  value: number,
  reason: number,
  beside = 0,
): void => {
  const { bearers, cuts, sums } = pass;
  if (sums !== null) sums.stand(row, first, last, team, service, instant, value, reason, beside);
  if (bearers !== null && reason === 0)
    for (let index = first; index <= last; index += 1) bearers.addRow(row, cuts.bounds.length + index, team, service);
  if (!pass.keepsEntries) return;
  for (let index = first; index <= last; index += 1)
    pass.entries.push(row, cuts.bounds.length + index, team, service, instant, value, reason, beside);
};

/** The moment a cell of open items is judged at: the period's end, or now while it runs. */
export const judgedAt = (pass: Pick<ItemPass, 'now'>, asOf: number): number => Math.min(asOf, pass.now);

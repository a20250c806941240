import { cellsIn, periodCell, type Cuts } from '../kpi/buckets.ts';
import type { EntryLists } from '../kpi/entry-lists.ts';
import type { Period } from '../time/period.ts';
import type { ItemNumbers } from './diff-items.ts';
import { MOVED_KEPT } from './diff-moved.ts';

/** How the entries of a definition stand, each by its number. */
export interface Standing {
  /** Number of the item, the same for both definitions. */
  readonly item: Int32Array;
  readonly value: Float64Array;
  /** 0 is counted; else the number of its words, the same for both definitions. */
  readonly reason: Uint8Array;
}

/** The entries of a definition one after another, of all its passes. */
export interface Side extends Standing {
  readonly lists: readonly EntryLists[];
  readonly length: number;
  /** Where the entries of each pass begin. */
  readonly starts: readonly number[];
  /** What became of each entry so far; `STANDS_ALONE` for those meant here. */
  readonly aside: Uint8Array;
}

/** Marks of entries: held against the other side by bucket, had by both in all the same places, or of an item that one side has. */
export const IS_OPEN = 0;
export const IS_PAIRED = 1;
export const STANDS_ALONE = 2;

/** Which way they move. */
export const ENTERS = 0;
export const LEAVES = 1;
export const OTHERWISE = 2;

/** As many scopes at once as a number of two bytes has bits: there is one for each item. */
const AT_ONCE = 16;
/** Entries that are looked at in one go: their keys stay near while they are counted. */
const ENTRIES_AT_ONCE = 16_384;
/** Those of what is being counted, which are used up before others are. */
const KEYS = new Float64Array(ENTRIES_AT_ONCE);

/** Slots of a scope: its cells, counted entries (even slots) apart from those left out. */
const widthOf = (cuts: Cuts): number => 2 * cellsIn(cuts);

/** What of one pass stands alone, in the scopes that are counted. */
interface PassCounts {
  readonly side: Side;
  readonly lists: EntryLists;
  /** Of the pass among the entries of its side. */
  readonly start: number;
  readonly isNew: boolean;
  /** By slot. */
  readonly counts: Int32Array;
  /** Of each slot the first by uid, entries of the side, and the key of each. */
  readonly kept: Int32Array;
  readonly keys: Float64Array;
  /** The key of the last that is kept, where there is no room for more; else Infinity. */
  readonly last: Float64Array;
  /** 1 for slots of what is counted in a week that shows its list. */
  readonly isOfWeek: Uint8Array;
}

/**
 * Counts what stands alone, entry after entry as passes found them, for many scopes at once and cell by cell, which periods
 * are made of: each moves by itself, and where it is in tables its neighbours are. The first of each cell by uid are kept.
 */
export class AloneCounts {
  readonly #items: ItemNumbers;
  readonly #scopes: number;
  readonly #isWeek: Uint8Array;
  /** Those of `was` first. */
  readonly #passes: readonly PassCounts[];
  /** The scopes that were counted last. */
  #first = -AT_ONCE;
  /** By item: the scopes in which it moved over the weeks, a bit each. None where no item moves twice. */
  readonly #seen: Uint16Array;
  readonly #entering = new Int32Array(AT_ONCE);
  readonly #leaving = new Int32Array(AT_ONCE);
  /** The first of a period by uid, as `kept` gives them, and their keys. */
  readonly #found = new Int32Array(MOVED_KEPT);
  readonly #foundKeys = new Float64Array(MOVED_KEPT);

  constructor(items: ItemNumbers, was: Side, is: Side, scopes: number, periods: readonly Period[]) {
    this.#items = items;
    this.#scopes = scopes;
    this.#isWeek = Uint8Array.from(periods, ({ grain }) => (grain === 'week' ? 1 : 0));
    const passesOf = (side: Side, isNew: boolean): PassCounts[] =>
      side.lists.map((lists, nth) => {
        const slots = Math.min(AT_ONCE, scopes) * widthOf(lists.cuts);
        return {
          ...{ side, lists, start: side.starts[nth] ?? 0, isNew },
          counts: new Int32Array(slots),
          kept: new Int32Array(slots * MOVED_KEPT),
          keys: new Float64Array(slots * MOVED_KEPT),
          last: new Float64Array(slots),
          isOfWeek: new Uint8Array(slots),
        };
      });
    this.#passes = [...passesOf(was, false), ...passesOf(is, true)];
    const isOnce = [was, is].every(({ lists: [only, ...others] }) => {
      return others.length === 0 && (only === undefined || (only.isOnce && items.of(only) === null));
    });
    this.#seen = new Uint16Array(isOnce ? 0 : items.count);
  }

  /** Over all weeks of a scope, each item once. */
  overWeeks(scope: number): { readonly entering: number; readonly leaving: number } {
    this.#reach(scope);
    return { entering: this.#entering[scope - this.#first] ?? 0, leaving: this.#leaving[scope - this.#first] ?? 0 };
  }

  count(scope: number, period: number, way: number): number {
    this.#reach(scope);
    let sum = 0;
    this.#eachSlot(scope, period, way, ({ counts }, slot) => {
      sum += counts[slot] ?? 0;
    });
    return sum;
  }

  /**
   * The first of them by uid, to be read before others are asked for: entries of `is`, and of `was` as their complement. Those
   * of one uid stand in the order of their entries, those of `was` first.
   */
  kept(scope: number, period: number, way: number): Int32Array {
    this.#reach(scope);
    let length = 0;
    this.#eachSlot(scope, period, way, ({ counts, isNew, keys, kept }, slot) => {
      const from = slot * MOVED_KEPT;
      const end = from + Math.min(MOVED_KEPT, counts[slot] ?? 0);
      for (let at = from; at < end; at += 1) {
        const entry = kept[at] ?? 0;
        if (!this.#put(keys[at] ?? 0, isNew ? entry : ~entry, length)) return;
        length = Math.min(MOVED_KEPT, length + 1);
      }
    });
    return this.#found.subarray(0, length);
  }

  /** Puts one among the first `length` of a period; false where so many come before it. */
  #put(key: number, entry: number, length: number): boolean {
    const [found, keys] = [this.#found, this.#foundKeys];
    let at = length;
    while (at > 0 && this.#isBefore(key, entry, keys[at - 1] ?? 0, found[at - 1] ?? 0)) at -= 1;
    if (at === MOVED_KEPT) return false;
    const end = Math.min(length, MOVED_KEPT - 1);
    found.copyWithin(at + 1, at, end);
    keys.copyWithin(at + 1, at, end);
    found[at] = entry;
    keys[at] = key;
    return true;
  }

  #isBefore(key: number, entry: number, otherKey: number, other: number): boolean {
    if (key !== otherKey) return key < otherKey;
    const order = this.#items.compare(this.#itemOf(entry), this.#itemOf(other));
    if (order !== 0) return order < 0;
    return entry < 0 === other < 0 ? (entry < 0 ? entry > other : entry < other) : entry < 0;
  }

  #itemOf(entry: number): number {
    const [was] = this.#passes;
    const side = entry < 0 ? was?.side : this.#passes.at(-1)?.side;
    return side?.item[entry < 0 ? ~entry : entry] ?? 0;
  }

  /** Slots that a scope and period is made of, of all passes that find what moves that way. */
  #eachSlot(scope: number, period: number, way: number, visit: (pass: PassCounts, slot: number) => void): void {
    for (const pass of this.#passes) {
      const { cuts, isListed } = pass.lists;
      if ((way !== OTHERWISE && pass.isNew !== (way === ENTERS)) || isListed[scope * this.#isWeek.length + period] !== 1)
        continue;
      const start = (scope - this.#first) * widthOf(cuts) + (way === OTHERWISE ? 1 : 0);
      eachCell(cuts, period, (cell) => {
        visit(pass, start + 2 * cell);
      });
    }
  }

  /** Counts for this scope and the next ones. */
  #reach(scope: number): void {
    if (scope >= this.#first && scope < this.#first + AT_ONCE) return;
    if (this.#first >= 0) for (const array of [this.#seen, this.#entering, this.#leaving]) array.fill(0);
    this.#first = scope - (scope % AT_ONCE);
    for (const pass of this.#passes) {
      pass.counts.fill(0);
      pass.last.fill(Infinity);
      this.#markWeeks(pass);
      const { length } = pass.lists.entries;
      for (let from = 0; from < length; from += ENTRIES_AT_ONCE)
        this.#countSome(pass, from, Math.min(length, from + ENTRIES_AT_ONCE), pass.isNew ? this.#entering : this.#leaving);
    }
  }

  #markWeeks({ isOfWeek, lists }: PassCounts): void {
    isOfWeek.fill(0);
    const { cuts, isListed } = lists;
    const end = Math.min(this.#first + AT_ONCE, this.#scopes);
    for (let scope = this.#first; scope < end; scope += 1)
      this.#isWeek.forEach((isWeek, period) => {
        if (isWeek === 0 || isListed[scope * this.#isWeek.length + period] !== 1) return;
        eachCell(cuts, period, (cell) => {
          isOfWeek[(scope - this.#first) * widthOf(cuts) + 2 * cell] = 1;
        });
      });
  }

  /** Entries of a pass, `from` to `to` of its own. */
  #countSome(pass: PassCounts, from: number, to: number, overWeeks: Int32Array): void {
    const { counts, isOfWeek, last, lists, side, start } = pass;
    const { aside, item, reason } = side;
    if (aside.subarray(start + from, start + to).indexOf(STANDS_ALONE) < 0) return;
    const { entries, whole } = lists;
    const { cell: cells, team, service } = entries;
    this.#items.keysOf(item.subarray(start + from, start + to), KEYS);
    const width = widthOf(lists.cuts);
    const [first, seen] = [this.#first, this.#seen];
    const hasSeen = seen.length > 0;
    const end = Math.min(first + AT_ONCE, this.#scopes);
    for (let own = from; own < to; own += 1) {
      const entry = start + own;
      if (aside[entry] !== STANDS_ALONE) continue;
      const place = 2 * (cells[own] ?? 0) + (reason[entry] === 0 ? 0 : 1);
      const key = KEYS[own - from] ?? 0;
      for (let part = 0; part < 3; part += 1) {
        const scope = part === 0 ? whole : part === 1 ? (team[own] ?? -1) : (service[own] ?? -1);
        if (scope < first || scope >= end) continue;
        const slot = (scope - first) * width + place;
        const count = counts[slot] ?? 0;
        counts[slot] = count + 1;
        if (key <= (last[slot] ?? 0)) this.#keep(pass, slot, Math.min(count, MOVED_KEPT), key, entry);
        if (isOfWeek[slot] !== 1) continue;
        if (hasSeen) {
          const one = item[entry] ?? 0;
          const bit = 1 << (scope - first);
          const known = seen[one] ?? 0;
          if ((known & bit) !== 0) continue;
          seen[one] = known | bit;
        }
        overWeeks[scope - first] = (overWeeks[scope - first] ?? 0) + 1;
      }
    }
  }

  /** Puts one among the `length` that are kept, after those of the same uid; the last makes room for it. */
  #keep({ kept, keys, last, side }: PassCounts, slot: number, length: number, key: number, entry: number): void {
    const start = slot * MOVED_KEPT;
    let [low, high] = [start, start + length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const known = keys[middle] ?? 0;
      const isBefore =
        key === known ? this.#items.compare(side.item[entry] ?? 0, side.item[kept[middle] ?? 0] ?? 0) < 0 : key < known;
      if (isBefore) high = middle;
      else low = middle + 1;
    }
    if (low === start + MOVED_KEPT) return;
    const end = start + Math.min(length, MOVED_KEPT - 1);
    kept.copyWithin(low + 1, low, end);
    keys.copyWithin(low + 1, low, end);
    kept[low] = entry;
    keys[low] = key;
    if (end === start + MOVED_KEPT - 1) last[slot] = keys[end] ?? 0;
  }
}

/** Cells that a period is made of. */
const eachCell = (cuts: Cuts, period: number, visit: (cell: number) => void): void => {
  const end = cuts.endCell[period] ?? 0;
  for (let cell = cuts.firstCell[period] ?? 0; cell < end; cell += 1) visit(cell);
  visit(cuts.bounds.length + (cuts.asOfCellOfPeriod[period] ?? 0));
  visit(periodCell(cuts, period));
};

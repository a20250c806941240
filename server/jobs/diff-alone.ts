import type { Scope } from '../event/organisation.ts';
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
const WAYS = 3;

/** As many scopes at once as a number of two bytes has bits: there is one for each item. */
const AT_ONCE = 16;

/**
 * Counts what stands alone, entry after entry as passes found them, for many scopes and all periods at once: each moves by
 * itself, and where it is in tables its neighbours are. The first of each bucket by uid are kept.
 */
export class AloneCounts {
  readonly #items: ItemNumbers;
  readonly #was: Side;
  readonly #is: Side;
  readonly #scopes: readonly Scope[];
  readonly #isWeek: Uint8Array;
  /** The scopes that were counted last. */
  #first = -AT_ONCE;
  /** By scope, period and way. */
  readonly #counts: Int32Array;
  /** Of each of those the first by uid: entries of `is`, and of `was` as their complement. */
  readonly #kept: Int32Array;
  /** The key of the last that is kept, where there is no room for more; else Infinity. */
  readonly #last: Float64Array;
  /** Of all entries, in the order of uids as far as they go. */
  readonly #keys: { readonly was: Float64Array; readonly is: Float64Array };
  /** By item: the scopes in which it moved over the weeks, a bit each. */
  readonly #seen: Uint16Array;
  readonly #entering = new Int32Array(AT_ONCE);
  readonly #leaving = new Int32Array(AT_ONCE);

  constructor(items: ItemNumbers, was: Side, is: Side, scopes: readonly Scope[], periods: readonly Period[]) {
    this.#items = items;
    [this.#was, this.#is] = [was, is];
    this.#scopes = scopes;
    this.#isWeek = Uint8Array.from(periods, ({ grain }) => (grain === 'week' ? 1 : 0));
    const buckets = Math.min(AT_ONCE, scopes.length) * periods.length * WAYS;
    this.#counts = new Int32Array(buckets);
    this.#kept = new Int32Array(buckets * MOVED_KEPT);
    this.#last = new Float64Array(buckets);
    const keysOf = ({ item, length }: Side): Float64Array => items.keysOf(item.subarray(0, length)) ?? new Float64Array(length);
    this.#keys = { was: keysOf(was), is: keysOf(is) };
    this.#seen = new Uint16Array(items.count);
  }

  /** Over all weeks of a scope, each item once. */
  overWeeks(scope: number): { readonly entering: number; readonly leaving: number } {
    this.#reach(scope);
    return { entering: this.#entering[scope - this.#first] ?? 0, leaving: this.#leaving[scope - this.#first] ?? 0 };
  }

  count(scope: number, period: number, way: number): number {
    return this.#counts[this.#slotOf(scope, period, way)] ?? 0;
  }

  /** The first of them by uid: entries of `is`, and of `was` as their complement. */
  kept(scope: number, period: number, way: number): Int32Array {
    const slot = this.#slotOf(scope, period, way);
    return this.#kept.subarray(slot * MOVED_KEPT, slot * MOVED_KEPT + Math.min(MOVED_KEPT, this.#counts[slot] ?? 0));
  }

  #slotOf(scope: number, period: number, way: number): number {
    this.#reach(scope);
    return ((scope - this.#first) * this.#isWeek.length + period) * WAYS + way;
  }

  /** Counts for this scope and the next ones. */
  #reach(scope: number): void {
    if (scope >= this.#first && scope < this.#first + AT_ONCE) return;
    if (this.#first >= 0) for (const array of [this.#counts, this.#seen, this.#entering, this.#leaving]) array.fill(0);
    this.#last.fill(Infinity);
    this.#first = scope - (scope % AT_ONCE);
    this.#was.lists.forEach((lists, nth) => {
      this.#countAll(this.#was, lists, this.#was.starts[nth] ?? 0, LEAVES, this.#leaving);
    });
    this.#is.lists.forEach((lists, nth) => {
      this.#countAll(this.#is, lists, this.#is.starts[nth] ?? 0, ENTERS, this.#entering);
    });
  }

  #countAll({ aside, item, reason }: Side, lists: EntryLists, start: number, counted: number, overWeeks: Int32Array): void {
    const { entries, cuts, whole, isListed } = lists;
    const { cell: cells, team, service, length } = entries;
    const { listStart, list } = cuts;
    const [counts, isWeek, last, seen] = [this.#counts, this.#isWeek, this.#last, this.#seen];
    const keys = counted === ENTERS ? this.#keys.is : this.#keys.was;
    const first = this.#first;
    const end = Math.min(first + AT_ONCE, this.#scopes.length);
    const periods = isWeek.length;
    for (let own = 0; own < length; own += 1) {
      const entry = start + own;
      if (aside[entry] !== STANDS_ALONE) continue;
      const cell = cells[own] ?? 0;
      const until = listStart[cell + 1] ?? 0;
      const one = item[entry] ?? 0;
      const isCounted = reason[entry] === 0;
      const way = isCounted ? counted : OTHERWISE;
      for (let part = 0; part < 3; part += 1) {
        const scope = part === 0 ? whole : part === 1 ? (team[own] ?? -1) : (service[own] ?? -1);
        if (scope < first || scope >= end) continue;
        for (let at = listStart[cell] ?? 0; at < until; at += 1) {
          const period = list[at] ?? 0;
          if (isListed[scope * periods + period] !== 1) continue;
          const slot = ((scope - first) * periods + period) * WAYS + way;
          const count = counts[slot] ?? 0;
          counts[slot] = count + 1;
          const key = keys[entry] ?? 0;
          if (key <= (last[slot] ?? 0)) this.#keep(slot, Math.min(count, MOVED_KEPT), key, counted === ENTERS ? entry : ~entry);
          if (!isCounted || isWeek[period] === 0) continue;
          const bit = 1 << (scope - first);
          const known = seen[one] ?? 0;
          if ((known & bit) !== 0) continue;
          seen[one] = known | bit;
          overWeeks[scope - first] = (overWeeks[scope - first] ?? 0) + 1;
        }
      }
    }
  }

  /** Puts one among the `length` that are kept, after those of the same uid; the last makes room for it. */
  #keep(slot: number, length: number, key: number, entry: number): void {
    const kept = this.#kept;
    const start = slot * MOVED_KEPT;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(key, entry, kept[start + middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    if (low === MOVED_KEPT) return;
    const end = Math.min(length, MOVED_KEPT - 1);
    kept.copyWithin(start + low + 1, start + low, start + end);
    kept[start + low] = entry;
    if (end === MOVED_KEPT - 1) this.#last[slot] = this.#keyOf(kept[start + end] ?? 0);
  }

  #isBefore(key: number, entry: number, other: number): boolean {
    const known = this.#keyOf(other);
    return key === known ? this.#items.compare(this.#itemOf(entry), this.#itemOf(other)) < 0 : key < known;
  }

  #keyOf(entry: number): number {
    return (entry < 0 ? this.#keys.was[~entry] : this.#keys.is[entry]) ?? 0;
  }

  #itemOf(entry: number): number {
    return (entry < 0 ? this.#was.item[~entry] : this.#is.item[entry]) ?? 0;
  }
}

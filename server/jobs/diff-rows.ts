import type { Scope } from '../event/organisation.ts';
import type { EntryLists } from '../kpi/entry-lists.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { MovedCount, type Standing } from './diff-count.ts';
import { itemNumbers, type ItemNumbers } from './diff-items.ts';
import type { ScopeMoves } from './diff-moved.ts';

/** What one definition lists, of one pass or of several. */
export interface ListedAll {
  readonly kpi: Kpi;
  readonly lists: readonly EntryLists[];
}

/** The entries of a definition one after another, of all its passes. */
interface Side extends Standing {
  readonly lists: readonly EntryLists[];
  readonly length: number;
  /** Where the entries of each pass begin. */
  readonly starts: readonly number[];
  /** 1 for those that the other side has in all the same places. */
  readonly isPaired: Uint8Array;
}

/** Entries of bucket b are `members[start[b]]` to `members[start[b + 1]]`, counted or left out. */
interface Buckets {
  readonly start: Int32Array;
  readonly members: Int32Array;
}

/**
 * Holds the lists of two definitions against each other for all scopes and periods at once, item by item as `movedBetween`
 * does, by number instead of by uid. What both have alike in a cell is put aside first, which is most where little changed.
 */
export function movesByRow(before: ListedAll, after: ListedAll): (scope: Scope) => ScopeMoves {
  const items = itemNumbers([...before.lists, ...after.lists]);
  const words = [''];
  const was = sideOf(before.lists, items, words);
  const is = sideOf(after.lists, items, words);
  const [any] = before.lists;
  const cuts = any?.cuts;
  const scopes = any?.scopes ?? [];
  const periods = cuts?.periods ?? [];
  const [head, next] = [new Int32Array(items.count), new Int32Array(was.length)];
  if (isAlike([...before.lists, ...after.lists])) pairEntries(was, is, head, next);
  const [old, fresh] = [bucketsOf(was, scopes.length * periods.length), bucketsOf(is, scopes.length * periods.length)];
  const count = new MovedCount(before.kpi, after.kpi, items, was, is, words);
  return (scope) => {
    const index = scopes.indexOf(scope);
    count.beginScope();
    return {
      periods: periods.map((period, at) => {
        const bucket = index * periods.length + at;
        count.beginPeriod(period.grain === 'week');
        compare(was, membersOf(old, bucket), is, membersOf(fresh, bucket), head, next, count);
        return count.moved();
      }),
      weeks: count.overWeeks(),
    };
  };
}

const membersOf = ({ start, members }: Buckets, bucket: number): Int32Array => members.subarray(start[bucket], start[bucket + 1]);

const sideOf = (lists: readonly EntryLists[], { of }: ItemNumbers, words: string[]): Side => {
  const starts: number[] = [];
  let length = 0;
  for (const { entries } of lists) {
    starts.push(length);
    length += entries.length;
  }
  const isPaired = new Uint8Array(length);
  const [only] = lists;
  // One pass over the only columns there are: its entries as they are.
  if (only !== undefined && lists.length === 1 && of(only) === null && numbered(only, words).every((code, at) => code === at))
    return { lists, length, starts, item: only.entries.row, value: only.entries.value, reason: only.entries.reason, isPaired };
  const side = { item: new Int32Array(length), value: new Float64Array(length), reason: new Uint8Array(length) };
  lists.forEach((each, index) => {
    const { entries } = each;
    const start = starts[index] ?? 0;
    const numbers = of(each);
    const codes = numbered(each, words);
    side.value.set(entries.value.subarray(0, entries.length), start);
    for (let entry = 0; entry < entries.length; entry += 1) {
      const row = entries.row[entry] ?? 0;
      side.item[start + entry] = numbers === null ? row : (numbers[row] ?? 0);
      side.reason[start + entry] = codes[entries.reason[entry] ?? 0] ?? 0;
    }
  });
  return { lists, length, starts, isPaired, ...side };
};

/** The number of each reason among the words of both sides, to which it is added where it is new. */
const numbered = ({ reasons }: EntryLists, words: string[]): Uint8Array =>
  Uint8Array.from(reasons, (reason) => (words.includes(reason) ? words.indexOf(reason) : words.push(reason) - 1));

/** Whether entries of one cell and the same scopes lie in the same buckets, whichever pass found them. */
const isAlike = (lists: readonly EntryLists[]): boolean => {
  const [first] = lists;
  return (
    first !== undefined &&
    lists.every(
      ({ whole, isListed }) => whole === first.whole && isListed.every((listed, bucket) => listed === first.isListed[bucket]),
    )
  );
};

/** Puts aside what both sides have in the same cell and scopes. */
const pairEntries = (was: Side, is: Side, head: Int32Array, next: Int32Array): void => {
  const [old, fresh] = [placesOf(was), placesOf(is)];
  chainUp(was.item, was.length, head, next);
  for (let entry = 0; entry < is.length; entry += 1) {
    const item = is.item[entry] ?? 0;
    let last = -1;
    for (let other = (head[item] ?? 0) - 1; other >= 0; last = other, other = (next[other] ?? 0) - 1) {
      if (
        !isSame(was, other, is, entry) ||
        old.cell[other] !== fresh.cell[entry] ||
        old.team[other] !== fresh.team[entry] ||
        old.service[other] !== fresh.service[entry]
      )
        continue;
      was.isPaired[other] = is.isPaired[entry] = 1;
      if (last < 0) head[item] = next[other] ?? 0;
      else next[last] = next[other] ?? 0;
      break;
    }
  }
  head.fill(0);
};

/** Entries by item, each with the next of the same one: one more than its number, 0 where there is none. */
const chainUp = (items: Int32Array, length: number, head: Int32Array, next: Int32Array): void => {
  for (let entry = length - 1; entry >= 0; entry -= 1) {
    const item = items[entry] ?? 0;
    next[entry] = head[item] ?? 0;
    head[item] = entry + 1;
  }
};

const placesOf = ({ lists, length, starts }: Side) => {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only.entries;
  const places = { cell: new Int32Array(length), team: new Int32Array(length), service: new Int32Array(length) };
  lists.forEach(({ entries }, index) => {
    for (const name of ['cell', 'team', 'service'] as const)
      places[name].set(entries[name].subarray(0, entries.length), starts[index]);
  });
  return places;
};

/** Counted by both with one value, or left out by both for one reason. */
const isSame = (was: Side, old: number, is: Side, fresh: number): boolean =>
  was.reason[old] === is.reason[fresh] && (was.reason[old] !== 0 || was.value[old] === is.value[fresh]);

/** A counting sort of what was not put aside; counted ones come first in each bucket, as in lists. */
const bucketsOf = (side: Side, buckets: number): Buckets => {
  const start = new Int32Array(buckets + 1);
  const left = side.lists.map((_, index) => leftOf(side, index));
  left.forEach((entries, index) => {
    eachPlace(side, index, entries, start.subarray(1), null);
  });
  for (let bucket = 0; bucket < buckets; bucket += 1) start[bucket + 1] = (start[bucket + 1] ?? 0) + (start[bucket] ?? 0);
  const free = start.slice();
  const members = new Int32Array(start[buckets] ?? 0);
  for (const isCounted of [true, false])
    left.forEach((entries, index) => {
      const own = entries.filter((entry) => (side.reason[entry] === 0) === isCounted);
      eachPlace(side, index, own, free, members);
    });
  return { start, members };
};

/** Numbers of the entries of one pass that were not put aside. */
const leftOf = ({ isPaired, lists, starts }: Side, index: number): Int32Array => {
  const start = starts[index] ?? 0;
  const end = start + (lists[index]?.entries.length ?? 0);
  const left = new Int32Array(end - start);
  let length = 0;
  for (let entry = start; entry < end; entry += 1) if (isPaired[entry] === 0) left[length++] = entry;
  return left.subarray(0, length);
};

/** Counts up in each bucket of each entry; where there are members, puts it where the count stood. */
const eachPlace = (side: Side, index: number, left: Int32Array, counts: Int32Array, members: Int32Array | null): void => {
  const lists = side.lists[index];
  if (lists === undefined) return;
  const { isListed, whole } = lists;
  const { cell, team, service } = lists.entries;
  const { list, listStart, periods } = lists.cuts;
  const start = side.starts[index] ?? 0;
  const width = periods.length;
  // An entry lies in up to three scopes: one sweep for each.
  for (const scopes of [null, team, service]) {
    if (scopes === null && whole < 0) continue;
    for (const entry of left) {
      const scope = scopes === null ? whole : (scopes[entry - start] ?? -1);
      if (scope < 0) continue;
      const own = cell[entry - start] ?? 0;
      const end = listStart[own + 1] ?? 0;
      for (let at = listStart[own] ?? 0; at < end; at += 1) {
        const bucket = scope * width + (list[at] ?? 0);
        if (isListed[bucket] !== 1) continue;
        const place = counts[bucket] ?? 0;
        counts[bucket] = place + 1;
        if (members !== null) members[place] = entry;
      }
    }
  }
};

/** Tells `count` how the items of one bucket move; leaves `head` empty, as it found it. */
const compare = (
  was: Side,
  old: Int32Array,
  is: Side,
  fresh: Int32Array,
  head: Int32Array,
  next: Int32Array,
  count: MovedCount,
): void => {
  if (old.length === 0 || fresh.length === 0) {
    for (const entry of old) count.move(entry, -1);
    for (const entry of fresh) count.move(-1, entry);
    return;
  }
  for (let at = old.length - 1; at >= 0; at -= 1) {
    const entry = old[at] ?? 0;
    const item = was.item[entry] ?? 0;
    next[entry] = head[item] ?? 0;
    head[item] = entry + 1;
  }
  const left: number[] = [];
  for (const entry of fresh) {
    const item = is.item[entry] ?? 0;
    let last = -1;
    let other = (head[item] ?? 0) - 1;
    while (other >= 0 && !isSame(was, other, is, entry)) {
      last = other;
      other = (next[other] ?? 0) - 1;
    }
    if (other < 0) left.push(entry);
    else if (last < 0) head[item] = next[other] ?? 0;
    else next[last] = next[other] ?? 0;
  }
  for (const entry of left) {
    const item = is.item[entry] ?? 0;
    const other = (head[item] ?? 0) - 1;
    if (other >= 0) head[item] = next[other] ?? 0;
    count.move(other, entry);
  }
  for (const entry of old) {
    const item = was.item[entry] ?? 0;
    for (let other = (head[item] ?? 0) - 1; other >= 0; other = (next[other] ?? 0) - 1) count.move(other, -1);
    head[item] = 0;
  }
};

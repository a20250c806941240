import type { Scope } from '../event/organisation.ts';
import { cellsIn, periodCell, type Cuts } from '../kpi/buckets.ts';
import type { EntryLists } from '../kpi/entry-lists.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { AloneCounts, IS_OPEN, IS_PAIRED, STANDS_ALONE, type Side } from './diff-alone.ts';
import { MovedCount } from './diff-count.ts';
import { itemNumbers, type ItemNumbers } from './diff-items.ts';
import type { ScopeMoves } from './diff-moved.ts';

/** What one definition lists, of one pass or of several. */
interface ListedAll {
  readonly kpi: Kpi;
  readonly lists: readonly EntryLists[];
}

/**
 * Entries by slot: a cell in a scope, counted ones (even slots) apart from those left out. Those of slot s are
 * `members[start[s]]` to `members[start[s + 1]]`.
 */
interface Slots {
  readonly start: Int32Array;
  readonly members: Int32Array;
}

/**
 * Holds the lists of two definitions against each other for all scopes and periods at once, item by item as `movedBetween`
 * does, by number instead of by uid. What both have alike in a cell is put aside first, which is most where little changed; what
 * is of an item that only one of them still has is counted by itself, which is most where much did.
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
  const haveBoth = was.length > 0 && is.length > 0;
  const [head, next] = [new Int32Array(haveBoth ? items.count : 0), new Int32Array(haveBoth ? was.length : 0)];
  if (haveBoth) {
    if (isAlike([...before.lists, ...after.lists])) pairEntries(was, is, head, next);
    tellAlone(was, is, items.count);
  } else for (const { aside } of [was, is]) aside.fill(STANDS_ALONE);
  const slots = (side: Side): Slots[] => side.lists.map((lists, at) => (haveBoth ? slotsOf(side, at, lists) : NO_SLOTS));
  const [old, fresh] = [slots(was), slots(is)];
  const alone = new AloneCounts(items, was, is, scopes.length, periods);
  const count = new MovedCount(before.kpi, after.kpi, items, was, is, words, alone);
  return (scope) => {
    const index = scopes.indexOf(scope);
    count.beginScope(index);
    return {
      periods: periods.map((period, at) => {
        count.beginPeriod(at, period.grain === 'week');
        compare(was, membersOf(was, old, index, at), is, membersOf(is, fresh, index, at), head, next, count);
        return count.moved();
      }),
      weeks: count.overWeeks(),
    };
  };
}

const NO_SLOTS: Slots = { start: new Int32Array(0), members: new Int32Array(0) };

const sideOf = (lists: readonly EntryLists[], { of }: ItemNumbers, words: string[]): Side => {
  const starts: number[] = [];
  let length = 0;
  for (const { entries } of lists) {
    starts.push(length);
    length += entries.length;
  }
  const aside = new Uint8Array(length);
  const [only] = lists;
  // One pass over the only columns there are: its entries as they are.
  if (only !== undefined && lists.length === 1 && of(only) === null && numbered(only, words).every((code, at) => code === at))
    return { lists, length, starts, item: only.entries.row, value: only.entries.value, reason: only.entries.reason, aside };
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
  return { lists, length, starts, aside, ...side };
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
      was.aside[other] = is.aside[entry] = IS_PAIRED;
      if (last < 0) head[item] = next[other] ?? 0;
      else next[last] = next[other] ?? 0;
      break;
    }
  }
  head.fill(0);
};

/** Marks what is of items of which only one side has anything left. */
const tellAlone = (was: Side, is: Side, items: number): void => {
  const isLeft = new Uint8Array(items);
  leave(was, isLeft, OF_BEFORE);
  leave(is, isLeft, OF_AFTER);
  tellApart(was, isLeft);
  tellApart(is, isLeft);
};

const OF_BEFORE = 1;
const OF_AFTER = 2;

const leave = ({ aside, item, length }: Side, isLeft: Uint8Array, side: number): void => {
  for (let entry = 0; entry < length; entry += 1) {
    const own = item[entry] ?? 0;
    if (aside[entry] === IS_OPEN) isLeft[own] = (isLeft[own] ?? 0) | side;
  }
};

const tellApart = ({ aside, item, length }: Side, isLeft: Uint8Array): void => {
  for (let entry = 0; entry < length; entry += 1)
    if (aside[entry] === IS_OPEN && isLeft[item[entry] ?? 0] !== (OF_BEFORE | OF_AFTER)) aside[entry] = STANDS_ALONE;
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

/** A counting sort of the entries of one pass that are left; those of a hundred periods lie in few more cells. */
const slotsOf = (side: Side, index: number, lists: EntryLists): Slots => {
  const counts = new Int32Array(lists.scopes.length * widthOf(lists.cuts) + 1);
  eachSlot(side, index, lists, counts.subarray(1), null);
  for (let slot = 1; slot < counts.length; slot += 1) counts[slot] = (counts[slot] ?? 0) + (counts[slot - 1] ?? 0);
  const members = new Int32Array(counts.at(-1) ?? 0);
  eachSlot(side, index, lists, counts.slice(), members);
  return { start: counts, members };
};

/** Slots of one scope. */
const widthOf = (cuts: Cuts): number => 2 * cellsIn(cuts);

/** Counts up in each slot of each entry; where there are members, puts it where the count stood. */
const eachSlot = (side: Side, index: number, lists: EntryLists, counts: Int32Array, members: Int32Array | null): void => {
  const { entries, whole } = lists;
  const { cell, team, service, length } = entries;
  const { aside, reason } = side;
  const start = side.starts[index] ?? 0;
  const width = widthOf(lists.cuts);
  for (let own = 0; own < length; own += 1) {
    const entry = start + own;
    if (aside[entry] !== IS_OPEN) continue;
    const at = 2 * (cell[own] ?? 0) + (reason[entry] === 0 ? 0 : 1);
    if (whole >= 0) putInto(counts, members, whole * width + at, entry);
    const ofTeam = team[own] ?? -1;
    const ofService = service[own] ?? -1;
    if (ofTeam >= 0) putInto(counts, members, ofTeam * width + at, entry);
    if (ofService >= 0) putInto(counts, members, ofService * width + at, entry);
  }
};

const putInto = (counts: Int32Array, members: Int32Array | null, slot: number, entry: number): void => {
  const place = counts[slot] ?? 0;
  counts[slot] = place + 1;
  if (members !== null) members[place] = entry;
};

/** Entries of a scope and period of all passes of a side, counted ones first, as in lists. */
const membersOf = ({ lists }: Side, slots: readonly Slots[], scope: number, period: number): Int32Array => {
  const found: Int32Array[] = [];
  for (const kind of [0, 1])
    lists.forEach(({ cuts, isListed }, index) => {
      const own = slots[index];
      if (own === undefined || isListed[scope * cuts.periods.length + period] !== 1) return;
      const first = scope * widthOf(cuts) + kind;
      for (const cell of cellsOf(cuts, period)) {
        const [from, to] = [own.start[first + 2 * cell] ?? 0, own.start[first + 2 * cell + 1] ?? 0];
        if (to > from) found.push(own.members.subarray(from, to));
      }
    });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const all = new Int32Array(found.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of found) {
    all.set(each, at);
    at += each.length;
  }
  return all;
};

/** Cells that a period is made of. */
const cellsOf = (cuts: Cuts, period: number): number[] => {
  const cells: number[] = [];
  for (let cell = cuts.firstCell[period] ?? 0; cell < (cuts.endCell[period] ?? 0); cell += 1) cells.push(cell);
  return [...cells, cuts.bounds.length + (cuts.asOfCellOfPeriod[period] ?? 0), periodCell(cuts, period)];
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

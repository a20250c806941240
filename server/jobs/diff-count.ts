import type { Kpi } from '../kpi/kpi.ts';
import type { ItemNumbers } from './diff-items.ts';
import { MOVED_KEPT, seenBy, titleOf, type How, type Moved, type MovedItem, type OverWeeks, type Seen } from './diff-moved.ts';

/** How the entries of a definition stand, each by its number. */
export interface Standing {
  /** Number of the item, the same for both definitions. */
  readonly item: Int32Array;
  readonly value: Float64Array;
  /** 0 is counted; else the number of its words, the same for both definitions. */
  readonly reason: Uint8Array;
}

/** Counts how items move, period by period, and keeps the first of them; uids are made of those alone. */
export class MovedCount {
  readonly #before: Kpi;
  readonly #after: Kpi;
  readonly #items: ItemNumbers;
  readonly #was: Standing;
  readonly #is: Standing;
  readonly #words: readonly string[];
  readonly #enters: First;
  readonly #leaves: First;
  readonly #changes: First;
  readonly #otherwise: First;
  /** By item: the scope in which it last moved over the weeks (its turn), times 4, and which way. */
  readonly #over: Int32Array;
  #turn = 0;
  #isWeek = false;
  #entering = 0;
  #leaving = 0;
  #between = 0;

  constructor(before: Kpi, after: Kpi, items: ItemNumbers, was: Standing, is: Standing, words: readonly string[]) {
    this.#before = before;
    this.#after = after;
    this.#items = items;
    this.#was = was;
    this.#is = is;
    this.#words = words;
    this.#over = new Int32Array(items.count);
    const first = (): First => new First(items, was, is);
    [this.#enters, this.#leaves, this.#changes, this.#otherwise] = [first(), first(), first(), first()];
  }

  /** The next scope. */
  beginScope(): void {
    this.#turn += 1;
    this.#entering = this.#leaving = this.#between = 0;
  }

  beginPeriod(isWeek: boolean): void {
    this.#isWeek = isWeek;
    for (const first of [this.#enters, this.#leaves, this.#changes, this.#otherwise]) first.clear();
  }

  /** One that stands otherwise than it did: entry numbers, -1 where a definition does not know it. */
  move(was: number, is: number): void {
    const wasCounted = was >= 0 && this.#was.reason[was] === 0;
    const isCounted = is >= 0 && this.#is.reason[is] === 0;
    if (wasCounted === isCounted) {
      (isCounted ? this.#changes : this.#otherwise).add(was, is);
      return;
    }
    (isCounted ? this.#enters : this.#leaves).add(was, is);
    if (this.#isWeek) this.#moveOver((was < 0 ? this.#is.item[is] : this.#was.item[was]) ?? 0, isCounted ? ENTERED : LEFT);
  }

  #moveOver(item: number, way: number): void {
    const known = this.#over[item] ?? 0;
    const ways = known >> 2 === this.#turn ? known & BOTH : 0;
    if ((ways & way) !== 0) return;
    if (way === ENTERED) this.#entering += 1;
    else this.#leaving += 1;
    if (ways !== 0) this.#between += 1;
    this.#over[item] = (this.#turn << 2) | ways | way;
  }

  moved(): Moved {
    const [enters, leaves, changes, leftOutOtherwise] = [this.#enters, this.#leaves, this.#changes, this.#otherwise];
    const items = [
      ...this.#told('enters', enters),
      ...this.#told('leaves', leaves),
      ...this.#told('changes', changes),
      ...this.#told('left out otherwise', leftOutOtherwise),
    ];
    return {
      total: enters.count + leaves.count + changes.count + leftOutOtherwise.count,
      enters: enters.count,
      leaves: leaves.count,
      changes: changes.count,
      leftOutOtherwise: leftOutOtherwise.count,
      items: items.slice(0, MOVED_KEPT),
    };
  }

  overWeeks(): OverWeeks {
    return { entering: this.#entering, leaving: this.#leaving, between: this.#between };
  }

  #told(how: How, first: First): MovedItem[] {
    return first.moves.map(({ item, was, is }) => {
      const uid = this.#items.uid(item);
      const [before, after] = [this.#seen(this.#before, this.#was, was), this.#seen(this.#after, this.#is, is)];
      return { uid, title: titleOf(uid), how, before, after };
    });
  }

  #seen(kpi: Kpi, { value, reason }: Standing, entry: number): Seen | null {
    if (entry < 0) return null;
    const why = reason[entry] ?? 0;
    return seenBy(
      kpi,
      why === 0 ? { value: value[entry] ?? null, excluded: null } : { value: null, excluded: this.#words[why] ?? null },
    );
  }
}

const ENTERED = 1;
const LEFT = 2;
const BOTH = ENTERED | LEFT;

interface Move {
  readonly item: number;
  readonly was: number;
  readonly is: number;
}

/** How many moved in one way, and the first of them by uid. */
class First {
  count = 0;
  readonly moves: Move[] = [];
  readonly #items: ItemNumbers;
  readonly #was: Standing;
  readonly #is: Standing;

  constructor(items: ItemNumbers, was: Standing, is: Standing) {
    this.#items = items;
    this.#was = was;
    this.#is = is;
  }

  clear(): void {
    this.count = 0;
    this.moves.length = 0;
  }

  add(was: number, is: number): void {
    this.count += 1;
    const item = (was < 0 ? this.#is.item[is] : this.#was.item[was]) ?? 0;
    const { moves } = this;
    const last = moves[MOVED_KEPT - 1];
    if (last !== undefined && this.#items.compare(item, last.item) >= 0) return;
    let [low, high] = [0, moves.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#items.compare(item, moves[middle]?.item ?? item) < 0) high = middle;
      else low = middle + 1;
    }
    moves.splice(low, 0, { item, was, is });
    if (moves.length > MOVED_KEPT) moves.pop();
  }
}

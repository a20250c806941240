import type { Kpi } from '../kpi/kpi.ts';
import { ENTERS, LEAVES, OTHERWISE, type AloneCounts, type Standing } from './diff-alone.ts';
import type { ItemNumbers } from './diff-items.ts';
import { MOVED_KEPT, seenBy, titleOf, type How, type Moved, type MovedItem, type OverWeeks, type Seen } from './diff-moved.ts';

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
  #over: Int32Array | null = null;
  readonly #alone: AloneCounts;
  /** By entry of `is`, or of `was` as its complement, where the other side has none: most are told of a week and its month, in two scopes. */
  readonly #told = new Map<number, MovedItem>();
  #turn = 0;
  #scope = 0;
  #isWeek = false;
  #entering = 0;
  #leaving = 0;
  #between = 0;

  constructor(
    before: Kpi,
    after: Kpi,
    items: ItemNumbers,
    was: Standing,
    is: Standing,
    words: readonly string[],
    alone: AloneCounts,
  ) {
    this.#before = before;
    this.#after = after;
    this.#items = items;
    this.#was = was;
    this.#is = is;
    this.#words = words;
    const first = (): First => new First(items, was, is);
    this.#alone = alone;
    [this.#enters, this.#leaves, this.#changes, this.#otherwise] = [first(), first(), first(), first()];
  }

  /** The next scope. */
  beginScope(scope: number): void {
    this.#turn += 1;
    this.#scope = scope;
    this.#entering = this.#leaving = this.#between = 0;
  }

  /** Begins with what stands alone. */
  beginPeriod(period: number, isWeek: boolean): void {
    this.#isWeek = isWeek;
    const [alone, scope] = [this.#alone, this.#scope];
    this.#enters.begin(alone.count(scope, period, ENTERS), alone.kept(scope, period, ENTERS));
    this.#leaves.begin(alone.count(scope, period, LEAVES), alone.kept(scope, period, LEAVES));
    this.#changes.begin(0, NONE);
    this.#otherwise.begin(alone.count(scope, period, OTHERWISE), alone.kept(scope, period, OTHERWISE));
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
    const over = (this.#over ??= new Int32Array(this.#items.count));
    const known = over[item] ?? 0;
    const ways = known >> 2 === this.#turn ? known & BOTH : 0;
    if ((ways & way) !== 0) return;
    if (way === ENTERED) this.#entering += 1;
    else this.#leaving += 1;
    if (ways !== 0) this.#between += 1;
    over[item] = (this.#turn << 2) | ways | way;
  }

  moved(): Moved {
    const [enters, leaves, changes, leftOutOtherwise] = [this.#enters, this.#leaves, this.#changes, this.#otherwise];
    const items: MovedItem[] = [];
    this.#tell('enters', enters, items);
    this.#tell('leaves', leaves, items);
    this.#tell('changes', changes, items);
    this.#tell('left out otherwise', leftOutOtherwise, items);
    return {
      total: enters.count + leaves.count + changes.count + leftOutOtherwise.count,
      enters: enters.count,
      leaves: leaves.count,
      changes: changes.count,
      leftOutOtherwise: leftOutOtherwise.count,
      items,
    };
  }

  overWeeks(): OverWeeks {
    const { entering, leaving } = this.#alone.overWeeks(this.#scope);
    return { entering: entering + this.#entering, leaving: leaving + this.#leaving, between: this.#between };
  }

  #tell(how: How, { moves }: First, told: MovedItem[]): void {
    for (const move of moves.slice(0, MOVED_KEPT - told.length)) told.push(this.#itemOf(how, move));
  }

  #itemOf(how: How, { item, was, is }: Move): MovedItem {
    const key = was < 0 ? is : is < 0 ? ~was : null;
    const known = key === null ? undefined : this.#told.get(key);
    if (known !== undefined) return known;
    const uid = this.#items.uid(item);
    const [before, after] = [this.#seen(this.#before, this.#was, was), this.#seen(this.#after, this.#is, is)];
    const told = { uid, title: titleOf(uid), how, before, after };
    if (key !== null) this.#told.set(key, told);
    return told;
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

const NONE = new Int32Array(0);
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

  /** `kept`: the first of as many as are counted already, each of one side: entries of `is`, and of `was` as their complement. */
  begin(count: number, kept: Int32Array): void {
    this.count = count;
    this.moves.length = 0;
    for (const entry of kept) {
      const [was, is] = entry < 0 ? [~entry, -1] : [-1, entry];
      this.moves.push({ item: this.#itemOf(was, is), was, is });
    }
  }

  add(was: number, is: number): void {
    this.count += 1;
    const item = this.#itemOf(was, is);
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
  #itemOf(was: number, is: number): number {
    return (was < 0 ? this.#is.item[is] : this.#was.item[was]) ?? 0;
  }
}

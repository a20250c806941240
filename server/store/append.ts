import { itemUid, type Event } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { Kind } from '../event/kinds.ts';
import { checkEvent, checkSource, fieldsText } from './door.ts';

/** Rows of one item that are put in order one by one; more of them are sorted as a list. */
const FEW = 32;

const FIRST_CAPACITY = 1024;

/**
 * The events as rows of the log: ascending by (item, key), each fact once. The order of the rows is that
 * of the table, which makes writing them several times faster than in the order of arrival.
 * @throws StoreError `invalid`
 */
export function blockOf(events: readonly Event[]): EventBlock {
  const builder = new BlockBuilder();
  builder.add(events);
  return builder.take();
}

/** Takes events one after another and keeps nothing of them but their cells, so that they live no longer than need be. */
export class BlockBuilder {
  readonly isCopying = true;
  #length = 0;
  #texts = new Texts();
  #items = new Map<string, number>();
  #uids: string[] = [];
  #kinds: Kind[] = [];
  #keys: string[] = [];
  #cells = cellsFor(FIRST_CAPACITY);
  /** Of the event before; the event itself may be another by now. */
  #before: Pick<Event, 'source' | 'kind' | 'item'> | null = null;
  /** Of the event before, in `#uids`. */
  #item = -1;

  /** Events taken since the last block. */
  get length(): number {
    return this.#length;
  }

  /** @throws StoreError `invalid` */
  add(events: readonly Event[]): void {
    if (this.#length + events.length > this.#cells.item.length) this.#grow(this.#length + events.length);
    for (const event of events) this.#add(event);
  }

  /** What was taken as a block, and begins anew. */
  take(): EventBlock {
    const { item, kind, effectiveAt, sequence, origin, state, fields, supersedes, slot } = this.#cells;
    const keys = this.#keys;
    const order = inLogOrder(item.subarray(0, this.#length), keys, this.#uids);
    const texts = this.#texts;
    const uidTexts = Int32Array.from(this.#uids, (uid) => texts.added(uid));
    const { length } = order;
    const picked = <A extends Uint8Array | Int32Array | Float64Array>(from: A, into: A): A => {
      for (let row = 0; row < length; row += 1) into[row] = from[order[row] ?? 0] ?? 0;
      return into;
    };
    const items = picked(item, new Int32Array(length));
    for (let row = 0; row < length; row += 1) items[row] = uidTexts[items[row] ?? 0] ?? 0;
    const block = {
      length,
      texts: texts.list,
      kinds: this.#kinds,
      item: items,
      keys: Array.from(order, (at) => keys[at] ?? ''),
      kind: picked(kind, new Uint8Array(length)),
      effectiveAt: picked(effectiveAt, new Float64Array(length)),
      sequence: picked(sequence, new Float64Array(length)),
      origin: picked(origin, new Int32Array(length)),
      state: picked(state, new Int32Array(length)),
      fields: picked(fields, new Int32Array(length)),
      supersedes: picked(supersedes, new Int32Array(length)),
      slot: picked(slot, new Int32Array(length)),
    };
    this.#length = 0;
    this.#texts = new Texts();
    this.#items = new Map();
    this.#uids = [];
    this.#kinds = [];
    this.#keys = [];
    this.#before = null;
    return block;
  }

  #add(event: Event): void {
    const before = this.#before;
    // Facts of one item come together, and its uid is as long as all the rest of a row.
    const isSameItem = before?.item === event.item && before.kind === event.kind && before.source === event.source;
    if (before?.source !== event.source) checkSource(event.source);
    checkEvent(event, isSameItem);
    const said = fieldsText(event);
    if (!isSameItem) {
      this.#item = numberOf(this.#items, this.#uids, itemUid(event.source, event.kind, event.item));
      this.#before = { source: event.source, kind: event.kind, item: event.item };
    }
    let kind = this.#kinds.indexOf(event.kind);
    if (kind < 0) kind = this.#kinds.push(event.kind) - 1;
    const cells = this.#cells;
    const row = this.#length;
    cells.item[row] = this.#item;
    cells.kind[row] = kind;
    // -0 would be kept as 0 by one database only.
    cells.effectiveAt[row] = event.effectiveAt + 0;
    cells.sequence[row] = event.sequence + 0;
    const texts = this.#texts;
    cells.origin[row] = texts.known(event.origin);
    cells.state[row] = texts.known(event.state);
    cells.fields[row] = said === '{}' ? texts.known(said) : texts.added(said);
    cells.supersedes[row] = texts.known(event.supersedes);
    cells.slot[row] = texts.known(event.slot);
    this.#keys.push(event.key);
    this.#length = row + 1;
  }

  #grow(length: number): void {
    const grown = cellsFor(Math.max(length, 2 * this.#cells.item.length));
    const { item, kind, effectiveAt, sequence, origin, state, fields, supersedes, slot } = this.#cells;
    grown.item.set(item);
    grown.kind.set(kind);
    grown.effectiveAt.set(effectiveAt);
    grown.sequence.set(sequence);
    grown.origin.set(origin);
    grown.state.set(state);
    grown.fields.set(fields);
    grown.supersedes.set(supersedes);
    grown.slot.set(slot);
    this.#cells = grown;
  }
}

/** Columns of a block that grows; `item` is a number of the builder's own. */
type Cells = Omit<EventBlock, 'length' | 'texts' | 'kinds' | 'keys'>;

const cellsFor = (capacity: number): Cells => ({
  item: new Int32Array(capacity),
  kind: new Uint8Array(capacity),
  effectiveAt: new Float64Array(capacity),
  sequence: new Float64Array(capacity),
  origin: new Int32Array(capacity),
  state: new Int32Array(capacity),
  fields: new Int32Array(capacity),
  supersedes: new Int32Array(capacity),
  slot: new Int32Array(capacity),
});

/** Texts of a block: those that many rows share stand there once. */
class Texts {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  added(text: string): number {
    return this.list.push(text) - 1;
  }

  known(text: string | null): number {
    if (text === null) return -1;
    const place = this.#places.get(text);
    if (place !== undefined) return place;
    const added = this.added(text);
    this.#places.set(text, added);
    return added;
  }
}

function numberOf(numbers: Map<string, number>, list: string[], text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, list.length);
  return list.push(text) - 1;
}

/** Positions of the events, ascending by (uid, key); of the same fact twice the first. */
function inLogOrder(itemOf: Int32Array, keys: readonly string[], uids: readonly string[]): Int32Array {
  const ascending = Int32Array.from(uids.keys());
  if (!uids.every((uid, at) => at === 0 || (uids[at - 1] ?? '') < uid)) {
    ascending.sort((one, other) => ((uids[one] ?? '') < (uids[other] ?? '') ? -1 : 1));
  }
  const rank = new Int32Array(uids.length);
  for (const [place, item] of ascending.entries()) rank[item] = place;
  const ends = new Int32Array(uids.length + 1);
  for (const item of itemOf) ends[(rank[item] ?? 0) + 1] = (ends[(rank[item] ?? 0) + 1] ?? 0) + 1;
  for (let at = 1; at < ends.length; at += 1) ends[at] = (ends[at] ?? 0) + (ends[at - 1] ?? 0);
  const next = ends.slice();
  const order = new Int32Array(itemOf.length);
  for (let at = 0; at < itemOf.length; at += 1) {
    const place = rank[itemOf[at] ?? 0] ?? 0;
    const to = next[place] ?? 0;
    order[to] = at;
    next[place] = to + 1;
  }
  const keyAt = (at: number): string => keys[at] ?? '';
  let length = 0;
  for (let place = 0; place < uids.length; place += 1) {
    const own = order.subarray(ends[place], ends[place + 1]);
    sortByKey(own, keyAt);
    for (let at = 0; at < own.length; at += 1) {
      const event = own[at] ?? 0;
      if (at > 0 && keyAt(event) === keyAt(own[at - 1] ?? 0)) continue;
      order[length] = event;
      length += 1;
    }
  }
  return order.subarray(0, length);
}

/** Stable, as of the same fact twice the first counts. */
function sortByKey(order: Int32Array, keyAt: (at: number) => string): void {
  if (order.length > FEW) {
    order.sort((one, other) => (keyAt(one) < keyAt(other) ? -1 : keyAt(one) > keyAt(other) ? 1 : one - other));
    return;
  }
  for (let at = 1; at < order.length; at += 1) {
    const moved = order[at] ?? 0;
    const key = keyAt(moved);
    let to = at;
    while (to > 0 && keyAt(order[to - 1] ?? 0) > key) {
      order[to] = order[to - 1] ?? 0;
      to -= 1;
    }
    order[to] = moved;
  }
}

import { itemUid, type Event, type Fields } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import { KEY_LENGTH } from '../event/key.ts';
import type { Kind } from '../event/kinds.ts';
import type { ToldItem } from '../event/told-item.ts';
import { checkEvent, checkSource, checkTold, fieldsText } from './door.ts';

/** Rows of one item that are put in order one by one; more of them are sorted as a list. */
const FEW = 32;

const FIRST_CAPACITY = 1024;
const NOTHING_SAID = '{}';
const NO_FIELDS: Fields = Object.freeze({});

const isEmpty = (fields: Fields): boolean => {
  for (const _ in fields) return false;
  return true;
};

/** The text of UTF-16 units. */
const textOf = (units: Uint16Array): string => Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le');

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
  #length = 0;
  #texts = new Texts();
  #items = new Map<string, number>();
  #uids: string[] = [];
  #kinds: Kind[] = [];
  /** UTF-16 units of the keys, one behind the other. */
  #keys = new Uint16Array(KEY_LENGTH * FIRST_CAPACITY);
  #keysLength = 0;
  #cells = cellsFor(FIRST_CAPACITY);
  /** Of the event before; the event itself may be another by now. */
  #before: Pick<Event, 'source' | 'kind' | 'item'> | null = null;
  /** Of the event before, in `#uids` and in `#kinds`. */
  #item = -1;
  #kind = -1;

  /** Events taken since the last block. */
  get length(): number {
    return this.#length;
  }

  /** @throws StoreError `invalid` */
  add(events: readonly Event[]): void {
    this.#reserve(events.length);
    for (const event of events) this.#add(event);
  }

  /**
   * The same of what a row tells.
   * @throws StoreError `invalid`
   */
  addTold(told: ToldItem): void {
    const { source, kind, item, length } = told;
    this.#reserve(length);
    if (this.#before?.source !== source) checkSource(source);
    checkTold(told);
    this.#begin(source, kind, item);
    const native = this.#texts.known('native');
    this.#reserveKeys(length * KEY_LENGTH);
    for (let at = 0; at < length * KEY_LENGTH; at += 1) this.#keys[this.#keysLength + at] = told.keys[at] ?? 0;
    for (let fact = 0; fact < length; fact += 1) {
      const fields = told.fields[fact] ?? NO_FIELDS;
      const said = isEmpty(fields) ? NOTHING_SAID : fieldsText(told, fields);
      this.#keysLength += KEY_LENGTH;
      const { effectiveAt, states, slots } = told;
      this.#write(effectiveAt[fact] ?? 0, told.sequence, native, states[fact] ?? null, said, null, slots[fact] ?? null);
    }
  }

  /** What was taken as a block, and begins anew. */
  take(): EventBlock {
    const { item, kind, keyEnd, effectiveAt, sequence, origin, state, fields, supersedes, slot } = this.#cells;
    const order = inLogOrder(item.subarray(0, this.#length), this.#uids, this.#keys, keyEnd);
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
      ...this.#keysOf(order),
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
    this.#keysLength = 0;
    this.#before = null;
    return block;
  }

  /** The keys of these rows, in this order. */
  #keysOf(order: Int32Array): Pick<EventBlock, 'keys' | 'keyEnd'> {
    const units = new Uint16Array(this.#keysLength);
    const keyEnd = new Int32Array(order.length);
    const ends = this.#cells.keyEnd;
    let length = 0;
    let all = 0;
    for (let row = 0; row < order.length; row += 1) {
      const from = order[row] ?? 0;
      const end = ends[from] ?? 0;
      for (let at = from === 0 ? 0 : (ends[from - 1] ?? 0); at < end; at += 1) {
        const unit = this.#keys[at] ?? 0;
        units[length] = unit;
        all |= unit;
        length += 1;
      }
      keyEnd[row] = length;
    }
    // Nearly always ASCII: a byte each in memory, and when they are handed to another thread.
    const text = all < 128 ? Buffer.from(units.subarray(0, length)).toString('latin1') : textOf(units.subarray(0, length));
    return { keys: text, keyEnd };
  }

  #add(event: Event): void {
    const { source, kind, item, key } = event;
    if (this.#before?.source !== source) checkSource(source);
    // Facts of one item come together, and its uid is as long as all the rest of a row.
    checkEvent(event, this.#isBefore(source, kind, item));
    const said = fieldsText(event, event.fields);
    this.#begin(source, kind, item);
    this.#reserveKeys(key.length);
    for (let at = 0; at < key.length; at += 1) this.#keys[this.#keysLength++] = key.charCodeAt(at);
    const origin = this.#texts.known(event.origin);
    this.#write(event.effectiveAt, event.sequence, origin, event.state, said, event.supersedes, event.slot);
  }

  #isBefore(source: string, kind: Kind, item: string): boolean {
    const before = this.#before;
    return before?.item === item && before.kind === kind && before.source === source;
  }

  /** The rows that follow are of this item. */
  #begin(source: string, kind: Kind, item: string): void {
    if (this.#isBefore(source, kind, item)) return;
    this.#item = numberOf(this.#items, this.#uids, itemUid(source, kind, item));
    this.#kind = this.#kinds.indexOf(kind);
    if (this.#kind < 0) this.#kind = this.#kinds.push(kind) - 1;
    this.#before = { source, kind, item };
  }

  /** A row of the item that was begun, whose key ends where keys end. */
  #write(
    effectiveAt: number,
    sequence: number,
    origin: number,
    state: string | null,
    said: string,
    supersedes: string | null,
    slot: string | null,
  ): void {
    const cells = this.#cells;
    const texts = this.#texts;
    const row = this.#length;
    cells.item[row] = this.#item;
    cells.kind[row] = this.#kind;
    cells.keyEnd[row] = this.#keysLength;
    // -0 would be kept as 0 by one database only.
    cells.effectiveAt[row] = effectiveAt + 0;
    cells.sequence[row] = sequence + 0;
    cells.origin[row] = origin;
    cells.state[row] = texts.known(state);
    cells.fields[row] = said === NOTHING_SAID ? texts.known(said) : texts.added(said);
    cells.supersedes[row] = texts.known(supersedes);
    cells.slot[row] = texts.known(slot);
    this.#length = row + 1;
  }

  #reserve(rows: number): void {
    if (this.#length + rows > this.#cells.item.length) this.#grow(this.#length + rows);
  }

  #reserveKeys(units: number): void {
    const length = this.#keysLength + units;
    if (length <= this.#keys.length) return;
    const grown = new Uint16Array(Math.max(length, 2 * this.#keys.length));
    grown.set(this.#keys);
    this.#keys = grown;
  }

  #grow(length: number): void {
    const grown = cellsFor(Math.max(length, 2 * this.#cells.item.length));
    const { item, kind, keyEnd, effectiveAt, sequence, origin, state, fields, supersedes, slot } = this.#cells;
    grown.item.set(item);
    grown.kind.set(kind);
    grown.keyEnd.set(keyEnd);
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
  keyEnd: new Int32Array(capacity),
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
function inLogOrder(itemOf: Int32Array, uids: readonly string[], keys: Uint16Array, keyEnd: Int32Array): Int32Array {
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
  const compare = (one: number, other: number): number => compareKeys(keys, keyEnd, one, other);
  let length = 0;
  for (let place = 0; place < uids.length; place += 1) {
    const own = order.subarray(ends[place], ends[place + 1]);
    sortByKey(own, compare);
    for (let at = 0; at < own.length; at += 1) {
      const event = own[at] ?? 0;
      if (at > 0 && compare(event, own[at - 1] ?? 0) === 0) continue;
      order[length] = event;
      length += 1;
    }
  }
  return order.subarray(0, length);
}

/** By UTF-16 code unit, as texts are compared. */
function compareKeys(keys: Uint16Array, ends: Int32Array, one: number, other: number): number {
  let at = one === 0 ? 0 : (ends[one - 1] ?? 0);
  let otherAt = other === 0 ? 0 : (ends[other - 1] ?? 0);
  const end = ends[one] ?? 0;
  const otherEnd = ends[other] ?? 0;
  while (at < end && otherAt < otherEnd) {
    const order = (keys[at] ?? 0) - (keys[otherAt] ?? 0);
    if (order !== 0) return order;
    at += 1;
    otherAt += 1;
  }
  return end - at - (otherEnd - otherAt);
}

/** Stable, as of the same fact twice the first counts. */
function sortByKey(order: Int32Array, compare: (one: number, other: number) => number): void {
  if (order.length > FEW) {
    order.sort((one, other) => compare(one, other) || one - other);
    return;
  }
  for (let at = 1; at < order.length; at += 1) {
    const moved = order[at] ?? 0;
    let to = at;
    while (to > 0 && compare(order[to - 1] ?? 0, moved) > 0) {
      order[to] = order[to - 1] ?? 0;
      to -= 1;
    }
    order[to] = moved;
  }
}

import { itemUid, type Event } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { Kind } from '../event/kinds.ts';
import { checkEvent, checkSource, fieldsText } from './door.ts';

/** Rows of one item that are put in order one by one; more of them are sorted as a list. */
const FEW = 32;

/**
 * The events as rows of the log: ascending by (item, key), each fact once. The order of the rows is that
 * of the table, which makes writing them several times faster than in the order of arrival.
 * @throws StoreError `invalid`
 */
export function blockOf(events: readonly Event[]): EventBlock {
  const texts = new Texts();
  const items = new Map<string, number>();
  const uids: string[] = [];
  const itemOf = new Int32Array(events.length);
  const fields: string[] = [];
  let before: Event | undefined;
  for (const [at, event] of events.entries()) {
    // Facts of one item come together, and its uid is as long as all the rest of a row.
    const isSameItem = before?.item === event.item && before.kind === event.kind && before.source === event.source;
    if (before?.source !== event.source) checkSource(event.source);
    checkEvent(event);
    fields.push(fieldsText(event));
    itemOf[at] = isSameItem ? (itemOf[at - 1] ?? 0) : numberOf(items, uids, itemUid(event.source, event.kind, event.item));
    before = event;
  }
  const order = inLogOrder(events, itemOf, uids);
  const { length } = order;
  const kinds: Kind[] = [];
  const block = {
    length,
    texts: texts.list,
    kinds,
    item: new Int32Array(length),
    keys: Array.from(order, (at) => events[at]?.key ?? ''),
    kind: new Uint8Array(length),
    effectiveAt: new Float64Array(length),
    sequence: new Float64Array(length),
    origin: new Int32Array(length),
    state: new Int32Array(length),
    fields: new Int32Array(length),
    supersedes: new Int32Array(length),
    slot: new Int32Array(length),
  };
  let itemBefore = -1;
  let itemText = -1;
  for (let row = 0; row < length; row += 1) {
    const at = order[row] ?? 0;
    const event = events[at];
    if (event === undefined) continue;
    const item = itemOf[at] ?? 0;
    if (item !== itemBefore) {
      itemText = texts.added(uids[item] ?? '');
      itemBefore = item;
    }
    block.item[row] = itemText;
    let kind = kinds.indexOf(event.kind);
    if (kind < 0) kind = kinds.push(event.kind) - 1;
    block.kind[row] = kind;
    // -0 would be kept as 0 by one database only.
    block.effectiveAt[row] = event.effectiveAt + 0;
    block.sequence[row] = event.sequence + 0;
    block.origin[row] = texts.known(event.origin);
    block.state[row] = texts.known(event.state);
    const said = fields[at] ?? '';
    block.fields[row] = said === '{}' ? texts.known(said) : texts.added(said);
    block.supersedes[row] = texts.known(event.supersedes);
    block.slot[row] = texts.known(event.slot);
  }
  return block;
}

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
function inLogOrder(events: readonly Event[], itemOf: Int32Array, uids: readonly string[]): Int32Array {
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
  const order = new Int32Array(events.length);
  for (let at = 0; at < events.length; at += 1) {
    const place = rank[itemOf[at] ?? 0] ?? 0;
    const to = next[place] ?? 0;
    order[to] = at;
    next[place] = to + 1;
  }
  const keyAt = (at: number): string => events[at]?.key ?? '';
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

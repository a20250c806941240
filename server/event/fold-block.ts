import type { ItemColumns } from './columns.ts';
import { ColumnsBuilder } from './columns-of.ts';
import type { Event, Fields, Origin } from './event.ts';
import { keyAt, type EventBlock } from './event-block.ts';
import { KINDS, type Kind } from './kinds.ts';
import { instantFieldsOf, projectItem } from './projection.ts';
import { isState } from './states.ts';
import { hashesOf } from './uid-hash.ts';
import type { Instant } from '../time/period.ts';

/** Items as the events of one block alone tell them: what the log gives back where it knew nothing of them before. */
export interface FoldedItems {
  /** One a kind, each with the hashes of its uids. */
  readonly columns: readonly ItemColumns[];
  /** The earliest instant that anything told of a kind speaks of. */
  readonly earliest: readonly (readonly [kind: Kind, at: Instant])[];
}

/** Folds the events of a block, item by item, as they would be folded once they were read back from the log. */
export function foldBlock(block: EventBlock): FoldedItems {
  const items = new Map<Kind, ColumnsBuilder>();
  const pool: Writable[] = [];
  const earliest = new Map<Kind, Instant>();
  for (let first = 0; first < block.length;) {
    let end = first + 1;
    while (end < block.length && block.item[end] === block.item[first]) end += 1;
    const uid = block.texts[block.item[first] ?? -1] ?? '';
    const events = eventsOf(block, uid, first, end, pool);
    first = end;
    const item = projectItem(uid, events);
    if (item === null) continue;
    let own = items.get(item.kind);
    if (own === undefined) items.set(item.kind, (own = new ColumnsBuilder(item.kind)));
    own.add(item);
    const told = earliestTold(item.kind, events);
    if (told < (earliest.get(item.kind) ?? Infinity)) earliest.set(item.kind, told);
  }
  const columns = [...items.values()].map((own) => {
    const made = own.columns();
    return { ...made, hashes: hashesOf(made) };
  });
  return { columns, earliest: [...earliest] };
}

/** The memory of folded items, to be handed to another thread; of each piece once. */
export function memoryOf({ columns }: FoldedItems): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) Object.values(value).forEach(visit);
  };
  columns.forEach(visit);
  return [...found];
}

/** The earliest instant that events of one item speak of, corrected since or not. */
export function earliestTold(kind: Kind, events: readonly Pick<Event, 'effectiveAt' | 'fields'>[]): Instant {
  const { hasStates } = KINDS[kind];
  const own = instantFieldsOf(kind);
  let earliest = Infinity;
  for (const { effectiveAt, fields } of events) {
    if (effectiveAt < earliest) earliest = effectiveAt;
    for (const name in fields) {
      const at = fields[name];
      if (typeof at === 'number' && at < earliest && (own.includes(name) || (hasStates && isState(name)))) earliest = at;
    }
  }
  return earliest;
}

const NOTHING_SAID: Fields = Object.freeze({});

const NO_EVENT: Event = {
  kind: 'ticket',
  source: '',
  item: '',
  key: '',
  effectiveAt: 0,
  sequence: 0,
  origin: 'native',
  state: null,
  fields: NOTHING_SAID,
  supersedes: null,
  slot: null,
};

type Writable = { -readonly [part in keyof Event]: Event[part] };

/**
 * The events of an item, whose rows these are.
 * @param pool events that are written over from item to item: what is folded of them keeps their fields, not them
 */
function eventsOf(block: EventBlock, uid: string, first: number, end: number, pool: Writable[]): Event[] {
  const { texts, kinds, effectiveAt, sequence, origin, state, fields, supersedes, slot } = block;
  const textOf = (at = -1): string | null => (at < 0 ? null : (texts[at] ?? null));
  // Sources' ids have no colon and neither have kinds; native ids may.
  const colon = uid.indexOf(':');
  const source = uid.slice(0, colon);
  const item = uid.slice(uid.indexOf(':', colon + 1) + 1);
  const events: Event[] = [];
  for (let row = first; row < end; row += 1) {
    const said = textOf(fields[row]) ?? '{}';
    const entered = textOf(state[row]);
    const event = (pool[row - first] ??= { ...NO_EVENT });
    event.kind = kinds[block.kind[row] ?? 0] ?? 'ticket';
    event.source = source;
    event.item = item;
    event.key = keyAt(block, row);
    event.effectiveAt = effectiveAt[row] ?? 0;
    event.sequence = sequence[row] ?? 0;
    event.origin = originOf(textOf(origin[row]));
    event.state = entered !== null && isState(entered) ? entered : null;
    event.fields = said === '{}' ? NOTHING_SAID : fieldsOf(said);
    event.supersedes = textOf(supersedes[row]);
    event.slot = textOf(slot[row]);
    events.push(event);
  }
  return events;
}

const ORIGINS: ReadonlyMap<string | null, Origin> = new Map(
  (['native', 'webhook', 'inferred', 'snapshot', 'manual'] as const).map((origin) => [origin, origin]),
);
const originOf = (text: string | null): Origin => ORIGINS.get(text) ?? 'native';

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(text: string): Fields {
  const value: unknown = JSON.parse(text);
  return isFields(value) ? value : NOTHING_SAID;
}

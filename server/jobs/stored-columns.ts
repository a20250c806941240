import { giveBack } from '../event/give-back.ts';
import { homeKey, type Home } from '../event/home.ts';
import { KINDS, isKind, type Kind } from '../event/kinds.ts';
import { encodeSegment } from '../event/segment.ts';
import { decodeSegment } from '../event/segment-read.ts';
import { StoreError, type Lease, type Segment, type Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { ItemTables } from './item-tables.ts';
import type { Organisation } from '../event/organisation.ts';

/** Where it is kept from when each kind was ever told of: columns hold what is known now, and this is of all that was ever said. */
const EARLIEST = 'columns-earliest';

const SEGMENTS_AT_A_TIME = 25;

/** Stretches of an item that there is room for from the beginning, more than most have: room takes no memory. */
const STRETCHES = 8;
/** Rows that room is made for at most: how many there are is believed before it is known to be undamaged. */
const MOST_ROOM = 10_000_000;

/**
 * Fills tables with the stored columns, where there are any of this maker that know no more than batch
 * `until`. Where they cannot be used, nothing is filled: the log tells everything.
 * @returns why they could not be used, to be logged; null where they could, or where there are none
 */
export async function loadColumns(store: Store, items: ItemTables, maker: string, until: number): Promise<string | null> {
  try {
    const through = await store.segmentsThrough(maker);
    if (through === 0 || through > until) return null;
    const earliest = readEarliest(await store.setting(EARLIEST), maker);
    if (earliest === null) return null;
    for (const [kind, stored] of await store.segmentRows()) {
      const rows = Math.min(stored, MOST_ROOM);
      items.table(kind).reserve(rows, STRETCHES * rows);
    }
    for await (const segment of store.segments()) items.table(segment.kind).load(decodeSegment(segment.data), segment);
    if ((await store.segmentsThrough(maker)) !== through) {
      items.restart();
      return null;
    }
    items.begin(through, earliest);
    return null;
  } catch (error) {
    items.restart();
    if (error instanceof StoreError && (error.code === 'unusable-cache' || error.code === 'conflict'))
      return `${error.message} ${error.fix}`;
    throw error;
  }
}

/** Stores what the tables know beyond what is stored. Call it once everything they know is measured. */
export async function saveColumns(store: Store, items: ItemTables, maker: string, lease?: Lease): Promise<void> {
  const through = items.watermark;
  const after = items.storedThrough;
  if (through === after) return;
  await store.saveSetting(EARLIEST, JSON.stringify({ maker, earliest: Object.fromEntries(items.earliest) }));
  if (after === 0) await store.clearSegments(lease);
  const changes = items.kinds.map((kind) => ({ kind, own: items.table(kind).changes(through, after === 0 ? 0 : undefined) }));
  const put = changes.flatMap(({ kind, own }) => own.put.map((each) => ({ kind, ...each })));
  const drop = changes.flatMap(({ kind, own }) => own.drop.map((home) => ({ kind, ...home })));
  // The first time some at a time, so that not all of them are held as bytes at once.
  const size = after === 0 ? SEGMENTS_AT_A_TIME : Math.max(put.length, 1);
  for (let from = 0; from === 0 || from < put.length; from += size) {
    const segments = put.slice(from, from + size).map(({ kind, home, rows }): Segment => ({
      kind,
      cluster: home.cluster,
      month: home.month,
      rows: rows.length,
      data: encodeSegment(items.table(kind).columns(), rows),
    }));
    const isLast = from + size >= put.length;
    await store.saveSegments({ maker, after, through: isLast ? through : 0, put: segments, drop: isLast ? drop : [] }, lease);
    for (const { data } of segments) if (data.buffer instanceof ArrayBuffer) giveBack(data.buffer);
  }
  for (const { kind, own } of changes) items.table(kind).stored(own);
  items.storedThrough = through;
}

export interface ColumnsChecked {
  /** Segments that the log gives. */
  readonly segments: number;
  readonly differences: number;
  /** The first of them in words. */
  readonly told: readonly string[];
}

const TOLD = 10;

/** Holds the stored columns against what the log gives, home by home, to the byte. */
export async function checkColumns(store: Store, organisation: Organisation, maker: string): Promise<ColumnsChecked> {
  const stored = new ItemTables(organisation);
  const unusable = await loadColumns(store, stored, maker, Infinity);
  if (unusable !== null) return { segments: 0, differences: 1, told: [unusable] };
  const through = stored.watermark;
  if (through === 0) return { segments: 0, differences: 0, told: [] };
  const anew = new ItemTables(organisation);
  await anew.refresh(store, through);
  const told: string[] = [];
  let segments = 0;
  let differences = 0;
  const differ = (text: string): void => {
    differences += 1;
    if (told.length < TOLD) told.push(text);
  };
  for (const kind of new Set([...anew.kinds, ...stored.kinds])) {
    const [own, other] = [anew.table(kind), stored.table(kind)];
    for (const { home, rows } of own.changes(through, 0).put) {
      segments += 1;
      const [given, kept] = [
        encodeSegment(own.columns(), rows),
        encodeSegment(other.columns(), other.rowsAt({ cluster: home.cluster, month: home.month })),
      ];
      if (Buffer.compare(given, kept) !== 0) differ(`${nameOf(kind, home)} are stored otherwise than the log gives them`);
    }
    if (own.count !== other.count) differ(`${other.count} ${KINDS[kind].plural} are stored, the log gives ${own.count}`);
  }
  for (const [kind, at] of anew.earliest)
    if (stored.earliestTold(kind) !== at)
      differ(`${KINDS[kind].plural} are stored as told of from another instant on than the log tells`);
  return { segments, differences, told };
}

const nameOf = (kind: Kind, home: Home): string => {
  const month = `${Math.floor(home.month / 12)}-${String((home.month % 12) + 1).padStart(2, '0')}`;
  return `${KINDS[kind].plural} of ${home.cluster === '' ? 'nobody' : home.cluster} from ${month} (${homeKey(home)})`;
};

function readEarliest(text: string | null, maker: string): ReadonlyMap<Kind, Instant> | null {
  if (text === null) return null;
  const kept: unknown = JSON.parse(text);
  if (typeof kept !== 'object' || kept === null || !('maker' in kept) || kept.maker !== maker || !('earliest' in kept))
    return null;
  const { earliest } = kept;
  if (typeof earliest !== 'object' || earliest === null) return null;
  return new Map(
    Object.entries(earliest).flatMap(([kind, at]: [string, unknown]) =>
      isKind(kind) && typeof at === 'number' ? [[kind, at] as const] : [],
    ),
  );
}

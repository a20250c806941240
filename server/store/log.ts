import type { Event, Sample, SampleLine, StoredEvent } from '../event/event.ts';
import type { EventBlock } from '../event/event-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { Instant } from '../time/period.ts';
import { blockOf } from './append.ts';
import { insertBatchItems, touchedItems } from './batch-items.ts';
import { checkInteger, checkSource, isFields } from './door.ts';
import type { Engine, Word, Write } from './engine.ts';
import { eventSum } from './event-sums.ts';
import { fromJson } from './json.ts';
import { checkSum } from './row-sum.ts';
import { refuseStale } from './jobs.ts';
import { linesOf } from './sample-lines.ts';
import { DAY_MS, insertSamples, readSamples, type Point } from './samples.ts';
import { freshWords, slottedItems } from './slots.ts';
import { StoreError, type AppendResult, type Lease } from './store.ts';
import type { EventTable } from './tables.ts';

/** Items asked for in one statement, and rows in one chunk of a whole reading (some 10 MB). */
const ITEMS_PER_QUERY = 500;
const ROWS_PER_CHUNK = 20_000;

export interface Counts {
  readonly events: number;
  readonly items: number;
  readonly batches: number;
  readonly byKind: Record<string, number>;
}

const NOTHING_NEW: AppendResult = { batch: null, newEvents: 0, newSamples: 0, isOfNewItems: false };

/** The event log: what was learned, in numbered batches. */
export class EventLog {
  readonly #engine: Engine;
  /** Counting reads the whole log, so it is done once for each watermark. */
  #counted: { readonly watermark: number; readonly counts: Counts } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async append(
    source: string,
    recordedAt: Instant,
    events: readonly Event[] | EventBlock,
    samples: readonly (Sample | SampleLine)[],
    lease: Lease | undefined,
  ): Promise<AppendResult> {
    checkSource(source);
    checkInteger(recordedAt, `${source}, recordedAt`);
    const block = 'texts' in events ? events : blockOf(events);
    const lines = linesOf(samples);
    if (block.length === 0 && lines.length === 0) return NOTHING_NEW;
    return this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      const last = await trx
        .selectFrom('batch')
        .select(['number', 'recorded_at'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      const batch = (last?.number ?? 0) + 1;
      const { newEvents, isOfNewItems } = await this.#insert(trx, batch, block);
      const newSamples = await insertSamples(trx, batch, lines, this.#engine.rowsPerStatement);
      if (newEvents === 0 && newSamples === 0) return NOTHING_NEW;
      await trx
        .insertInto('batch')
        // Learned later is never recorded earlier, whatever the clock says: "known at" asks by this time.
        .values({
          number: batch,
          source,
          recorded_at: Math.max(recordedAt, last?.recorded_at ?? recordedAt),
          events: newEvents,
          samples: newSamples,
        })
        .execute();
      return { batch, newEvents, newSamples, isOfNewItems };
    });
  }

  async #insert(trx: Write, batch: number, block: EventBlock): Promise<Pick<AppendResult, 'newEvents' | 'isOfNewItems'>> {
    const uids = slottedItems(block);
    const known = uids.length === 0 ? new Map<string, Word[]>() : await this.#engine.wordsOf(trx, uids);
    const fresh = freshWords(block, known);
    // Of items without a slot nothing was asked.
    const isOfNewItems = known.size === 0 && !block.slot.includes(-1);
    if (fresh.rows.length === 0) return { newEvents: 0, isOfNewItems: false };
    const newEvents = await this.#engine.insertEvents(trx, { batch, block, isOfNewItems, ...fresh });
    if (newEvents > 0) await insertBatchItems(trx, { batch, block, rows: fresh.rows }, newEvents);
    return { newEvents, isOfNewItems: isOfNewItems && newEvents === block.length };
  }

  watermark(): Promise<number> {
    return this.#engine.read(lastBatch);
  }

  recordedAt(batch: number): Promise<Instant | null> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('batch').select('recorded_at').where('number', '=', batch).executeTakeFirst();
      return row?.recorded_at ?? null;
    });
  }

  touchedItems(afterBatch: number, untilBatch: number | undefined): Promise<string[]> {
    return this.#engine.read((trx) => touchedItems(trx, afterBatch, untilBatch ?? Number.MAX_SAFE_INTEGER));
  }

  eventsOf(uids: readonly string[], untilBatch: number | undefined): Promise<Map<string, StoredEvent[]>> {
    return this.#engine.read(async (trx) => {
      const found = new Map<string, StoredEvent[]>();
      for (let at = 0; at < uids.length; at += ITEMS_PER_QUERY) {
        let query = trx
          .selectFrom('event')
          .selectAll()
          .where('item', 'in', uids.slice(at, at + ITEMS_PER_QUERY));
        if (untilBatch !== undefined) query = query.where('batch', '<=', untilBatch);
        collect(await query.orderBy('item').orderBy('key').execute(), found);
      }
      return found;
    });
  }

  async *all(kinds: readonly Kind[] | undefined, untilBatch: number | undefined): AsyncGenerator<Map<string, StoredEvent[]>> {
    if (kinds?.length === 0) return;
    // What is appended while this is being read is not part of it.
    const until = untilBatch ?? (await this.watermark());
    let rest: EventTable[] = [];
    let last: EventTable | undefined;
    for (;;) {
      const after = last;
      const rows = await this.#engine.read((trx) => {
        let query = trx.selectFrom('event').selectAll().where('batch', '<=', until);
        if (kinds !== undefined) query = query.where('kind', 'in', kinds);
        if (after !== undefined) {
          query = query.where((row) => row(row.refTuple('item', 'key'), '>', row.tuple(after.item, after.key)));
        }
        return query.orderBy('item').orderBy('key').limit(ROWS_PER_CHUNK).execute();
      });
      last = rows.at(-1);
      const isEnd = rows.length < ROWS_PER_CHUNK;
      const all = rest.length === 0 ? rows : rest.concat(rows);
      // The last item may go on in the next chunk.
      const cut = isEnd || last === undefined ? all.length : all.findIndex((row) => row.item === last?.item);
      rest = all.slice(cut);
      if (cut > 0) yield collect(all.slice(0, cut), new Map());
      if (isEnd) return;
    }
  }

  async count(): Promise<Counts> {
    const counted = this.#counted;
    const counts = await this.#engine.read(async (trx) => {
      const watermark = await lastBatch(trx);
      if (counted?.watermark === watermark) return counted;
      const batches = await trx
        .selectFrom('batch')
        .select(({ fn }) => fn.countAll<number>().as('number'))
        .executeTakeFirst();
      const kinds = await trx
        .selectFrom('event')
        .select(({ fn }) => ['kind', fn.countAll<number>().as('events'), fn.count<number>('item').distinct().as('items')])
        .groupBy('kind')
        .orderBy('kind')
        .execute();
      const total = (part: 'events' | 'items'): number => kinds.reduce((sum, row) => sum + row[part], 0);
      return {
        watermark,
        counts: {
          events: total('events'),
          // A uid names its kind, so no item counts twice.
          items: total('items'),
          batches: batches?.number ?? 0,
          byKind: Object.fromEntries(kinds.map((row) => [row.kind, row.events])),
        },
      };
    });
    this.#counted = counts;
    return counts.counts;
  }

  samples(series: string, from: Instant, to: Instant, untilBatch: number | undefined): Promise<Point[]> {
    return this.#engine.read((trx) => readSamples(trx, series, from, to, untilBatch));
  }

  /** Names of series in batches after this one, ascending. */
  seriesAfter(batch: number): Promise<string[]> {
    return this.#engine.read(async (trx) => {
      const query = trx.selectFrom('sample_chunk').select('series').distinct().orderBy('series');
      const rows = await (batch > 0 ? query.where('batch', '>', batch) : query).execute();
      return rows.map((row) => row.series);
    });
  }

  /** Series in batches after this one, ascending, each with the start of the first UTC day that they touched. */
  seriesTouchedAfter(batch: number, untilBatch: number | undefined): Promise<{ series: string; from: number }[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx
        .selectFrom('sample_chunk')
        .select(({ fn }) => ['series', fn.min('day').as('day')])
        .where('batch', '>', batch)
        .where('batch', '<=', untilBatch ?? Number.MAX_SAFE_INTEGER)
        .groupBy('series')
        .orderBy('series')
        .execute();
      return rows.map((row) => ({ series: row.series, from: row.day * DAY_MS }));
    });
  }
}

async function lastBatch(trx: Write): Promise<number> {
  const row = await trx.selectFrom('batch').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row?.number ?? 0;
}

function collect(rows: readonly EventTable[], into: Map<string, StoredEvent[]>): Map<string, StoredEvent[]> {
  for (const row of rows) {
    const event = eventOf(row);
    const events = into.get(row.item);
    if (events === undefined) into.set(row.item, [event]);
    else events.push(event);
  }
  return into;
}

function eventOf(row: EventTable): StoredEvent {
  checkSum(
    row.row_sum,
    () => eventSum(row),
    () => `event ${row.key} of ${row.item}`,
  );
  // Sources' ids have no colon and neither have kinds; native ids may.
  const colon = row.item.indexOf(':');
  const second = row.item.indexOf(':', colon + 1);
  if (second < 0) throw new StoreError('corrupt', `The database holds an item called ${row.item}.`, 'Restore a backup.');
  return {
    kind: row.kind,
    source: row.item.slice(0, colon),
    item: row.item.slice(second + 1),
    key: row.key,
    effectiveAt: row.effective_at,
    sequence: row.sequence,
    origin: row.origin,
    state: row.state,
    fields: fromJson(row.fields, isFields, 'event.fields'),
    supersedes: row.supersedes,
    slot: row.slot,
    batch: row.batch,
  };
}

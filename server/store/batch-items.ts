import type { EventBlock } from '../event/event-block.ts';
import type { FreshRows, Write } from './engine.ts';
import { fromJson, isTexts } from './json.ts';
import { checkSum, rowSum } from './row-sum.ts';
import type { Tables } from './tables.ts';

/** Uids in one row: some 30 kB of text. */
const ITEMS_PER_ROW = 1_000;
const ROWS_PER_STATEMENT = 50;
/** Items asked for in one statement. */
const ITEMS_PER_QUERY = 500;

const SURROGATE = /[\ud800-\udfff]/;

type Row = Tables['batch_items'];

const sumOf = ({ batch, part, items }: Row): number => rowSum([batch, part, items]);

/**
 * Keeps which items a batch touched. Within the transaction that wrote its events.
 * @param newEvents rows that were written; where some were there already, the log is asked which
 */
export async function insertBatchItems(
  trx: Write,
  { batch, block, rows }: Pick<FreshRows, 'batch' | 'block' | 'rows'>,
  newEvents: number,
): Promise<void> {
  const offered = itemsOf(block, rows);
  const uids = newEvents === rows.length ? offered : await writtenOf(trx, batch, offered);
  const parts: Row[] = [];
  for (let at = 0; at < uids.length; at += ITEMS_PER_ROW) {
    const items = JSON.stringify(uids.slice(at, at + ITEMS_PER_ROW));
    const row = { batch, part: parts.length, items, row_sum: null };
    parts.push({ ...row, row_sum: sumOf(row) });
  }
  for (let at = 0; at < parts.length; at += ROWS_PER_STATEMENT)
    await trx
      .insertInto('batch_items')
      .values(parts.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
}

/** Uids that batches after `afterBatch`, up to `untilBatch`, touched, ascending by their UTF-8 bytes. */
export async function touchedItems(trx: Write, afterBatch: number, untilBatch: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('batch_items')
    .selectAll()
    .where('batch', '>', afterBatch)
    .where('batch', '<=', untilBatch)
    .orderBy('batch')
    .orderBy('part')
    .execute();
  const uids = new Set<string>();
  for (const row of rows) {
    checkSum(
      row.row_sum,
      () => sumOf(row),
      () => `what batch ${row.batch} touched`,
    );
    for (const uid of fromJson(row.items, isTexts, 'batch_items.items')) uids.add(uid);
  }
  return inOrder([...uids]);
}

/** Of these rows of the block, which lie item by item. */
function itemsOf({ texts, item }: EventBlock, rows: Int32Array): string[] {
  const uids: string[] = [];
  let before = -1;
  for (const row of rows) {
    const at = item[row] ?? -1;
    if (at !== before) uids.push(texts[at] ?? '');
    before = at;
  }
  return uids;
}

async function writtenOf(trx: Write, batch: number, uids: readonly string[]): Promise<string[]> {
  const written: string[] = [];
  for (let at = 0; at < uids.length; at += ITEMS_PER_QUERY) {
    const found = await trx
      .selectFrom('event')
      .select('item')
      .distinct()
      .where('item', 'in', uids.slice(at, at + ITEMS_PER_QUERY))
      .where('batch', '=', batch)
      .execute();
    for (const { item } of found) written.push(item);
  }
  return written;
}

/** UTF-16 code units are in the order of UTF-8 bytes, but for characters of two of them. */
function inOrder(uids: string[]): string[] {
  if (!uids.some((uid) => SURROGATE.test(uid))) return uids.sort();
  return uids.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

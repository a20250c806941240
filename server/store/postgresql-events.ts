import { setImmediate } from 'node:timers/promises';
import { CompiledQuery, sql } from 'kysely';
import type { FreshRows, Word, Write } from './engine.ts';
import { eventSums } from './event-sums.ts';
import { copyLine, CopyText } from './postgresql-copy.ts';

const ITEMS_AT_A_TIME = 5_000;
/** Rows of one COPY: some 2 MB of text. */
const ROWS_AT_A_TIME = 10_000;

const COLUMNS = 'item, key, batch, kind, effective_at, sequence, origin, state, fields, supersedes, slot, row_sum';

export async function wordsOf(trx: Write, uids: readonly string[]): Promise<Map<string, Word[]>> {
  const known = new Map<string, Word[]>();
  for (let from = 0; from < uids.length; from += ITEMS_AT_A_TIME) {
    const { rows } = await sql<Word & { readonly item: string }>`
      select item, key, batch, effective_at, sequence, state, fields, supersedes, slot from event
      where item = any(${uids.slice(from, from + ITEMS_AT_A_TIME)}::text[])`.execute(trx);
    for (const row of rows) {
      const words = known.get(row.item);
      if (words === undefined) known.set(row.item, [row]);
      else words.push(row);
    }
  }
  return known;
}

/**
 * Into the table itself where all of it is of items that the log does not have, as in a first import;
 * through a table beside it where some of it may be there, which COPY would fail at.
 */
export async function insertEvents(trx: Write, fresh: FreshRows): Promise<number> {
  const { rows, isOfNewItems } = fresh;
  if (isOfNewItems) {
    await copy(trx, 'event', fresh);
    return rows.length;
  }
  await sql`create temporary table if not exists fresh_event (like event) on commit delete rows`.execute(trx);
  await copy(trx, 'pg_temp.fresh_event', fresh);
  const columns = sql.raw(COLUMNS);
  const { numAffectedRows } = await sql`
    insert into event (${columns}) select ${columns} from pg_temp.fresh_event on conflict (item, key) do nothing`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

async function copy(trx: Write, table: string, fresh: FreshRows): Promise<void> {
  const { block, rows, keyOf, batch } = fresh;
  const { texts, kinds } = block;
  const sums = eventSums(fresh);
  const textOf = (at: number | undefined): string | null => texts[at ?? -1] ?? null;
  for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) {
    let text = '';
    for (let place = from; place < Math.min(rows.length, from + ROWS_AT_A_TIME); place += 1) {
      const row = rows[place] ?? 0;
      text += copyLine([
        ...[textOf(block.item[row]), keyOf(place), batch, kinds[block.kind[row] ?? 0], block.effectiveAt[row]],
        ...[block.sequence[row], textOf(block.origin[row]), textOf(block.state[row]), textOf(block.fields[row])],
        ...[textOf(block.supersedes[row]), textOf(block.slot[row]), sums[place]],
      ]);
    }
    await trx.executeQuery(CompiledQuery.raw(`copy ${table} (${COLUMNS}) from stdin`, [new CopyText(text)]));
    await setImmediate();
  }
}

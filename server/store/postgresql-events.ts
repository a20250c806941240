import { sql } from 'kysely';
import type { FreshRows, Word, Write } from './engine.ts';
import { eventSums } from './event-sums.ts';

const ITEMS_AT_A_TIME = 5_000;

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

/** A column of each row as one array: one statement of twelve values, whatever the number of rows. */
export async function insertEvents(trx: Write, fresh: FreshRows): Promise<number> {
  const { block, rows, keys, batch } = fresh;
  const { texts, kinds } = block;
  const textsOf = (cells: Int32Array): (string | null)[] => Array.from(rows, (row) => texts[cells[row] ?? -1] ?? null);
  const { numAffectedRows } = await sql`
    insert into event (item, key, batch, kind, effective_at, sequence, origin, state, fields, supersedes, slot, row_sum)
    select item, key, ${batch}::bigint, kind, effective_at, sequence, origin, state, fields, supersedes, slot, row_sum
    from unnest(
      ${textsOf(block.item)}::text[], ${keys}::text[], ${Array.from(rows, (row) => kinds[block.kind[row] ?? 0])}::text[],
      ${Array.from(rows, (row) => block.effectiveAt[row])}::bigint[], ${Array.from(rows, (row) => block.sequence[row])}::bigint[],
      ${textsOf(block.origin)}::text[], ${textsOf(block.state)}::text[], ${textsOf(block.fields)}::text[],
      ${textsOf(block.supersedes)}::text[], ${textsOf(block.slot)}::text[], ${Array.from(eventSums(fresh))}::bigint[]
    ) as new (item, key, kind, effective_at, sequence, origin, state, fields, supersedes, slot, row_sum)
    on conflict (item, key) do nothing`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

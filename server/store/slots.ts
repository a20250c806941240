import type { Write } from './engine.ts';
import type { EventTable, NewRow } from './tables.ts';

/** Items asked for in one statement. */
const ITEMS_PER_QUERY = 500;

type Word = Pick<EventTable, 'key' | 'batch' | 'effective_at' | 'sequence' | 'state' | 'fields' | 'supersedes' | 'slot'>;

/**
 * Leaves out what slots have heard already. Of a slot only the latest word stands, by (sequence,
 * batch, key); so a word that was said before, was followed by another and is now said again must be
 * stored again, under a key of its own, or the other would stand.
 *
 * - The slot's latest word once more: known.
 * - A new key: stored.
 * - A known key, behind the latest word in sequence: an old word heard again, known.
 * - A known key otherwise: stored under `key~2`, `key~3` …, if it is the last word of its slot in this
 *   call. A call that says A and then B says the same when it is repeated.
 */
export async function freshWords(trx: Write, rows: readonly NewRow[]): Promise<readonly NewRow[]> {
  const items = new Set<string>();
  for (const row of rows) if (row.slot !== null) items.add(row.item);
  if (items.size === 0) return rows;
  const known = await wordsOf(trx, [...items]);
  if (known.size === 0) return rows;
  const lastSaid = lastWords(rows);
  const fresh: NewRow[] = [];
  for (const row of rows) {
    const words = row.slot === null ? undefined : known.get(row.item);
    if (words === undefined) {
      fresh.push(row);
      continue;
    }
    const latest = latestOf(words, row.slot);
    if (latest !== null && isSame(row, latest)) continue;
    if (!words.some((word) => word.key === row.key)) {
      fresh.push(row);
      continue;
    }
    const isOldWord = latest !== null && row.sequence < latest.sequence;
    if (isOldWord || lastSaid.get(placeOf(row)) !== row) continue;
    fresh.push({ ...row, key: freeKey(row.key, words) });
  }
  return fresh;
}

async function wordsOf(trx: Write, items: readonly string[]): Promise<Map<string, Word[]>> {
  const known = new Map<string, Word[]>();
  for (let at = 0; at < items.length; at += ITEMS_PER_QUERY) {
    const rows = await trx
      .selectFrom('event')
      .select(['item', 'key', 'batch', 'effective_at', 'sequence', 'state', 'fields', 'supersedes', 'slot'])
      .where('item', 'in', items.slice(at, at + ITEMS_PER_QUERY))
      .execute();
    for (const row of rows) {
      const words = known.get(row.item);
      if (words === undefined) known.set(row.item, [row]);
      else words.push(row);
    }
  }
  return known;
}

const placeOf = (row: NewRow): string => `${row.item}\0${row.slot ?? ''}`;

function lastWords(rows: readonly NewRow[]): Map<string, NewRow> {
  const last = new Map<string, NewRow>();
  for (const row of rows) {
    if (row.slot === null) continue;
    const before = last.get(placeOf(row));
    // Rows ascend by key, which decides between equal sequences.
    if (before === undefined || row.sequence >= before.sequence) last.set(placeOf(row), row);
  }
  return last;
}

function latestOf(words: readonly Word[], slot: string | null): Word | null {
  let latest: Word | null = null;
  for (const word of words) {
    if (word.slot !== slot) continue;
    if (latest === null || isLater(word, latest)) latest = word;
  }
  return latest;
}

function isLater(word: Word, than: Word): boolean {
  const order = word.sequence - than.sequence || word.batch - than.batch;
  return order > 0 || (order === 0 && word.key > than.key);
}

const isSame = (row: NewRow, word: Word): boolean =>
  row.sequence === word.sequence &&
  row.effective_at === word.effective_at &&
  row.state === word.state &&
  row.supersedes === word.supersedes &&
  row.fields === word.fields;

function freeKey(key: string, words: readonly Word[]): string {
  const taken = new Set(words.map((word) => word.key));
  let count = 2;
  while (taken.has(`${key}~${count}`)) count += 1;
  return `${key}~${count}`;
}

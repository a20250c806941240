import { keyAt, type EventBlock } from '../event/event-block.ts';
import type { FreshRows, Word } from './engine.ts';

/** What of a block is to be written, each row with the key that it gets. */
type Fresh = Pick<FreshRows, 'rows' | 'keyOf'>;

/** Uids of the items of which a slot speaks, in the order of the block. */
export function slottedItems({ length, texts, item, slot }: EventBlock): string[] {
  const uids: string[] = [];
  let before = -1;
  for (let row = 0; row < length; row += 1) {
    const at = item[row] ?? -1;
    if (at === before || slot[row] === -1) continue;
    before = at;
    uids.push(texts[at] ?? '');
  }
  return uids;
}

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
 *
 * @param known what the log holds of the items that `slottedItems` names
 */
export function freshWords(block: EventBlock, known: ReadonlyMap<string, readonly Word[]>): Fresh {
  const { length, texts, item, sequence, slot } = block;
  // A key is made of the text of all when it is asked for, and lives no longer.
  if (known.size === 0) return { rows: Int32Array.from({ length }, (_, row) => row), keyOf: (row) => keyAt(block, row) };
  const rows: number[] = [];
  const given: string[] = [];
  const write = (row: number, key: string): void => {
    rows.push(row);
    given.push(key);
  };
  let first = 0;
  while (first < length) {
    let end = first + 1;
    while (end < length && item[end] === item[first]) end += 1;
    const words = known.get(texts[item[first] ?? -1] ?? '');
    for (let row = first; row < end; row += 1) {
      const key = keyAt(block, row);
      // Without a slot, a fact that is known is its key.
      if (words === undefined || slot[row] === -1) {
        if (words?.some((word) => word.key === key) !== true) write(row, key);
        continue;
      }
      const latest = latestOf(words, texts[slot[row] ?? -1] ?? '');
      if (latest !== null && isSame(block, row, latest)) continue;
      if (!words.some((word) => word.key === key)) {
        write(row, key);
        continue;
      }
      const isOldWord = latest !== null && (sequence[row] ?? 0) < latest.sequence;
      if (!isOldWord && isLastOfSlot(block, row, first, end)) write(row, freeKey(key, words));
    }
    first = end;
  }
  return { rows: Int32Array.from(rows), keyOf: (place) => given[place] ?? '' };
}

/** Rows of an item, from `first` to before `end`, ascend by key, which decides between equal sequences. */
function isLastOfSlot({ sequence, slot }: EventBlock, row: number, first: number, end: number): boolean {
  const own = sequence[row] ?? 0;
  for (let other = first; other < end; other += 1) {
    if (other === row || slot[other] !== slot[row]) continue;
    const theirs = sequence[other] ?? 0;
    if (theirs > own || (theirs === own && other > row)) return false;
  }
  return true;
}

function latestOf(words: readonly Word[], slot: string): Word | null {
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

function isSame({ texts, effectiveAt, sequence, state, fields, supersedes }: EventBlock, row: number, word: Word): boolean {
  const isText = (at: number | undefined, text: string | null): boolean => (texts[at ?? -1] ?? null) === text;
  return (
    sequence[row] === word.sequence &&
    effectiveAt[row] === word.effective_at &&
    isText(state[row], word.state) &&
    isText(supersedes[row], word.supersedes) &&
    isText(fields[row], word.fields)
  );
}

function freeKey(key: string, words: readonly Word[]): string {
  const taken = new Set(words.map((word) => word.key));
  let count = 2;
  while (taken.has(`${key}~${count}`)) count += 1;
  return `${key}~${count}`;
}

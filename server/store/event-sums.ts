import type { EventBlock } from '../event/event-block.ts';
import type { FreshRows } from './engine.ts';
import { fed, fedNext, fedNumber, finished, NOTHING_FED, OftenFed } from './row-sum.ts';
import type { EventTable } from './tables.ts';

/** Checksum of an event's row. */
export function eventSum(row: Omit<EventTable, 'row_sum'>): number {
  let sum = fedNext(fed(NOTHING_FED, row.item), row.key);
  sum = fedNext(fedNext(sum, String(row.batch)), row.kind);
  sum = fedNext(fedNext(sum, String(row.effective_at)), String(row.sequence));
  sum = fedNext(fedNext(sum, row.origin), row.state);
  return finished(fedNext(fedNext(fedNext(sum, row.fields), row.supersedes), row.slot));
}

/** Ends of rows that are kept as tables; where there are more, each comes too seldom. */
const ENDS_KEPT = 64;

/** The same for rows that are about to be written; what they have in common is summed once. */
export function eventSums({ block, rows, keyOf, batch }: FreshRows): Uint32Array {
  const { texts, item, kind, effectiveAt, sequence, origin, state, fields, supersedes, slot } = block;
  const textOf = (at: number | undefined): string | null => texts[at ?? -1] ?? null;
  const middles = block.kinds.map((each) => new OftenFed(`\0${batch}\0${each}\0`));
  const ends = new Map<number, OftenFed>();
  const nothingSaid = texts.indexOf('{}');
  const ordinary = origin[rows[0] ?? 0];
  const sums = new Uint32Array(rows.length);
  let itemBefore = -1;
  let itemSum = NOTHING_FED;
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    const itemNow = item[row] ?? 0;
    if (itemNow !== itemBefore) {
      itemSum = fed(NOTHING_FED, textOf(itemNow) ?? '');
      itemBefore = itemNow;
    }
    const middle = middles[kind[row] ?? 0] ?? NO_TEXT;
    const sum = fedNumber(middle.after(fedNext(itemSum, keyOf(place))), effectiveAt[row] ?? 0);
    // All of a row behind its instant is often the same, but for what it says of fields.
    const isOrdinary = fields[row] === nothingSaid && sequence[row] === 0 && origin[row] === ordinary && supersedes[row] === -1;
    const name = ((state[row] ?? -1) + 1) * (texts.length + 1) + (slot[row] ?? -1);
    let end = isOrdinary ? ends.get(name) : undefined;
    if (isOrdinary && end === undefined && ends.size < ENDS_KEPT) ends.set(name, (end = new OftenFed(endOf(block, row))));
    sums[place] = finished(end === undefined ? fed(sum, endOf(block, row)) : end.after(sum));
  }
  return sums;
}

const NO_TEXT = new OftenFed('');

/** What of a row comes behind its instant. */
function endOf({ texts, sequence, origin, state, fields, supersedes, slot }: EventBlock, row: number): string {
  const next = (at: number | undefined): string => `\0${texts[at ?? -1] ?? '\0'}`;
  return `\0${sequence[row] ?? 0}${next(origin[row])}${next(state[row])}${next(fields[row])}${next(supersedes[row])}${next(slot[row])}`;
}

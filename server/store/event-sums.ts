import type { FreshRows } from './engine.ts';
import { fed, fedNext, finished, NOTHING_FED } from './row-sum.ts';
import type { EventTable } from './tables.ts';

/** Checksum of an event's row. */
export function eventSum(row: Omit<EventTable, 'row_sum'>): number {
  let sum = fedNext(fed(NOTHING_FED, row.item), row.key);
  sum = fedNext(fedNext(sum, String(row.batch)), row.kind);
  sum = fedNext(fedNext(sum, String(row.effective_at)), String(row.sequence));
  sum = fedNext(fedNext(sum, row.origin), row.state);
  return finished(fedNext(fedNext(fedNext(sum, row.fields), row.supersedes), row.slot));
}

/** The same for rows that are about to be written; what they have in common is summed once. */
export function eventSums({ block, rows, keys, batch }: FreshRows): Uint32Array {
  const { texts, item, kind, effectiveAt, sequence, origin, state, fields, supersedes, slot } = block;
  const textOf = (at: number | undefined): string | null => texts[at ?? -1] ?? null;
  const batchText = String(batch);
  const sums = new Uint32Array(rows.length);
  let itemBefore = -1;
  let itemSum = NOTHING_FED;
  let sequenceBefore = 0;
  let sequenceText = '0';
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    const itemNow = item[row] ?? 0;
    if (itemNow !== itemBefore) {
      itemSum = fed(NOTHING_FED, textOf(itemNow) ?? '');
      itemBefore = itemNow;
    }
    const sequenceNow = sequence[row] ?? 0;
    if (sequenceNow !== sequenceBefore) {
      sequenceText = String(sequenceNow);
      sequenceBefore = sequenceNow;
    }
    let sum = fedNext(fedNext(itemSum, keys[place] ?? ''), batchText);
    sum = fedNext(fedNext(sum, block.kinds[kind[row] ?? 0] ?? ''), String(effectiveAt[row]));
    sum = fedNext(fedNext(sum, sequenceText), textOf(origin[row]));
    sum = fedNext(fedNext(sum, textOf(state[row])), textOf(fields[row]));
    sums[place] = finished(fedNext(fedNext(sum, textOf(supersedes[row])), textOf(slot[row])));
  }
  return sums;
}

import type { Codes, ItemColumns } from '../event/columns.ts';
import { EPOCH_2000_MS } from '../event/columns.ts';
import type { Item } from '../event/item.ts';
import { NO_SPAN, widen } from '../event/lasting.ts';
import type { Instant } from '../time/period.ts';
import { LINK_FIELDS, namesOf, startOf } from './changes.ts';

/** The earliest instant that some rows speak of, cut to the second; Infinity for none. */
export function startOfRows(columns: ItemColumns, rows: readonly number[]): Instant {
  const span = { ...NO_SPAN };
  for (const row of rows) widen(span, columns, row, row + 1);
  return span.from * 1000 + EPOCH_2000_MS;
}

/**
 * When items began, by the names that they give others. Read once from columns and then kept up; what an
 * item named before it was corrected still stands: too early an answer costs time only.
 */
export class StartsByName {
  readonly #starts = new Map<string, Instant>();

  constructor(columns: ItemColumns) {
    const { length, dead } = columns;
    for (const name of LINK_FIELDS) {
      const codes = columns.codes[name];
      if (codes === undefined) continue;
      const starts = new Float64Array(codes.dictionary.length).fill(Infinity);
      for (let row = 0; row < length; row += 1) {
        const code = codes.codes[row] ?? -1;
        if (code < 0 || dead?.[row] === 1) continue;
        starts[code] = Math.min(starts[code] ?? Infinity, startOfRows(columns, [row]));
      }
      this.#addAll(codes, starts);
    }
  }

  startOf(name: string): Instant | null {
    return this.#starts.get(name) ?? null;
  }

  add(item: Item): void {
    const names = namesOf(item);
    if (names.length === 0) return;
    const start = startOf(item);
    for (const name of names) this.#add(name, start);
  }

  #addAll({ dictionary }: Codes, starts: Float64Array): void {
    dictionary.forEach((name, code) => {
      const start = starts[code] ?? Infinity;
      if (start < Infinity) this.#add(name, start);
    });
  }

  #add(name: string, start: Instant): void {
    this.#starts.set(name, Math.min(start, this.#starts.get(name) ?? Infinity));
  }
}

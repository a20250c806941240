import type { ItemColumns } from './columns.ts';
import { HIGH_SEED, LOW_SEED, hashText, hashesOf } from './uid-hash.ts';

/**
 * Finds the rows of an item: open addressing over hashes, confirmed by the text. An incident that came
 * back has a row an episode, whose uids end in `#2` and so on; all are found by the item's own uid.
 */
export class ItemIndex {
  /** One more than the row; 0 where there is none. */
  #slots = new Int32Array(1024);
  #count = 0;

  /** Takes in rows from `start` on. */
  add(columns: ItemColumns, start: number): void {
    const fresh = columns.length - start;
    if (2 * (this.#count + fresh) > this.#slots.length) {
      let size = this.#slots.length;
      while (size < 3 * (this.#count + fresh)) size *= 2;
      this.#slots = new Int32Array(size);
      this.#count = 0;
      start = 0;
    }
    const { dead } = columns;
    const { low } = hashesOf(columns);
    const mask = this.#slots.length - 1;
    for (let row = start; row < columns.length; row += 1) {
      if (dead?.[row] === 1) continue;
      const hash = episodeOf(columns, row) === 1 ? (low[row] ?? 0) : hashText(itemUidOf(columns, row), LOW_SEED);
      let slot = hash & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
      this.#count += 1;
    }
  }

  /** Rows that stand, in the order of the item's episodes. */
  rowsOf(columns: ItemColumns, uid: string): number[] {
    const { dead } = columns;
    const hashes = hashesOf(columns);
    const [high, low] = [hashText(uid, HIGH_SEED), hashText(uid, LOW_SEED)];
    const mask = this.#slots.length - 1;
    const rows: number[] = [];
    for (let slot = low & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (dead?.[row] === 1) continue;
      const isSame =
        episodeOf(columns, row) > 1
          ? itemUidOf(columns, row) === uid
          : hashes.low[row] === low && hashes.high[row] === high && columns.uids.at(row) === uid;
      if (isSame) rows.push(row);
    }
    return rows.sort((one, other) => episodeOf(columns, one) - episodeOf(columns, other));
  }
}

function episodeOf({ numbers }: ItemColumns, row: number): number {
  const episode = numbers['episode']?.[row] ?? NaN;
  return Number.isNaN(episode) ? 1 : episode;
}

/** The uid of the item that a row is of, which is that of the row but for a second episode and later ones. */
export function itemUidOf(columns: ItemColumns, row: number): string {
  const uid = columns.uids.at(row) ?? '';
  const episode = episodeOf(columns, row);
  return episode > 1 ? uid.slice(0, uid.length - `#${episode}`.length) : uid;
}

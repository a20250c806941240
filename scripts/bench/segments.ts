import { EPOCH_2000_MS, type ItemColumns } from '../../server/event/columns.ts';
import { homeOf } from '../../server/event/home.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import type { Segment, Store } from '../../server/store/store.ts';

/** Segments that go to the store in one transaction. */
const AT_ONCE = 500;
const DAY_SECONDS = 86_400;

/** Puts all rows of these columns into the store in place of the segments there, each where it belongs, as of the same batch. */
export async function replaceSegments(store: Store, maker: string, all: readonly ItemColumns[]): Promise<void> {
  const through = await store.segmentsThrough(maker);
  if (through === 0) throw new Error('no columns are stored');
  await store.clearSegments();
  let put: Segment[] = [];
  const save = (isLast: boolean): Promise<void> =>
    store.saveSegments({ maker, after: 0, through: isLast ? through : 0, put, drop: [] });
  for (const columns of all) {
    for (const rows of rowsByHome(columns)) {
      const home = homeOf(columns, [rows[0] ?? 0]);
      put.push({
        kind: columns.kind,
        cluster: home.cluster,
        month: home.month,
        rows: rows.length,
        data: encodeSegment(columns, rows),
      });
      if (put.length < AT_ONCE) continue;
      await save(false);
      put = [];
    }
  }
  await save(true);
}

/** Rows of each team (or service, where none is named) and month. */
function rowsByHome({ length, stretchStart, stretchFrom, stretchTeam, stretchService }: ItemColumns): Int32Array[] {
  const months = new Map<number, number>();
  const monthOf = (second: number): number => {
    const day = Math.floor(second / DAY_SECONDS);
    let month = months.get(day);
    if (month === undefined) {
      const date = new Date(EPOCH_2000_MS + day * DAY_SECONDS * 1000);
      months.set(day, (month = date.getUTCFullYear() * 12 + date.getUTCMonth()));
    }
    return month;
  };
  const homes = new Map<number, number[]>();
  for (let row = 0; row < length; row += 1) {
    const latest = (stretchStart[row + 1] ?? 0) - 1;
    const team = stretchTeam.codes[latest] ?? -1;
    const cluster = team >= 0 ? team : -2 - (stretchService.codes[latest] ?? -1);
    const key = cluster * 100_000 + monthOf(stretchFrom[stretchStart[row] ?? 0] ?? 0);
    const rows = homes.get(key);
    if (rows === undefined) homes.set(key, [row]);
    else rows.push(row);
  }
  return [...homes.values()].map((rows) => Int32Array.from(rows));
}

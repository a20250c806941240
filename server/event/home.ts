import { EPOCH_2000_MS, NEVER, type ItemColumns } from './columns.ts';

/** Where the rows of an item are kept together with others: a team, or a service, and a month. */
export interface Home {
  /** The team named in the item's latest stretch, else `service:` and its service, else nothing. */
  readonly cluster: string;
  /** UTC month of its first instant, year × 12 + month from 0; 0 where columns cannot hold that instant. */
  readonly month: number;
}

export const homeKey = ({ cluster, month }: Home): string => `${month} ${cluster}`;

/** After every name, in the order of the store. */
const APPENDED = '\u{10ffff}';

/** Not a home but a heap: rows of a batch that were not yet put where they belong, to be taken in after all homes. */
export const appendedWith = (batch: number): Home => ({ cluster: APPENDED, month: batch });
export const isAppended = ({ cluster }: Home): boolean => cluster === APPENDED;

/** @param rows all rows of one item, in the order of its episodes */
export function homeOf(columns: ItemColumns, rows: readonly number[]): Home {
  const { stretchStart, stretchFrom, stretchTeam, stretchService } = columns;
  const latest = (stretchStart[(rows.at(-1) ?? 0) + 1] ?? 0) - 1;
  const team = stretchTeam.codes[latest] ?? -1;
  const service = stretchService.codes[latest] ?? -1;
  const cluster =
    team >= 0 ? (stretchTeam.dictionary[team] ?? '') : service >= 0 ? `service:${stretchService.dictionary[service] ?? ''}` : '';
  return { cluster: shortened(cluster), month: monthOf(stretchFrom[stretchStart[rows[0] ?? 0] ?? 0] ?? NEVER) };
}

/** Databases have a longest key. Those of longer names share a home, which changes no number. */
const LONGEST_CLUSTER = 200;
const shortened = (cluster: string): string =>
  cluster.length <= LONGEST_CLUSTER ? cluster.replace(APPENDED, '') : cluster.slice(0, LONGEST_CLUSTER).toWellFormed();

const DAY_SECONDS = 86_400;
const months = new Map<number, number>();

function monthOf(second: number): number {
  if (second === NEVER) return 0;
  const day = Math.floor(second / DAY_SECONDS);
  let month = months.get(day);
  if (month === undefined) {
    const date = new Date(EPOCH_2000_MS + day * DAY_SECONDS * 1000);
    months.set(day, (month = date.getUTCFullYear() * 12 + date.getUTCMonth()));
  }
  return month;
}

import type { BearersPart } from './bearers.ts';
import type { Kpi } from './kpi.ts';
import { SHARE_OF_DAYS } from './beside.ts';
import type { SumsPart } from './sums.ts';

/** The rows of a pass that one of several looks at: the nth of so many equal shares, from 0. */
export interface Share {
  readonly nth: number;
  readonly of: number;
}

/** What a pass over some of its rows found, as another thread can be handed it. */
export interface PassPart {
  readonly share: Share;
  /** All rows that there are: only passes over the same can be put together. */
  readonly rows: number;
  readonly sums: SumsPart;
  readonly bearers: BearersPart | null;
}

/** Whether all that a KPI's pass finds are sums, which parts of its rows can be added up from. */
export const isSummed = ({ measure, alsoShow }: Pick<Kpi, 'measure' | 'alsoShow'>): boolean => {
  switch (measure.type) {
    case 'ratio':
      return true;
    case 'count':
      return !alsoShow.includes(SHARE_OF_DAYS);
    case 'depth':
      return !measure.growth;
    default:
      return false;
  }
};

/** The nth of so many shares of ranges of rows, about as many rows each. */
export const shareOf = (ranges: Int32Array, { nth, of }: Share): Int32Array => {
  let rows = 0;
  for (let at = 0; at < ranges.length; at += 2) rows += (ranges[at + 1] ?? 0) - (ranges[at] ?? 0);
  const [from, until] = [Math.floor((rows * nth) / of), Math.floor((rows * (nth + 1)) / of)];
  const taken: number[] = [];
  let before = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const [start, end] = [ranges[at] ?? 0, ranges[at + 1] ?? 0];
    const [first, last] = [Math.max(start, start + from - before), Math.min(end, start + until - before)];
    if (first < last) taken.push(first, last);
    before += end - start;
  }
  return Int32Array.from(taken);
};

/** The memory that may be handed over instead of being copied. */
export const buffersOfPart = ({ sums, bearers }: PassPart): ArrayBuffer[] =>
  [
    sums.counts,
    sums.totals,
    sums.lanes,
    ...(sums.besides === null ? [] : [sums.besides]),
    ...sums.left.map(({ counts }) => counts),
    ...(bearers === null ? [] : [bearers.bits, bearers.team, bearers.service, bearers.person]),
  ].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));

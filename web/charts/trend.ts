import type { OnCallSeries } from '../../server/api/contract.ts';

/** A word-sized line with the band of routine behind it. */
export interface Trend {
  readonly path: string;
  readonly band: { readonly y: number; readonly height: number } | null;
  readonly mean: number | null;
  readonly target: number | null;
  /** The last value, and those beyond a limit. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly isBeyond: boolean }[];
}

const PAD = 5;

/** From 0 up, as counts, rates and shares are read. */
export function trendOf({ points, limits, target, beyond }: OnCallSeries, width: number, height: number): Trend {
  const values = points.flatMap(({ drawn }) => (drawn === null ? [] : [drawn]));
  const goals = [limits?.upper, limits?.mean, target?.value].filter((value) => typeof value === 'number');
  const top = Math.max(...values, ...goals, 1e-9);
  const toY = (value: number): number => round(height - PAD - (value / top) * (height - 2 * PAD));
  const step = points.length > 1 ? (width - 2 * PAD) / (points.length - 1) : 0;
  const toX = (index: number): number => round(PAD + index * step);
  let path = '';
  let isPen = false;
  points.forEach(({ drawn }, index) => {
    if (drawn !== null) path += `${isPen ? 'L' : 'M'}${toX(index)} ${toY(drawn)}`;
    isPen = drawn !== null;
  });
  const lastAt = points.findLastIndex(({ drawn }) => drawn !== null);
  const upper = limits === null ? null : (limits.upper ?? top);
  return {
    path,
    band:
      limits === null || upper === null || (limits.upper === null && limits.lower === null)
        ? null
        : { y: toY(upper), height: toY(Math.max(0, limits.lower ?? 0)) - toY(upper) },
    mean: limits === null ? null : toY(limits.mean),
    target: target === null ? null : toY(target.value),
    dots: points.flatMap(({ drawn, period }, index) => {
      const isBeyond = beyond.includes(period);
      return drawn === null || (!isBeyond && index !== lastAt) ? [] : [{ x: toX(index), y: toY(drawn), isBeyond }];
    }),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

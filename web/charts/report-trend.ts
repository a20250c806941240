import type { ReportTrend } from '../../server/api/contract.ts';

type Tone = ReportTrend['points'][number]['tone'];

/** A picture in pixels: what is routine as a band, the quarter in ink, what came before in grey. */
export interface TrendPicture {
  readonly band: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[];
  readonly means: readonly { readonly x1: number; readonly x2: number; readonly y: number }[];
  /** The stretch of the quarter, with its name's place. */
  readonly quarter: { readonly x: number; readonly width: number } | null;
  readonly target: number | null;
  readonly before: string;
  readonly now: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly tone: Tone; readonly isOpen: boolean }[];
  readonly end: { readonly x: number; readonly y: number; readonly isOpen: boolean } | null;
  /** The axis does not begin at 0. */
  readonly isBroken: boolean;
}

interface Room {
  readonly width: number;
  readonly height: number;
  readonly pad: number;
  /** Kept free at the right edge for the last value and the target. */
  readonly right: number;
  /** A word-sized line shows only the shape. */
  readonly isWord: boolean;
}

export function reportTrend(
  trend: ReportTrend,
  unit: { readonly type: string; readonly label: string },
  room: Room,
): TrendPicture {
  const { points, limits, target } = trend;
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const lines = room.isWord
    ? []
    : limits.flatMap(({ lower, upper }) => [lower, upper].flatMap((line) => (line === null ? [] : [line])));
  const all = [...values, ...lines, ...(room.isWord || target === null ? [] : [target])];
  const { low, high, isBroken } = rangeOf(all, unit, room.isWord);
  const inner = room.width - 2 * room.pad - room.right;
  const step = points.length > 1 ? inner / (points.length - 1) : 0;
  const toX = (index: number): number => round(room.pad + index * step);
  const toY = (value: number): number =>
    round(
      high === low ? room.height / 2 : room.height - room.pad - ((value - low) / (high - low)) * (room.height - 2 * room.pad),
    );
  const at = new Map(points.map(({ period }, index) => [period, index]));
  const first = points.findIndex(({ isInQuarter }) => isInQuarter);
  const last = points.findLastIndex(({ isInQuarter }) => isInQuarter);
  const end = points.findLastIndex(({ value }) => value !== null);
  const lastPoint = points[end];
  const span = (from: string, to: string): readonly [number, number] => [
    toX(at.get(from) ?? 0),
    toX(at.get(to) ?? points.length - 1),
  ];
  return {
    band: room.isWord
      ? []
      : limits.flatMap(({ from, to, lower, upper }) => {
          if (lower === null && upper === null) return [];
          const [x, right] = span(from, to);
          const y = upper === null ? room.pad : toY(upper);
          return [{ x, y, width: round(right - x), height: round((lower === null ? toY(low) : toY(lower)) - y) }];
        }),
    means: room.isWord
      ? []
      : limits.map(({ from, to, mean }) => {
          const [x1, x2] = span(from, to);
          return { x1, x2, y: toY(mean) };
        }),
    quarter:
      first === -1 ? null : { x: round(toX(first) - step / 2), width: round(Math.max(step, toX(last) - toX(first) + step)) },
    target: room.isWord || target === null ? null : toY(target),
    before: pathOf(0, first === -1 ? points.length : first + 1),
    now: first === -1 ? '' : pathOf(first, points.length),
    dots: points.flatMap(({ value, tone, isOpen }, index) =>
      value === null || (tone !== 'against' && tone !== 'with') ? [] : [{ x: toX(index), y: toY(value), tone, isOpen }],
    ),
    end:
      lastPoint === undefined || lastPoint.value === null
        ? null
        : { x: toX(end), y: toY(lastPoint.value), isOpen: lastPoint.isOpen },
    isBroken,
  };

  /** Broken where a value is missing. */
  function pathOf(from: number, to: number): string {
    let path = '';
    let isPen = false;
    points.slice(from, to).forEach(({ value }, index) => {
      if (value !== null) path += `${isPen ? 'L' : 'M'}${toX(from + index)} ${toY(value)}`;
      isPen = value !== null;
    });
    return path;
  }
}

/** From 0, unless all of a share lies high, or a level hardly varies: then the axis is told to be broken. */
function rangeOf(
  values: readonly number[],
  unit: { readonly type: string; readonly label: string },
  isWord: boolean,
): { readonly low: number; readonly high: number; readonly isBroken: boolean } {
  if (values.length === 0) return { low: 0, high: 1, isBroken: false };
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (isWord) return { low: least, high: most, isBroken: false };
  const isShare = unit.type === 'share' || unit.label === '%';
  const isHigh = isShare && least > (unit.type === 'share' ? 0.8 : 80);
  const isFlat = !isShare && unit.type === 'number' && most - least < Math.abs(most) / 4;
  if (!isHigh && !isFlat) return { low: Math.min(0, least), high: Math.max(0, most), isBroken: false };
  const edge = (most - least) * 0.1;
  return { low: least - edge, high: most + edge, isBroken: true };
}

const round = (value: number): number => Math.round(value * 10) / 10;

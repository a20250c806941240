import type { SlicesAnswer } from '../../server/api/contract.ts';

type Slice = SlicesAnswer['slices'][number];

/** One slice as a small picture; all of a field share `most`, so that heights can be read across. */
export interface SliceLine {
  readonly path: string;
  readonly band: { readonly y: number; readonly height: number } | null;
  readonly mean: number | null;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly isLast: boolean }[];
}

const PAD = 5;

/** The highest value of any slice. */
export const mostOf = (slices: readonly Slice[]): number =>
  Math.max(1e-9, ...slices.flatMap(({ readings }) => readings.map(({ value }) => value ?? 0)));

export function sliceLine({ readings, past }: Slice, most: number, width: number, height: number): SliceLine {
  const limits = past?.limits ?? null;
  const toY = (value: number): number => round(height - PAD - (Math.max(0, Math.min(value, most)) / most) * (height - 2 * PAD));
  const step = readings.length > 1 ? (width - 2 * PAD) / (readings.length - 1) : 0;
  const points = readings.flatMap(({ value }, index) =>
    value === null ? [] : [{ index, x: round(PAD + index * step), y: toY(value) }],
  );
  const isAlone = (index: number): boolean => readings[index - 1]?.value == null && readings[index + 1]?.value == null;
  const last = points.at(-1);
  return {
    path: points.map(({ index, x, y }) => `${readings[index - 1]?.value == null ? 'M' : 'L'}${x} ${y}`).join(''),
    band:
      limits === null || (limits.upper === null && limits.lower === null)
        ? null
        : { y: toY(limits.upper ?? most), height: round(toY(limits.lower ?? 0) - toY(limits.upper ?? most)) },
    mean: limits === null ? null : toY(limits.mean),
    dots: points.flatMap((point) =>
      point === last || isAlone(point.index) ? [{ x: point.x, y: point.y, isLast: point === last }] : [],
    ),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

import type { SlicesAnswer } from '../../server/api/contract.ts';

type Slice = SlicesAnswer['slices'][number];

/** One slice as a small picture; all of a field share `most`, so that heights can be read across. */
export interface SliceLine {
  readonly path: string;
  readonly band: { readonly y: number; readonly height: number } | null;
  readonly mean: number | null;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly isLast: boolean }[];
  /** Where a value lies beyond the end of the scale. */
  readonly beyond: readonly { readonly x: number; readonly y: number }[];
}

const PAD = 5;

/** A single week that is far out would press all others to the floor. */
const USUAL = 0.95;
const FAR = 2;

/** Where the common scale ends: at the highest value of any slice, or at twice what one week in twenty is above. */
export function mostOf(slices: readonly Slice[]): number {
  const values = slices.flatMap(({ readings }) => readings.flatMap(({ value }) => value ?? [])).sort((one, other) => one - other);
  const highest = values.at(-1) ?? 0;
  const usual = values[Math.floor((values.length - 1) * USUAL)] ?? 0;
  return Math.max(1e-9, usual > 0 ? Math.min(highest, usual * FAR) : highest);
}

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
    beyond: points.filter(({ index }) => (readings[index]?.value ?? 0) > most).map(({ x, y }) => ({ x, y })),
    dots: points.flatMap((point) =>
      point === last || isAlone(point.index) ? [{ x: point.x, y: point.y, isLast: point === last }] : [],
    ),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

import type { PreviewAnswer } from '../../server/api/contract.ts';
import { scaleOf, shortValue, type AxisUnit } from './scale.ts';
import { widthOf } from './shapes.ts';

type Diff = NonNullable<PreviewAnswer['diff']>;
export type DiffPeriod = Diff['scopes'][number]['periods'][number];

/** What a definition says and what another would have said, period by period, in pixels. */
export interface TwoVersions {
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly floor: number;
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
  readonly columns: readonly {
    readonly period: DiffPeriod;
    readonly x: number;
    readonly width: number;
    readonly middle: number;
    /** Null where there is no number. */
    readonly old: number | null;
    readonly new: number | null;
  }[];
  readonly oldPath: string;
  readonly newPath: string;
  readonly labels: readonly { readonly x: number; readonly text: string; readonly isLast: boolean }[];
  /** At the last point of each line; one where both say the same. */
  readonly names: readonly { readonly y: number; readonly text: string; readonly kind: 'old' | 'new' | 'both' }[];
}

const TEXT = 12;
const HEIGHT = 190;
const TOP = 14;
const BELOW = 22;

/** The highest value decides the scale of a panel: `most` lets two panels share one. */
export function twoVersions(periods: readonly DiffPeriod[], unit: AxisUnit, width: number, most: number): TwoVersions {
  const axis = { ...unit, isTotal: false };
  const values = periods.flatMap(({ before, after }) => [before?.value ?? null, after.value]).filter((value) => value !== null);
  const scale = scaleOf([0, most, ...values], axis, 4);
  const floor = HEIGHT - BELOW;
  const toY = (value: number): number => round(floor - ((value - scale.min) / (scale.max - scale.min)) * (floor - TOP));
  const left = Math.max(...scale.ticks.map(({ text }) => widthOf(text, TEXT)), 8) + 8;
  const nameOf = (kind: string, value: number): string => `${kind} ${shortValue(value, axis)}`;
  // A panel that is just being laid out may have no width yet.
  const right = Math.max(left + 60, width - Math.max(40, ...values.map((value) => widthOf(nameOf('new', value), TEXT))) - 8);
  const step = (right - left) / Math.max(1, periods.length);
  const columns = periods.map((period, index) => ({
    period,
    x: left + index * step,
    width: step,
    middle: round(left + (index + 0.5) * step),
    old: period.before?.value == null ? null : toY(period.before.value),
    new: period.after.value === null ? null : toY(period.after.value),
  }));
  const widest = Math.max(1, ...periods.map((period) => widthOf(labelOf(period), TEXT)));
  const every = Math.max(1, Math.ceil((widest + 6) / step));
  const last = periods.at(-1);
  const old = last?.before?.value ?? null;
  const now = last?.after.value ?? null;
  return {
    height: HEIGHT,
    left,
    right,
    floor,
    ticks: scale.ticks.map(({ value, text }) => ({ y: toY(value), text })),
    columns,
    oldPath: pathOf(columns.map((column) => [column.middle, column.old])),
    newPath: pathOf(columns.map((column) => [column.middle, column.new])),
    labels: columns.flatMap(({ middle, period }, index) =>
      (columns.length - 1 - index) % every === 0
        ? [{ x: middle, text: labelOf(period), isLast: index === columns.length - 1 }]
        : [],
    ),
    names: namesOf(old, now, toY, nameOf),
  };
}

function namesOf(
  old: number | null,
  now: number | null,
  toY: (value: number) => number,
  nameOf: (kind: string, value: number) => string,
): TwoVersions['names'] {
  if (old !== null && now === old) return [{ y: toY(now), text: nameOf('both', now), kind: 'both' }];
  const names: { y: number; text: string; kind: 'old' | 'new' }[] = [];
  if (old !== null) names.push({ y: toY(old), text: nameOf('old', old), kind: 'old' });
  if (now !== null) names.push({ y: toY(now), text: nameOf('new', now), kind: 'new' });
  names.sort((one, other) => one.y - other.y);
  const [upper, lower] = names;
  if (upper !== undefined && lower !== undefined && lower.y - upper.y < TEXT + 2) {
    const middle = (upper.y + lower.y) / 2;
    upper.y = middle - (TEXT + 2) / 2;
    lower.y = middle + (TEXT + 2) / 2;
  }
  return names;
}

/** `2026-W46` is W46; `2026-10` the month's name as its title begins. */
const labelOf = ({ period, title, grain }: DiffPeriod): string => (grain === 'week' ? period.slice(5) : title.slice(0, 3));

function pathOf(points: readonly (readonly [number, number | null])[]): string {
  let path = '';
  let isPen = false;
  for (const [x, y] of points) {
    if (y !== null) path += `${isPen ? 'L' : 'M'}${x} ${y}`;
    isPen = y !== null;
  }
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;

import type { Distribution } from '../../server/api/contract.ts';
import { scaleOf, shortValue } from './scale.ts';
import { widthOf } from './shapes.ts';

/** Every item a dot, laid out in pixels; a style sheet gives the colours. */
export interface Dots {
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly floor: number;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly index: number }[];
  readonly ticks: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly labels: readonly { readonly x: number; readonly text: string }[];
  /** Median and ninth decile: of each month over time, of all by value. */
  readonly lines: readonly {
    readonly kind: 'median' | 'p90';
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
  }[];
  /** Written once at each kind of line. */
  readonly names: readonly {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly anchor: 'start' | 'middle';
  }[];
  /** A few items lie so far out that the axis ends before them: they stand at its end. */
  readonly beyond: number;
}

const TEXT = 12;
const HEIGHT = 240;
const BELOW = 22;
const TOP = 18;
/** A single item that took a hundred times as long would press all others to the floor. */
const FAR = 4;

/** The axis ends at four times the ninth decile, where anything lies further out. */
function endOf({ dots, p90 }: Distribution): number {
  const most = Math.max(...dots.map(({ value }) => value), 0);
  return p90 !== null && p90 > 0 && most > p90 * FAR ? p90 * FAR : most;
}

/** One axis of time, one of value. */
export function dotsOverTime(spread: Distribution, width: number): Dots {
  const axis = { type: spread.unit.type, isTotal: false };
  const end = endOf(spread);
  const scale = scaleOf([0, end], axis, 4);
  const floor = HEIGHT - BELOW;
  const left = Math.max(...scale.ticks.map(({ text }) => widthOf(text, TEXT)), 8) + 8;
  const names = namesOf(spread);
  const right = Math.max(left + 60, width - Math.max(...names.map(({ text }) => widthOf(text, TEXT))) - 10);
  const toX = (at: number): number => left + ((at - spread.from) / (spread.to - spread.from || 1)) * (right - left);
  const toY = (value: number): number => floor - (Math.min(value, scale.max) / scale.max) * (floor - TOP);
  const every = Math.max(1, Math.ceil(34 / ((right - left) / Math.max(1, spread.months.length))));
  const lines = spread.months.flatMap(({ from, to, median, p90 }) =>
    (['median', 'p90'] as const).flatMap((kind) => {
      const value = kind === 'median' ? median : p90;
      if (value === null) return [];
      return [{ kind, x1: toX(from) + 1, x2: toX(to) - 1, y1: toY(value), y2: toY(value) }];
    }),
  );
  return {
    height: HEIGHT,
    left,
    right,
    floor,
    dots: spread.dots.map(({ at, value }, index) => ({ x: toX(at), y: toY(value), index })),
    ticks: scale.ticks.map(({ value, text }) => ({ x: left - 6, y: toY(value), text })),
    labels: spread.months.flatMap(({ from, to, label }, index) =>
      (spread.months.length - 1 - index) % every === 0 ? [{ x: (toX(from) + toX(to)) / 2, text: label }] : [],
    ),
    lines,
    names: names.flatMap(({ kind, text }) => {
      const last = lines.findLast((line) => line.kind === kind);
      return last === undefined ? [] : [{ x: right + 6, y: last.y1, text, anchor: 'start' as const }];
    }),
    beyond: spread.dots.filter(({ value }) => value > scale.max).length,
  };
}

/** One axis of value; dots that would lie on each other are stacked. */
export function dotsByValue(spread: Distribution, width: number): Dots {
  const axis = { type: spread.unit.type, isTotal: false };
  const end = endOf(spread);
  const scale = scaleOf([0, end], axis, Math.max(3, Math.floor(width / 110)));
  const floor = HEIGHT - BELOW;
  const left = 12;
  const right = width - 12;
  const toX = (value: number): number => left + (Math.min(value, scale.max) / scale.max) * (right - left);
  const step = 5;
  const column = (value: number): number => Math.round((toX(value) - left) / step);
  const tallest = Math.max(1, ...[...counted(spread.dots.map(({ value }) => column(value))).values()]);
  const rise = Math.min(step, (floor - TOP * 2 - TEXT) / tallest);
  const heights = new Map<number, number>();
  const lines = namesOf(spread).flatMap(({ kind, value }) =>
    value === null ? [] : [{ kind, x1: toX(value), x2: toX(value), y1: TOP, y2: floor }],
  );
  return {
    height: HEIGHT,
    left,
    right,
    floor,
    dots: spread.dots.map(({ value }, index) => {
      const at = column(value);
      const height = heights.get(at) ?? 0;
      heights.set(at, height + 1);
      return { x: left + at * step, y: floor - 4 - height * rise, index };
    }),
    ticks: [],
    labels: scale.ticks.map(({ value, text }) => ({ x: toX(value), text })),
    lines,
    names: apart(
      namesOf(spread).flatMap(({ value, text }) =>
        value === null ? [] : [{ x: Math.min(toX(value) + 4, right - widthOf(text, TEXT)), y: TOP - 4, text }],
      ),
    ),
    beyond: spread.dots.filter(({ value }) => value > scale.max).length,
  };
}

function namesOf({ median, p90, unit }: Distribution): { kind: 'median' | 'p90'; value: number | null; text: string }[] {
  const axis = { type: unit.type, isTotal: false };
  return [
    { kind: 'p90', value: p90, text: p90 === null ? 'p90' : `p90 ${shortValue(p90, axis)}` },
    { kind: 'median', value: median, text: median === null ? 'median' : `median ${shortValue(median, axis)}` },
  ];
}

/** Names that would stand on each other side by side: the second begins on a line below. */
function apart(names: readonly { x: number; y: number; text: string }[]): Dots['names'] {
  return names.map((name, index) => {
    const before = names[index - 1];
    const isOn =
      before !== undefined &&
      name.x < before.x + widthOf(before.text, TEXT) + 6 &&
      before.x < name.x + widthOf(name.text, TEXT) + 6;
    return { ...name, y: isOn ? name.y + TEXT + 3 : name.y, anchor: 'start' as const };
  });
}

function counted(columns: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const column of columns) counts.set(column, (counts.get(column) ?? 0) + 1);
  return counts;
}

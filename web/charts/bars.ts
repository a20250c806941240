import type { OnCallSeries, Point } from '../../server/api/contract.ts';
import { scaleOf, shortValue } from './scale.ts';
import { widthOf } from './shapes.ts';

/** Bars of one series, laid out in pixels: a style sheet gives them their colours, so dark and paper need no new drawing. */
export interface Bars {
  readonly width: number;
  readonly height: number;
  readonly floor: number;
  readonly left: number;
  readonly right: number;
  readonly bars: readonly Bar[];
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
  /** Where we want to be, and how far routine reaches. */
  readonly lines: readonly {
    readonly y: number;
    readonly labelY: number;
    readonly text: string;
    readonly kind: 'target' | 'limit' | 'mean';
  }[];
  readonly labels: readonly { readonly x: number; readonly text: string; readonly isLast: boolean }[];
  readonly gaps: readonly { readonly x: number; readonly width: number; readonly word: string; readonly isUpright: boolean }[];
}

export interface Bar {
  readonly point: Point;
  /** The whole column, for the pointer. */
  readonly column: { readonly x: number; readonly width: number };
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Height of the part within it that is told apart. */
  readonly inner: number;
  readonly isBeyond: boolean;
  readonly isOpen: boolean;
  /** Written above it: of the last, and of those beyond a limit. */
  readonly number: string | null;
}

const TEXT = 12;
const HEIGHT = 172;
const TOP = 20;
const BELOW = 22;
/** Words that stand in a gap. Before history there is blank paper. */
const GAPS: ReadonlyMap<string, string> = new Map([
  ['hidden', 'hidden'],
  ['no data', 'no data'],
  ['none to measure', 'none'],
  ['no denominator', 'none'],
]);

/** `inner`: for each point the part of its value that is told apart. */
export function barsOf(series: OnCallSeries, width: number, inner: readonly (number | null)[] = []): Bars {
  const { points, limits, target, unit } = series;
  const axis = { type: unit.type, isTotal: false };
  const goals = [limits?.upper, limits?.mean, target?.value].filter((value) => typeof value === 'number');
  const values = points.flatMap(({ drawn }) => (drawn === null ? [] : [drawn]));
  const scale = scaleOf([0, ...values, ...(values.length === 0 ? [] : goals)], axis, 3);
  const height = HEIGHT;
  const floor = height - BELOW;
  const toY = (value: number): number => floor - ((value - scale.min) / (scale.max - scale.min)) * (floor - TOP);
  const words = linesOf(series);
  const left = Math.max(...scale.ticks.map(({ text }) => widthOf(text, TEXT)), 8) + 8;
  const right = width - Math.max(...words.map(({ text }) => widthOf(text, TEXT)), 0) - 10;
  const step = (right - left) / Math.max(1, points.length);
  const bar = Math.max(2, Math.min(28, step * 0.68));
  const every = Math.max(1, Math.ceil((Math.max(...points.map(({ label }) => widthOf(label, TEXT)), 1) + 6) / step));
  const beyond = new Set(series.beyond);
  return {
    width,
    height,
    floor,
    left,
    right,
    bars: points.map((point, index): Bar => {
      const y = point.drawn === null ? floor : toY(point.drawn);
      const part = inner[index] ?? null;
      const isLast = index === points.length - 1;
      const isBeyond = beyond.has(point.period);
      return {
        point,
        column: { x: left + index * step, width: step },
        x: left + (index + 0.5) * step - bar / 2,
        y,
        width: bar,
        height: floor - y,
        inner: part === null ? 0 : floor - toY(part),
        isBeyond,
        isOpen: point.flags.some((flag) => flag === 'unsettled' || flag === 'running' || flag === 'stale'),
        number: point.drawn !== null && (isLast || isBeyond) ? shortValue(point.drawn, axis) : null,
      };
    }),
    ticks: scale.ticks.map(({ value, text }) => ({ y: toY(value), text })),
    lines: apart(words.map(({ value, text, kind }) => ({ y: toY(value), labelY: toY(value), text, kind }))),
    labels: points.flatMap(({ label }, index) =>
      (points.length - 1 - index) % every === 0
        ? [{ x: left + (index + 0.5) * step, text: label, isLast: index === points.length - 1 }]
        : [],
    ),
    gaps: gapsOf(points, left, step),
  };
}

function linesOf({ limits, target, unit }: OnCallSeries): { value: number; text: string; kind: 'target' | 'limit' | 'mean' }[] {
  const axis = { type: unit.type, isTotal: false };
  return [
    ...(target === null
      ? []
      : [{ value: target.value, text: `target ${shortValue(target.value, axis)}`, kind: 'target' as const }]),
    ...(limits === null || limits.upper === null
      ? []
      : [{ value: limits.upper, text: `limit ${shortValue(limits.upper, axis)}`, kind: 'limit' as const }]),
    ...(limits === null ? [] : [{ value: limits.mean, text: `mean ${shortValue(limits.mean, axis)}`, kind: 'mean' as const }]),
  ];
}

/** Labels of lines that lie close are moved apart, from the top down. */
function apart<Line extends { readonly y: number }>(lines: readonly Line[]): (Line & { labelY: number })[] {
  let last = -Infinity;
  return [...lines]
    .sort((one, other) => one.y - other.y)
    .map((line) => {
      const labelY = Math.max(line.y, last + TEXT + 1);
      last = labelY;
      return { ...line, labelY };
    });
}

function gapsOf(points: readonly Point[], left: number, step: number): Bars['gaps'] {
  const gaps: { x: number; width: number; word: string; isUpright: boolean }[] = [];
  for (let start = 0; start < points.length;) {
    const emptiness = points[start]?.emptiness ?? null;
    let end = start + 1;
    while (end < points.length && (points[end]?.emptiness ?? null) === emptiness) end += 1;
    const word = emptiness === null ? undefined : GAPS.get(emptiness);
    const width = (end - start) * step;
    if (word !== undefined) gaps.push({ x: left + start * step, width, word, isUpright: widthOf(word, TEXT) > width });
    start = end;
  }
  return gaps;
}

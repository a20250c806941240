import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { CustomSeriesOption } from 'echarts/charts';
import type { KpiCard, Point } from '../../server/api/contract.ts';
import { MARK_ROW_EM, markShapes, type AxisMark } from './marks.ts';
import { tonesOf, type Palette } from './palette.ts';
import { dotShapes, gapShapes, labelShapes, slotsOf, unsettledShapes, type Slot, type ToY } from './panel.ts';
import { scaleOf, type Scale } from './scale.ts';
import { withoutUnit } from './unit-text.ts';
import { annotations, widthOf, type Box, type Shape } from './shapes.ts';

export type Option = ComposeOption<LineSeriesOption | CustomSeriesOption | GridComponentOption>;

/** A finished picture: what ECharts draws, how high it is, and where its points stand for pointer and keyboard. */
export interface Drawing {
  readonly option: Option;
  readonly height: number;
  readonly slots: readonly Slot[];
}

export type ReviewSeries = Pick<
  KpiCard,
  'weeks' | 'priorWeeks' | 'months' | 'priorMonths' | 'target' | 'unit' | 'judgement' | 'signals'
>;

/** Below this width in ems of small text the two panels stand one above the other. */
const STACK_BELOW_EM = 44;
const PLOT_EM = 12.5;

/**
 * Six weeks and twelve months on one value axis, the prior year thin beneath, the target dashed with
 * its value at the right edge, the last point with its number. Pure: pixels follow from the width.
 */
export function reviewChart(card: ReviewSeries, width: number, palette: Palette, marks: readonly AxisMark[] = []): Drawing {
  const em = palette.textPx;
  const scale = scaleOf(
    drawnOf([card.weeks, card.priorWeeks, card.months, card.priorMonths], card.target?.drawn ?? null),
    card.unit,
    4,
  );
  const isStacked = width < STACK_BELOW_EM * em;
  const left = Math.max(0, ...scale.ticks.map(({ text }) => widthOf(text, em))) + em * 0.8;
  const right =
    isStacked || card.target === null
      ? em * 0.5
      : Math.max(widthOf('target', em), ...targetLines(card).map((text) => widthOf(text, em))) + em;
  const captionHeight = em * 1.9;
  const labelHeight = em * (2 + (marks.length === 0 ? 0 : MARK_ROW_EM));
  const plotHeight = Math.round(em * (isStacked ? 8.5 : PLOT_EM));
  const inner = width - left - right;
  const gap = em * 2.4;
  const weeksBox: Box = {
    x: left,
    y: captionHeight,
    width: isStacked ? inner : Math.round((inner - gap) * 0.36),
    height: plotHeight,
  };
  const monthsBox: Box = isStacked
    ? { x: left, y: weeksBox.y + plotHeight + labelHeight + captionHeight + em * 0.4, width: inner, height: plotHeight }
    : { x: weeksBox.x + weeksBox.width + gap, y: captionHeight, width: inner - gap - weeksBox.width, height: plotHeight };
  const height = Math.ceil(monthsBox.y + plotHeight + labelHeight);

  const panels = [
    { box: weeksBox, points: card.weeks, priors: card.priorWeeks, caption: 'Six weeks', hasTicks: true },
    { box: monthsBox, points: card.months, priors: card.priorMonths, caption: 'Twelve months', hasTicks: isStacked },
  ].map((panel) => {
    const toY = toYIn(panel.box, scale, em);
    return { ...panel, toY, slots: slotsOf(panel.points, panel.priors, panel.box, toY) };
  });

  const below: Shape[] = [];
  const above: Shape[] = [];
  panels.forEach(({ box, slots, toY, caption, hasTicks }, index) => {
    const floor = toY(Math.max(scale.min, Math.min(0, scale.max)));
    const bottom = box.y + box.height;
    below.push(...unsettledShapes(slots, palette));
    below.push({ type: 'line', from: [box.x, floor], to: [box.x + box.width, floor], colour: palette.ruleStrong, width: 1 });
    below.push(...targetShapes(card, box, toY, palette, isStacked ? 'caption' : index === 1 ? 'edge' : 'none'));
    below.push(word(caption, [box.x, box.y - em * 0.55], palette.inkFaint, palette, 'left', 'bottom'));
    if (hasTicks) below.push(...tickShapes(scale, box, toY, palette));
    below.push(...gapShapes(slots, floor, palette));
    above.push(...labelShapes(slots, bottom + em * 0.75, palette));
    // What data tells is known of the six weeks, and a month is too coarse for it.
    const shown = marks.filter(({ isWritten }) => isWritten || index === 0);
    below.push(...markShapes(shown, slots, bottom, bottom + em * 2.65, palette));
    above.push(...pointShapes(card, slots, index === 0, palette));
    if (index === 1) above.push(...priorLabel(slots, toY, palette));
    if (scale.isBroken && hasTicks) below.push(...breakShapes(box, bottom, palette));
  });

  const series = panels.flatMap(({ points, priors }, index): LineSeriesOption[] => [
    line(
      priors.map((point) => point.drawn),
      index,
      { color: palette.prior, width: em / 9.5 },
      2,
    ),
    line(settledPart(points), index, { color: palette.inkSoft, width: em / 6 }, 3),
    line(runningPart(points), index, { color: palette.inkSoft, width: 1.5, type: [3, 3] }, 3),
  ]);
  const option: Option = {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: palette.family },
    grid: panels.map(({ box }) => ({
      left: box.x,
      top: box.y,
      width: box.width,
      height: box.height,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: panels.map(({ points }, index) => ({
      type: 'category' as const,
      gridIndex: index,
      show: false,
      boundaryGap: true,
      data: points.map((point) => point.period),
    })),
    yAxis: panels.map(({ box }, index) => ({
      type: 'value' as const,
      gridIndex: index,
      show: false,
      min: scale.min,
      max: topOf(scale, box, em),
    })),
    series: [annotations(below, palette.family, 1), ...series, annotations(above, palette.family, 5)],
  };
  return { option, height, slots: panels.flatMap(({ slots }) => slots) };
}

function drawnOf(series: readonly (readonly Point[])[], target: number | null): number[] {
  const values = series.flatMap((points) => points.flatMap(({ drawn }) => (drawn === null ? [] : [drawn])));
  return target === null ? values : [...values, target];
}

/** The axis ends a line of text above the highest value, so that its number has room. */
const headroom = (em: number): number => em * 1.9;
const topOf = (scale: Scale, box: Box, em: number): number =>
  scale.min + ((scale.max - scale.min) * box.height) / Math.max(1, box.height - headroom(em));

function toYIn(box: Box, scale: Scale, em: number): ToY {
  const top = topOf(scale, box, em);
  return (value) => box.y + box.height - ((value - scale.min) / (top - scale.min)) * box.height;
}

const line = (
  data: (number | null)[],
  index: number,
  style: { color: string; width: number; type?: number[] },
  z: number,
): LineSeriesOption => ({
  type: 'line',
  xAxisIndex: index,
  yAxisIndex: index,
  data: data.map((value) => value ?? '-'),
  connectNulls: false,
  showSymbol: false,
  silent: true,
  animation: false,
  lineStyle: { ...style, join: 'round', cap: 'round' },
  z,
});

const isRunning = (point: Point | undefined): boolean => point?.flags.includes('running') === true;
const settledPart = (points: readonly Point[]): (number | null)[] =>
  points.map((point) => (isRunning(point) ? null : point.drawn));
/** The way to a period that still runs is dashed. */
const runningPart = (points: readonly Point[]): (number | null)[] =>
  points.map((point, index) => (isRunning(point) || isRunning(points[index + 1]) ? point.drawn : null));

const word = (
  text: string,
  at: readonly [number, number],
  colour: string,
  palette: Palette,
  align: 'left' | 'center' | 'right',
  vertical: 'top' | 'middle' | 'bottom',
  weight = 400,
): Shape => ({ type: 'text', text, at, colour, size: palette.textPx, weight, align, vertical });

function tickShapes(scale: Scale, box: Box, toY: ToY, palette: Palette): Shape[] {
  return scale.ticks.flatMap(({ value, text }): Shape[] => [
    word(text, [box.x - palette.textPx * 0.6, toY(value)], palette.inkFaint, palette, 'right', 'middle'),
    ...(value === 0
      ? []
      : [
          {
            type: 'line' as const,
            from: [box.x - 4, toY(value)] as const,
            to: [box.x, toY(value)] as const,
            colour: palette.ruleStrong,
            width: 1,
          },
        ]),
  ]);
}

/** `≤ 4 h`, and where it is not the week's own, `each month` on a line of its own. */
function targetLines(card: ReviewSeries): string[] {
  const [value = '', grain] = withoutUnit(card.target?.short ?? '', card.unit.label).split(/ (?=each )/);
  return grain === undefined ? [value] : [value, grain];
}

function targetShapes(card: ReviewSeries, box: Box, toY: ToY, palette: Palette, label: 'none' | 'edge' | 'caption'): Shape[] {
  if (card.target === null) return [];
  const em = palette.textPx;
  const y = toY(card.target.drawn);
  const right = box.x + box.width;
  const dashed = (from: number, to: number, at: number): Shape => ({
    type: 'line',
    from: [from, at],
    to: [to, at],
    colour: palette.inkFaint,
    width: 1.25,
    dash: [6, 4],
  });
  const shapes: Shape[] = [dashed(box.x, right, y)];
  if (label === 'edge') {
    shapes.push(word('target', [right + em * 0.7, y - em * 0.62], palette.inkFaint, palette, 'left', 'middle'));
    const [value = '', grain] = targetLines(card);
    shapes.push(word(value, [right + em * 0.7, y + em * 0.62], palette.inkSoft, palette, 'left', 'middle', 600));
    if (grain !== undefined)
      shapes.push(word(grain, [right + em * 0.7, y + em * 1.86], palette.inkFaint, palette, 'left', 'middle'));
  } else if (label === 'caption') {
    // No room at the edge: beside the caption, with a piece of the line.
    const text = `target ${withoutUnit(card.target.short, card.unit.label)}`;
    shapes.push(word(text, [right, box.y - em * 0.55], palette.inkFaint, palette, 'right', 'bottom'));
    shapes.push(dashed(right - widthOf(text, em) - em * 2.2, right - widthOf(text, em) - em * 0.4, box.y - em * 1.05));
  }
  return shapes;
}

function pointShapes(card: ReviewSeries, slots: readonly Slot[], isWeeks: boolean, palette: Palette): Shape[] {
  const signals = new Map(card.signals.map((signal) => [signal.period, signal.judgement]));
  return slots.flatMap((slot, index): Shape[] => {
    const isLast = index === slots.length - 1;
    const judgement = isWeeks && isLast ? card.judgement : (signals.get(slot.point.period) ?? 'routine');
    const tones = tonesOf(judgement, palette);
    const isJudged = judgement === 'against' || judgement === 'with';
    const radius = isWeeks && isLast ? 5 : isJudged || isLast ? 3.75 : 2.75;
    const dots = dotShapes(slot, isJudged || isLast ? tones.mark : palette.inkSoft, radius, palette);
    return isLast
      ? [
          ...dots,
          ...numberShapes(
            slot,
            withoutUnit(slot.point.text, card.unit.label),
            slots[index - 1] ?? null,
            tones.text,
            isWeeks,
            palette,
          ),
        ]
      : dots;
  });
}

/** The last point's number: above it, or below where the line comes down to it from above. */
function numberShapes(
  slot: Slot,
  text: string,
  before: Slot | null,
  colour: string,
  isWeeks: boolean,
  palette: Palette,
): Shape[] {
  if (slot.y === null) return [];
  const size = palette.textPx * (isWeeks ? 1.2 : 1.05);
  const isFalling = before !== null && before.y !== null && slot.y - before.y > size * 2;
  const isLow = slot.column.y + slot.column.height - slot.y < size * 2;
  const isBelow = isFalling && !isLow;
  const edge = slot.column.x + slot.column.width;
  const half = widthOf(text, size) / 2;
  return [
    {
      type: 'text',
      text,
      at: [Math.min(slot.x, edge + 8 - half), slot.y + palette.textPx * (isBelow ? 0.7 : -0.7)],
      colour,
      size,
      weight: 650,
      align: 'center',
      vertical: isBelow ? 'top' : 'bottom',
      halo: palette.paper,
    },
  ];
}

/** "prior year" stands at the thin line where the two lines are farthest apart. */
function priorLabel(slots: readonly Slot[], toY: ToY, palette: Palette): Shape[] {
  let best: { slot: Slot; y: number; distance: number } | null = null;
  for (const slot of slots.slice(1, -2)) {
    if (slot.prior === null || slot.prior.drawn === null) continue;
    const y = toY(slot.prior.drawn);
    const distance = slot.y === null ? 0 : Math.abs(y - slot.y);
    if (best === null || distance > best.distance) best = { slot, y, distance };
  }
  if (best === null) return [];
  const isAbove = best.slot.y === null || best.y < best.slot.y;
  const at: [number, number] = [best.slot.x, best.y + (isAbove ? -5 : 5)];
  return [
    {
      type: 'text',
      text: 'prior year',
      at,
      colour: palette.inkFaint,
      size: palette.textPx,
      weight: 400,
      align: 'center',
      vertical: isAbove ? 'bottom' : 'top',
      halo: palette.paper,
    },
  ];
}

/** Two slanted strokes across the axis: it does not begin at 0. */
function breakShapes(box: Box, bottom: number, palette: Palette): Shape[] {
  return [0, 5].map((offset) => ({
    type: 'line' as const,
    from: [box.x - 5, bottom - 3 - offset] as const,
    to: [box.x + 5, bottom - 8 - offset] as const,
    colour: palette.inkSoft,
    width: 1.25,
  }));
}

import type { HistoryView, Signal } from '../../server/api/contract.ts';
import { lineOption } from './line-option.ts';
import { MARK_ROW_EM, markShapes, type AxisMark } from './marks.ts';
import { tonesOf, type Palette } from './palette.ts';
import { dotShapes, gapShapes, slotsOf, type Slot, type ToY } from './panel.ts';
import type { Drawing } from './review-chart.ts';
import { scaleOf, shortValue } from './scale.ts';
import { widthOf, type Box, type Shape } from './shapes.ts';

/** The chart fills the height that this many lines of small text take. */
const PLOT_EM = 17;
/** Periods narrower than this cannot be told apart: the oldest are left to the table. */
const LEAST_COLUMN = 4.5;

/**
 * All the history of a number at one grain: limits and mean of each stretch with dividers between, targets as
 * steps where each was in force, what was told before a restatement, signals with the rule that fired, and below the axis
 * what people wrote.
 */
export function historyChart(view: HistoryView, width: number, palette: Palette, marks: readonly AxisMark[] = []): Drawing {
  const em = palette.textPx;
  const unit = { ...view.unit, isTotal: false };
  const shown = view.points.slice(-fitting(view, width, em));
  const known = new Set(shown.map(({ period }) => period));
  const bounds = view.limits.filter(({ to }) => known.has(to));
  const targets = view.targets.filter(({ to }) => known.has(to));
  const values = [
    ...shown.flatMap(({ drawn }) => (drawn === null ? [] : [drawn])),
    ...bounds.flatMap(({ mean, lower, upper }) => [mean, lower ?? mean, upper ?? mean]),
    ...targets.map(({ drawn }) => drawn),
  ];
  const scale = scaleOf(values, unit, 5);
  const edges = edgeLabels(bounds.at(-1), targets.at(-1), unit, em);
  const left = Math.max(0, ...scale.ticks.map(({ text }) => widthOf(text, em))) + em * 0.8;
  const right = Math.max(em, ...edges.map(({ text }) => widthOf(text, em) + em));
  const box: Box = { x: left, y: em * 1.8, width: width - left - right, height: Math.round(em * PLOT_EM) };
  const pad = em * 1.4;
  const bottom = box.y + box.height;
  const toY: ToY = (value) => bottom - ((value - scale.min) / (scale.max - scale.min || 1)) * (box.height - pad);
  const slots = slotsOf(shown, [], box, toY);
  const at = new Map(slots.map((slot, index) => [slot.point.period, index]));
  const spanOf = (from: string, to: string): readonly [number, number] => {
    const first = slots[at.get(from) ?? 0];
    const last = slots[at.get(to) ?? slots.length - 1];
    return [first?.column.x ?? box.x, (last?.column.x ?? box.x) + (last?.column.width ?? 0)];
  };

  const below: Shape[] = bounds.flatMap((limits, index) =>
    stretchShapes(limits, index > 0, spanOf(limits.from, limits.to), box, toY, palette),
  );
  const floor = toY(Math.max(scale.min, Math.min(0, scale.max)));
  below.push({ type: 'line', from: [box.x, floor], to: [box.x + box.width, floor], colour: palette.ruleStrong, width: 1 });
  for (const { value, text } of scale.ticks)
    below.push(word(text, [box.x - em * 0.6, toY(value)], palette.inkFaint, 'right', 'middle', palette));
  targets.forEach((target, index) => {
    const [from, to] = spanOf(target.from, target.to);
    const y = toY(target.drawn);
    below.push({ type: 'line', from: [from, y], to: [to, y], colour: palette.inkSoft, width: 1.25, dash: [5, 4] });
    // The one in force stands at the right edge; those before it where they ended.
    if (index < targets.length - 1)
      below.push({ ...word(target.short, [to - 2, y - 2], palette.inkFaint, 'right', 'bottom', palette), halo: palette.paper });
  });
  for (const { text, y } of apart(
    edges.map((edge) => ({ ...edge, y: toY(edge.value) })),
    em,
  ))
    below.push(word(text, [box.x + box.width + em * 0.6, y], palette.inkFaint, 'left', 'middle', palette));
  below.push(...gapShapes(slots, floor, palette), ...timeLabels(slots, bottom + em * 0.6, palette));
  below.push(...markShapes(marks, slots, bottom, bottom + em * 2.7, palette));

  const above = [...earlierShapes(view, slots, at, toY, palette), ...pointShapes(view, slots, at, scale.min === 0, palette)];
  const option = lineOption(shown, { box, pad, scale }, { below, above }, palette);
  return { option, height: Math.ceil(bottom + em * (2.4 + (marks.length === 0 ? 0 : MARK_ROW_EM))), slots };
}

/** How many of the latest periods have room. */
const fitting = ({ points }: HistoryView, width: number, em: number): number =>
  Math.max(12, Math.min(points.length, Math.floor((width - em * 9) / LEAST_COLUMN)));

type Limits = HistoryView['limits'][number];

function stretchShapes(
  limits: Limits,
  isDivided: boolean,
  [from, to]: readonly [number, number],
  box: Box,
  toY: ToY,
  palette: Palette,
): Shape[] {
  const bottom = box.y + box.height;
  const top = limits.upper === null ? box.y : toY(limits.upper);
  const low = limits.lower === null ? bottom : toY(limits.lower);
  const edges = [limits.upper, limits.lower].filter((value) => value !== null);
  return [
    { type: 'band', box: { x: from, y: top, width: to - from, height: low - top }, colour: palette.sunken },
    ...edges.map((value): Shape => ({
      type: 'line',
      from: [from, toY(value)],
      to: [to, toY(value)],
      colour: palette.ruleStrong,
      width: 1,
    })),
    {
      type: 'line',
      from: [from, toY(limits.mean)],
      to: [to, toY(limits.mean)],
      colour: palette.inkFaint,
      width: 1,
      ...(limits.isProvisional ? { dash: [2, 3] } : {}),
    },
    ...(isDivided
      ? [
          {
            type: 'line',
            from: [from, box.y - palette.textPx],
            to: [from, bottom],
            colour: palette.inkSoft,
            width: 1,
            dash: [1, 3],
          } satisfies Shape,
        ]
      : []),
    ...(limits.isProvisional ? [word('provisional', [from + 4, top + 3], palette.inkFaint, 'left', 'top', palette)] : []),
  ];
}

function edgeLabels(
  limits: Limits | undefined,
  target: HistoryView['targets'][number] | undefined,
  unit: HistoryView['unit'],
  em: number,
): { readonly text: string; readonly value: number }[] {
  const named = (text: string, value: number | null): { text: string; value: number }[] =>
    value === null || em <= 0 ? [] : [{ text: `${text} ${shortValue(value, unit)}`, value }];
  return [
    ...(target === undefined ? [] : [{ text: `target ${target.short}`, value: target.drawn }]),
    ...(limits === undefined
      ? []
      : [...named('limit', limits.upper), ...named('mean', limits.mean), ...named('limit', limits.lower)]),
  ];
}

/** Labels of lines that lie close are moved apart, from the top down. */
function apart(lines: readonly { readonly text: string; readonly y: number }[], em: number): { text: string; y: number }[] {
  let last = -Infinity;
  return [...lines]
    .sort((one, other) => one.y - other.y)
    .map(({ text, y }) => {
      last = Math.max(y, last + em * 1.15);
      return { text, y: last };
    });
}

/** A short stroke where the number stood, and a hair to where it stands. */
function earlierShapes(
  { earlier }: HistoryView,
  slots: readonly Slot[],
  at: ReadonlyMap<string, number>,
  toY: ToY,
  palette: Palette,
): Shape[] {
  return earlier.flatMap(({ period, drawn }): Shape[] => {
    const slot = slots[at.get(period) ?? -1];
    if (slot === undefined || drawn === null) return [];
    const y = toY(drawn);
    const half = Math.max(3, Math.min(6, slot.column.width * 0.6));
    return [
      ...(slot.y === null
        ? []
        : [
            {
              type: 'line',
              from: [slot.x, y],
              to: [slot.x, slot.y],
              colour: palette.ruleStrong,
              width: 1,
              dash: [1, 2],
            } satisfies Shape,
          ]),
      { type: 'line', from: [slot.x - half, y], to: [slot.x + half, y], colour: palette.inkFaint, width: 2 },
    ];
  });
}

/** Each signal: its points in the tone of its judgement, the rule in words at the one that completed it. */
function pointShapes(
  { signals }: HistoryView,
  slots: readonly Slot[],
  at: ReadonlyMap<string, number>,
  isZeroFloor: boolean,
  palette: Palette,
): Shape[] {
  const em = palette.textPx;
  const tones = new Map<number, string>();
  for (const signal of signals) {
    const end = at.get(signal.period);
    if (end === undefined) continue;
    for (let index = at.get(signal.since) ?? 0; index <= end; index += 1)
      tones.set(index, tonesOf(signal.judgement, palette).mark);
  }
  const last = slots.findLastIndex(({ y }) => y !== null);
  const room = slots[0]?.column.width ?? 8;
  const dots = slots.flatMap((slot, index) =>
    dotShapes(
      slot,
      tones.get(index) ?? palette.inkSoft,
      tones.has(index) ? 3.5 : index === last ? 3 : room < 6 ? 1 : 1.75,
      palette,
      isZeroFloor,
    ),
  );
  return [...dots, ...signalWords(signals, slots, at, em, palette)];
}

function signalWords(
  signals: readonly Signal[],
  slots: readonly Slot[],
  at: ReadonlyMap<string, number>,
  em: number,
  palette: Palette,
): Shape[] {
  const words: Shape[] = [];
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  const start = slots[0]?.column.x ?? 0;
  const lastSlot = slots.at(-1);
  const end = lastSlot === undefined ? start : lastSlot.column.x + lastSlot.column.width;
  // The newest first: where two words would overlap, the older one is left to the list below the chart.
  for (const signal of signals.toReversed()) {
    const slot = slots[at.get(signal.period) ?? -1];
    if (slot === undefined || slot.y === null) continue;
    const half = widthOf(signal.rule, em) / 2;
    const x = Math.max(start + half, Math.min(slot.x, end - half));
    const isUp = signal.side === 'above';
    // Clear of every point that the word would stand on.
    const near = slots.flatMap((other) => (other.y !== null && Math.abs(other.x - x) < half + 4 ? [other.y] : []));
    const clear = isUp ? Math.min(slot.y, ...near) - em * 0.6 : Math.max(slot.y, ...near) + em * 0.6;
    const y = isUp ? Math.max(clear, em * 1.1) : Math.min(clear, slot.column.y + slot.column.height - em);
    if (taken.some((other) => x - half < other.to + 4 && x + half > other.from - 4 && Math.abs(other.y - y) < em * 1.3)) continue;
    taken.push({ from: x - half, to: x + half, y });
    const { text } = tonesOf(signal.judgement, palette);
    words.push({
      ...word(signal.rule, [x, y], text, 'center', isUp ? 'bottom' : 'top', palette),
      weight: 600,
      halo: palette.paper,
    });
  }
  return words;
}

/** A label where there is room, with the year where it is another than before. */
function timeLabels(slots: readonly Slot[], y: number, palette: Palette): Shape[] {
  const em = palette.textPx;
  const column = slots[0]?.column.width ?? 1;
  const every = Math.max(1, Math.ceil((em * 5) / column));
  return slots.flatMap((slot, index): Shape[] => {
    const isLast = index === slots.length - 1;
    if ((slots.length - 1 - index) % every !== 0) return [];
    const year = slot.point.period.slice(0, 4);
    const isNewYear = slots[index - every]?.point.period.slice(0, 4) !== year && !slot.point.label.includes(year.slice(2));
    const text = isNewYear && !isLast ? `${slot.point.label} ’${year.slice(2)}` : slot.point.label;
    const colour = isLast ? palette.ink : palette.inkFaint;
    const shape = word(text, [slot.x, y], colour, isLast && slots.length > 12 ? 'right' : 'center', 'top', palette);
    return [isLast ? { ...shape, weight: 600 } : shape];
  });
}

type Word = Extract<Shape, { readonly type: 'text' }>;

const word = (
  text: string,
  at: readonly [number, number],
  colour: string,
  align: Word['align'],
  vertical: Word['vertical'],
  palette: Palette,
): Word => ({ type: 'text', text, at, colour, size: palette.textPx, weight: 400, align, vertical });

import type { KpiCard, Signal } from '../../server/api/contract.ts';
import { lineOption } from './line-option.ts';
import { MARK_ROW_EM, markShapes, type AxisMark } from './marks.ts';
import { tonesOf, type Palette } from './palette.ts';
import { dotShapes, slotsOf, type Slot, type ToY } from './panel.ts';
import type { Drawing } from './review-chart.ts';
import { scaleOf, shortValue, type AxisUnit } from './scale.ts';
import { widthOf, type Box, type Shape } from './shapes.ts';

export type BehaviourSeries = Pick<KpiCard, 'history' | 'historyUnit' | 'limits' | 'signals'>;
type Limits = KpiCard['limits'][number];

/**
 * The process behaviour chart: every period, the mean and the limits of routine variation per
 * stretch, dividers between stretches, and each signal with the rule that fired.
 */
export function behaviourChart(card: BehaviourSeries, width: number, palette: Palette, marks: readonly AxisMark[] = []): Drawing {
  const em = palette.textPx;
  // What the rules looked at: values, for levels that carry over their change, for rare events the times between them.
  const points = card.history;
  const unit = { ...card.historyUnit, isTotal: false };
  const bounds = card.limits.flatMap(({ mean, lower, upper }) => [mean, lower ?? mean, upper ?? mean]);
  const scale = scaleOf([...points.flatMap(({ drawn }) => (drawn === null ? [] : [drawn])), ...bounds], unit, 4);
  const last = card.limits.at(-1);
  const edgeTexts = last === undefined ? [] : edgeLabels(last, unit);
  const left = Math.max(0, ...scale.ticks.map(({ text }) => widthOf(text, em))) + em * 0.8;
  const right = Math.max(em, ...edgeTexts.map(({ text }) => widthOf(text, em) + em));
  const box: Box = { x: left, y: em * 1.6, width: width - left - right, height: Math.round(em * 14) };
  const pad = em * 1.4;
  const toY: ToY = (value) => box.y + box.height - ((value - scale.min) / (scale.max - scale.min || 1)) * (box.height - pad);
  const slots = slotsOf(points, [], box, toY);
  const at = new Map(slots.map((slot, index) => [slot.point.period, index]));

  const below: Shape[] = [];
  const bottom = box.y + box.height;
  below.push({ type: 'line', from: [box.x, bottom], to: [box.x + box.width, bottom], colour: palette.ruleStrong, width: 1 });
  for (const { value, text } of scale.ticks) {
    below.push({
      type: 'text',
      text,
      at: [box.x - em * 0.6, toY(value)],
      colour: palette.inkFaint,
      size: em,
      weight: 400,
      align: 'right',
      vertical: 'middle',
    });
  }
  card.limits.forEach((limits, index) => below.push(...limitShapes(limits, index, slots, at, box, toY, palette)));
  for (const { text, value } of edgeTexts) {
    below.push({
      type: 'text',
      text,
      at: [box.x + box.width + em * 0.6, toY(value)],
      colour: palette.inkFaint,
      size: em,
      weight: 400,
      align: 'left',
      vertical: 'middle',
    });
  }
  below.push(...timeLabels(slots, bottom + em * 0.55, palette));
  const numbered = marks.filter(({ isWritten }) => isWritten);
  below.push(...markShapes(numbered, slots, bottom, bottom + em * 2.6, palette));

  const above = signalShapes(card.signals, slots, at, scale.min === 0, palette);
  const option = lineOption(points, { box, pad, scale }, { below, above }, palette);
  return { option, height: Math.ceil(bottom + em * (2.2 + (numbered.length === 0 ? 0 : MARK_ROW_EM))), slots };
}

function edgeLabels(limits: Limits, unit: AxisUnit): { text: string; value: number }[] {
  return [
    ...(limits.upper === null ? [] : [{ text: `limit ${shortValue(limits.upper, unit)}`, value: limits.upper }]),
    { text: `mean ${shortValue(limits.mean, unit)}`, value: limits.mean },
    ...(limits.lower === null ? [] : [{ text: `limit ${shortValue(limits.lower, unit)}`, value: limits.lower }]),
  ];
}

function limitShapes(
  limits: Limits,
  index: number,
  slots: readonly Slot[],
  at: ReadonlyMap<string, number>,
  box: Box,
  toY: ToY,
  palette: Palette,
): Shape[] {
  const first = slots[at.get(limits.from) ?? 0];
  const last = slots[at.get(limits.to) ?? slots.length - 1];
  if (first === undefined || last === undefined) return [];
  const from = first.column.x;
  const to = last.column.x + last.column.width;
  const bottom = box.y + box.height;
  const top = limits.upper === null ? box.y : toY(limits.upper);
  const floor = limits.lower === null ? bottom : toY(limits.lower);
  const shapes: Shape[] = [
    { type: 'band', box: { x: from, y: top, width: to - from, height: floor - top }, colour: palette.sunken },
  ];
  const bounds = [limits.upper, limits.lower].filter((value) => value !== null);
  for (const value of bounds)
    shapes.push({ type: 'line', from: [from, toY(value)], to: [to, toY(value)], colour: palette.ruleStrong, width: 1 });
  shapes.push({
    type: 'line',
    from: [from, toY(limits.mean)],
    to: [to, toY(limits.mean)],
    colour: palette.inkFaint,
    width: 1,
    ...(limits.isProvisional ? { dash: [2, 3] } : {}),
  });
  if (index > 0)
    shapes.push({
      type: 'line',
      from: [from, box.y - palette.textPx],
      to: [from, bottom],
      colour: palette.inkFaint,
      width: 1,
      dash: [1, 3],
    });
  if (limits.isProvisional) {
    shapes.push({
      type: 'text',
      text: 'provisional',
      at: [from + 4, top + 3],
      colour: palette.inkFaint,
      size: palette.textPx,
      weight: 400,
      align: 'left',
      vertical: 'top',
    });
  }
  return shapes;
}

/** Each signal: its points in the tone of its judgement, the rule in words at the one that completed it. */
function signalShapes(
  signals: readonly Signal[],
  slots: readonly Slot[],
  at: ReadonlyMap<string, number>,
  isZeroFloor: boolean,
  palette: Palette,
): Shape[] {
  const em = palette.textPx;
  const tones = new Map<number, string>();
  const words: Shape[] = [];
  const taken: { from: number; to: number; y: number }[] = [];
  for (const signal of signals) {
    const end = at.get(signal.period);
    if (end === undefined) continue;
    const tone = tonesOf(signal.judgement, palette);
    for (let index = at.get(signal.since) ?? end; index <= end; index += 1) tones.set(index, tone.mark);
  }
  // The newest first: where two words would overlap, the older one is left to the list below the chart.
  for (const signal of signals.toReversed()) {
    const slot = slots[at.get(signal.period) ?? -1];
    if (slot === undefined || slot.y === null) continue;
    const half = widthOf(signal.rule, em) / 2;
    const lastSlot = slots.at(-1);
    const limit = lastSlot === undefined ? slot.x : lastSlot.column.x + lastSlot.column.width;
    const x = Math.max(slots[0]?.column.x ?? 0, Math.min(slot.x - half, limit - 2 * half)) + half;
    const isUp = signal.side === 'above';
    // Clear of every point that the word passes, not of its own alone.
    const passed = slots.flatMap((other) => (other.y === null || Math.abs(other.x - x) > half ? [] : [other.y]));
    const edge = isUp ? Math.min(slot.y, ...passed) - em * 0.8 : Math.max(slot.y, ...passed) + em * 0.8;
    const y = Math.min(edge, slot.column.y + slot.column.height - em);
    if (taken.some((other) => x - half < other.to + 4 && x + half > other.from - 4 && Math.abs(other.y - y) < em * 1.3)) continue;
    taken.push({ from: x - half, to: x + half, y });
    words.push({
      type: 'text',
      text: signal.rule,
      at: [x, y],
      colour: tonesOf(signal.judgement, palette).text,
      size: em,
      weight: 600,
      align: 'center',
      vertical: isUp ? 'bottom' : 'top',
      halo: palette.paper,
    });
  }
  const dots = slots.flatMap((slot, index) =>
    dotShapes(
      slot,
      tones.get(index) ?? palette.inkSoft,
      tones.has(index) ? 3.5 : index === slots.length - 1 ? 3 : 1.75,
      palette,
      isZeroFloor,
    ),
  );
  return [...dots, ...words];
}

/** A label at the first period of each year, and as many between as there is room for. */
function timeLabels(slots: readonly Slot[], y: number, palette: Palette): Shape[] {
  const em = palette.textPx;
  const column = slots[0]?.column.width ?? 1;
  const every = Math.max(1, Math.ceil((em * 4.5) / column));
  return slots.flatMap((slot, index): Shape[] => {
    const isLast = index === slots.length - 1;
    if ((slots.length - 1 - index) % every !== 0) return [];
    const year = slot.point.period.slice(0, 4);
    const isNewYear = slots[index - every]?.point.period.slice(0, 4) !== year;
    return [
      {
        type: 'text',
        text: isNewYear && !isLast ? `${slot.point.label} ’${year.slice(2)}` : slot.point.label,
        at: [slot.x, y],
        colour: isLast ? palette.ink : palette.inkFaint,
        size: em,
        weight: isLast ? 600 : 400,
        align: isLast && slots.length > 12 ? 'right' : 'center',
        vertical: 'top',
      },
    ];
  });
}

import type { Point } from '../../server/api/contract.ts';
import { hatchOf, widthOf, type Box, type Shape } from './shapes.ts';
import type { Palette } from './palette.ts';

/** Where a period stands in a drawing: its column, and its point where it has a value. */
export interface Slot {
  readonly point: Point;
  readonly prior: Point | null;
  readonly column: Box;
  readonly x: number;
  /** Null where there is no number. */
  readonly y: number | null;
}

/** Value to pixel: up is more. */
export type ToY = (value: number) => number;

/** Words that stand in a gap. Before history there is blank paper, and no word. */
const GAP_WORDS: ReadonlyMap<string, string> = new Map([
  ['none to measure', 'none'],
  ['no denominator', 'nothing to divide by'],
  ['no data', 'no data'],
  ['hidden', 'hidden'],
]);

export function slotsOf(points: readonly Point[], priors: readonly Point[], box: Box, toY: ToY): Slot[] {
  const width = box.width / Math.max(1, points.length);
  return points.map((point, index) => ({
    point,
    prior: priors[index] ?? null,
    column: { x: box.x + index * width, y: box.y, width, height: box.height },
    x: box.x + (index + 0.5) * width,
    y: point.drawn === null ? null : toY(point.drawn),
  }));
}

/** Hatched columns behind what is not final yet. */
export function unsettledShapes(slots: readonly Slot[], palette: Palette): Shape[] {
  return slots
    .filter(({ point }) => point.drawn !== null && point.flags.some((flag) => flag === 'unsettled' || flag === 'running'))
    .flatMap(({ column }) => {
      const inset = Math.min(4, column.width * 0.1);
      return hatchOf(
        { x: column.x + inset, y: column.y, width: column.width - 2 * inset, height: column.height },
        6,
        palette.hatch,
      );
    });
}

/** A dotted floor and the word, once for each run of the same emptiness. */
export function gapShapes(slots: readonly Slot[], floor: number, palette: Palette): Shape[] {
  const shapes: Shape[] = [];
  for (let start = 0; start < slots.length;) {
    const emptiness = slots[start]?.point.emptiness ?? null;
    let end = start + 1;
    while (end < slots.length && slots[end]?.point.emptiness === emptiness) end += 1;
    const word = emptiness === null ? undefined : GAP_WORDS.get(emptiness);
    const first = slots[start];
    const last = slots[end - 1];
    if (word !== undefined && first !== undefined && last !== undefined) {
      const left = first.column.x;
      const right = last.column.x + last.column.width;
      const middle = first.column.y + first.column.height / 2;
      shapes.push({ type: 'line', from: [left + 3, floor], to: [right - 3, floor], colour: palette.paper, width: 3 });
      shapes.push({
        type: 'line',
        from: [left + 3, floor],
        to: [right - 3, floor],
        colour: palette.ruleStrong,
        width: 1.5,
        dash: [1.5, 4],
      });
      shapes.push({
        type: 'text',
        at: [(left + right) / 2, widthOf(word, palette.textPx) > right - left ? middle : floor - 7],
        text: word,
        colour: palette.inkFaint,
        size: palette.textPx,
        weight: 400,
        align: 'center',
        vertical: widthOf(word, palette.textPx) > right - left ? 'middle' : 'bottom',
        isUpright: widthOf(word, palette.textPx) > right - left,
        halo: palette.paper,
      });
    }
    start = end;
  }
  return shapes;
}

/** Period labels under the panel; every second one where there is no room for all. */
export function labelShapes(slots: readonly Slot[], y: number, palette: Palette): Shape[] {
  const widest = Math.max(0, ...slots.map(({ point }) => widthOf(point.label, palette.textPx)));
  const width = slots[0]?.column.width ?? 1;
  const every = Math.max(1, Math.ceil((widest + 3) / width));
  return slots.flatMap(({ point, x }, index): Shape[] =>
    (slots.length - 1 - index) % every === 0
      ? [
          {
            type: 'text',
            at: [x, y],
            text: point.label,
            colour: index === slots.length - 1 ? palette.ink : palette.inkFaint,
            size: palette.textPx,
            weight: index === slots.length - 1 ? 600 : 400,
            align: 'center',
            vertical: 'top',
          },
        ]
      : [],
  );
}

/** The dot of a value (its radius at text of 12 px): filled when final, hollow while it may still change; zero is a mark across the axis where the axis ends there. */
export function dotShapes(slot: Slot, tone: string, radius: number, palette: Palette, isZeroFloor = true): Shape[] {
  if (slot.y === null) return [];
  const isOpen = slot.point.flags.some((flag) => flag === 'unsettled' || flag === 'running' || flag === 'stale');
  const scale = palette.textPx / 12;
  if (slot.point.drawn === 0 && isZeroFloor) {
    const half = (radius + 1.5) * scale;
    return [
      { type: 'line', from: [slot.x, slot.y - half], to: [slot.x, slot.y + half], colour: palette.paper, width: 6 },
      { type: 'line', from: [slot.x, slot.y - half], to: [slot.x, slot.y + half], colour: tone, width: isOpen ? 1.5 : 3 },
    ];
  }
  return [
    { type: 'dot', at: [slot.x, slot.y], radius: (radius + 1.5) * scale, fill: palette.paper, stroke: palette.paper, width: 0 },
    {
      type: 'dot',
      at: [slot.x, slot.y],
      radius: radius * scale,
      fill: isOpen ? palette.paper : tone,
      stroke: tone,
      width: isOpen ? 2 * scale : 0,
    },
  ];
}

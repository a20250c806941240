import type { Annotation } from '../../server/api/contract.ts';
import type { Palette } from './palette.ts';
import type { Slot } from './panel.ts';
import { widthOf, type Shape } from './shapes.ts';

/** What stands on a time axis: in a ring what a list explains, without one what the readout does. */
export interface AxisMark {
  readonly sign: string;
  /** By people; drawn in a ring. */
  readonly isWritten: boolean;
  /** On every time axis, so it is said once for all of them. */
  readonly isShared: boolean;
  readonly annotation: Annotation;
}

const WRITTEN: ReadonlySet<string> = new Set(['note', 'decision', 'divider']);
/** H is a holiday. */
const LETTERS = 'ABCDEFGIJKLMNOPQRSTUVWXYZ';

/**
 * What people wrote has a number, newest first; on all KPIs a letter, the same on every axis. What data tells has a sign:
 * `!3` three incidents, `H` a holiday.
 */
export function axisMarks(own: readonly Annotation[], shared: readonly Annotation[]): AxisMark[] {
  const written = own.filter(({ type }) => WRITTEN.has(type)).toSorted(newestFirst);
  return [
    ...written.map((annotation, index) => ({ sign: String(index + 1), isWritten: true, isShared: false, annotation })),
    ...sharedMarks(shared),
    ...[...own, ...shared]
      .filter(({ type }) => type === 'incident' || type === 'holiday')
      .map((annotation) => ({ sign: signOf(annotation), isWritten: false, isShared: true, annotation })),
  ];
}

/** Of what stands on every axis, what people wrote. */
export const sharedMarks = (shared: readonly Annotation[]): AxisMark[] =>
  shared
    .filter(({ type }) => WRITTEN.has(type))
    .toSorted(newestFirst)
    .map((annotation, index) => ({ sign: letterOf(index), isWritten: true, isShared: true, annotation }));

const newestFirst = (first: Annotation, second: Annotation): number => compare(second.day, first.day);
const compare = (first: string, second: string): number => (first < second ? -1 : first > second ? 1 : 0);

/** A, B … Z, AA, AB. */
const letterOf = (index: number): string =>
  (index < LETTERS.length ? '' : letterOf(Math.floor(index / LETTERS.length) - 1)) + (LETTERS[index % LETTERS.length] ?? '');

const signOf = ({ type, text }: Annotation): string => (type === 'holiday' ? 'H' : `!${/^\d+/.exec(text)?.[0] ?? ''}`);

/** The index of the period that holds it; of times between events the first that ended by then or later. -1: not drawn here. */
export function slotOf(slots: readonly { readonly point: Slot['point'] }[], { day, periods }: Annotation): number {
  const exact = slots.findIndex(({ point }) => periods.includes(point.period));
  if (exact !== -1) return exact;
  const first = slots.findIndex(({ point }) => point.evidence !== undefined && point.period.slice(0, 10) >= day);
  // Before the first time that is drawn lies what is not drawn.
  return first > 0 ? first : -1;
}

/** The height of the row of marks below an axis, in ems of small text. */
export const MARK_ROW_EM = 1.5;

/** A row of marks below the labels, and for what people wrote a thin line up through the panel. */
export function markShapes(
  marks: readonly AxisMark[],
  slots: readonly Slot[],
  bottom: number,
  y: number,
  palette: Palette,
): Shape[] {
  const em = palette.textPx;
  const at = new Map<number, AxisMark[]>();
  for (const mark of marks) {
    const index = slotOf(slots, mark.annotation);
    if (index !== -1) at.set(index, [...(at.get(index) ?? []), mark]);
  }
  // Where columns are narrow a mark takes the room of its neighbours, unless those have marks, too.
  return [...at].flatMap(([index, here]): Shape[] => {
    const slot = slots[index];
    if (slot === undefined) return [];
    const isAlone = !at.has(index - 1) && !at.has(index + 1);
    const room = slot.column.width * (isAlone ? 3 : 1);
    const fitting = here.filter((_, place) => place === 0 || widthOfMarks(here.slice(0, place + 1), em) <= room);
    const rest = here.length - fitting.length;
    let x = slot.x - widthOfMarks(fitting, em) / 2;
    const shapes: Shape[] = [];
    if (here.some(({ isWritten }) => isWritten))
      shapes.push({
        type: 'line',
        from: [slot.x, slot.column.y],
        to: [slot.x, bottom],
        colour: palette.ruleStrong,
        width: 1,
        dash: [1.5, 3],
      });
    for (const mark of fitting) {
      const width = widthOfMarks([mark], em);
      const middle = x + width / 2;
      if (mark.isWritten)
        shapes.push({ type: 'dot', at: [middle, y], radius: em * 0.66, fill: palette.paper, stroke: palette.inkSoft, width: 1 });
      shapes.push({
        type: 'text',
        text: mark.sign,
        at: [middle, y + 0.5],
        colour: palette.inkSoft,
        size: em * (mark.isWritten ? 0.85 : 1),
        weight: mark.isWritten ? 600 : 500,
        align: 'center',
        vertical: 'middle',
      });
      x += width;
    }
    if (rest > 0)
      shapes.push({
        type: 'text',
        text: '+',
        at: [x, y],
        colour: palette.inkSoft,
        size: em,
        weight: 600,
        align: 'left',
        vertical: 'middle',
      });
    return shapes;
  });
}

const widthOfMarks = (marks: readonly AxisMark[], em: number): number =>
  marks.reduce((sum, { sign, isWritten }) => sum + (isWritten ? em * 1.5 : widthOf(sign, em) + em * 0.5), 0);

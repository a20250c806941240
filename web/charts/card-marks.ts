import type { Annotation, KpiCard, Point } from '../../server/api/contract.ts';
import { axisMarks, slotOf, type AxisMark } from './marks.ts';

type Drawn = Pick<KpiCard, 'weeks' | 'months' | 'history' | 'annotations'>;

/** What stands on the axes of one card, and where it is said in words. */
export interface CardMarks {
  readonly all: readonly AxisMark[];
  /** On the axes of the six weeks and the twelve months. */
  readonly drawn: readonly AxisMark[];
  /** Of these, what is said in words below the picture. */
  readonly listed: readonly AxisMark[];
  /** On the axis of the process behaviour chart alone. */
  readonly older: readonly AxisMark[];
}

/**
 * @param shared what stands on every axis
 * @param saysShared what is shared is said in words here, too
 */
export function cardMarks(card: Drawn, shared: readonly Annotation[], saysShared: boolean): CardMarks {
  const all = axisMarks(card.annotations, shared);
  const stands = (points: readonly Point[], { annotation }: AxisMark): boolean =>
    slotOf(
      points.map((point) => ({ point })),
      annotation,
    ) !== -1;
  const drawn = all.filter((mark) => stands(card.weeks, mark) || (mark.isWritten && stands(card.months, mark)));
  const isSaid = ({ isWritten, isShared }: AxisMark): boolean => isWritten && (saysShared || !isShared);
  return {
    all,
    drawn,
    listed: drawn.filter(isSaid),
    older: all.filter((mark) => isSaid(mark) && !drawn.includes(mark) && stands(card.history, mark)),
  };
}

const WRITTEN: ReadonlySet<string> = new Set(['note', 'decision', 'divider']);

/** Of a week, what happened in it; of a longer period, what people wrote. */
export const toldAt = (annotations: readonly Annotation[], { period }: Point): string[] =>
  annotations
    .filter(({ periods, type }) => periods[0] === period || (WRITTEN.has(type) && periods.includes(period)))
    .map(({ type, text }) => (WRITTEN.has(type) ? `${type}: ${text}` : text));

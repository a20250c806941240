import type { Instant } from '../../time/period.ts';
import { isInstantOrNull, readCursorText } from './cursor-text.ts';

/** How far one Region of one account was read. */
export interface PlaceCursor {
  /** All that began before it was told; null: nothing was read yet. */
  readonly until: Instant | null;
  /** What happened before it may not be known. */
  readonly historyFrom: Instant | null;
  /** By name: when what had not ended began, or how far one of several was read. */
  readonly marks: ReadonlyMap<string, number>;
  /** 0 until rules were changed; then when that was first met. What is told since stands over what was told before. */
  readonly retoldAt: Instant;
}

/**
 * Anything else than a cursor of ours, or one written under other settings, reads as "nothing read yet": reading twice is
 * harmless. What was known by then stays known.
 * @param settings names what was written
 * @param mean what marks stand for: of what is open they hold under any settings
 */
export function readPlaceCursor(text: string | null, settings: string, now: Instant, mean: 'open' | 'read'): PlaceCursor {
  const nothing: PlaceCursor = { until: null, historyFrom: null, marks: new Map(), retoldAt: 0 };
  const [written, until, historyFrom, marks, retoldAt] = readCursorText(text) ?? [];
  if (!isInstantOrNull(until) || !isInstantOrNull(historyFrom) || !Array.isArray(marks)) return nothing;
  const known = new Map(marks.flatMap((mark: unknown) => markOf(mark) ?? []));
  if (written !== settings) return { ...nothing, historyFrom, marks: mean === 'open' ? known : nothing.marks, retoldAt: now };
  return {
    until,
    historyFrom,
    marks: known,
    retoldAt: typeof retoldAt === 'number' ? retoldAt : 0,
  };
}

export const writePlaceCursor = ({ until, historyFrom, marks, retoldAt }: PlaceCursor, settings: string): string =>
  JSON.stringify([1, settings, until, historyFrom, [...marks], retoldAt]);

const markOf = (mark: unknown): [[string, number]] | null => {
  if (!Array.isArray(mark)) return null;
  const [name, at] = mark as readonly unknown[];
  return typeof name === 'string' && typeof at === 'number' ? [[name, at]] : null;
};

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
}

/**
 * Anything else than a cursor of ours, or one written under other settings, reads as "nothing read yet": reading twice is
 * harmless. What was known by then stays known.
 */
export function readPlaceCursor(text: string | null, settings: string): PlaceCursor {
  const nothing: PlaceCursor = { until: null, historyFrom: null, marks: new Map() };
  const [written, until, historyFrom, marks] = readCursorText(text) ?? [];
  if (!isInstantOrNull(until) || !isInstantOrNull(historyFrom) || !Array.isArray(marks)) return nothing;
  if (written !== settings) return { ...nothing, historyFrom };
  return { until, historyFrom, marks: new Map(marks.flatMap((mark: unknown) => markOf(mark) ?? [])) };
}

export const writePlaceCursor = ({ until, historyFrom, marks }: PlaceCursor, settings: string): string =>
  JSON.stringify([1, settings, until, historyFrom, [...marks]]);

const markOf = (mark: unknown): [[string, number]] | null => {
  if (!Array.isArray(mark)) return null;
  const [name, at] = mark as readonly unknown[];
  return typeof name === 'string' && typeof at === 'number' ? [[name, at]] : null;
};

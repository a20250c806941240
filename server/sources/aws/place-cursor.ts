import { formatInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import type { Reject } from '../source.ts';
import { isInstantOrNull, readCursorText } from './cursor-text.ts';
import type { AwsPlace } from './place.ts';

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

/**
 * What is lost where a service forgot it before it was read again; null where nothing is. From `kept` on history begins anew.
 * @param kept the first instant that the service still tells of
 */
export function gapSince({ name }: AwsPlace, { until }: PlaceCursor, kept: Instant, service: string): Reject | null {
  if (until === null || until >= kept) return null;
  return {
    place: name,
    reason: `${service} was last read on ${formatInstant(until)}, and has forgotten what happened from then to ${formatInstant(kept)}`,
    fix: 'Let the source run at least once a week; what came before is not counted any more',
    isKept: true,
  };
}

const markOf = (mark: unknown): [[string, number]] | null => {
  if (!Array.isArray(mark)) return null;
  const [name, at] = mark as readonly unknown[];
  return typeof name === 'string' && typeof at === 'number' ? [[name, at]] : null;
};

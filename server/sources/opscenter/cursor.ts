import type { Instant } from '../../time/period.ts';
import { isInstantOrNull, readCursorText } from '../aws/cursor-text.ts';

export interface OpsCursor {
  /** All modifications before it were seen; null: nothing was. */
  readonly until: Instant | null;
  /** Of the first pass: what queues were before is not known. */
  readonly historyFrom: Instant | null;
  /** Items that are open, by id, and since when they are missed; null: they are there. */
  readonly open: ReadonlyMap<string, Instant | null>;
}

const NOTHING: OpsCursor = { until: null, historyFrom: null, open: new Map() };

export const writeOpsCursor = ({ until, historyFrom, open }: OpsCursor): string =>
  JSON.stringify([1, until, historyFrom, [...open]]);

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readOpsCursor(text: string | null): OpsCursor {
  const [until, historyFrom, open] = readCursorText(text) ?? [];
  if (!isInstantOrNull(until) || !isInstantOrNull(historyFrom) || !Array.isArray(open)) return NOTHING;
  return { until, historyFrom, open: new Map(open.flatMap((item: unknown) => itemOf(item) ?? [])) };
}

const itemOf = (item: unknown): [[string, Instant | null]] | null => {
  if (!Array.isArray(item)) return null;
  const [id, missingSince] = item as readonly unknown[];
  return typeof id === 'string' && isInstantOrNull(missingSince) ? [[id, missingSince]] : null;
};

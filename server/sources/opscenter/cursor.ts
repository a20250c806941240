import type { Instant } from '../../time/period.ts';
import { isInstantOrNull, readCursorText } from '../aws/cursor-text.ts';
import type { OpsKind } from './facts.ts';

export interface OpsCursor {
  /** All modifications before it were seen; null: nothing was. */
  readonly until: Instant | null;
  /** Of the first pass: what queues were before is not known. */
  readonly historyFrom: Instant | null;
  /** Items that are open, by id, and since when they are missed; null: they are there. */
  readonly open: ReadonlyMap<string, Instant | null>;
  /** 0 until rules were changed; then when that was first met. */
  readonly retoldAt: Instant;
  /** What items were told as, ever. */
  readonly kinds: readonly OpsKind[];
}

/** @param digest names the rules */
export const writeOpsCursor = ({ until, historyFrom, open, retoldAt, kinds }: OpsCursor, digest: string): string =>
  JSON.stringify([1, until, historyFrom, [...open], digest, retoldAt, kinds]);

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readOpsCursor(text: string | null, digest: string, now: Instant): OpsCursor {
  const [until, historyFrom, open, written, retoldAt, kinds] = readCursorText(text) ?? [];
  if (!isInstantOrNull(until) || !isInstantOrNull(historyFrom) || !Array.isArray(open))
    return { until: null, historyFrom: null, open: new Map(), retoldAt: 0, kinds: [] };
  return {
    // Under other rules all is read again.
    until: written === digest ? until : null,
    historyFrom,
    open: new Map(open.flatMap((item: unknown) => itemOf(item) ?? [])),
    retoldAt: written !== digest ? now : typeof retoldAt === 'number' ? retoldAt : 0,
    kinds: KINDS.filter((kind) => Array.isArray(kinds) && kinds.includes(kind)),
  };
}

const KINDS: readonly OpsKind[] = ['ticket', 'incident'];

const itemOf = (item: unknown): [[string, Instant | null]] | null => {
  if (!Array.isArray(item)) return null;
  const [id, missingSince] = item as readonly unknown[];
  return typeof id === 'string' && isInstantOrNull(missingSince) ? [[id, missingSince]] : null;
};

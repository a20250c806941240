import type { Instant } from '../../time/period.ts';
import { isInstantOrNull, readCursorText } from '../aws/cursor-text.ts';
import { isAlarmState, type AlarmChange } from './change.ts';

export interface AlarmsCursor {
  /** All history before it was told; null: none was. */
  readonly until: Instant | null;
  readonly historyFrom: Instant | null;
  readonly changes: readonly AlarmChange[];
  /** 0 until rules were changed; then when that was first met. */
  readonly retoldAt: Instant;
  /** Whether alarms were told as pages, ever. */
  readonly hasPaged: boolean;
}

const NOTHING: AlarmsCursor = { until: null, historyFrom: null, changes: [], retoldAt: 0, hasPaged: false };

/** @param digest names the rules */
export const writeAlarmsCursor = ({ until, historyFrom, changes, retoldAt, hasPaged }: AlarmsCursor, digest: string): string =>
  JSON.stringify([
    1,
    until,
    historyFrom,
    changes.map(({ alarm, at, to, from, mark, taken = 0 }) => [alarm, at, to, from, mark, taken]),
    digest,
    retoldAt,
    hasPaged,
  ]);

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readAlarmsCursor(text: string | null, digest: string, now: Instant): AlarmsCursor {
  const [until, historyFrom, changes, written, retoldAt, hasPaged] = readCursorText(text) ?? [];
  if (!isInstantOrNull(until) || !isInstantOrNull(historyFrom) || !Array.isArray(changes)) return NOTHING;
  return {
    until,
    historyFrom,
    changes: changes.flatMap((change: unknown) => changeOf(change) ?? []),
    retoldAt: written !== digest ? now : typeof retoldAt === 'number' ? retoldAt : 0,
    hasPaged: hasPaged === true,
  };
}

function changeOf(value: unknown): AlarmChange | null {
  if (!Array.isArray(value)) return null;
  const [alarm, at, to, from, mark, taken] = value as readonly unknown[];
  if (typeof alarm !== 'string' || typeof at !== 'number' || typeof mark !== 'string') return null;
  if (to !== 'DELETED' && !isAlarmState(to)) return null;
  return { alarm, at, to, from: isAlarmState(from) ? from : null, mark, taken: typeof taken === 'number' ? taken : 0 };
}

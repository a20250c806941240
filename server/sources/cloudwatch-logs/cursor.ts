import type { Instant } from '../../time/period.ts';

/** How far one series of one place was read. */
export interface LogProgress {
  /** Everything from here on is read; moves on where the log groups keep nothing older. */
  readonly historyFrom: Instant;
  /** All before it was read whole. */
  readonly until: Instant;
  /** Up to when it can be vouched for; null: not yet. */
  readonly known: Instant | null;
  /** The day of the last pass, in days since 1970 (UTC). */
  readonly day: number;
  /** What queries scanned on that day. */
  readonly bytes: number;
  /** Of what is read again once a day, all before it was on that day. */
  readonly again: Instant;
  /** The longest that one query is asked for: less than a day where queries did not come to their end in time. */
  readonly spanMs: number;
}

export type LogPosition = ReadonlyMap<string, LogProgress>;

const VERSION = 1;
const DAY_MS = 24 * 3_600_000;

export const writePosition = (position: LogPosition): string =>
  JSON.stringify([
    VERSION,
    ...[...position].map(([key, { historyFrom, until, known, day, bytes, again, spanMs }]) => [
      key,
      historyFrom,
      until,
      known,
      day,
      bytes,
      again,
      spanMs,
    ]),
  ]);

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readPosition(text: string | null): Map<string, LogProgress> {
  if (text === null) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Map();
  }
  if (!Array.isArray(value) || value[0] !== VERSION) return new Map();
  return new Map(value.slice(1).flatMap((part: unknown) => progressOf(part) ?? []));
}

function progressOf(part: unknown): [[string, LogProgress]] | null {
  if (!Array.isArray(part)) return null;
  const [key, historyFrom, until, known, day, bytes, again, spanMs] = part as readonly unknown[];
  if (typeof key !== 'string' || typeof historyFrom !== 'number' || typeof until !== 'number') return null;
  if (typeof day !== 'number' || typeof bytes !== 'number' || typeof again !== 'number') return null;
  if (known !== null && typeof known !== 'number') return null;
  const span = typeof spanMs === 'number' && spanMs > 0 ? spanMs : DAY_MS;
  return [[key, { historyFrom, until, known, day, bytes, again, spanMs: span }]];
}

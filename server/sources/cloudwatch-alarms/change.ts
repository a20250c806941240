import { formatInstant, parseInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { memberOf } from '../aws/json.ts';

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** An alarm entered a state, or was deleted. */
export interface AlarmChange {
  readonly alarm: string;
  readonly at: Instant;
  readonly to: AlarmState | 'DELETED';
  /** Null where it is not told. */
  readonly from: AlarmState | null;
  /** Names the change wherever it is told: history and EventBridge give instants that differ by milliseconds. */
  readonly mark: string;
  /** How often it was taken for the beginning of an episode and turned out to be none; 0 unless told. */
  readonly taken?: number;
}

export const isAlarmState = (value: unknown): value is AlarmState => ALARM_STATES.some((state) => state === value);

/** CloudWatch notes a state within a moment of having asked for the metric. */
const MOMENT_MS = 60_000;

/**
 * When a state was entered, and what names that. Its reason says when the metric was asked for, or for a composite alarm when the
 * last of those that set it off changed; both ways of telling carry it, while the instants that they give differ by
 * milliseconds. Without either (somebody set the state) the second must do.
 */
export function momentOf(reasonData: unknown, at: Instant): Pick<AlarmChange, 'at' | 'mark'> {
  const reason = memberOf(reasonData);
  const asked = instantOf(reason?.['queryDate']);
  if (asked !== null) return { at: Math.abs(asked - at) <= MOMENT_MS ? asked : at, mark: formatInstant(asked) };
  const causes = reason?.['triggeringAlarms'];
  const changed = Array.isArray(causes)
    ? causes.flatMap((cause: unknown) => instantOf(memberOf(memberOf(cause)?.['state'])?.['timestamp']) ?? [])
    : [];
  return { at, mark: formatInstant(changed.length > 0 ? Math.max(...changed) : Math.floor(at / 1_000) * 1_000) };
}

export const instantOf = (value: unknown): Instant | null => (typeof value === 'string' ? parseInstant(value) : null);

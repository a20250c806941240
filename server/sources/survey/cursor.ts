import { formatInstant, parseInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { SourceError } from '../source.ts';

export interface SurveyPosition {
  /** From when on shifts are asked about: nobody was sent a link about those that ended before. */
  readonly from: Instant;
  /** Who was asked of late, by the reference of the shift: when it ended. */
  readonly asked: ReadonlyMap<string, Instant>;
}

/** The cursor of a survey that has asked nobody yet. */
export const surveyStart = (from: Instant): string => writePosition({ from, asked: new Map() });

export const writePosition = ({ from, asked }: SurveyPosition): string =>
  JSON.stringify({ from: formatInstant(from), asked: Object.fromEntries(asked) });

export function readPosition(cursor: string, source: string): SurveyPosition {
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    value = null;
  }
  const record = isRecord(value) ? value : {};
  const { from, asked } = record;
  const instant = typeof from === 'string' ? parseInstant(from) : null;
  const entries = isRecord(asked) ? Object.entries(asked) : [];
  if (instant === null) throw new SourceError(source, 'its cursor cannot be read', 'Restore the database from a backup');
  return {
    from: instant,
    asked: new Map(entries.flatMap(([ref, to]) => (typeof to === 'number' ? [[ref, to] as const] : []))),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

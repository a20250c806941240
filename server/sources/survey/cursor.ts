import { formatInstant, parseInstant } from '../../time/instant.ts';
import type { Instant } from '../../time/period.ts';
import { SourceError } from '../source.ts';

/** From when on shifts are asked about: nobody was sent a link about those that ended before. */
export const surveyStart = (from: Instant): string => JSON.stringify({ from: formatInstant(from) });

export function readSurveyStart(cursor: string, source: string): Instant {
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    value = null;
  }
  const from = typeof value === 'object' && value !== null && 'from' in value ? value.from : null;
  const instant = typeof from === 'string' ? parseInstant(from) : null;
  if (instant === null) throw new SourceError(source, 'its cursor cannot be read', 'Restore the database from a backup');
  return instant;
}

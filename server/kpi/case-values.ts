import { formatDuration, parseDuration } from '../time/duration.ts';
import type { DocumentPath } from './document.ts';
import type { Unit } from './kpi.ts';
import { valueInUnit } from './parse-targets.ts';
import type { Reader } from './reader.ts';

/** An expected value and how near the measured one must come. */
export interface Expected {
  readonly value: number;
  readonly tolerance: number;
}

/**
 * A value with decimals stands for everything that rounds to it (33.3% for a third); one without is
 * meant exactly. Times are kept in whole seconds.
 */
const toleranceOf = (written: number | string, unit: 'duration' | 'share' | 'number', value: number): number => {
  if (unit === 'duration') return 0.5;
  const decimals = /\.([0-9]+)/.exec(String(written))?.[1]?.length ?? 0;
  const exact = 1e-9 * Math.max(1, Math.abs(value));
  return decimals === 0 ? exact : (0.5 * 10 ** -decimals) / (unit === 'share' ? 100 : 1) + exact;
};

/** A value in the KPI's own unit; null (and reported) where it does not fit. */
export const expectedValue = (reader: Reader, written: number | string, path: DocumentPath, unit: Unit): Expected | null => {
  // A budget can be overspent, and a difference can go down, though no target is below 0%.
  const below = typeof written === 'string' && unit.type === 'share' && written.startsWith('-') ? percentOf(written) : null;
  const value = below ?? valueInUnit(reader, written, path, unit);
  const type = unit.type === 'duration' || unit.type === 'share' ? unit.type : 'number';
  return value === null ? null : { value, tolerance: toleranceOf(written, type, value) };
};

const percentOf = (written: string): number | null => {
  const percent = /^(-?[0-9]+(?:\.[0-9]+)?) ?%$/.exec(written)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
};

/** A value shown beside, whose unit is told by how it is written (`90%`, `5 hours`, `2`). */
export const expectedBeside = (reader: Reader, written: number | string, path: DocumentPath): Expected | null => {
  if (typeof written === 'number') return { value: written, tolerance: toleranceOf(written, 'number', written) };
  const share = percentOf(written);
  if (share !== null) return { value: share, tolerance: toleranceOf(written, 'share', 1) };
  const ms = parseDuration(written);
  if (ms !== null) return { value: ms / 1000, tolerance: 0.5 };
  reader.report(path, `'${written}' is not a value`, 'Write it like 5 hours, 90% or 2');
  return null;
};

/** A measured value as the expected one is written: `4 h`, `33.33%`, `3`. */
export const shownValue = (value: number, type: Unit['type']): string => {
  if (type === 'duration') return formatDuration(value);
  if (type === 'share') return `${Number((value * 100).toPrecision(6))}%`;
  return String(Number(value.toPrecision(10)));
};

/** Which unit a value beside was written in. */
export const besideType = (written: number | string | null, unit: Unit): Unit['type'] => {
  if (typeof written === 'number') return 'number';
  if (written === null) return unit.type;
  return written.endsWith('%') ? 'share' : 'duration';
};

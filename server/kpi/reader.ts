import { formatDay, parseDay } from '../time/day.ts';
import { parseDuration } from '../time/duration.ts';
import type { Day } from '../time/period.ts';
import type { Document, DocumentPath } from './document.ts';
import type { Report } from './shape.ts';

/** Collects problems of one document, each at its place, and reads the small values that files share. */
export interface Reader {
  readonly file: string;
  readonly report: Report;
  /** A local day; a day that does not exist is reported. Null where it cannot be read. */
  day(value: unknown, path: DocumentPath): Day | null;
  /** A duration in milliseconds. Null where it cannot be read, and that is reported. */
  duration(value: unknown, path: DocumentPath): number | null;
}

const startsWith = (path: string, start: string): boolean => start === '' || path === start || path.startsWith(`${start}.`);

/** What was refused while reading is not reported again for its shape or meaning. */
export const readerOf = (document: Document): Reader => {
  const refused = document.problems.map((problem) => problem.path);
  const report: Report = (path, message, fix, at = 'value') => {
    const dotted = path.join('.');
    if (refused.some((start) => startsWith(dotted, start))) return;
    const place = at === 'key' ? document.locateKey(path) : document.locate(path);
    if (document.problems.some((problem) => problem.path === dotted && problem.message === message)) return;
    document.problems.push({ file: document.file, ...place, path: dotted, message, fix });
  };
  return {
    file: document.file,
    report,
    day: (value, path) => {
      if (typeof value !== 'string') return null;
      const day = parseDay(value);
      if (day === null && /^\d{4}-\d{2}-\d{2}$/.test(value))
        report(path, `'${value}' is a day that does not exist`, nearestDay(value));
      return day;
    },
    duration: (value, path) => {
      if (typeof value !== 'string') return null;
      const ms = parseDuration(value);
      if (ms === null) report(path, `'${value}' is not a duration`, 'Write it like 4 hours');
      return ms;
    },
  };
};

/** Of a month's 30th that is not: the last day it has. */
const nearestDay = (text: string): string => {
  const month = text.slice(0, 7);
  for (const last of ['31', '30', '29', '28']) {
    const day = parseDay(`${month}-${last}`);
    if (day !== null) return `The last day of that month is ${formatDay(day)}`;
  }
  return 'Write year-month-day with a month from 01 to 12';
};

/** Problems in reading order. */
export const inOrder = (document: Document): Document['problems'] =>
  document.problems.toSorted((left, right) => left.line - right.line || left.column - right.column);

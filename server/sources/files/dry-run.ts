import type { FieldValue } from '../../event/event.ts';
import { eventsOfTold } from '../../event/told-item.ts';
import { formatInstant } from '../../time/instant.ts';
import { SourceError, type DryRun, type PullContext, type Reject } from '../source.ts';
import { findFiles } from './find-files.ts';
import type { FileMapping } from './mapping.ts';
import { readFile, startReading, type ReadRow } from './read-file.ts';

/** Reads all files as a pull without a cursor would, and stores nothing. A file that cannot be read is one more reject. */
export const dryRunFiles = async (
  source: string,
  mappings: readonly FileMapping[],
  context: PullContext,
  limit: number,
): Promise<DryRun> => {
  const rows: Record<string, string>[] = [];
  const rejects: Reject[] = [];
  const items = new Set<string>();
  let events = 0;
  let samples = 0;
  let read = 0;
  for (const mapping of mappings) {
    try {
      for (const file of await findFiles(mapping)) {
        const reading = startReading();
        try {
          for await (const portion of readFile(mapping, file, { source, ...context }, reading, context.signal)) {
            for (const reject of portion.rejects) rejects.push(reject);
            for (const row of portion.rows) {
              const { told } = row;
              samples += row.samples.length;
              if (told !== null) {
                events += told.length;
                items.add(`${told.kind}:${told.item}`);
              }
              if (rows.length < limit) rows.push(...shown(row, file.label).slice(0, limit - rows.length));
            }
          }
        } finally {
          read += reading.rows;
        }
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      rejects.push({ place: error.place, reason: error.message.slice(error.place.length + 2), fix: error.fix, isKept: false });
    }
  }
  return { rows, rejects, events, samples, items: items.size, read };
};

/** A row as the mapping understood it: states with their times, fields with their values. */
const shown = ({ line, told, samples }: ReadRow, label: string): Record<string, string>[] => {
  const events = told === null ? [] : eventsOfTold(told);
  const place = `${label}:${line}`;
  const points = samples.map(({ series, dimensions, statistic, at, value }) => ({
    place,
    series: dimensions === '' ? series : `${series} (${dimensions})`,
    statistic,
    at: formatInstant(at),
    value: String(value),
  }));
  const [first] = events;
  if (first === undefined) return points;
  const row: Record<string, string> = { place, [first.kind]: first.item };
  for (const event of events) {
    if (event.state !== null)
      row[events.length === 1 ? 'state' : event.state] = events.length === 1 ? event.state : formatInstant(event.effectiveAt);
    if (events.length === 1) row['at'] = formatInstant(event.effectiveAt);
    for (const [name, value] of Object.entries(event.fields)) row[name] = textOf(value);
  }
  return [row];
};

/** Instants are the only numbers as large as this that a field may hold. */
const textOf = (value: FieldValue): string => {
  if (value === null) return '';
  if (typeof value === 'number') return Math.abs(value) > 3e11 ? formatInstant(value) : String(value);
  return typeof value === 'object' ? value.map(formatInstant).join(' ') : String(value);
};

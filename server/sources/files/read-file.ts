import type { Sample } from '../../event/event.ts';
import type { ToldItem } from '../../event/told-item.ts';
import type { Instant } from '../../time/period.ts';
import type { Reject } from '../source.ts';
import { readBytes, type Reading } from './bytes.ts';
import { RowFault } from './fact.ts';
import { formatOf, type FoundFile } from './find-files.ts';
import { ItemMapper, type MapContext, type Oddity } from './item-mapper.ts';
import { readLines } from './lines.ts';
import type { BadRow, FileMapping, Row } from './mapping.ts';
import { rowReader } from './rows.ts';
import { SampleMapper } from './sample-mapper.ts';

/** What one row became. */
export interface ReadRow {
  readonly line: number;
  /** Of use until the next portion is asked for, and then written over. */
  readonly told: ToldItem | null;
  readonly samples: readonly Sample[];
}

/** Rows of a part of a chunk of a file: few, so that what they became can be gone before the next. */
export interface Portion {
  readonly rows: readonly ReadRow[];
  readonly rejects: readonly Reject[];
  readonly isLastOfChunk: boolean;
}

/** Lines of a portion; more where they gave no row, so that those of a very long one are not looked at over and over. */
const LINES_AT_A_TIME = 64;

/** How far the reading of one file is, and what it has seen so far. */
export interface FileReading extends Reading {
  rows: number;
  first: Instant | null;
  last: Instant | null;
}

/** Rejects of one file that are told one by one; the rest is counted in a last one. */
const REJECTS_A_FILE = 1_000;

export const startReading = (): FileReading => ({ readBytes: 0, digest: null, rows: 0, first: null, last: null });

/**
 * Reads one file portion by portion, each of a few rows of a chunk of 256 kB. Rows that cannot
 * be taken become rejects and the rest goes on; throws a SourceError where the file itself cannot
 * be read (on), after everything before that place was given.
 */
export async function* readFile(
  mapping: FileMapping,
  file: FoundFile,
  context: MapContext,
  reading: FileReading,
  signal: AbortSignal,
): AsyncGenerator<Portion> {
  const { toFacts, renew } = rowMapper(mapping, context);
  const rows = rowReader(mapping, formatOf(mapping, file.label), file.label);
  const rejects = new RejectList(file.label);

  const portionOf = (found: readonly (Row | BadRow)[], isLastOfChunk: boolean): Portion => {
    const taken: ReadRow[] = [];
    renew();
    for (const row of found) {
      reading.rows += 1;
      if ('reason' in row) {
        rejects.add(row.line, row.reason, row.fix, false);
        continue;
      }
      try {
        const { told, samples, oddities } = toFacts(row);
        for (const { reason, fix, isKept } of oddities) rejects.add(row.line, reason, fix, isKept);
        if (told === null && samples.length === 0) continue;
        taken.push({ line: row.line, told, samples });
        if (told !== null) for (let fact = 0; fact < told.length; fact += 1) widen(reading, told.effectiveAt[fact] ?? 0);
        for (const { at } of samples) widen(reading, at);
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        rejects.add(row.line, error.reason, error.fix, false);
      }
    }
    return { rows: taken, rejects: rejects.take(), isLastOfChunk };
  };

  try {
    for await (const lines of readLines(readBytes(file.path, file.label, reading, signal), file.label, mapping.encoding)) {
      signal.throwIfAborted();
      let size = LINES_AT_A_TIME;
      for (let from = 0; from < lines.length;) {
        const found = rows.push(lines.slice(from, from + size));
        from += size;
        size = found.length === 0 ? 2 * size : LINES_AT_A_TIME;
        yield portionOf(found, from >= lines.length);
      }
    }
    const { rows: last, warnings } = rows.end();
    for (const { line, reason, fix } of warnings) rejects.add(line, reason, fix, true);
    yield portionOf(last, true);
  } finally {
    rejects.summarise();
  }
  const rest = rejects.take();
  if (rest.length > 0) yield { rows: [], rejects: rest, isLastOfChunk: true };
}

const NO_SAMPLES: readonly Sample[] = [];

interface Facts extends Omit<ReadRow, 'line'> {
  readonly oddities: readonly Oddity[];
}

interface RowMapper {
  readonly toFacts: (row: Row) => Facts;
  /** What was given before is of no use any more. */
  readonly renew: () => void;
}

const rowMapper = (mapping: FileMapping, context: MapContext): RowMapper => {
  if (mapping.gives === 'samples') {
    const mapper = new SampleMapper(mapping, context);
    return { toFacts: (row) => ({ told: null, ...mapper.map(row) }), renew: () => undefined };
  }
  const mapper = new ItemMapper(mapping, context);
  const toFacts = (row: Row): Facts => {
    const { told, oddities } = mapper.map(row);
    return { told, samples: NO_SAMPLES, oddities };
  };
  return { toFacts, renew: () => mapper.renew() };
};

const widen = (reading: FileReading, at: Instant): void => {
  if (reading.first === null || at < reading.first) reading.first = at;
  if (reading.last === null || at > reading.last) reading.last = at;
};

class RejectList {
  readonly #label: string;
  #list: Reject[] = [];
  #told = 0;
  #untold = 0;

  constructor(label: string) {
    this.#label = label;
  }

  add(line: number, reason: string, fix: string | null, isKept: boolean): void {
    if (this.#told >= REJECTS_A_FILE) {
      if (!isKept) this.#untold += 1;
      return;
    }
    this.#told += 1;
    this.#list.push({ place: `${this.#label}:${line}`, reason, fix, isKept });
  }

  summarise(): void {
    if (this.#untold === 0) return;
    const reason = `${this.#untold.toLocaleString('en')} more rows were rejected for reasons such as those above`;
    this.#list.push({
      place: this.#label,
      reason,
      fix: 'Correct the mapping or the file; so many rejects have few causes',
      isKept: false,
    });
    this.#untold = 0;
  }

  take(): Reject[] {
    const list = this.#list;
    this.#list = [];
    return list;
  }
}

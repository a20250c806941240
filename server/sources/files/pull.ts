import type { Instant } from '../../time/period.ts';
import { SourceError, type PullBatch, type PullContext, type PullEnd } from '../source.ts';
import { readBytes, type Reading } from './bytes.ts';
import { readCursor, writeCursor, type ReadFile, type Span } from './cursor.ts';
import { findFiles, withoutUnfinished, type FoundFile, type Wait } from './find-files.ts';
import type { Completeness, FileMapping } from './mapping.ts';
import { EventList, readBatches } from './read-batches.ts';
import { startReading, type FileReading } from './read-file.ts';
import { isWorthAThread, type ReadElsewhere } from './read-elsewhere.ts';

export interface Pass {
  readonly source: string;
  readonly mappings: readonly FileMapping[];
  /** The entries of `files:` as they were written, and the folder that paths are relative to. */
  readonly written: unknown;
  readonly folder: string;
  /** Digest of the settings; another one reads everything again. */
  readonly digest: string;
  readonly wait: Wait;
  /** Null: everything is read here. */
  readonly elsewhere: ReadElsewhere | null;
  /** Files from this size on are read elsewhere. */
  readonly worthBytes: number;
}

/**
 * One pass over all files. Files that are as they were at the last complete pass are not read. A
 * file that cannot be read does not stop the others: what was read is given, and the SourceError,
 * which leaves the cursor where it was, comes at the end. Reading rows again adds nothing.
 */
export async function* pullFiles(pass: Pass, context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
  const before = readCursor(context.cursor, pass.digest);
  const files = new Map<string, ReadFile>();
  const spans = new Map(before.spans);
  const faults: SourceError[] = [];
  const vouched: { readonly isSamples: boolean; readonly until: Instant | null }[] = [];

  for (const [entry, mapping] of pass.mappings.entries()) {
    const found = await listed(mapping, pass, context, faults);
    for (const [index, file] of found.atRest.entries()) {
      const known = before.files.get(keyOf(entry, file));
      const unchanged = known === undefined ? null : await asKnown(file, known, context.signal);
      if (unchanged !== null) {
        files.set(keyOf(entry, file), unchanged);
        continue;
      }
      const reading = startReading();
      try {
        for await (const batch of readHereOrElsewhere(pass, entry, mapping, file, reading, context)) {
          yield { ...batch, progress: progress(file, reading, index, found.atRest.length) };
        }
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        faults.push(error);
        continue;
      }
      const span = spans.get(entry);
      if (reading.first !== null && reading.last !== null) {
        spans.set(entry, {
          first: Math.min(reading.first, span?.first ?? Infinity),
          last: Math.max(reading.last, span?.last ?? -Infinity),
        });
      }
      // A file that grew while it was read has another size than its bytes: it is read again next time.
      if (reading.digest !== null && reading.readBytes === file.sizeBytes) {
        files.set(keyOf(entry, file), { sizeBytes: file.sizeBytes, modifiedAt: file.modifiedAt, digest: reading.digest });
      }
    }
    const until = completeUntilOf(mapping.complete, found, spans.get(entry) ?? null, context.now);
    vouched.push({ isSamples: mapping.gives === 'samples', until });
  }
  if (faults.length > 0) throw combined(faults);
  const known = [...spans.values()];
  return {
    cursor: writeCursor({ mapping: pass.digest, files, spans }),
    completeUntil: completeUntilOfAll(vouched),
    historyFrom: known.length === 0 ? null : Math.min(...known.map(({ first }) => first)),
  };
}

/** A large file is read in a thread of its own, so that one reads while the other writes. */
async function* readHereOrElsewhere(
  { source, written, folder, elsewhere, worthBytes }: Pass,
  entry: number,
  mapping: FileMapping,
  file: FoundFile,
  reading: FileReading,
  context: PullContext,
): AsyncGenerator<Omit<PullBatch, 'progress'>> {
  if (elsewhere === null || !isWorthAThread(mapping, file, worthBytes)) {
    const batches = readBatches(mapping, file, { source, ...context }, reading, context.signal, new EventList());
    for await (const { gathered: events, samples, rejects } of batches) yield { events, samples, rejects };
    return;
  }
  const job = { source, written, folder, entry, file, now: context.now };
  for await (const { block, items, rejects, reading: soFar } of elsewhere(job, context.signal, context.wantsItems ?? never)) {
    Object.assign(reading, soFar);
    yield { events: [], block, ...(items === null ? {} : { items }), samples: [], rejects };
  }
}

const never = (): boolean => false;

/** A file may be read by two entries, each in its own way. */
const keyOf = (entry: number, file: FoundFile): string => `${entry}:${file.label}`;

interface Found {
  readonly atRest: readonly FoundFile[];
  readonly unfinished: readonly FoundFile[];
}

const listed = async (mapping: FileMapping, pass: Pass, context: PullContext, faults: SourceError[]): Promise<Found> => {
  try {
    return await withoutUnfinished(await findFiles(mapping), context.now, pass.wait, context.signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    faults.push(error);
    return { atRest: [], unfinished: [] };
  }
};

/** The same size and time, or (after a copy) the same content: then the file need not be read. */
const asKnown = async (file: FoundFile, known: ReadFile, signal: AbortSignal): Promise<ReadFile | null> => {
  if (known.sizeBytes !== file.sizeBytes) return null;
  if (known.modifiedAt === file.modifiedAt) return known;
  const reading: Reading = { readBytes: 0, digest: null };
  try {
    for await (const chunk of readBytes(file.path, file.label, reading, signal)) if (chunk.length === 0) break;
  } catch (error) {
    // Reading it as rows will tell what is wrong.
    if (error instanceof SourceError) return null;
    throw error;
  }
  return reading.digest === known.digest ? { ...known, modifiedAt: file.modifiedAt } : null;
};

/** `incidents.csv: 48,000 of about 141,700 rows` */
const progress = (file: FoundFile, reading: FileReading, index: number, count: number): string => {
  const place = count > 1 ? ` (file ${index + 1} of ${count})` : '';
  const share = Math.min(1, reading.readBytes / Math.max(1, file.sizeBytes));
  const rows = reading.rows.toLocaleString('en');
  if (reading.digest !== null || share === 0) return `${file.label}${place}: ${rows} rows`;
  const estimate = Math.round(reading.rows / share / 100) * 100;
  return `${file.label}${place}: ${rows} of about ${estimate.toLocaleString('en')} rows`;
};

/**
 * Up to when an entry vouches for everything. A file knows no more than its newest row unless the
 * user says so; and while a file is being written, none of it counts as read.
 */
const completeUntilOf = (complete: Completeness, found: Found, span: Span | null, now: Instant): Instant | null => {
  const newestRow = span === null ? null : Math.min(span.last, now);
  if (complete === 'newest row' || found.unfinished.length > 0) return newestRow;
  if (complete === 'when read') return found.atRest.length === 0 ? newestRow : now;
  if (complete === 'when written') {
    return found.atRest.length === 0 ? newestRow : Math.min(now, Math.max(...found.atRest.map((file) => file.modifiedAt)));
  }
  return Math.min(now, complete);
};

/**
 * Where no row means that nothing happened, a source knows no more than the entry that ends first.
 * A metric without a point shows that itself, so that series of different length need not wait for each other.
 */
const completeUntilOfAll = (
  vouched: readonly { readonly isSamples: boolean; readonly until: Instant | null }[],
): Instant | null => {
  const items = vouched.filter(({ isSamples }) => !isSamples).map(({ until }) => until);
  if (items.length > 0) return items.includes(null) ? null : Math.min(...items.flatMap((until) => until ?? []));
  const samples = vouched.flatMap(({ until }) => until ?? []);
  return samples.length === 0 ? null : Math.max(...samples);
};

const combined = (faults: readonly SourceError[]): SourceError => {
  const [first, ...others] = faults;
  if (first === undefined || others.length === 0) return first ?? new SourceError('', 'cannot be read', null);
  const message = first.message.slice(first.place.length + 2);
  return new SourceError(first.place, `${message}; and also ${others.map((fault) => fault.message).join('; ')}`, first.fix);
};

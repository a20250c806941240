import type { EventBlock } from '../../event/event-block.ts';
import { memoryOf, type FoldedItems } from '../../event/fold-block.ts';
import type { Instant } from '../../time/period.ts';
import { Settings } from '../settings.ts';
import type { Reject } from '../source.ts';
import type { FoundFile } from './find-files.ts';
import type { FileMapping } from './mapping.ts';
import { parseMapping } from './parse-mapping.ts';
import { readBatches, type Gatherer } from './read-batches.ts';
import { startReading, type FileReading } from './read-file.ts';

/** All that another thread needs to read a file: nothing but data. */
export interface ReadingJob {
  readonly source: string;
  /** The entries of `files:` as they were written in sources.yaml, and which of them it is. */
  readonly written: unknown;
  readonly entry: number;
  readonly folder: string;
  readonly file: FoundFile;
  readonly now: Instant;
}

/** A batch that was read elsewhere, and how far the reading was with it. */
export interface ReadPart {
  readonly block: EventBlock;
  /** Null where nobody wanted them. */
  readonly items: FoldedItems | null;
  readonly rejects: readonly Reject[];
  readonly reading: Readonly<FileReading>;
}

/**
 * Reads a file as `readBatches` does, with the same errors, in another thread. The last part has all of `reading`.
 * A part is there until the next one is asked for: then its memory is given back. Parts have their items folded while those are wanted, which is asked for as parts are taken.
 */
export type ReadElsewhere = (job: ReadingJob, signal: AbortSignal, wantsItems: () => boolean) => AsyncGenerator<ReadPart>;

/** The columns of a part, which change hands between threads; only its texts are copied. */
export const memoryOfPart = ({ block, items }: ReadPart): ArrayBuffer[] => [
  ...(items === null ? [] : memoryOf(items)),
  ...[
    ...[block.item, block.origin, block.state, block.fields, block.supersedes, block.slot],
    ...[block.kind, block.keyEnd, block.effectiveAt, block.sequence],
  ].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
];

/** Smaller files are read before a thread has started. */
export const WORTH_BYTES = 2 * 1024 * 1024;

/** Points are few beside items; and who knows the key of the pseudonyms is this thread alone. */
export const isWorthAThread = (mapping: FileMapping, file: FoundFile, worthBytes: number): boolean =>
  file.sizeBytes >= worthBytes && mapping.gives !== 'samples' && mapping.fields.every(({ type }) => type !== 'person');

/**
 * The other thread's side of it.
 * @param builder brings events into the form of the log
 * @param foldIfWanted their items, where they are wanted at that moment
 */
export async function* readParts(
  { source, written, entry, folder, file, now }: ReadingJob,
  builder: Gatherer<EventBlock>,
  foldIfWanted: (block: EventBlock) => FoldedItems | null,
): AsyncGenerator<ReadPart> {
  const section = new Settings({ files: written }, [], () => undefined).sections('files')?.[entry];
  const mapping = section === undefined ? null : parseMapping(section, folder);
  if (mapping === null) throw new Error(`${file.label}: its mapping cannot be read a second time.`);
  const pseudonym = (): never => {
    throw new Error(`${file.label}: persons are not for other threads.`);
  };
  const reading = startReading();
  const signal = new AbortController().signal;
  const context = { source, now, pseudonym };
  for await (const { gathered: block, rejects } of readBatches(mapping, file, context, reading, signal, builder)) {
    yield { block, items: foldIfWanted(block), rejects, reading: { ...reading } };
  }
  yield { block: builder.take(), items: null, rejects: [], reading: { ...reading } };
}

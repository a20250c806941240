import type { Event, Sample } from '../../event/event.ts';
import { eventsOfTold, type ToldItem } from '../../event/told-item.ts';
import { SourceError, type Reject } from '../source.ts';
import type { FoundFile } from './find-files.ts';
import type { MapContext } from './item-mapper.ts';
import type { FileMapping } from './mapping.ts';
import { readFile, type FileReading } from './read-file.ts';

/** Events and points of a batch; the last row may exceed it. */
const BATCH_SIZE = 20_000;
/** Chunks of a batch, each of up to 256 kB of text, so that long rows make small batches. */
const BATCH_CHUNKS = 32;

/** Where the facts of a batch are gathered, so that rows need not all live until it is whole. */
export interface Gatherer<B> {
  readonly length: number;
  /** Takes all of it, which may be written over afterwards. */
  addTold(told: ToldItem): void;
  /** What was added since it was last asked for. */
  take(): B;
}

export interface ReadBatch<B> {
  readonly gathered: B;
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
}

/** Gathers events. */
export class EventList implements Gatherer<readonly Event[]> {
  #events: Event[] = [];
  get length(): number {
    return this.#events.length;
  }
  addTold(told: ToldItem): void {
    this.#events.push(...eventsOfTold(told));
  }
  take(): readonly Event[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** Reads one file as `readFile` does, batch by batch. */
export async function* readBatches<B>(
  mapping: FileMapping,
  file: FoundFile,
  context: MapContext,
  reading: FileReading,
  signal: AbortSignal,
  events: Gatherer<B>,
): AsyncGenerator<ReadBatch<B>> {
  let samples: Sample[] = [];
  let rejects: Reject[] = [];
  let chunks = 0;
  const take = (): ReadBatch<B> => {
    const batch = { gathered: events.take(), samples, rejects };
    [samples, rejects, chunks] = [[], [], 0];
    return batch;
  };
  try {
    for await (const portion of readFile(mapping, file, context, reading, signal)) {
      rejects.push(...portion.rejects);
      for (const row of portion.rows) {
        if (row.told !== null) events.addTold(row.told);
        if (row.samples.length > 0) samples.push(...row.samples);
        if (events.length + samples.length >= BATCH_SIZE) yield take();
      }
      if (portion.isLastOfChunk) chunks += 1;
      if (chunks >= BATCH_CHUNKS) yield take();
    }
  } catch (error) {
    // What was read before the fault is as true as ever.
    if (error instanceof SourceError && events.length + samples.length + rejects.length > 0) yield take();
    throw error;
  }
  if (events.length + samples.length + rejects.length > 0) yield take();
}

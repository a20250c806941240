import type { Event, Sample } from '../../event/event.ts';
import { SourceError, type PullBatch, type Reject } from '../source.ts';
import type { FoundFile } from './find-files.ts';
import type { MapContext } from './item-mapper.ts';
import type { FileMapping } from './mapping.ts';
import { readFile, type FileReading } from './read-file.ts';

/** Events and points of a batch; the last row may exceed it. */
const BATCH_SIZE = 20_000;
/** Portions of a batch, each of up to 256 kB of text, so that long rows make small batches. */
const BATCH_PORTIONS = 32;

export type ReadBatch = Omit<PullBatch, 'progress'>;

/** Reads one file as `readFile` does, batch by batch. */
export async function* readBatches(
  mapping: FileMapping,
  file: FoundFile,
  context: MapContext,
  reading: FileReading,
  signal: AbortSignal,
): AsyncGenerator<ReadBatch> {
  let events: Event[] = [];
  let samples: Sample[] = [];
  let rejects: Reject[] = [];
  let portions = 0;
  const take = (): ReadBatch => {
    const batch = { events, samples, rejects };
    [events, samples, rejects, portions] = [[], [], [], 0];
    return batch;
  };
  try {
    for await (const portion of readFile(mapping, file, context, reading, signal)) {
      rejects.push(...portion.rejects);
      for (const row of portion.rows) {
        events.push(...row.events);
        samples.push(...row.samples);
        if (events.length + samples.length >= BATCH_SIZE) yield take();
      }
      portions += 1;
      if (portions >= BATCH_PORTIONS) yield take();
    }
  } catch (error) {
    // What was read before the fault is as true as ever.
    if (error instanceof SourceError && events.length + samples.length + rejects.length > 0) yield take();
    throw error;
  }
  if (events.length + samples.length + rejects.length > 0) yield take();
}

import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { giveBack } from './event/give-back.ts';
import { memoryOfPart, type ReadingJob, type ReadPart } from './sources/files/read-elsewhere.ts';
import { SourceError } from './sources/source.ts';

/** Parts that a thread may have handed over before the first of them is asked for. */
export const PARTS_AHEAD = 2;
/**
 * What 64 rows become lives no longer than they do, so there is no need of more room; but it must be there from the
 * beginning: where it may not grow (as in an import) a third of this thread went into collecting every megabyte.
 */
const YOUNG_MB = 12;
/** Of each of the two halves that a third of it are: V8 reads the flag when it makes a heap. */
const YOUNG_FROM_FIRST_MB = 4;
/** Some five times what it needs for its batches and the ids that it remembers; told, or it would take what the machine has. */
const OLD_MB = 320;

/** What went wrong in the thread, as it would have been thrown here. `place` null: not the file's fault. */
export interface ReadFault {
  readonly place: string | null;
  readonly message: string;
  readonly fix: string | null;
}

/** A part, or with neither part nor fault the end. */
export interface ReadMessage {
  readonly part: ReadPart | null;
  readonly fault: ReadFault | null;
}

/** What the thread is begun with. */
export type ThreadJob = ReadingJob & ReadMore;

/** One more part may be handed over, and whether items of parts yet to be made are wanted. */
export interface ReadMore {
  readonly wantsItems: boolean;
}

class ReadingFailed extends Error {
  readonly fix: string | null;
  constructor({ message, fix }: ReadFault) {
    super(message);
    this.name = 'ReadingFailed';
    this.fix = fix;
  }
}

/**
 * Reads a file in a thread of its own, which is never more than PARTS_AHEAD parts ahead and ends when
 * the reading does, is given up, or is aborted. Errors are those of reading it here.
 */
export async function* readInThread(job: ReadingJob, signal: AbortSignal, wantsItems: () => boolean): AsyncGenerator<ReadPart> {
  signal.throwIfAborted();
  setFlagsFromString(`--min-semi-space-size=${YOUNG_FROM_FIRST_MB}`);
  const worker = new Worker(new URL('./reading-thread.ts', import.meta.url), {
    workerData: { ...job, wantsItems: wantsItems() } satisfies ThreadJob,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
  const parts: ReadPart[] = [];
  let isEnded = false;
  const errors: Error[] = [];
  let wake = (): void => undefined;
  const fail = (reason: unknown): void => {
    isEnded = true;
    errors.push(reason instanceof Error ? reason : new Error(String(reason)));
    wake();
  };
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  worker.on('message', ({ part, fault }: ReadMessage) => {
    if (part !== null) parts.push(part);
    else if (fault !== null) fail(errorOf(fault));
    else isEnded = true;
    wake();
  });
  worker.on('error', fail);
  worker.on('exit', () => {
    if (!isEnded) fail(new Error(`The thread that read ${job.file.label} ended.`));
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      const part = parts.shift();
      if (part !== undefined) {
        yield part;
        memoryOfPart(part).forEach(giveBack);
        worker.postMessage({ wantsItems: wantsItems() } satisfies ReadMore);
        continue;
      }
      if (isEnded) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const [error] = errors;
    if (error !== undefined) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

const errorOf = (fault: ReadFault): Error =>
  fault.place === null ? new ReadingFailed(fault) : new SourceError(fault.place, fault.message, fault.fix);

import { parentPort, workerData } from 'node:worker_threads';
import { foldBlock } from './event/fold-block.ts';
import { PARTS_AHEAD, type ReadFault, type ReadMessage, type ReadMore, type ThreadJob } from './file-reader.ts';
import { memoryOfPart, readParts } from './sources/files/read-elsewhere.ts';
import { SourceError } from './sources/source.ts';
import { BlockBuilder } from './store/append.ts';

/** A thread of its own that reads one file, and brings what it says into the form of the log. */
const isJob = (data: unknown): data is ThreadJob =>
  typeof data === 'object' && data !== null && 'written' in data && 'entry' in data && 'file' in data;

const job: unknown = workerData;
if (!isJob(job) || parentPort === null) throw new Error('This runs as a thread that reads a file.');
const port = parentPort;

/** What the other side may be given before it asks for more. */
let credit = PARTS_AHEAD;
let { wantsItems } = job;
let onCredit = (): void => undefined;
port.on('message', (more: ReadMore) => {
  credit += 1;
  ({ wantsItems } = more);
  onCredit();
});
const creditGiven = async (): Promise<void> => {
  while (credit === 0) await new Promise<void>((resolve) => (onCredit = resolve));
  credit -= 1;
};

const faultOf = (error: unknown): ReadFault => {
  if (error instanceof SourceError)
    return { place: error.place, message: error.message.slice(error.place.length + 2), fix: error.fix };
  const fix = error instanceof Error && 'fix' in error && typeof error.fix === 'string' ? error.fix : null;
  return { place: null, message: error instanceof Error ? error.message : String(error), fix };
};

let last: ReadMessage = { part: null, fault: null };
try {
  for await (const part of readParts(job, new BlockBuilder(), (block) => (wantsItems ? foldBlock(block) : null))) {
    await creditGiven();
    port.postMessage({ part, fault: null } satisfies ReadMessage, memoryOfPart(part));
  }
} catch (error) {
  last = { part: null, fault: faultOf(error) };
}
port.postMessage(last);
port.close();

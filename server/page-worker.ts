import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { DrawingAsked, DrawingDone, DrawingPlace } from './page-drawer.ts';

/** A thread of its own for drawing pages: a review of 60 KPIs takes longer than a request may hold up others. */
type FirstPage = (asked: { template: string; address: string; answer: string }) => string | null;

const isPlace = (data: unknown): data is DrawingPlace =>
  typeof data === 'object' && data !== null && 'program' in data && 'template' in data;
const isDrawing = (loaded: unknown): loaded is { firstPage: FirstPage } =>
  typeof loaded === 'object' && loaded !== null && 'firstPage' in loaded && typeof loaded.firstPage === 'function';

const place: unknown = workerData;
if (!isPlace(place) || parentPort === null) throw new Error('This runs as a thread that draws pages.');
const port = parentPort;
const template = readFileSync(place.template, 'utf8');
const loaded: unknown = await import(pathToFileURL(place.program).href);
if (!isDrawing(loaded)) throw new Error(`${place.program} draws no pages.`);
const { firstPage } = loaded;

port.on('message', ({ id, address, answer }: DrawingAsked) => {
  let done: DrawingDone;
  try {
    const html = firstPage({ template, address, answer });
    done = { id, page: html === null ? null : packed(html), fault: null };
  } catch (error) {
    done = { id, page: null, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  port.postMessage(done);
});

/** Small enough in a few hundredths of a second; the next levels take twice the time for a tenth less. */
function packed(html: string): DrawingDone['page'] {
  const bytes = Buffer.from(html);
  return {
    br: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    gzip: gzipSync(bytes, { level: 4 }),
  };
}

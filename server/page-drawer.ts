import { Worker } from 'node:worker_threads';
import type { DrawnPage, Pages } from './api/first-pages.ts';

/** Where the built application lies: its index page, and the program that draws pages into it. */
export interface DrawingPlace {
  readonly template: string;
  readonly program: string;
}

export interface DrawingAsked {
  readonly id: number;
  readonly address: string;
  readonly answer: string;
}

export interface DrawingDone {
  readonly id: number;
  readonly page: DrawnPage | null;
  /** Why there is none, for the log. */
  readonly fault: string | null;
}

interface Waiting {
  readonly resolve: (page: DrawnPage | null) => void;
  readonly reject: (error: Error) => void;
}

/** More than this at once, and a page is better drawn in the browser that asks for it. */
const MOST_WAITING = 16;

/** Draws pages in a thread of its own, one after the other. The thread is started again where it died. */
export class PageDrawer implements Pages {
  readonly #place: DrawingPlace;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(place: DrawingPlace) {
    this.#place = place;
    this.#running();
  }

  draw(address: string, answer: string): Promise<DrawnPage | null> {
    if (this.#isClosed || this.#waiting.size >= MOST_WAITING) return Promise.resolve(null);
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#running().postMessage({ id, address, answer } satisfies DrawingAsked);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    this.#abandon(null);
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./page-worker.ts', import.meta.url), { workerData: this.#place });
    worker.unref();
    worker.on('message', (done: DrawingDone) => this.#take(done));
    worker.on('error', (error) => this.#abandon(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      this.#abandon(new Error('The thread that draws pages ended.'));
    });
    this.#worker = worker;
    return worker;
  }

  #take({ id, page, fault }: DrawingDone): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault === null) waiting?.resolve(page);
    else waiting?.reject(new Error(fault));
  }

  #abandon(error: Error | null): void {
    const abandoned = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { resolve, reject } of abandoned) {
      if (error === null) resolve(null);
      else reject(error);
    }
  }
}

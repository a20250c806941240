import { Worker } from 'node:worker_threads';
import { EngineError } from './jobs/engine.ts';
import type { Evaluations, PreviewTask, TaskDone } from './jobs/evaluations.ts';
import type { Preview } from './jobs/preview.ts';

const PROGRAM = new URL('./evaluation-thread.ts', import.meta.url);

interface Waiting {
  readonly resolve: (preview: Preview) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that evaluates, started when first asked, ended when it overruns, and started again after that. */
export class Evaluator implements Evaluations {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  async preview(task: PreviewTask, signal: AbortSignal): Promise<Preview> {
    signal.throwIfAborted();
    const id = (this.#lastId += 1);
    const overrun = (): void => void this.#end(tooLong());
    signal.addEventListener('abort', overrun, { once: true });
    try {
      return await new Promise<Preview>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#running().postMessage({ id, task });
      });
    } finally {
      signal.removeEventListener('abort', overrun);
      this.#waiting.delete(id);
    }
  }

  close(): Promise<void> {
    return this.#end(tooLong());
  }

  async #end(why: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    // What it still says is heard by nobody.
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    // Only once the thread has ended may the memory that it looked at change.
    await worker?.terminate();
    for (const { reject } of waiting) reject(why);
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(PROGRAM);
    worker.on('message', (done: TaskDone) => {
      const waiting = this.#waiting.get(done.id);
      if (done.preview !== null) waiting?.resolve(done.preview);
      else waiting?.reject(errorOf(done));
    });
    worker.on('error', (error: unknown) => void this.#end(error instanceof Error ? error : new Error(String(error))));
    // It keeps no process alive that has nothing else to do.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

const tooLong = (): EngineError =>
  new EngineError('unavailable', 'This took too long and was ended. Ask for less at once, or ask again later.');

const errorOf = ({ fault }: TaskDone): Error =>
  fault?.code === null || fault === null ? new Error(fault?.message ?? 'no answer') : new EngineError(fault.code, fault.message);

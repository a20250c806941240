import { Worker } from 'node:worker_threads';
import { EngineError } from './jobs/engine.ts';
import type { TaskDone, ThreadTask } from './jobs/evaluations.ts';
import type { SharedWorld } from './jobs/shared-world.ts';

const PROGRAM = new URL('./evaluation-thread.ts', import.meta.url);

type Done = NonNullable<TaskDone['done']> | null;

interface Waiting {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
}

/** A task without its number, of each kind. */
type Task = ThreadTask extends infer One ? (One extends { readonly id: number } ? Omit<One, 'id'> : never) : never;

/** One thread that evaluates: started when first asked, and again after it was ended. */
export class EvaluatorThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #world: SharedWorld | null = null;
  #lastId = 0;

  /**
   * `handedOver`: memory that is moved there instead of being copied.
   * @throws EngineError as the thread does; Error for a fault of ours
   */
  ask(task: Task, handedOver: readonly ArrayBuffer[] = []): Promise<Done> {
    const id = (this.#lastId += 1);
    return new Promise<Done>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const worker = this.#running();
      // It keeps the process alive for as long as somebody waits.
      worker.ref();
      worker.postMessage({ ...task, id }, handedOver);
    });
  }

  /** Hands over a world for what is asked next, unless it is the one that was handed over last. Where that fails, so does what is asked. */
  know(world: SharedWorld): void {
    if (this.#world === world) return;
    this.#world = world;
    void this.ask({ world }).catch(() => undefined);
  }

  /** Whoever waits hears why, once the thread has ended: only then may the memory that it looked at change. */
  async end(why: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#world = null;
    // What it still says is heard by nobody.
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    await worker?.terminate();
    for (const { reject } of waiting) reject(why);
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(PROGRAM);
    worker.on('message', ({ id, done, fault }: TaskDone) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      if (fault === null) waiting?.resolve(done);
      else waiting?.reject(fault.code === null ? new Error(fault.message) : new EngineError(fault.code, fault.message));
    });
    worker.on('error', (error: unknown) => void this.end(error instanceof Error ? error : new Error(String(error))));
    this.#worker = worker;
    return worker;
  }
}

import { availableParallelism } from 'node:os';
import { EvaluatorThread } from './evaluator-thread.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedValues, Evaluations, PreviewTask } from './jobs/evaluations.ts';
import type { PackedValues } from './jobs/packed-values.ts';
import type { PreviewMade } from './jobs/preview.ts';
import type { SharedWorld } from './jobs/shared-world.ts';
import { buffersOfPart, type PassPart } from './kpi/pass-part.ts';

/** More threads than this wait for memory rather than for a processor. */
const MOST_THREADS = 4;

/** A task that no thread has begun. */
interface Waiting {
  readonly cost: number;
  readonly run: (thread: EvaluatorThread) => Promise<void>;
}

/** Threads that evaluate: one for dry runs, which is ended when one overruns, and others for measuring. */
export class Evaluator implements Evaluations {
  readonly threads: number;
  readonly #previews = new EvaluatorThread();
  readonly #measuring: readonly EvaluatorThread[];
  /** Those of them that have nothing to do. */
  readonly #idle: EvaluatorThread[];
  readonly #waiting: Waiting[] = [];

  constructor(threads = Math.min(MOST_THREADS, availableParallelism())) {
    this.threads = threads;
    this.#measuring = Array.from({ length: threads }, () => new EvaluatorThread());
    this.#idle = [...this.#measuring];
  }

  async preview(task: PreviewTask, signal: AbortSignal): Promise<PreviewMade> {
    signal.throwIfAborted();
    const overrun = (): void => void this.#previews.end(tooLong());
    signal.addEventListener('abort', overrun, { once: true });
    try {
      const made = await this.#previews.ask({ preview: task });
      if (made === null || !('diff' in made)) throw new Error('the thread gave no preview');
      return made;
    } finally {
      signal.removeEventListener('abort', overrun);
    }
  }

  async values(world: SharedWorld, asked: AskedValues): Promise<PackedValues> {
    if (asked.shares === 1) return this.#taken(world, asked.cost, (thread) => valuesOf(thread, asked, null));
    const shares = Array.from({ length: asked.shares }, (_, nth) =>
      this.#taken(world, asked.cost / asked.shares, (thread) => shareOf(thread, asked, nth)),
    );
    // One that fails is told of once all have ended.
    await Promise.allSettled(shares);
    const parts = await Promise.all(shares);
    // Everything else that this KPI takes is done.
    return this.#taken(world, Infinity, (thread) => valuesOf(thread, asked, parts));
  }

  /** Done by a thread, when one has time for it. */
  #taken<T>(world: SharedWorld, cost: number, task: (thread: EvaluatorThread) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = async (thread: EvaluatorThread): Promise<void> => {
        try {
          await thread.know(world);
          resolve(await task(thread));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#waiting.push({ cost, run });
      this.#begin();
    });
  }

  /** Gives threads that have nothing to do what waits. */
  #begin(): void {
    for (let thread = this.#idle.pop(); thread !== undefined; thread = this.#idle.pop()) {
      const next = this.#waiting.reduce<Waiting | null>(
        (most, one) => (most === null || one.cost > most.cost ? one : most),
        null,
      );
      const own = thread;
      if (next === null) {
        this.#idle.push(own);
        return;
      }
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      void next.run(own).then(() => {
        this.#idle.push(own);
        this.#begin();
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#previews, ...this.#measuring].map((thread) => thread.end(tooLong())));
  }
}

const tooLong = (): EngineError =>
  new EngineError('unavailable', 'This took too long and was ended. Ask for less at once, or ask again later.');

async function shareOf(thread: EvaluatorThread, share: AskedValues, nth: number): Promise<PassPart> {
  const part = await thread.ask({ share, nth });
  if (part === null || !('share' in part)) throw new Error('the thread gave no share');
  return part;
}

async function valuesOf(thread: EvaluatorThread, values: AskedValues, parts: readonly PassPart[] | null): Promise<PackedValues> {
  const made = await thread.ask({ values, parts }, parts?.flatMap(buffersOfPart));
  if (made === null || !('values' in made)) throw new Error('the thread gave no values');
  return made;
}

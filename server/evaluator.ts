import { availableParallelism } from 'node:os';
import { EvaluatorThread } from './evaluator-thread.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedValues, Evaluations, PreviewTask, ValuesMade } from './jobs/evaluations.ts';
import type { PreviewMade } from './jobs/preview.ts';
import type { SharedWorld } from './jobs/shared-world.ts';
import { buffersOfPart, type PassPart } from './kpi/pass-part.ts';

/** More threads than this wait for memory rather than for a processor. */
const MOST_THREADS = 4;

interface Task {
  readonly cost: number;
  readonly run: (thread: EvaluatorThread) => Promise<void>;
  readonly refuse: (why: Error) => void;
}

const costOf = (tasks: readonly Task[]): number => tasks.reduce((sum, { cost }) => sum + cost, 0);
/** Equal shares add up to all but a rounding. */
const ROUNDED = 1 + 1e-9;

/** Threads that evaluate: one for dry runs, which is ended when one overruns, and others for measuring. */
export class Evaluator implements Evaluations {
  readonly threads: number;
  readonly #previews = new EvaluatorThread();
  readonly #measuring: readonly EvaluatorThread[];
  /** What each of them has to do: the task it is at, and perhaps the next. */
  readonly #busy: readonly { readonly thread: EvaluatorThread; readonly tasks: Task[] }[];
  /** The costliest first. */
  readonly #waiting: Task[] = [];

  constructor(threads = Math.min(MOST_THREADS, availableParallelism())) {
    this.threads = threads;
    this.#measuring = Array.from({ length: threads }, () => new EvaluatorThread());
    this.#busy = this.#measuring.map((thread) => ({ thread, tasks: [] }));
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

  async values(world: SharedWorld, asked: AskedValues): Promise<ValuesMade> {
    if (asked.shares === 1) return this.#taken(world, asked.cost, (thread) => valuesOf(thread, asked, null));
    const shares = Array.from({ length: asked.shares }, (_, nth) =>
      this.#taken(world, asked.cost / asked.shares, (thread) => shareOf(thread, asked, nth)),
    );
    // One that fails is told of once all have ended.
    await Promise.allSettled(shares);
    const parts = await Promise.all(shares);
    // Everything else that this KPI takes is done.
    return this.#taken(world, asked.cost, (thread) => valuesOf(thread, asked, parts));
  }

  /** Done by a thread, when one has time for it. */
  #taken<T>(world: SharedWorld, cost: number, task: (thread: EvaluatorThread) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = async (thread: EvaluatorThread): Promise<void> => {
        try {
          thread.know(world);
          resolve(await task(thread));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#waiting.push({ cost, run, refuse: reject });
      this.#waiting.sort((one, other) => other.cost - one.cost);
      this.#begin();
    });
  }

  /** Gives what waits to threads that have nothing to do; then a second task to those that will have done with theirs before all is. */
  #begin(): void {
    const all = [...this.#waiting, ...this.#busy.flatMap(({ tasks }) => tasks)];
    const share = all.reduce((sum, { cost }) => sum + cost, 0) / this.threads;
    for (const most of [0, 1]) {
      for (const busy of this.#busy) {
        const [next] = this.#waiting;
        if (next === undefined) return;
        if (busy.tasks.length > most || (most > 0 && next.cost + costOf(busy.tasks) > share * ROUNDED)) continue;
        this.#waiting.shift();
        busy.tasks.push(next);
        void next.run(busy.thread).then(() => {
          busy.tasks.splice(busy.tasks.indexOf(next), 1);
          this.#begin();
        });
      }
    }
  }

  async close(): Promise<void> {
    // What no thread has begun would begin one again.
    for (const { refuse } of this.#waiting.splice(0)) refuse(tooLong());
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

async function valuesOf(thread: EvaluatorThread, values: AskedValues, parts: readonly PassPart[] | null): Promise<ValuesMade> {
  const made = await thread.ask({ values, parts }, parts?.flatMap(buffersOfPart));
  if (made === null || !('values' in made)) throw new Error('the thread gave no values');
  return made;
}

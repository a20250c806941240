import { availableParallelism } from 'node:os';
import { EvaluatorThread } from './evaluator-thread.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedValues, Evaluations, PreviewTask } from './jobs/evaluations.ts';
import type { PackedValues } from './jobs/packed-values.ts';
import type { PreviewMade } from './jobs/preview.ts';
import type { SharedWorld } from './jobs/shared-world.ts';

/** More threads than this wait for memory rather than for a processor. */
const MOST_THREADS = 4;

/** Threads that evaluate: one for dry runs, which is ended when one overruns, and others for measuring. */
export class Evaluator implements Evaluations {
  readonly threads: number;
  readonly #previews = new EvaluatorThread();
  readonly #measuring: readonly EvaluatorThread[];

  constructor(threads = Math.min(MOST_THREADS, availableParallelism())) {
    this.threads = threads;
    this.#measuring = Array.from({ length: threads }, () => new EvaluatorThread());
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

  async values(world: SharedWorld, asked: readonly AskedValues[]): Promise<PackedValues[]> {
    const made: PackedValues[] = [];
    let next = 0;
    const work = async (thread: EvaluatorThread): Promise<void> => {
      if (next >= asked.length) return;
      await thread.know(world);
      for (let at = next++; at < asked.length; at = next++) {
        const one = asked[at];
        if (one === undefined) return;
        const values = await thread.ask({ values: one });
        if (values === null || !('values' in values)) throw new Error('the thread gave no values');
        made[at] = values;
      }
    };
    const ends = await Promise.allSettled(this.#measuring.map(work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([this.#previews, ...this.#measuring].map((thread) => thread.end(tooLong())));
  }
}

const tooLong = (): EngineError =>
  new EngineError('unavailable', 'This took too long and was ended. Ask for less at once, or ask again later.');

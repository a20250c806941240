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
    const found: PassPart[][] = asked.map(() => []);
    const tasks = asked.flatMap((one, at) => Array.from({ length: one.shares }, (_, nth) => ({ one, at, nth })));
    let next = 0;
    const work = async (thread: EvaluatorThread): Promise<void> => {
      if (next >= tasks.length) return;
      await thread.know(world);
      for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
        const { one, at, nth } = task;
        const parts = found[at] ?? [];
        if (one.shares > 1) parts.push(await shareOf(thread, one, nth));
        // Whoever finds the last share puts all together.
        if (parts.length === one.shares) made[at] = await valuesOf(thread, one, parts);
        else if (one.shares === 1) made[at] = await valuesOf(thread, one, null);
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

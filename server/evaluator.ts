import { availableParallelism } from 'node:os';
import { EvaluatorThread } from './evaluator-thread.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedKpi, AskedValues, Evaluations, PreviewTask, ValuesMade } from './jobs/evaluations.ts';
import type { PreviewMade } from './jobs/preview.ts';
import type { SharedWorld } from './jobs/shared-world.ts';
import { buffersOfPart, type PassPart } from './kpi/pass-part.ts';

/** More threads than this wait for memory rather than for a processor. */
const MOST_THREADS = 4;

interface Task {
  cost: number;
  readonly run: (thread: EvaluatorThread) => Promise<void>;
  readonly refuse: (why: Error) => void;
}

/** Values that wait for a thread, and those that others ask of the same pass meanwhile. */
interface Together {
  readonly task: Task;
  readonly kpis: AskedKpi[];
  readonly made: Promise<ValuesMade>;
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
  /** By what they look for and where, of each world. */
  readonly #together = new WeakMap<SharedWorld, Map<string, Together>>();

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
    if (asked.shares === 1)
      return asked.alike === null
        ? this.#taken(world, asked.cost, (thread) => valuesOf(thread, asked, null)).made
        : this.#beside(world, asked, asked.alike);
    const shares = Array.from(
      { length: asked.shares },
      (_, nth) => this.#taken(world, asked.cost / asked.shares, (thread) => shareOf(thread, asked, nth)).made,
    );
    // One that fails is told of once all have ended.
    await Promise.allSettled(shares);
    const parts = await Promise.all(shares);
    // Everything else that this KPI takes is done.
    return this.#taken(world, asked.cost, (thread) => valuesOf(thread, asked, parts)).made;
  }

  /** With those that look for the same and wait, too. */
  async #beside(world: SharedWorld, asked: AskedValues, alike: string): Promise<ValuesMade> {
    const { digests, scopes, periods } = asked;
    const key = [alike, digests, ...scopes, ...periods.map(({ id }) => id)].join('\n');
    let known = this.#together.get(world);
    if (known === undefined) this.#together.set(world, (known = new Map<string, Together>()));
    const found = known.get(key);
    if (found !== undefined) {
      const from = found.kpis.length;
      found.kpis.push(...asked.kpis);
      found.task.cost += asked.cost;
      const { values } = await found.made;
      return { values: values.slice(from, from + asked.kpis.length) };
    }
    const [all, kpis] = [known, [...asked.kpis]];
    const { task, made } = this.#taken(world, asked.cost, (thread) => {
      all.delete(key);
      return valuesOf(thread, { ...asked, kpis }, null);
    });
    all.set(key, { task, kpis, made });
    try {
      const { values } = await made;
      return { values: values.slice(0, asked.kpis.length) };
    } finally {
      // Where no thread came to it, either.
      if (all.get(key)?.task === task) all.delete(key);
    }
  }

  /** Done by a thread, when one has time for it. */
  #taken<T>(
    world: SharedWorld,
    cost: number,
    work: (thread: EvaluatorThread) => Promise<T>,
  ): { readonly task: Task; readonly made: Promise<T> } {
    const { promise: made, resolve, reject } = Promise.withResolvers<T>();
    const run = async (thread: EvaluatorThread): Promise<void> => {
      try {
        thread.know(world);
        resolve(await work(thread));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const task: Task = { cost, run, refuse: reject };
    this.#waiting.push(task);
    // What is asked for in one go is put in order first.
    queueMicrotask(() => {
      this.#waiting.sort((one, other) => other.cost - one.cost);
      this.#begin();
    });
    return { task, made };
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

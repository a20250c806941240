import { Cron } from 'croner';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';

/** Something done on a schedule. */
export interface ScheduledJob {
  readonly name: string;
  /** Five- or six-field cron expression, in `zone`. */
  readonly cron: string;
  readonly zone: string;
  /** `tick`: the scheduled instant it stands for (the newest one where several were missed). */
  run(tick: Instant): Promise<void>;
}

export interface ScheduleTools {
  readonly store: Store;
  readonly clock: () => Instant;
  /** Calls back after a delay and returns a way to call it off; injected so that tests own time. */
  readonly wait: (ms: number, callback: () => void) => () => void;
  readonly onError: (job: string, error: unknown) => void;
  /** Names this process among replicas. */
  readonly holder: string;
}

/** A missed tick is looked for this far back; an older one counts as missed all the same, once. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;
const LEASE_MS = 15 * 60 * 1000;

/** The first scheduled instant strictly after `after`. */
export function nextTick(cron: string, zone: string, after: Instant): Instant | null {
  const schedule = new Cron(cron, { timezone: zone, paused: true });
  return schedule.nextRun(new Date(after))?.getTime() ?? null;
}

/** The newest scheduled instant in (after, until], or null. */
export function lastDueTick(cron: string, zone: string, after: Instant, until: Instant): Instant | null {
  const schedule = new Cron(cron, { timezone: zone, paused: true });
  // croner looks back from an instant exclusively, to whole seconds.
  const [newest] = schedule.previousRuns(1, new Date(until + 1000));
  const tick = newest?.getTime() ?? null;
  if (tick !== null && tick <= until) return tick > after ? tick : null;
  const first = nextTick(cron, zone, after);
  return first !== null && first <= until ? first : null;
}

/**
 * Runs jobs at their ticks. The last tick of each is kept in the store, so that a restart neither
 * repeats nor loses one; after a long sleep the missed ticks of a job are made up by a single run,
 * because a pull fetches everything since its cursor. A clock that jumps back repeats nothing.
 * Replicas share the work by lease: one of them runs a tick.
 */
export class Schedule {
  readonly #jobs: readonly ScheduledJob[];
  readonly #tools: ScheduleTools;
  #cancel: (() => void) | null = null;
  #isStopped = false;
  #round: Promise<void> = Promise.resolve();

  constructor(jobs: readonly ScheduledJob[], tools: ScheduleTools) {
    this.#jobs = jobs;
    this.#tools = tools;
  }

  /** Runs what is due now, then waits for the next tick; resolves when the first round is done. */
  start(): Promise<void> {
    this.#round = this.#runRound();
    return this.#round;
  }

  /** Stops waiting; resolves when a running round has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#round;
  }

  /** Runs every job that is due at the clock's now, each on its own: one that fails stops no other. */
  async runDue(): Promise<void> {
    const { store, clock, onError, holder } = this.#tools;
    for (const job of this.#jobs) {
      if (this.#isStopped) return;
      try {
        const now = clock();
        const last = await store.lastTick(job.name);
        const due = last === null ? now : lastDueTick(job.cron, job.zone, last, now);
        if (due === null) continue;
        const lease = await store.claim(job.name, holder, now, LEASE_MS);
        if (lease === null) continue;
        try {
          // Another replica may have run this tick between the look and the claim.
          const after = await store.lastTick(job.name);
          if (after !== null && after >= due) continue;
          await job.run(due);
          await store.saveTick(job.name, due);
        } finally {
          await store.release(lease);
        }
      } catch (error) {
        onError(job.name, error);
      }
    }
  }

  async #runRound(): Promise<void> {
    await this.runDue();
    if (this.#isStopped) return;
    const now = this.#tools.clock();
    const next = Math.min(...this.#jobs.map((job) => nextTick(job.cron, job.zone, now) ?? Infinity));
    const delay = Math.min(LONGEST_WAIT_MS, Math.max(50, next - now));
    this.#cancel = this.#tools.wait(delay, () => {
      this.#round = this.#runRound();
    });
  }
}

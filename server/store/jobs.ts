import type { Instant } from '../time/period.ts';
import { checkInteger, checkText, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { StoreError, type Lease } from './store.ts';

/**
 * Refuses a write whose lease was claimed by another since, in the transaction of the write itself: a
 * leader that was paused and wakes up finds out before it does harm.
 */
export async function refuseStale(trx: Write, lease: Lease | undefined): Promise<void> {
  if (lease === undefined) return;
  const row = await trx.selectFrom('job').select('token').where('job', '=', lease.job).executeTakeFirst();
  if (row?.token === lease.token) return;
  throw new StoreError(
    'stale-lease',
    `The job '${lease.job}' was taken over by another process; nothing of this was stored.`,
    'Let the other process do it. If this one was not paused, its lease is too short for the work.',
  );
}

/** Who runs what, and up to which tick each job was run. */
export class Jobs {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  lastTick(job: string): Promise<Instant | null> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('tick').select('at').where('job', '=', job).executeTakeFirst();
      return row?.at ?? null;
    });
  }

  /** Never goes back: a tick that was run is not run again. */
  async saveTick(job: string, at: Instant): Promise<void> {
    checkText(job, LONGEST.name, 'job');
    checkInteger(at, `job ${job}, tick`);
    await this.#engine.write((trx) =>
      trx
        .insertInto('tick')
        .values({ job, at })
        .onConflict((conflict) => conflict.column('job').doUpdateSet({ at }).where('tick.at', '<', at))
        .execute(),
    );
  }

  async claim(job: string, holder: string, now: Instant, leaseMs: number): Promise<Lease | null> {
    checkText(job, LONGEST.name, 'job');
    checkText(holder, LONGEST.name, `job ${job}, holder`);
    checkInteger(now, `job ${job}, now`);
    checkInteger(leaseMs, `job ${job}, leaseMs`);
    const until = now + leaseMs;
    return this.#engine.write(async (trx) => {
      const held = await trx.selectFrom('job').selectAll().where('job', '=', job).executeTakeFirst();
      if (held !== undefined && held.holder !== null && held.holder !== holder && held.until > now) return null;
      const token = (held?.token ?? 0) + 1;
      await trx
        .insertInto('job')
        .values({ job, holder, token, until })
        .onConflict((conflict) => conflict.column('job').doUpdateSet({ holder, token, until }))
        .execute();
      return { job, token, until };
    });
  }

  /** Does nothing where the lease was taken over. What was released can no longer write. */
  async release(lease: Lease): Promise<void> {
    await this.#engine.write((trx) =>
      trx
        .updateTable('job')
        .set({ holder: null, until: 0, token: lease.token + 1 })
        .where('job', '=', lease.job)
        .where('token', '=', lease.token)
        .execute(),
    );
  }
}

import type { Instant } from '../time/period.ts';
import { checkInteger, checkText, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { nextNumber } from './numbers.ts';
import type { Revisions } from './revisions.ts';
import type { Lease, Moment, Publication, RunOutcome, RunRecord, StoredRun } from './store.ts';
import type { Values } from './values.ts';

/** The run log: when what was measured and published, with what. */
export class Runs {
  readonly #engine: Engine;
  readonly #values: Values;
  readonly #revisions: Revisions;
  constructor(engine: Engine, values: Values, revisions: Revisions) {
    this.#engine = engine;
    this.#values = values;
    this.#revisions = revisions;
  }

  /** @returns the run's number, from 1 without a gap */
  async commit(run: RunRecord, made: RunOutcome, lease: Lease | undefined): Promise<number> {
    const { kind, at, watermark, detail } = run;
    checkInteger(at, 'run, at');
    checkInteger(watermark, 'run, watermark');
    checkText(detail, LONGEST.document, 'run, detail');
    const { publication } = made;
    if (publication !== undefined) checkPublication(publication);
    return this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      const number = await nextNumber(trx, 'run');
      await trx.insertInto('run').values({ number, kind, at, watermark, detail }).execute();
      await this.#revisions.append(trx, made.snapshots, number);
      if (made.measurements !== undefined) await this.#values.writeMeasurements(trx, made.measurements);
      if (publication !== undefined) await insertPublication(trx, { ...publication, run: number });
      return number;
    }, kind === 'measure');
  }

  run(number: number): Promise<StoredRun | null> {
    return this.#engine.read(
      async (trx) => (await trx.selectFrom('run').selectAll().where('number', '=', number).executeTakeFirst()) ?? null,
    );
  }

  last(): Promise<StoredRun | null> {
    return this.#engine.read(
      async (trx) => (await trx.selectFrom('run').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst()) ?? null,
    );
  }

  after(afterRun: number, limit: number): Promise<StoredRun[]> {
    return this.#engine.read((trx) =>
      trx.selectFrom('run').selectAll().where('number', '>', afterRun).orderBy('number').limit(limit).execute(),
    );
  }

  momentAt(instant: Instant): Promise<Moment> {
    return this.#engine.read(async (trx) => {
      const batch = await trx
        .selectFrom('batch')
        .select(({ fn }) => fn.max('number').as('number'))
        .where('recorded_at', '<=', instant)
        .executeTakeFirst();
      const pull = await trx
        .selectFrom('pull')
        .select(({ fn }) => fn.max('number').as('number'))
        .where('ended_at', '<=', instant)
        .executeTakeFirst();
      const run = await trx
        .selectFrom('run')
        .select(({ fn }) => fn.max('number').as('number'))
        .where('at', '<=', instant)
        .executeTakeFirst();
      return { batch: Number(batch?.number ?? 0), pull: Number(pull?.number ?? 0), run: Number(run?.number ?? 0) };
    });
  }

  /** Latest first. */
  publications(limit: number): Promise<Publication[]> {
    return this.#engine.read((trx) =>
      trx
        .selectFrom('publication')
        .select(['review', 'scope', 'at', 'watermark', 'run'])
        .orderBy('number', 'desc')
        .limit(limit)
        .execute(),
    );
  }
}

function checkPublication({ review, scope, at, watermark }: Omit<Publication, 'run'>): void {
  checkText(review, LONGEST.name, 'publication, review');
  checkText(scope, LONGEST.name, `publication of ${review}, scope`);
  for (const [name, value] of Object.entries({ at, watermark })) checkInteger(value, `publication of ${review}, ${name}`);
}

async function insertPublication(trx: Write, { review, scope, at, watermark, run }: Publication): Promise<void> {
  const number = await nextNumber(trx, 'publication');
  await trx.insertInto('publication').values({ number, review, scope, at, watermark, run }).execute();
}

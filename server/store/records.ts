import type { KeptDefinition } from '../kpi/kpi.ts';
import { checkInteger, checkText, LONGEST } from './door.ts';
import type { Engine } from './engine.ts';

/** Definitions, each kept once, and small facts about the database. */
export class Records {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A definition is kept once: its hash is its content. */
  async keepDefinition({ hash, kpi, text, recordedAt }: KeptDefinition): Promise<void> {
    checkText(hash, LONGEST.name, `KPI ${kpi}, hash`);
    checkText(kpi, LONGEST.name, 'KPI, id');
    checkText(text, LONGEST.document, `KPI ${kpi}, text`);
    checkInteger(recordedAt, `KPI ${kpi}, recordedAt`);
    await this.#engine.write((trx) =>
      trx
        .insertInto('definition')
        .values({ hash, kpi, text, recorded_at: recordedAt })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute(),
    );
  }

  definition(hash: string): Promise<KeptDefinition | null> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('definition').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? null : { hash: row.hash, kpi: row.kpi, text: row.text, recordedAt: row.recorded_at };
    });
  }

  setting(name: string): Promise<string | null> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
      return row?.value ?? null;
    });
  }

  async saveSetting(name: string, value: string): Promise<void> {
    checkText(name, LONGEST.name, 'setting, name');
    checkText(value, LONGEST.document, `setting ${name}`);
    await this.#engine.write((trx) =>
      trx
        .insertInto('setting')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute(),
    );
  }
}

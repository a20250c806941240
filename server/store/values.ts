import { CompiledQuery } from 'kysely';
import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { cellsOf, chunksOf, inKeyOrder, kpiBeside } from './value-statements.ts';
import type { Lease, MeasurementRow, SnapshotQuery } from './store.ts';
import type { MeasurementTable } from './tables.ts';
import { measurementOf, measurementRow } from './value-rows.ts';

/** What of a live value is replaced, beside its first day. */
const REPLACED = [
  'grain',
  'value',
  'emptiness',
  'count',
  'exclusions',
  'also',
  'is_stale',
  'digest',
  'definition',
  'watermark',
  'limits',
  'row_sum',
] as const satisfies (keyof MeasurementTable)[];

/** Live values, which are replaced. */
export class Values {
  readonly #engine: Engine;
  readonly #upserts = new Map<number, string>();
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async saveMeasurements(rows: readonly MeasurementRow[], lease: Lease | undefined): Promise<void> {
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      await this.writeMeasurements(trx, rows);
    });
  }

  async writeMeasurements(trx: Write, rows: readonly MeasurementRow[]): Promise<void> {
    // One statement cannot replace a row twice; the last one counts.
    const byKey = new Map(rows.map((row) => [keyOf(row), measurementRow(row)]));
    if (byKey.size === 0) return;
    for (const part of chunksOf(inKeyOrder([...byKey.values()]), this.#engine.rowsPerStatement)) {
      const { numAffectedRows } = await trx.executeQuery(this.#upsert(trx, part));
      if (Number(numAffectedRows ?? 0n) !== part.length) await moveAndReplace(trx, part);
    }
  }

  /**
   * Rows that begin where they began: SQLite writes the entry of an index again wherever its column is among those that are
   * set, and two entries of scattered rows cost twice what the rows do. Compiled once a size.
   */
  #upsert(trx: Write, rows: readonly MeasurementTable[]): CompiledQuery {
    let text = this.#upserts.get(rows.length);
    if (text === undefined) {
      text = trx
        .insertInto('measurement')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['kpi', 'scope', 'period'])
            .doUpdateSet((row) => Object.fromEntries(REPLACED.map((name) => [name, row.ref(`excluded.${name}`)])))
            .whereRef('measurement.first_day', '=', 'excluded.first_day'),
        )
        .compile().sql;
      this.#upserts.set(rows.length, text);
    }
    return CompiledQuery.raw(text, cellsOf(rows));
  }

  measurements(query: SnapshotQuery): Promise<MeasurementRow[]> {
    return this.#engine.read(async (trx) => {
      let select = trx.selectFrom('measurement').selectAll();
      if (query.kpi !== undefined) select = select.where(kpiBeside(query.scope), '=', query.kpi);
      if (query.scope !== undefined) select = select.where('scope', '=', query.scope);
      if (query.grain !== undefined) select = select.where('grain', '=', query.grain);
      if (query.fromDay !== undefined) select = select.where('first_day', '>=', query.fromDay);
      if (query.toDay !== undefined) select = select.where('first_day', '<=', query.toDay);
      const rows = await select.orderBy('kpi').orderBy('scope').orderBy('first_day').orderBy('period').execute();
      return rows.map(measurementOf);
    });
  }
}

/** Rows among which one begins on another day than it did, under another calendar. */
async function moveAndReplace(trx: Write, rows: readonly MeasurementTable[]): Promise<void> {
  await trx
    .insertInto('measurement')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['kpi', 'scope', 'period'])
        .doUpdateSet((row) =>
          Object.fromEntries([...REPLACED, 'first_day' as const].map((name) => [name, row.ref(`excluded.${name}`)])),
        ),
    )
    .execute();
}

const keyOf = (row: MeasurementRow): string => `${row.kpi}\0${row.scope}\0${row.period}`;

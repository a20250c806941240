import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { chunksOf, inKeyOrder } from './key-order.ts';
import type { Lease, MeasurementRow, SnapshotQuery } from './store.ts';
import { measurementOf, measurementRow } from './value-rows.ts';

/** Live values, which are replaced. */
export class Values {
  readonly #engine: Engine;
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
      await trx
        .insertInto('measurement')
        .values(part)
        .onConflict((conflict) =>
          conflict.columns(['kpi', 'scope', 'period']).doUpdateSet((row) => ({
            grain: row.ref('excluded.grain'),
            first_day: row.ref('excluded.first_day'),
            value: row.ref('excluded.value'),
            emptiness: row.ref('excluded.emptiness'),
            count: row.ref('excluded.count'),
            exclusions: row.ref('excluded.exclusions'),
            also: row.ref('excluded.also'),
            is_stale: row.ref('excluded.is_stale'),
            digest: row.ref('excluded.digest'),
            definition: row.ref('excluded.definition'),
            watermark: row.ref('excluded.watermark'),
            limits: row.ref('excluded.limits'),
            row_sum: row.ref('excluded.row_sum'),
          })),
        )
        .execute();
    }
  }

  measurements(query: SnapshotQuery): Promise<MeasurementRow[]> {
    return this.#engine.read(async (trx) => {
      let select = trx.selectFrom('measurement').selectAll();
      if (query.kpi !== undefined) select = select.where('kpi', '=', query.kpi);
      if (query.scope !== undefined) select = select.where('scope', '=', query.scope);
      if (query.grain !== undefined) select = select.where('grain', '=', query.grain);
      if (query.fromDay !== undefined) select = select.where('first_day', '>=', query.fromDay);
      if (query.toDay !== undefined) select = select.where('first_day', '<=', query.toDay);
      const rows = await select.orderBy('kpi').orderBy('scope').orderBy('first_day').orderBy('period').execute();
      return rows.map(measurementOf);
    });
  }
}

const keyOf = (row: MeasurementRow): string => `${row.kpi}\0${row.scope}\0${row.period}`;

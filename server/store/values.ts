import type { CompiledQuery } from 'kysely';
import type { Instant } from '../time/period.ts';
import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { StoreError, type Lease, type MeasurementRow, type Place, type SnapshotQuery, type SnapshotRow } from './store.ts';
import type { SnapshotTable } from './tables.ts';
import { measurementOf, measurementRow, snapshotOf, snapshotRow } from './value-rows.ts';

/** Rows in one chunk of a whole reading. */
const ROWS_PER_CHUNK = 10_000;

/** Values asked for in one statement. */
const PLACES_PER_QUERY = 200;

type RevisionKey = Pick<SnapshotTable, 'kpi' | 'scope' | 'period' | 'revision'>;

/** Live values, which are replaced, and snapshots, of which revisions are only ever added. */
export class Values {
  readonly #engine: Engine;
  readonly #compiled = new Map<number, CompiledQuery>();
  readonly #predecessors = new Map<number, CompiledQuery<RevisionKey>>();
  readonly #lookUps = new Map<number, CompiledQuery<SnapshotTable>>();
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

  /** @throws StoreError `conflict` where a revision is not the latest plus one; then the transaction must not go on */
  async appendSnapshots(trx: Write, rows: readonly SnapshotRow[]): Promise<void> {
    if (rows.length === 0) return;
    const written = rows.map(snapshotRow);
    await this.#refuseGaps(trx, written);
    for (const part of chunksOf(inKeyOrder(written), this.#engine.rowsPerStatement)) {
      const { numAffectedRows } = await trx.executeQuery(this.#insert(trx, part));
      if (Number(numAffectedRows ?? 0n) !== part.length) {
        throw outOfOrder(`A revision among ${part.length}, from KPI ${part[0]?.kpi ?? ''} on, exists already`);
      }
    }
  }

  /**
   * Every revision above the first needs the one before it, here or in the database. That the revision
   * itself is new is seen when it is written, so together: it is the latest plus one.
   */
  async #refuseGaps(trx: Write, rows: readonly SnapshotTable[]): Promise<void> {
    const given = new Set<string>();
    const later: { readonly row: SnapshotTable; readonly before: string }[] = [];
    for (const row of rows.toSorted((one, other) => one.revision - other.revision)) {
      const { kpi, scope, period, revision } = row;
      if (revision < 1) throw outOfOrder(`Revision ${revision} of KPI ${kpi}, ${scope}, ${period}: revisions begin with 1`);
      const before = revisionKey(row, revision - 1);
      if (revision > 1 && !given.has(before)) later.push({ row, before });
      given.add(revisionKey(row, revision));
    }
    if (given.size < rows.length) throw outOfOrder('One revision was given twice');
    for (const part of chunksOf(later, PLACES_PER_QUERY)) {
      const { rows: known } = await trx.executeQuery(
        this.#before(
          trx,
          part.map(({ row }) => row),
        ),
      );
      const found = new Set(known.map((row) => revisionKey(row, row.revision)));
      for (const { row, before } of part) {
        if (found.has(before)) continue;
        throw outOfOrder(`Revision ${row.revision} of KPI ${row.kpi}, ${row.scope}, ${row.period} has none before it`);
      }
    }
  }

  /** Which of the revisions before these there are. */
  #before(trx: Write, rows: readonly SnapshotTable[]): CompiledQuery<RevisionKey> {
    const parameters = rows.flatMap(({ period, scope, kpi, revision }) => [period, scope, kpi, revision - 1]);
    const kept = this.#predecessors.get(rows.length);
    if (kept !== undefined) return { ...kept, parameters };
    const query = trx
      .selectFrom('snapshot')
      .select(['kpi', 'scope', 'period', 'revision'])
      .where((row) =>
        row(
          row.refTuple('period', 'scope', 'kpi', 'revision'),
          'in',
          rows.map(({ period, scope, kpi, revision }) => row.tuple(period, scope, kpi, revision - 1)),
        ),
      )
      .compile();
    this.#predecessors.set(rows.length, query);
    return query;
  }

  replaceSnapshots(rows: readonly SnapshotRow[]): Promise<void> {
    return this.#engine.write(async (trx) => {
      await trx.deleteFrom('snapshot').execute();
      await this.appendSnapshots(trx, rows);
    });
  }

  async *allSnapshots(): AsyncGenerator<SnapshotRow[]> {
    let last: SnapshotTable | undefined;
    for (;;) {
      const after = last;
      const rows = await this.#engine.read((trx) => {
        let query = trx.selectFrom('snapshot').selectAll();
        if (after !== undefined) {
          query = query.where((row) =>
            row(
              row.refTuple('period', 'scope', 'kpi', 'revision'),
              '>',
              row.tuple(after.period, after.scope, after.kpi, after.revision),
            ),
          );
        }
        return query.orderBy('period').orderBy('scope').orderBy('kpi').orderBy('revision').limit(ROWS_PER_CHUNK).execute();
      });
      if (rows.length > 0) yield rows.map(snapshotOf);
      last = rows.at(-1);
      if (rows.length < ROWS_PER_CHUNK) return;
    }
  }

  /** Compiled once a size: building a statement of a hundred rows takes longer than running it. */
  #insert(trx: Write, rows: readonly SnapshotTable[]): CompiledQuery {
    const kept = this.#compiled.get(rows.length);
    // Every row was made by snapshotRow, so all have the same columns in the same order.
    if (kept !== undefined) return { ...kept, parameters: rows.flatMap((row): unknown[] => Object.values(row)) };
    const query = trx
      .insertInto('snapshot')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['kpi', 'scope', 'period', 'revision']).doNothing())
      .compile();
    this.#compiled.set(rows.length, query);
    return query;
  }

  latestSnapshots(query: SnapshotQuery): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      let select = trx.selectFrom('snapshot').selectAll();
      if (query.kpi !== undefined) select = select.where('kpi', '=', query.kpi);
      if (query.scope !== undefined) select = select.where('scope', '=', query.scope);
      if (query.grain !== undefined) select = select.where('grain', '=', query.grain);
      if (query.fromDay !== undefined) select = select.where('first_day', '>=', query.fromDay);
      if (query.toDay !== undefined) select = select.where('first_day', '<=', query.toDay);
      if (query.knownAt !== undefined) select = select.where('recorded_at', '<=', query.knownAt);
      const rows = await select
        .orderBy('kpi')
        .orderBy('scope')
        .orderBy('first_day')
        .orderBy('period')
        .orderBy('revision')
        .execute();
      // Few values have a second revision, so the last of each is picked here.
      return rows.filter((row, at) => !isSameValue(row, rows[at + 1])).map(snapshotOf);
    });
  }

  latestOf(kpi: string, places: readonly Place[]): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      const found: SnapshotRow[] = [];
      for (const part of chunksOf(places, PLACES_PER_QUERY)) {
        const { rows } = await trx.executeQuery(this.#lookUp(trx, kpi, part));
        for (const row of rows.filter((each, at) => !isSameValue(each, rows[at + 1]))) found.push(snapshotOf(row));
      }
      return found;
    });
  }

  /**
   * By the table's own key, so that a few values cost a few look-ups however many there are; compiled once a number of
   * places, because that takes longer than finding them.
   */
  #lookUp(trx: Write, kpi: string, places: readonly Place[]): CompiledQuery<SnapshotTable> {
    const parameters = places.flatMap(({ scope, period }) => [period, scope, kpi]);
    const kept = this.#lookUps.get(places.length);
    if (kept !== undefined) return { ...kept, parameters };
    const query = trx
      .selectFrom('snapshot')
      .selectAll()
      .where((row) =>
        row(
          row.refTuple('period', 'scope', 'kpi'),
          'in',
          places.map(({ scope, period }) => row.tuple(period, scope, kpi)),
        ),
      )
      .orderBy('period')
      .orderBy('scope')
      .orderBy('revision')
      .compile();
    this.#lookUps.set(places.length, query);
    return query;
  }

  /** Ascending. */
  revisions(kpi: string, scope: string, period: string): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx
        .selectFrom('snapshot')
        .selectAll()
        .where('kpi', '=', kpi)
        .where('scope', '=', scope)
        .where('period', '=', period)
        .orderBy('revision')
        .execute();
      return rows.map(snapshotOf);
    });
  }

  /** In the order in which they were recorded. */
  restatements(scope: string, after: Instant, until: Instant): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      let select = trx.selectFrom('snapshot').selectAll().where('scope', '=', scope).where('revision', '>', 1);
      if (Number.isFinite(after)) select = select.where('recorded_at', '>', after);
      if (Number.isFinite(until)) select = select.where('recorded_at', '<=', until);
      const rows = await select
        .orderBy('recorded_at')
        .orderBy('kpi')
        .orderBy('first_day')
        .orderBy('period')
        .orderBy('revision')
        .execute();
      return rows.map(snapshotOf);
    });
  }
}

const keyOf = (row: MeasurementRow): string => `${row.kpi}\0${row.scope}\0${row.period}`;

/** In the order in which the tables keep them, so that neighbours are written together. */
const inKeyOrder = <Row extends { readonly period: string; readonly scope: string; readonly kpi: string }>(
  rows: readonly Row[],
): Row[] =>
  rows.toSorted(
    (one, other) =>
      compareCode(one.period, other.period) || compareCode(one.scope, other.scope) || compareCode(one.kpi, other.kpi),
  );

const compareCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const revisionKey = ({ kpi, scope, period }: Pick<SnapshotTable, 'kpi' | 'scope' | 'period'>, revision: number): string =>
  `${kpi}\0${scope}\0${period}\0${revision}`;

const outOfOrder = (fault: string): StoreError =>
  new StoreError('conflict', `${fault}. Nothing was stored.`, 'Read the latest revision again and number the new one after it.');

const isSameValue = (row: SnapshotTable, next: SnapshotTable | undefined): boolean =>
  next !== undefined && row.period === next.period && row.scope === next.scope && row.kpi === next.kpi;

function* chunksOf<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

import { CompiledQuery } from 'kysely';
import type { Engine, Write } from './engine.ts';
import { cellsOf, chunksOf, inKeyOrder } from './value-statements.ts';
import type { RevisionTable } from './snapshots.ts';
import { StoreError, type SnapshotRow } from './store.ts';
import type { SnapshotTable } from './tables.ts';
import { snapshotRow } from './value-rows.ts';

/** Revisions asked for in one statement. */
const REVISIONS_PER_QUERY = 200;

/** Adds revisions, and sees to it that there are no gaps. */
export class Revisions {
  readonly #engine: Engine;
  readonly #inserts = new Map<string, string>();
  readonly #counts = new Map<string, string>();
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * @param run that writes them; where it is not given, each row says by which it was written
   * @throws StoreError `conflict` where a revision is not the latest plus one; then the transaction must not go on
   */
  async append(trx: Write, rows: readonly SnapshotRow[], run?: number): Promise<void> {
    if (rows.length === 0) return;
    const written = inKeyOrder(rows.map((row) => snapshotRow(row, run ?? row.run)));
    await this.#refuseGaps(trx, written);
    for (const table of ['snapshot', 'later_revision'] as const) {
      const own = written.filter((row) => tableOf(row.revision) === table);
      for (const part of chunksOf(own, this.#engine.rowsPerStatement)) {
        const { numAffectedRows } = await trx.executeQuery(this.#insert(trx, table, part));
        if (Number(numAffectedRows ?? 0n) !== part.length) {
          throw outOfOrder(`A revision among ${part.length}, from KPI ${part[0]?.kpi ?? ''} on, exists already`);
        }
      }
    }
  }

  replace(rows: readonly SnapshotRow[]): Promise<void> {
    return this.#engine.write(async (trx) => {
      await trx.deleteFrom('later_revision').execute();
      await trx.deleteFrom('snapshot').execute();
      await this.append(trx, rows);
    });
  }

  /**
   * Every revision above the first needs the one before it, here or in the database. That the revision
   * itself is new is seen when it is written, so together: it is the latest plus one.
   */
  async #refuseGaps(trx: Write, rows: readonly SnapshotTable[]): Promise<void> {
    const given = new Set<string>();
    for (const row of rows) {
      const { kpi, scope, period, revision } = row;
      if (revision < 1) throw outOfOrder(`Revision ${revision} of KPI ${kpi}, ${scope}, ${period}: revisions begin with 1`);
      given.add(revisionKey(row, revision));
    }
    if (given.size < rows.length) throw outOfOrder('One revision was given twice');
    const later = rows.filter((row) => row.revision > 1 && !given.has(revisionKey(row, row.revision - 1)));
    for (const table of ['snapshot', 'later_revision'] as const) {
      const own = later.filter((row) => tableOf(row.revision - 1) === table);
      for (const part of chunksOf(own, REVISIONS_PER_QUERY)) {
        if ((await this.#countBefore(trx, table, part)) === part.length) continue;
        for (const row of part) {
          if ((await this.#countBefore(trx, table, [row])) === 1) continue;
          throw outOfOrder(`Revision ${row.revision} of KPI ${row.kpi}, ${row.scope}, ${row.period} has none before it`);
        }
      }
    }
  }

  /** How many of the revisions before these there are. */
  async #countBefore(trx: Write, table: RevisionTable, rows: readonly SnapshotTable[]): Promise<number> {
    const parameters = rows.flatMap(({ period, scope, kpi, revision }) => [period, scope, kpi, revision - 1]);
    const name = `${table} ${rows.length}`;
    let text = this.#counts.get(name);
    if (text === undefined) {
      text = trx
        .selectFrom(table)
        .select(({ fn }) => fn.countAll().as('found'))
        .where((row) =>
          row(
            row.refTuple('period', 'scope', 'kpi', 'revision'),
            'in',
            rows.map(({ period, scope, kpi, revision }) => row.tuple(period, scope, kpi, revision - 1)),
          ),
        )
        .compile().sql;
      this.#counts.set(name, text);
    }
    const counted = await trx.executeQuery<{ found: number }>(CompiledQuery.raw(text, parameters));
    return counted.rows[0]?.found ?? 0;
  }

  /** Compiled once a size: building a statement of a hundred rows takes longer than running it. */
  #insert(trx: Write, table: RevisionTable, rows: readonly SnapshotTable[]): CompiledQuery {
    const name = `${table} ${rows.length}`;
    let text = this.#inserts.get(name);
    if (text === undefined) {
      text = trx
        .insertInto(table)
        .values(rows)
        .onConflict((conflict) => conflict.columns(['kpi', 'scope', 'period', 'revision']).doNothing())
        .compile().sql;
      this.#inserts.set(name, text);
    }
    return CompiledQuery.raw(text, cellsOf(rows));
  }
}

const tableOf = (revision: number): RevisionTable => (revision === 1 ? 'snapshot' : 'later_revision');

const revisionKey = ({ kpi, scope, period }: Pick<SnapshotTable, 'kpi' | 'scope' | 'period'>, revision: number): string =>
  `${kpi}\0${scope}\0${period}\0${revision}`;

const outOfOrder = (fault: string): StoreError =>
  new StoreError('conflict', `${fault}. Nothing was stored.`, 'Read the latest revision again and number the new one after it.');

import { CompiledQuery } from 'kysely';
import type { Instant } from '../time/period.ts';
import type { Engine, Write } from './engine.ts';
import { chunksOf, inKeyOrder, kpiBeside } from './value-statements.ts';
import type { Place, SnapshotQuery, SnapshotRow } from './store.ts';
import type { SnapshotTable } from './tables.ts';
import { snapshotOf } from './value-rows.ts';

/** Rows in one chunk of a whole reading. */
const ROWS_PER_CHUNK = 10_000;

/** Values asked for in one statement. */
const PLACES_PER_QUERY = 200;

/** First revisions, and all later ones. */
export type RevisionTable = 'snapshot' | 'later_revision';

/** By name, because both tables are read as one. */
const COLUMNS = [
  'kpi',
  'scope',
  'period',
  'grain',
  'first_day',
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
  'revision',
  'run',
  'recorded_at',
  'causes',
  'moved',
  'moved_count',
  'row_sum',
] as const satisfies (keyof SnapshotTable)[];

/** Reads what was settled or published, of which revisions are only ever added. */
export class Snapshots {
  readonly #engine: Engine;
  readonly #lookUps = new Map<string, string>();
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** In the order of their keys. */
  async *all(): AsyncGenerator<SnapshotRow[]> {
    let last: SnapshotTable | undefined;
    for (;;) {
      const after = last;
      const rows = await this.#engine.read((trx) =>
        following(trx, 'snapshot', after)
          .unionAll(following(trx, 'later_revision', after))
          .orderBy('period')
          .orderBy('scope')
          .orderBy('kpi')
          .orderBy('revision')
          .limit(ROWS_PER_CHUNK)
          .execute(),
      );
      if (rows.length > 0) yield rows.map(snapshotOf);
      last = rows.at(-1);
      if (rows.length < ROWS_PER_CHUNK) return;
    }
  }

  latest(query: SnapshotQuery): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      const rows = await matching(trx, 'snapshot', query)
        .unionAll(matching(trx, 'later_revision', query))
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
      for (const part of chunksOf(inKeyOrder(places), PLACES_PER_QUERY)) {
        const latest = new Map<string, SnapshotTable>();
        for (const table of ['snapshot', 'later_revision'] as const) {
          const { rows } = await trx.executeQuery<SnapshotTable>(this.#lookUp(trx, table, kpi, part));
          for (const row of rows) {
            const place = `${row.period}\0${row.scope}`;
            if ((latest.get(place)?.revision ?? 0) < row.revision) latest.set(place, row);
          }
        }
        for (const row of latest.values()) found.push(snapshotOf(row));
      }
      return found;
    });
  }

  /**
   * By the tables' own keys, so that a few values cost a few look-ups however many there are; compiled once a number of
   * places, because that takes longer than finding them.
   */
  #lookUp(trx: Write, table: RevisionTable, kpi: string, places: readonly Place[]): CompiledQuery {
    const name = `${table} ${places.length}`;
    let text = this.#lookUps.get(name);
    if (text === undefined) {
      text = trx
        .selectFrom(table)
        .select(COLUMNS)
        .where((row) =>
          row(
            row.refTuple('period', 'scope', 'kpi'),
            'in',
            places.map(({ scope, period }) => row.tuple(period, scope, kpi)),
          ),
        )
        .compile().sql;
      this.#lookUps.set(name, text);
    }
    return CompiledQuery.raw(
      text,
      places.flatMap(({ scope, period }) => [period, scope, kpi]),
    );
  }

  /** Ascending. */
  revisions(kpi: string, scope: string, period: string): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      const of = (table: RevisionTable) =>
        trx.selectFrom(table).select(COLUMNS).where('kpi', '=', kpi).where('scope', '=', scope).where('period', '=', period);
      const rows = await of('snapshot').unionAll(of('later_revision')).orderBy('revision').execute();
      return rows.map(snapshotOf);
    });
  }

  /** In the order in which they were recorded. */
  restatements(scope: string, after: Instant, until: Instant): Promise<SnapshotRow[]> {
    return this.#engine.read(async (trx) => {
      let select = trx.selectFrom('later_revision').select(COLUMNS).where('scope', '=', scope);
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

function following(trx: Write, table: RevisionTable, after: SnapshotTable | undefined) {
  const select = trx.selectFrom(table).select(COLUMNS);
  if (after === undefined) return select;
  const { period, scope, kpi, revision } = after;
  return select.where((row) =>
    row(row.refTuple('period', 'scope', 'kpi', 'revision'), '>', row.tuple(period, scope, kpi, revision)),
  );
}

function matching(trx: Write, table: RevisionTable, query: SnapshotQuery) {
  const { kpi, scope, grain, fromDay, toDay, knownAt } = query;
  let select = trx.selectFrom(table).select(COLUMNS);
  if (kpi !== undefined) select = select.where(kpiBeside(scope), '=', kpi);
  if (scope !== undefined) select = select.where('scope', '=', scope);
  if (grain !== undefined) select = select.where('grain', '=', grain);
  if (fromDay !== undefined) select = select.where('first_day', '>=', fromDay);
  if (toDay !== undefined) select = select.where('first_day', '<=', toDay);
  if (knownAt !== undefined) select = select.where('recorded_at', '<=', knownAt);
  return select;
}

const isSameValue = (row: SnapshotTable, next: SnapshotTable | undefined): boolean =>
  next !== undefined && row.period === next.period && row.scope === next.scope && row.kpi === next.kpi;

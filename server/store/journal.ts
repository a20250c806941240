import { checkInteger, checkText, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { nextNumber } from './numbers.ts';
import { checkSum, rowSum } from './row-sum.ts';
import { StoreError, type JournalEntry, type JournalKind, type JournalQuery, type JournalWrite } from './store.ts';
import type { Tables } from './tables.ts';
import type { Instant } from '../time/period.ts';

type Row = Tables['journal'];

const sumOf = (row: Omit<Row, 'row_sum'>): number =>
  rowSum([
    row.number,
    row.entry,
    row.revision,
    row.kind,
    row.scope,
    row.kpi,
    row.period,
    row.author,
    row.recorded_at,
    row.is_withdrawn,
    row.body,
  ]);

/** What people wrote: append-only, each entry with all its revisions. */
export class Journal {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws StoreError `conflict` where another revision came in between, `invalid` where the entry does not exist */
  async write(entry: JournalWrite): Promise<JournalEntry> {
    checkEntry(entry);
    return this.#engine.write(async (trx) => {
      const number = await nextNumber(trx, 'journal');
      const revision = entry.entry === null ? 1 : await revisionAfter(trx, entry.entry, entry);
      const firstAt = entry.entry === null ? entry.recordedAt : (await firstOf(trx, entry.entry)).recorded_at;
      const plain = {
        number,
        entry: entry.entry ?? number,
        revision,
        kind: entry.kind,
        scope: entry.scope,
        kpi: entry.kpi,
        period: entry.period,
        author: entry.author,
        recorded_at: entry.recordedAt,
        is_withdrawn: entry.isWithdrawn ? 1 : 0,
        body: entry.body,
      };
      await trx
        .insertInto('journal')
        .values({ ...plain, row_sum: sumOf(plain) })
        .execute();
      return entryOf({ ...plain, row_sum: sumOf(plain) }, firstAt);
    }, true);
  }

  /** The latest revision of each entry that matches, those withdrawn left out, by entry. */
  entries({ kind, scope, kpi, period, knownAt }: JournalQuery): Promise<JournalEntry[]> {
    return this.#engine.read(async (trx) => {
      let query = trx.selectFrom('journal as j').selectAll('j').where('j.kind', '=', kind);
      if (scope !== undefined) query = query.where('j.scope', '=', scope);
      if (knownAt !== undefined) query = query.where('j.recorded_at', '<=', knownAt);
      query = query.where((is) => {
        let later = is
          .selectFrom('journal as l')
          .select('l.number')
          .whereRef('l.entry', '=', 'j.entry')
          .whereRef('l.revision', '>', 'j.revision');
        if (knownAt !== undefined) later = later.where('l.recorded_at', '<=', knownAt);
        return is.not(is.exists(later));
      });
      const rows = await query.orderBy('j.entry').execute();
      const firstAt = rows.some(({ revision }) => revision > 1) ? await firstInstants(trx, kind) : new Map<number, Instant>();
      return rows
        .map((row) => entryOf(row, firstAt.get(row.entry) ?? row.recorded_at))
        .filter(
          (entry) =>
            !entry.isWithdrawn && (kpi === undefined || entry.kpi === kpi) && (period === undefined || entry.period === period),
        );
    });
  }

  /** All revisions of an entry, oldest first; [] where there is none. */
  revisions(entry: number): Promise<JournalEntry[]> {
    return this.#engine.read(async (trx) => {
      const rows = await trx.selectFrom('journal').selectAll().where('entry', '=', entry).orderBy('revision').execute();
      return rows.map((row) => entryOf(row, rows[0]?.recorded_at ?? row.recorded_at));
    });
  }

  /** All revisions of entries of which one was written after this number, and the number of the last. */
  after(kind: JournalKind, after: number): Promise<{ entries: JournalEntry[]; last: number }> {
    return this.#engine.read(async (trx) => {
      const rows = await trx
        .selectFrom('journal as j')
        .selectAll('j')
        .where('j.kind', '=', kind)
        .where((is) =>
          is.exists(
            is.selectFrom('journal as l').select('l.number').whereRef('l.entry', '=', 'j.entry').where('l.number', '>', after),
          ),
        )
        .orderBy('j.entry')
        .orderBy('j.revision')
        .execute();
      const firstAt = new Map(rows.flatMap((row) => (row.revision === 1 ? [[row.entry, row.recorded_at]] : [])));
      return {
        entries: rows.map((row) => entryOf(row, firstAt.get(row.entry) ?? row.recorded_at)),
        last: rows.reduce((last, { number }) => Math.max(last, number), after),
      };
    });
  }

  /** Number of the last write of any kind; 0 where nothing was written. */
  last(): Promise<number> {
    return this.#engine.read(async (trx) => {
      const row = await trx.selectFrom('journal').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row?.number ?? 0;
    });
  }
}

async function revisionAfter(trx: Write, entry: number, { kind, scope, after }: JournalWrite): Promise<number> {
  const last = await trx
    .selectFrom('journal')
    .select(['revision', 'kind', 'scope'])
    .where('entry', '=', entry)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.kind !== kind || last.scope !== scope)
    throw new StoreError('invalid', `There is no ${kind} ${entry} of ${scope}.`, 'Read the list again and take its number.');
  if (last.revision !== after)
    throw new StoreError(
      'conflict',
      `${kind} ${entry} was changed meanwhile: it stands at revision ${last.revision}, not ${after}.`,
      'Read it again, and put your change into what stands there now.',
    );
  return last.revision + 1;
}

/** When entries of a kind were first written, by entry. */
async function firstInstants(trx: Write, kind: JournalKind): Promise<Map<number, Instant>> {
  const rows = await trx.selectFrom('journal').selectAll().where('kind', '=', kind).where('revision', '=', 1).execute();
  return new Map(rows.map((row) => [row.entry, checked(row).recorded_at]));
}

async function firstOf(trx: Write, entry: number): Promise<Row> {
  const row = await trx.selectFrom('journal').selectAll().where('entry', '=', entry).where('revision', '=', 1).executeTakeFirst();
  if (row !== undefined) return checked(row);
  throw new StoreError(
    'corrupt',
    `The first revision of entry ${entry} is missing.`,
    'Stop what uses it and run `quarterdeck restore FILE --replace` with the last good backup.',
  );
}

function checkEntry({ kind, scope, kpi, period, author, recordedAt, body }: JournalWrite): void {
  const where = (part: string): string => `${kind}, ${part}`;
  checkText(scope, LONGEST.valueKey, where('scope'));
  if (kpi !== null) checkText(kpi, LONGEST.valueKey, where('KPI'));
  if (period !== null) checkText(period, LONGEST.valueKey, where('period'));
  checkText(author, LONGEST.name, where('author'));
  checkInteger(recordedAt, where('recordedAt'));
  checkText(body, LONGEST.field, where('text'));
}

function checked(row: Row): Row {
  checkSum(
    row.row_sum,
    () => sumOf(row),
    () => `revision ${row.revision} of ${row.kind} ${row.entry}`,
  );
  return row;
}

function entryOf(row: Row, firstAt: Instant): JournalEntry {
  checked(row);
  return {
    entry: row.entry,
    revision: row.revision,
    kind: row.kind,
    scope: row.scope,
    kpi: row.kpi,
    period: row.period,
    author: row.author,
    recordedAt: row.recorded_at,
    firstAt,
    isWithdrawn: row.is_withdrawn === 1,
    body: row.body,
  };
}

import { crc32 } from 'node:zlib';
import { sql } from 'kysely';
import type { Kind } from '../event/kinds.ts';
import { isSegment } from '../event/segment-read.ts';
import { checkInteger, checkText, LONGEST } from './door.ts';
import type { Engine, Write } from './engine.ts';
import { refuseStale } from './jobs.ts';
import { rowSum } from './row-sum.ts';
import { StoreError, type Lease, type Segment, type SegmentChanges, type SegmentKey } from './store.ts';
import type { Tables } from './tables.ts';

/** Bytes of one statement are some 5 MB where segments are of a usual size. */
const SEGMENTS_PER_STATEMENT = 50;
/** Rows of segments that are read in one go (some 10 MB); one segment may have more. */
const ROWS_PER_PAGE = 100_000;
const STATE = 'segments';

const FIX = 'They are made anew from the event log; nothing that was told is lost.';
const unusable = (what: string): StoreError =>
  new StoreError('unusable-cache', `The stored columns cannot be used: ${what}.`, FIX);

type State = Omit<Tables['column_state'], 'name' | 'row_sum'>;
type Listed = Pick<Tables['column_segment'], 'kind' | 'cluster' | 'month' | 'rows' | 'row_sum'>;

const stateSum = ({ maker, through, segments, row_sums }: State): number => rowSum([maker, through, segments, row_sums]);
const segmentSum = ({ kind, cluster, month, rows }: Omit<Segment, 'data'>, data: Uint8Array): number =>
  crc32(data, rowSum([kind, cluster, month, rows]));

/**
 * Segments of columns (event/segment.ts): a cache of what the log tells up to a batch. It is whole or it
 * is refused, row by row and in number, because a segment that were missing would be a wrong number.
 */
export class Segments {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  through(maker: string): Promise<number> {
    return this.#engine.read(async (trx) => {
      const state = await stateIn(trx);
      return state?.maker === maker ? state.through : 0;
    });
  }

  async rows(): Promise<ReadonlyMap<Kind, number>> {
    const listed = await this.#engine.read(listIn);
    const rows = new Map<Kind, number>();
    for (const { kind, rows: own } of listed) rows.set(kind, (rows.get(kind) ?? 0) + own);
    return rows;
  }

  async *all(kind: Kind | undefined): AsyncGenerator<Segment> {
    const { state, listed } = await this.#engine.read(async (trx) => ({ state: await stateIn(trx), listed: await listIn(trx) }));
    if (state === null || state.through === 0) return;
    const sums = listed.reduce((sum, { row_sum }) => sum + row_sum, 0);
    if (listed.length !== state.segments || sums !== state.row_sums) throw unusable('some of them are missing');
    for (const page of pagesOf(listed.filter((each) => kind === undefined || each.kind === kind))) {
      const rows = await this.#engine.read(async (trx) => {
        const now = await stateIn(trx);
        if (now === null || stateSum(now) !== stateSum(state)) {
          throw new StoreError('conflict', 'The stored columns were changed while they were read.', 'Read them again.');
        }
        return readPage(trx, page);
      });
      if (rows.length !== page.length) throw unusable('some of them are missing');
      for (const row of rows) yield checked(row);
    }
  }

  async save({ maker, after, through, put, drop }: SegmentChanges, lease: Lease | undefined): Promise<void> {
    checkText(maker, LONGEST.name, 'columns, maker');
    checkInteger(through, 'columns, through');
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      const state = await stateIn(trx);
      if ((state?.through ?? 0) !== after || (state !== null && state.maker !== maker)) {
        throw new StoreError(
          'conflict',
          `The stored columns are of batch ${state?.through ?? 0}, not ${after}, or another version made them.`,
          'Read them again, or clear them.',
        );
      }
      for (const { kind, cluster, month } of drop) {
        await trx
          .deleteFrom('column_segment')
          .where('kind', '=', kind)
          .where('cluster', '=', cluster)
          .where('month', '=', month)
          .execute();
      }
      for (let at = 0; at < put.length; at += SEGMENTS_PER_STATEMENT)
        await insert(trx, put.slice(at, at + SEGMENTS_PER_STATEMENT));
      const { rows } = await sql<{ segments: number; sums: number }>`
        select count(*) as "segments", cast(coalesce(sum(row_sum), 0) as bigint) as "sums" from column_segment`.execute(trx);
      const next = { maker, through, segments: rows[0]?.segments ?? 0, row_sums: rows[0]?.sums ?? 0 };
      const columns = { ...next, row_sum: stateSum(next) };
      await trx
        .insertInto('column_state')
        .values({ name: STATE, ...columns })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
        .execute();
    });
    // Where all of them are stored for the first time, what was written is most of the memory, and in memory already.
    if (after === 0) this.#engine.giveBack();
  }

  async clear(lease: Lease | undefined): Promise<void> {
    await this.#engine.write(async (trx) => {
      await refuseStale(trx, lease);
      await trx.deleteFrom('column_segment').execute();
      await trx.deleteFrom('column_state').execute();
    });
  }
}

async function stateIn(trx: Write): Promise<State | null> {
  const row = await trx.selectFrom('column_state').selectAll().where('name', '=', STATE).executeTakeFirst();
  if (row === undefined) return null;
  if (row.row_sum !== stateSum(row)) throw unusable('what is known of them is not what was stored');
  return row;
}

const listIn = (trx: Write): Promise<Listed[]> =>
  trx
    .selectFrom('column_segment')
    .select(['kind', 'cluster', 'month', 'rows', 'row_sum'])
    .orderBy('kind')
    .orderBy('cluster')
    .orderBy('month')
    .execute();

/** Neighbours in the order of the key, as many as are read at once. */
function* pagesOf(listed: readonly Listed[]): Generator<readonly Listed[]> {
  let page: Listed[] = [];
  let rows = 0;
  for (const each of listed) {
    if (page.length > 0 && rows + each.rows > ROWS_PER_PAGE) {
      yield page;
      page = [];
      rows = 0;
    }
    page.push(each);
    rows += each.rows;
  }
  if (page.length > 0) yield page;
}

async function readPage(trx: Write, page: readonly Listed[]): Promise<Tables['column_segment'][]> {
  const [first] = page;
  const last = page.at(-1);
  if (first === undefined || last === undefined) return [];
  const { rows } = await sql<Tables['column_segment']>`
    select kind, cluster, month, "rows", row_sum, data from column_segment
    where (kind, cluster, month) >= (${first.kind}, ${first.cluster}, ${first.month})
      and (kind, cluster, month) <= (${last.kind}, ${last.cluster}, ${last.month})
    order by kind, cluster, month`.execute(trx);
  return rows;
}

function checked({ kind, cluster, month, rows, row_sum, data }: Tables['column_segment']): Segment {
  if (row_sum !== segmentSum({ kind, cluster, month, rows }, data)) {
    throw unusable(`${kind}s of ${cluster === '' ? 'nobody' : cluster} are not what was stored`);
  }
  if (!isSegment(data)) throw unusable('another version of Quarterdeck wrote them');
  return { kind, cluster, month, rows, data };
}

async function insert(trx: Write, put: readonly Segment[]): Promise<void> {
  const values = put.map((segment) => {
    const { kind, cluster, month, rows } = segment;
    checkKey(segment);
    checkInteger(rows, `columns of ${kind}s, rows`);
    const data = Buffer.from(segment.data.buffer, segment.data.byteOffset, segment.data.byteLength);
    return { kind, cluster, month, rows, row_sum: segmentSum(segment, data), data };
  });
  await trx
    .insertInto('column_segment')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['kind', 'cluster', 'month']).doUpdateSet((row) => ({
        rows: row.ref('excluded.rows'),
        row_sum: row.ref('excluded.row_sum'),
        data: row.ref('excluded.data'),
      })),
    )
    .execute();
}

function checkKey({ kind, cluster, month }: SegmentKey): void {
  checkText(cluster, LONGEST.valueKey, `columns of ${kind}s, cluster`);
  checkInteger(month, `columns of ${kind}s, month`);
}

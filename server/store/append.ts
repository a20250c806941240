import type { Event } from '../event/event.ts';
import { checkEvent, fieldsText } from './door.ts';
import type { Write } from './engine.ts';
import { rowSum } from './row-sum.ts';
import { freshWords } from './slots.ts';
import type { EventTable, NewRow } from './tables.ts';

/**
 * The events as rows, ascending by (item, key), each fact once. The order of the rows is that of the
 * table, which makes writing them several times faster than in the order of arrival.
 * @throws StoreError `invalid`
 */
export function eventRows(events: readonly Event[]): NewRow[] {
  const rows = events.map((event): NewRow => ({
    item: checkEvent(event),
    key: event.key,
    kind: event.kind,
    effective_at: event.effectiveAt,
    sequence: event.sequence,
    origin: event.origin,
    state: event.state,
    fields: fieldsText(event),
    supersedes: event.supersedes,
    slot: event.slot,
  }));
  rows.sort((one, other) => compare(one.item, other.item) || compare(one.key, other.key));
  return rows.filter((row, at) => row.key !== rows[at - 1]?.key || row.item !== rows[at - 1]?.item);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Checksum of an event's row. */
export const eventSum = (row: NewRow, batch: number): number =>
  rowSum([
    row.item,
    row.key,
    batch,
    row.kind,
    row.effective_at,
    row.sequence,
    row.origin,
    row.state,
    row.fields,
    row.supersedes,
    row.slot,
  ]);

const SHAPE: EventTable = {
  item: '',
  key: '',
  batch: 0,
  kind: 'incident',
  effective_at: 0,
  sequence: 0,
  origin: 'native',
  state: 'opened',
  fields: '',
  supersedes: '',
  slot: '',
  row_sum: 0,
};

const compileInsert = (trx: Write, rows: number) =>
  trx
    .insertInto('event')
    .values(Array.from({ length: rows }, () => SHAPE))
    .onConflict((conflict) => conflict.columns(['item', 'key']).doNothing())
    .compile();

/** Writes events with statements of many rows, each compiled once: Kysely takes longer to compile one than SQLite to run it. */
export class EventWriter {
  readonly #rowsPerStatement: number;
  readonly #compiled = new Map<number, ReturnType<typeof compileInsert>>();

  constructor(rowsPerStatement: number) {
    this.#rowsPerStatement = rowsPerStatement;
  }

  /** Writes those that are not known yet and returns how many that were. */
  async insert(trx: Write, batch: number, rows: readonly NewRow[]): Promise<number> {
    const fresh = await freshWords(trx, rows);
    let inserted = 0;
    for (let at = 0; at < fresh.length; at += this.#rowsPerStatement) {
      const part = fresh.slice(at, at + this.#rowsPerStatement);
      const parameters: unknown[] = [];
      for (const row of part) {
        parameters.push(row.item, row.key, batch, row.kind, row.effective_at, row.sequence, row.origin);
        parameters.push(row.state, row.fields, row.supersedes, row.slot, eventSum(row, batch));
      }
      const { numAffectedRows } = await trx.executeQuery({ ...this.#statement(trx, part.length), parameters });
      inserted += Number(numAffectedRows ?? 0n);
    }
    return inserted;
  }

  #statement(trx: Write, rows: number): ReturnType<typeof compileInsert> {
    let query = this.#compiled.get(rows);
    if (query === undefined) {
      query = compileInsert(trx, rows);
      this.#compiled.set(rows, query);
    }
    return query;
  }
}

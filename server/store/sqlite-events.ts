import { setImmediate } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import type { EventBlock } from '../event/event-block.ts';
import type { FreshRows, Word } from './engine.ts';
import { eventSums } from './event-sums.ts';

/** Rows of one statement; what is left over goes in tens and one by one, so that few statements are compiled. */
const SIZES = [100, 10, 1] as const;
/** Rows between two looks at what else the process has to do: some 15 ms. */
const ROWS_AT_A_TIME = 5_000;
const ITEMS_AT_A_TIME = 1_000;

const COLUMNS = 'item, key, batch, kind, effective_at, sequence, origin, state, fields, supersedes, slot, row_sum';
/** Every row of the statement is of one kind, origin and sequence and supersedes nothing, as nearly all are: bound once. */
const ALIKE = '(?, ?, @batch, @kind, ?, @sequence, @origin, ?, ?, null, ?, ?)';
const DIFFERENT = '(?, ?, @batch, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

/** A word as its columns, with the uid in front. */
type WordRow = [
  uid: string,
  key: string,
  batch: number,
  effectiveAt: number,
  sequence: number,
  state: Word['state'],
  fields: string,
  supersedes: string | null,
  slot: string | null,
];

/**
 * The two statements of an import, past Kysely: there it costs more to go through the layers than SQLite
 * takes for the row. They run inside the transaction that the connection is in.
 */
export class SqliteEvents {
  readonly #connection: Sqlite.Database;
  readonly #inserts = new Map<string, Sqlite.Statement<unknown[]>>();
  #words: Sqlite.Statement<[string], WordRow> | null = null;

  constructor(connection: Sqlite.Database) {
    this.#connection = connection;
  }

  async insert(fresh: FreshRows): Promise<number> {
    const { block, rows, keyOf, batch, isOfNewItems } = fresh;
    const { texts, kinds, item, kind, effectiveAt, sequence, origin, state, fields, supersedes, slot } = block;
    // Pages that a first import filled are not read again; kept, they would be most of its memory.
    if (isOfNewItems && rows.length >= ROWS_AT_A_TIME) this.#connection.pragma('shrink_memory');
    const sums = eventSums(fresh);
    const textOf = (at: number | undefined): string | null => texts[at ?? -1] ?? null;
    let inserted = 0;
    let rested = 0;
    for (let from = 0; from < rows.length;) {
      const size = SIZES.find((most) => from + most <= rows.length) ?? 1;
      const first = rows[from] ?? 0;
      const isAlike = areAlike(block, rows, from, from + size);
      const values: (string | number | null | undefined)[] = [];
      for (let place = from; place < from + size; place += 1) {
        const row = rows[place] ?? 0;
        values.push(textOf(item[row]), keyOf(place));
        if (isAlike) values.push(effectiveAt[row], textOf(state[row]), textOf(fields[row]));
        else {
          values.push(kinds[kind[row] ?? 0], effectiveAt[row], sequence[row], textOf(origin[row]), textOf(state[row]));
          values.push(textOf(fields[row]), textOf(supersedes[row]));
        }
        values.push(textOf(slot[row]), sums[place]);
      }
      const shared = isAlike
        ? { batch, kind: kinds[kind[first] ?? 0], sequence: sequence[first], origin: textOf(origin[first]) }
        : { batch };
      inserted += this.#insert(size, isAlike).run(values, shared).changes;
      from += size;
      if (from - rested < ROWS_AT_A_TIME) continue;
      rested = from;
      await setImmediate();
    }
    return inserted;
  }

  async wordsOf(uids: readonly string[]): Promise<Map<string, Word[]>> {
    // The items as one value, in the order of the table: compiled once, whatever their number.
    this.#words ??= this.#connection
      .prepare<[string], WordRow>(
        `select event.item, event.key, batch, effective_at, sequence, state, fields, supersedes, slot
         from json_each(?) as wanted cross join event on event.item = wanted.value`,
      )
      .raw();
    const known = new Map<string, Word[]>();
    for (let from = 0; from < uids.length; from += ITEMS_AT_A_TIME) {
      if (from > 0) await setImmediate();
      let uid: string | null = null;
      let words: Word[] = [];
      for (const row of this.#words.all(JSON.stringify(uids.slice(from, from + ITEMS_AT_A_TIME)))) {
        if (row[0] !== uid) {
          uid = row[0];
          words = [];
          known.set(uid, words);
        }
        const [, key, batch, effective_at, sequence, state, fields, supersedes, slot] = row;
        words.push({ key, batch, effective_at, sequence, state, fields, supersedes, slot });
      }
    }
    return known;
  }

  #insert(rows: number, isAlike: boolean): Sqlite.Statement<unknown[]> {
    const name = `${rows} ${isAlike}`;
    let statement = this.#inserts.get(name);
    if (statement === undefined) {
      const tuples = Array.from({ length: rows }, () => (isAlike ? ALIKE : DIFFERENT)).join(', ');
      statement = this.#connection.prepare<unknown[]>(
        `insert into event (${COLUMNS}) values ${tuples} on conflict (item, key) do nothing`,
      );
      this.#inserts.set(name, statement);
    }
    return statement;
  }
}

function areAlike({ kind, origin, sequence, supersedes }: EventBlock, rows: Int32Array, from: number, end: number): boolean {
  const first = rows[from] ?? 0;
  for (let place = from; place < end; place += 1) {
    const row = rows[place] ?? 0;
    const isAlike = kind[row] === kind[first] && origin[row] === origin[first] && sequence[row] === sequence[first];
    if (!isAlike || supersedes[row] !== -1) return false;
  }
  return true;
}

import fc from 'fast-check';
import { NEVER, type ItemColumns, type ListColumn } from '../../../server/event/columns.ts';

/** What columns say of one row; what is not set is missing. */
export interface PlainRow {
  readonly uid: string;
  readonly instants: Readonly<Record<string, number>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, string>>;
  readonly stretches: readonly {
    readonly from: number;
    readonly to: number;
    readonly state: number;
    readonly severity: number;
    readonly team: string | null;
    readonly service: string | null;
  }[];
  readonly isSnapshot: boolean;
  /** By list and column, the entries of this row; lists without any are missing. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

export function plainRow(columns: ItemColumns, row: number): PlainRow {
  const record = <C, V>(named: Readonly<Record<string, C>>, read: (column: C) => V | undefined): Record<string, V> =>
    Object.fromEntries(
      Object.entries(named).flatMap(([name, column]) => {
        const value = read(column);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  const [from = 0, to = 0] = columns.stretchStart.subarray(row, row + 2);
  return {
    uid: columns.uids.at(row) ?? '',
    instants: record(columns.instants, (cells) => (cells[row] === NEVER ? undefined : cells[row])),
    numbers: record(columns.numbers, (cells) => (Number.isNaN(cells[row]) ? undefined : cells[row])),
    codes: record(columns.codes, ({ dictionary, codes }) => dictionary[codes[row] ?? -1]),
    stretches: Array.from({ length: to - from }, (_, index) => ({
      from: columns.stretchFrom[from + index] ?? 0,
      to: columns.stretchTo[from + index] ?? 0,
      state: columns.stretchState[from + index] ?? 0,
      severity: columns.stretchSeverity[from + index] ?? 0,
      team: columns.stretchTeam.dictionary[columns.stretchTeam.codes[from + index] ?? -1] ?? null,
      service: columns.stretchService.dictionary[columns.stretchService.codes[from + index] ?? -1] ?? null,
    })),
    isSnapshot: columns.isSnapshot[row] === 1,
    lists: record(columns.lists, ({ start, columns: entries }) => {
      const [first = 0, end = 0] = start.subarray(row, row + 2);
      return first === end ? undefined : record(entries, (cells) => [...cells.subarray(first, end)]);
    }),
  };
}

/** Rows that stand, ascending by uid. */
export const plainRows = (columns: ItemColumns): PlainRow[] =>
  Array.from({ length: columns.length }, (_, row) => row)
    .filter((row) => columns.dead?.[row] !== 1)
    .map((row) => plainRow(columns, row))
    .map((row) => ({ row, key: `${row.uid} ${JSON.stringify(row.stretches)}` }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ row }) => row);

/** Rows as columns whose dictionaries stand as they come. */
export function columnsFrom(rows: readonly PlainRow[]): ItemColumns {
  const names = (read: (row: PlainRow) => object): string[] => [...new Set(rows.flatMap((row) => Object.keys(read(row))))];
  const coded = (texts: readonly (string | null | undefined)[]) => {
    const dictionary = [...new Set(texts.filter((text) => text !== null && text !== undefined))];
    return { dictionary, codes: Int32Array.from(texts, (text) => dictionary.indexOf(text ?? '')) };
  };
  const stretches = rows.flatMap((row) => row.stretches);
  const starts = [0];
  for (const row of rows) starts.push((starts.at(-1) ?? 0) + row.stretches.length);
  const record = <C>(all: readonly string[], make: (name: string) => C): Record<string, C> =>
    Object.fromEntries(all.map((name) => [name, make(name)]));
  return {
    kind: 'ticket',
    length: rows.length,
    dead: null,
    parts: null,
    uids: rows.map(({ uid }) => uid),
    hashes: null,
    instants: record(
      names((row) => row.instants),
      (name) => Int32Array.from(rows, (row) => row.instants[name] ?? NEVER),
    ),
    numbers: record(
      names((row) => row.numbers),
      (name) => Float64Array.from(rows, (row) => row.numbers[name] ?? NaN),
    ),
    codes: record(
      names((row) => row.codes),
      (name) => coded(rows.map((row) => row.codes[name])),
    ),
    lists: record(
      names((row) => row.lists),
      (name) => listFrom(rows.map((row) => row.lists[name] ?? {})),
    ),
    stretchStart: Int32Array.from(starts),
    stretchFrom: Int32Array.from(stretches, ({ from }) => from),
    stretchTo: Int32Array.from(stretches, ({ to }) => to),
    stretchState: Int8Array.from(stretches, ({ state }) => state),
    stretchTeam: coded(stretches.map(({ team }) => team)),
    stretchService: coded(stretches.map(({ service }) => service)),
    stretchSeverity: Int8Array.from(stretches, ({ severity }) => severity),
    isSnapshot: Uint8Array.from(rows, ({ isSnapshot }) => Number(isSnapshot)),
  };
}

function listFrom(rows: readonly Readonly<Record<string, readonly number[]>>[]): ListColumn {
  const start = [0];
  for (const row of rows) start.push((start.at(-1) ?? 0) + (row['closed'] ?? row['committed'] ?? []).length);
  const entries = (column: string): number[] => rows.flatMap((row) => row[column] ?? []);
  const isOfCommits = rows.some((row) => row['committed'] !== undefined);
  return {
    start: Int32Array.from(start),
    columns: isOfCommits
      ? { committed: Float64Array.from(entries('committed')) }
      : { closed: Int32Array.from(entries('closed')), reopened: Int32Array.from(entries('reopened')) },
  };
}

const name = fc.constantFrom('opened', 'due', 'a', 'ü', '__proto__x');
const text = fc.oneof(
  fc.constantFrom('payments', 'search', 'ä', '\ufeff', '😀', '\u{e000}', 'x'.repeat(300)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
);
const second = fc.oneof(fc.integer({ min: NEVER + 1, max: 2147483647 }), fc.integer({ min: 0, max: 9 }), fc.constant(NEVER));
const number = fc.oneof(
  fc.constantFrom(0, 1, -0, 127, 128, -127, -128, 32_767, 32_768, -32_768, 2147483647, NEVER, 2 ** 40, Infinity, -Infinity, 0.1),
  fc.integer({ min: 0, max: 5 }),
);

const stretch = fc.record({
  from: second,
  to: second,
  state: fc.integer({ min: -1, max: 8 }),
  severity: fc.integer({ min: 0, max: 5 }),
  team: fc.option(text, { freq: 3 }),
  service: fc.option(text, { freq: 1 }),
});

const few = <V>(value: fc.Arbitrary<V>): fc.Arbitrary<Record<string, V>> => fc.dictionary(name, value, { maxKeys: 3 });

/** Rows that hold anything that columns can. */
export const anyRows: fc.Arbitrary<PlainRow[]> = fc.uniqueArray(
  fc.record({
    uid: fc.tuple(fc.constantFrom('desk:ticket:', 'desk:ticket:😀', 'other:ticket:'), text).map((parts) => parts.join('')),
    instants: few(second.filter((at) => at !== NEVER)),
    numbers: fc.oneof(few(number), few(fc.integer({ min: -5, max: 300 }))),
    codes: few(text),
    stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }),
    isSnapshot: fc.boolean(),
    lists: fc.oneof(
      fc.constant({}),
      fc
        .array(fc.tuple(second, second), { minLength: 1, maxLength: 3 })
        .map((pairs) => ({ closings: { closed: pairs.map(([at]) => at), reopened: pairs.map(([, at]) => at) } })),
      fc
        .array(fc.integer({ min: 0, max: 2 ** 42 }), { minLength: 1, maxLength: 3 })
        .map((committed) => ({ commits: { committed } })),
    ),
  }),
  { maxLength: 12, selector: ({ uid }) => uid },
);

import { MIXED, NEVER, type Codes, type ItemColumns, type ListColumn } from './columns.ts';
import { GrowingDictionary, GrowingTexts } from './growing-texts.ts';
import { KINDS, type Kind } from './kinds.ts';
import { PackedTexts } from './packed-texts.ts';
import { PackedCodes } from './segment-read.ts';
import type { SharedCodes, SharedStretchCodes, SharedTable } from './shared-table.ts';
import { Several, Sheet, type Given, type Memory, type SheetCells } from './sheet.ts';
import { hashesOf } from './uid-hash.ts';

/** What the cells of a table are, without which of its rows lie together. */
type SharedCells = Omit<SharedTable, 'table' | 'version' | 'placed' | 'young'>;

/** Bytes of a uid that there is room for from the beginning: `servicenow:incident:INC0012345` is 30. */
const UID_BYTES = 48;

/** The cells of a table of items, with dictionaries of their own. */
export class TableCells {
  readonly #kind: Kind;
  #memory: Memory;
  readonly #rows: Sheet;
  readonly #uids: GrowingTexts;
  readonly #stretches: Several;
  readonly #lists = new Map<string, Several>();
  readonly #dictionaries = new Map<string, GrowingDictionary>();
  readonly #sources = new Set<string>();
  #deadCount = 0;

  /** @param memory what all but dictionaries lies in until it is first regrouped; from then on it is shared */
  constructor(kind: Kind, memory: Memory) {
    this.#kind = kind;
    this.#memory = memory;
    this.#rows = new Sheet(memory);
    this.#uids = new GrowingTexts(memory);
    this.#stretches = new Several(memory);
  }

  get length(): number {
    return this.#rows.length;
  }

  get deadCount(): number {
    return this.#deadCount;
  }

  reserve(rows: number, stretches: number): void {
    this.#rows.reserve(rows);
    this.#stretches.reserve(rows, stretches);
    this.#uids.reserve(rows, UID_BYTES * rows);
  }

  /** @param rows that stand */
  markDead(rows: readonly number[]): void {
    this.#rows.mark('dead', rows);
    this.#deadCount += rows.length;
  }

  /** Keeps these rows alone, which stand, in this order. */
  regroup(order: Int32Array): void {
    this.#rows.drop('dead');
    this.#deadCount = 0;
    this.#memory = 'shared';
    this.#rows.regroup(order);
    this.#uids.regroup(order);
    this.#stretches.regroup(order);
    for (const list of this.#lists.values()) list.regroup(order);
  }

  /** Copies all rows of these columns to the end; where they begin there. */
  append(columns: ItemColumns): number {
    const start = this.length;
    const { length } = columns;
    const hashes = hashesOf(columns);
    const teams = this.#recoded('team', columns.stretchTeam);
    const services = this.#recoded('service', columns.stretchService);
    const given = new Map<string, Given>([
      ['high', { cells: hashes.high, unset: NaN }],
      ['low', { cells: hashes.low, unset: NaN }],
      ['snapshot', { cells: columns.isSnapshot, unset: 0 }],
    ]);
    // What has no states has one stretch a row.
    if (KINDS[this.#kind].hasStates) {
      given.set('only team', { cells: onlyCodes(columns, teams), unset: MIXED });
      given.set('only service', { cells: onlyCodes(columns, services), unset: MIXED });
    }
    for (const [name, cells] of Object.entries(columns.instants)) given.set(`instant ${name}`, { cells, unset: NEVER });
    for (const [name, cells] of Object.entries(columns.numbers)) given.set(`number ${name}`, { cells, unset: NaN });
    for (const [name, codes] of Object.entries(columns.codes))
      given.set(`code ${name}`, { cells: this.#recoded(`item ${name}`, codes), unset: -1 });
    this.#rows.append(length, given);
    this.#uids.append(columns.uids);
    this.#noteSources(columns);
    this.#stretches.append(
      columns.stretchStart,
      new Map([
        ['from', { cells: columns.stretchFrom, unset: NaN }],
        ['to', { cells: columns.stretchTo, unset: NaN }],
        ['state', { cells: columns.stretchState, unset: NaN }],
        ['severity', { cells: columns.stretchSeverity, unset: NaN }],
        ['team', { cells: teams, unset: NaN }],
        ['service', { cells: services, unset: NaN }],
      ]),
    );
    this.#copyLists(start, columns);
    return start;
  }

  #copyLists(start: number, { length, lists }: ItemColumns): void {
    for (const name of Object.keys(lists)) {
      if (this.#lists.has(name)) continue;
      const fresh = new Several(this.#memory);
      fresh.append(new Int32Array(start + 1), new Map());
      this.#lists.set(name, fresh);
    }
    for (const [name, own] of this.#lists) {
      const list = lists[name];
      const cells = Object.entries(list?.columns ?? {}).map(([column, each]) => [column, { cells: each, unset: NaN }] as const);
      own.append(list?.start ?? new Int32Array(length + 1), new Map(cells));
    }
  }

  /** Codes of this table for those of other columns. */
  #recoded(name: string, column: Codes): Int32Array {
    const codes = this.#codesFor(name, column);
    if (codes.every((code, index) => code === index)) return column.codes;
    const recoded = new Int32Array(column.codes.length);
    for (let row = 0; row < recoded.length; row += 1) recoded[row] = codes[column.codes[row] ?? -1] ?? -1;
    return recoded;
  }

  #codesFor(name: string, column: Codes): Int32Array {
    let dictionary = this.#dictionaries.get(name);
    if (dictionary === undefined) this.#dictionaries.set(name, (dictionary = new GrowingDictionary()));
    return dictionary.codesOf(column instanceof PackedCodes ? column.texts : column.dictionary);
  }

  /** Some codes of other columns as codes here, ascending. */
  codesIn(name: string, column: Codes, used: Int32Array): Int32Array {
    const codes = this.#codesFor(name, column);
    return used.map((code) => (code < 0 ? -1 : (codes[code] ?? -1))).sort();
  }

  #noteSources({ uids, length }: ItemColumns): void {
    if (uids instanceof PackedTexts && uids.prefix.includes(':')) {
      this.#sources.add(uids.prefix.slice(0, uids.prefix.indexOf(':')));
      return;
    }
    for (let row = 0; row < length; row += 1) {
      const uid = uids.at(row) ?? '';
      this.#sources.add(uid.slice(0, Math.max(0, uid.indexOf(':'))));
    }
  }

  share(): SharedCells {
    const rows = this.#rows;
    const { entries } = this.#stretches;
    const none = new Int32Array(0);
    const named = (prefix: string): string[] =>
      [...rows.names].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    const coded = (name: string, codes: Int32Array): SharedCodes => ({
      codes,
      texts: (this.#dictionaries.get(name) ?? NO_DICTIONARY).texts.shared,
    });
    const stretched = (name: string): SharedStretchCodes => ({
      ...coded(name, entries.int32(name) ?? none),
      ofRow: rows.int32(`only ${name}`),
    });
    return {
      kind: this.#kind,
      length: this.length,
      dead: this.#deadCount === 0 ? null : rows.uint8('dead'),
      uids: this.#uids.shared,
      sources: [...this.#sources].sort(),
      hashes: { high: rows.int32('high') ?? none, low: rows.int32('low') ?? none },
      instants: record(named('instant '), (name) => rows.int32(`instant ${name}`) ?? none),
      numbers: record(named('number '), (name) => rows.float64(`number ${name}`) ?? new Float64Array(0)),
      codes: record(named('code '), (name) => coded(`item ${name}`, rows.int32(`code ${name}`) ?? none)),
      lists: record([...this.#lists.keys()], (name) => listFrom(this.#lists.get(name) ?? new Several())),
      stretchStart: this.#stretches.start,
      stretchFrom: entries.int32('from') ?? none,
      stretchTo: entries.int32('to') ?? none,
      stretchState: entries.int8('state') ?? new Int8Array(0),
      stretchSeverity: entries.int8('severity') ?? new Int8Array(0),
      stretchTeam: stretched('team'),
      stretchService: stretched('service'),
      isSnapshot: rows.uint8('snapshot') ?? new Uint8Array(this.length),
    };
  }
}

/** By row: what all its stretches have, or MIXED. `codes`: by stretch. */
function onlyCodes({ length, stretchStart }: ItemColumns, codes: Int32Array): Int32Array {
  const only = new Int32Array(length);
  for (let row = 0; row < length; row += 1) {
    let stretch = stretchStart[row] ?? 0;
    const end = stretchStart[row + 1] ?? stretch;
    const code = stretch < end ? (codes[stretch] ?? MIXED) : MIXED;
    while (stretch < end && codes[stretch] === code) stretch += 1;
    only[row] = stretch < end ? MIXED : code;
  }
  return only;
}

const NO_DICTIONARY = new GrowingDictionary();

const record = <C>(names: readonly string[], make: (name: string) => C): Record<string, C> =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

function listFrom({ start, entries }: Several): ListColumn {
  const columns: [string, Int32Array | Float64Array][] = [];
  for (const name of entries.names) {
    const cells: SheetCells | null = entries.cells(name);
    if (cells instanceof Int32Array || cells instanceof Float64Array) columns.push([name, cells]);
  }
  return { start, columns: Object.fromEntries(columns) };
}

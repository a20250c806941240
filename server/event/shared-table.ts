import type { Codes, ItemColumns, ListColumn, Part, StretchCodes, Uids } from './columns.ts';
import { compareTextsAt, keysAt, textAt, textsAt, type SharedTexts } from './growing-texts.ts';
import type { Kind } from './kinds.ts';

/**
 * A table as another thread can be handed it: everything lies in shared memory, nothing is copied. It
 * may be read until the table changes, and then only through what it hands out anew.
 */
export interface SharedTable extends Omit<ItemColumns, 'uids' | 'codes' | 'parts' | 'stretchTeam' | 'stretchService' | 'hashes'> {
  readonly kind: Kind;
  /** Tells tables of one process apart, and what was changed in one. */
  readonly table: number;
  readonly version: number;
  readonly uids: SharedTexts;
  readonly sources: readonly string[];
  readonly hashes: { readonly high: Int32Array; readonly low: Int32Array };
  readonly codes: Readonly<Record<string, SharedCodes>>;
  readonly stretchTeam: SharedStretchCodes;
  readonly stretchService: SharedStretchCodes;
  readonly placed: SharedParts;
  /** Rows appended since they were last put in their places. */
  readonly young: Part | null;
}

export interface SharedCodes {
  readonly codes: Int32Array;
  readonly texts: SharedTexts;
}

export interface SharedStretchCodes extends SharedCodes {
  readonly ofRow: Int32Array | null;
}

/** Many parts in few arrays, because each array that is handed over takes its time. */
export interface SharedParts {
  readonly version: number;
  /** Start and end of each. */
  readonly rows: Int32Array;
  /** From and until of each. */
  readonly spans: Float64Array;
  readonly teams: ListColumn;
  readonly services: ListColumn;
}

/** Reads a table that was handed over as columns: the same object while it is the same version. */
export class TableReader {
  #columns: ItemColumns | null = null;
  #table = -1;
  #version = -1;
  #partsVersion = -1;
  #placed: readonly Part[] = [];
  readonly #dictionaries = new Map<string, readonly string[]>();

  columns(shared: SharedTable): ItemColumns {
    if (shared.table !== this.#table) {
      this.#dictionaries.clear();
      this.#partsVersion = -1;
      this.#columns = null;
    }
    if (this.#columns === null || shared.version !== this.#version) this.#columns = this.#read(shared);
    this.#table = shared.table;
    this.#version = shared.version;
    return this.#columns;
  }

  /** Lets go of the memory that was handed over last. */
  forget(): void {
    this.#columns = null;
  }

  #read(shared: SharedTable): ItemColumns {
    if (shared.placed.version !== this.#partsVersion) this.#placed = partsOf(shared.placed);
    this.#partsVersion = shared.placed.version;
    const codes = Object.entries(shared.codes).map(([name, each]) => [name, this.#codes(`item ${name}`, each)] as const);
    const { kind, length, dead, hashes, instants, numbers, lists, isSnapshot, young } = shared;
    return {
      kind,
      length,
      dead,
      parts: young === null ? this.#placed : [...this.#placed, young],
      uids: new SharedUids(shared.uids, length, shared.sources),
      hashes,
      instants,
      codes: Object.fromEntries(codes),
      numbers,
      lists,
      stretchStart: shared.stretchStart,
      stretchFrom: shared.stretchFrom,
      stretchTo: shared.stretchTo,
      stretchState: shared.stretchState,
      stretchTeam: this.#stretchCodes('team', shared.stretchTeam),
      stretchService: this.#stretchCodes('service', shared.stretchService),
      stretchSeverity: shared.stretchSeverity,
      isSnapshot,
    };
  }

  /** Texts are made when a dictionary is first asked for, and then only those that were not known yet. */
  #codes(name: string, { codes, texts }: SharedCodes): Codes {
    return new SharedColumn(codes, texts, () => this.#dictionary(name, texts));
  }

  #stretchCodes(name: string, { codes, texts, ofRow }: SharedStretchCodes): StretchCodes {
    return new SharedStretchColumn(codes, texts, () => this.#dictionary(name, texts), ofRow);
  }

  #dictionary(name: string, texts: SharedTexts): readonly string[] {
    const length = texts.start.length - 1;
    const known = this.#dictionaries.get(name) ?? [];
    if (known.length === length) return known;
    // A list that grew is a list of its own, because what was found out about the other one may be kept by it.
    const all = known.slice(0, length);
    for (let code = all.length; code < length; code += 1) all.push(textAt(texts, code));
    if (length > known.length) this.#dictionaries.set(name, all);
    return all;
  }
}

/** Codes whose texts lie in shared memory. */
export class SharedColumn implements Codes {
  readonly codes: Int32Array;
  readonly #texts: SharedTexts;
  readonly #make: () => readonly string[];
  #dictionary: readonly string[] | null = null;

  constructor(codes: Int32Array, texts: SharedTexts, make: () => readonly string[]) {
    this.codes = codes;
    this.#texts = texts;
    this.#make = make;
  }

  get dictionary(): readonly string[] {
    return (this.#dictionary ??= this.#make());
  }

  /** How many texts there are. */
  get size(): number {
    return this.#texts.start.length - 1;
  }

  /** One text, where making all of them would be too many. */
  text(code: number): string {
    return this.#dictionary?.[code] ?? textAt(this.#texts, code);
  }
}

class SharedStretchColumn extends SharedColumn implements StretchCodes {
  readonly ofRow: Int32Array | null;

  constructor(codes: Int32Array, texts: SharedTexts, make: () => readonly string[], ofRow: Int32Array | null) {
    super(codes, texts, make);
    this.ofRow = ofRow;
  }
}

/** Uids that lie in shared memory. */
export class SharedUids implements Uids {
  readonly length: number;
  readonly sources: readonly string[];
  readonly #texts: SharedTexts;
  constructor(texts: SharedTexts, length: number, sources: readonly string[]) {
    this.#texts = texts;
    this.length = length;
    this.sources = sources;
  }
  at(row: number): string | undefined {
    return row >= 0 && row < this.length ? textAt(this.#texts, row) : undefined;
  }
  compare(one: number, other: number): number {
    return compareTextsAt(this.#texts, one, other);
  }
  keysOf(rows: Int32Array, keys: Float64Array): void {
    keysAt(this.#texts, rows, keys);
  }
  /** Those of many rows, which is far quicker than one by one. */
  of(rows: Int32Array): string[] {
    return textsAt(this.#texts, rows);
  }
}

export function packParts(parts: readonly Part[], version: number): SharedParts {
  const listed = (read: (part: Part) => Int32Array): ListColumn => {
    const start = new Int32Array(new SharedArrayBuffer(4 * (parts.length + 1)));
    parts.forEach((part, index) => (start[index + 1] = (start[index] ?? 0) + read(part).length));
    const codes = new Int32Array(new SharedArrayBuffer(4 * (start.at(-1) ?? 0)));
    parts.forEach((part, index) => {
      codes.set(read(part), start[index]);
    });
    return { start, columns: { codes } };
  };
  const rows = new Int32Array(new SharedArrayBuffer(8 * parts.length));
  const spans = new Float64Array(new SharedArrayBuffer(16 * parts.length));
  parts.forEach(({ start, end, from, until }, index) => {
    rows.set([start, end], 2 * index);
    spans.set([from, until], 2 * index);
  });
  return { version, rows, spans, teams: listed(({ teams }) => teams), services: listed(({ services }) => services) };
}

function partsOf({ rows, spans, teams, services }: SharedParts): Part[] {
  const listed = ({ start, columns }: ListColumn, index: number): Int32Array =>
    Int32Array.from(columns['codes']?.subarray(start[index], start[index + 1]) ?? []);
  return Array.from({ length: rows.length / 2 }, (_, index) => ({
    start: rows[2 * index] ?? 0,
    end: rows[2 * index + 1] ?? 0,
    from: spans[2 * index] ?? -Infinity,
    until: spans[2 * index + 1] ?? Infinity,
    teams: listed(teams, index),
    services: listed(services, index),
  }));
}

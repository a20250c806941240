import { NEVER, type Codes, type ItemColumns, type Uids } from './columns.ts';
import type { Kind } from './kinds.ts';
import { stretchAt } from './standing.ts';

/** Derived rows, by what each was derived from and what it is told to be. */
export interface DerivedRows {
  readonly kind: Kind;
  readonly origin: ItemColumns;
  /** The row of the origin whose team, service and severity each takes, as they stood `at` that second. */
  readonly rows: Int32Array;
  readonly at: Int32Array;
  /** What follows the origin's uid in its own, where that is not enough. It never names a person: evidence may show it. */
  readonly ending?: (row: number) => string;
  readonly instants: Readonly<Record<string, Int32Array>>;
  readonly numbers: Readonly<Record<string, Float64Array>>;
  /** Their dictionaries may hold more than the rows use. */
  readonly codes: Readonly<Record<string, Codes | null>>;
}

/** Columns of derived items: one stretch each, as its origin stood; uids are composed when asked for. */
export function derivedColumns(derived: DerivedRows): ItemColumns {
  const { kind, origin, rows, at, ending } = derived;
  const { length } = rows;
  const [teams, services] = [new Int32Array(length), new Int32Array(length)];
  const stretchSeverity = new Int8Array(length);
  const severity = new Float64Array(length).fill(NaN);
  const isSnapshot = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    const from = rows[row] ?? 0;
    const stood = stretchAt(origin, from, at[row] ?? NEVER);
    teams[row] = origin.stretchTeam.codes[stood] ?? -1;
    services[row] = origin.stretchService.codes[stood] ?? -1;
    const level = origin.stretchSeverity[stood] ?? 0;
    stretchSeverity[row] = level;
    if (level !== 0) severity[row] = level;
    isSnapshot[row] = origin.isSnapshot[from] ?? 0;
  }
  const team = inUse(origin.stretchTeam.dictionary, teams);
  const service = inUse(origin.stretchService.dictionary, services);
  return {
    kind,
    length,
    dead: null,
    parts: null,
    uids: derivedUids(kind, origin.uids, rows, ending),
    hashes: null,
    instants: derived.instants,
    codes: { ...coded(derived.codes), team, service },
    numbers: { ...derived.numbers, severity },
    lists: {},
    stretchStart: oneEach(length),
    stretchFrom: at,
    stretchTo: new Int32Array(length).fill(NEVER),
    stretchState: new Int8Array(length).fill(-1),
    stretchTeam: team,
    stretchService: service,
    stretchSeverity,
    isSnapshot,
  };
}

function derivedUids(kind: Kind, origin: Uids, rows: Int32Array, ending: (row: number) => string = () => ''): Uids {
  return {
    length: rows.length,
    at(row) {
      const from = rows[row];
      return from === undefined ? undefined : `${kind}:${origin.at(from) ?? ''}${ending(row)}`;
    },
  };
}

function coded(columns: DerivedRows['codes']): Record<string, Codes> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, codes]) => (codes === null ? [] : [[name, inUse(codes.dictionary, codes.codes)]])),
  );
}

/** What the origin says, taken over; null where it says nothing of that name. */
export function carried(origin: ItemColumns, name: string, rows: Int32Array): Codes | null {
  const codes = origin.codes[name];
  return codes === undefined ? null : { dictionary: codes.dictionary, codes: rows.map((row) => codes.codes[row] ?? -1) };
}

/** Codes into the texts they use alone: who is named in a column must be in one of its rows. */
function inUse(dictionary: readonly string[], codes: Int32Array): Codes {
  const finals = new Int32Array(dictionary.length).fill(-1);
  for (const code of codes) if (code >= 0) finals[code] = 0;
  const kept = dictionary.filter((_, code) => finals[code] === 0);
  if (kept.length === dictionary.length) return { dictionary, codes };
  let next = 0;
  for (let code = 0; code < finals.length; code += 1) {
    if (finals[code] !== 0) continue;
    finals[code] = next;
    next += 1;
  }
  return { dictionary: kept, codes: codes.map((code) => finals[code] ?? -1) };
}

/** Beginnings of stretches where each row has one. */
function oneEach(length: number): Int32Array {
  const start = new Int32Array(length + 1);
  for (let row = 0; row <= length; row += 1) start[row] = row;
  return start;
}

/** Derived columns of one kind one after the other. */
export function joined(one: ItemColumns, other: ItemColumns): ItemColumns {
  const length = one.length + other.length;
  return {
    kind: one.kind,
    length,
    dead: null,
    parts: null,
    uids: {
      length,
      at: (row) => (row < one.length ? one.uids.at(row) : other.uids.at(row - one.length)),
    },
    hashes: null,
    instants: both(one.instants, other.instants, (left, right) => append(new Int32Array(length), left, right)),
    codes: both(one.codes, other.codes, joinedCodes),
    numbers: both(one.numbers, other.numbers, (left, right) => append(new Float64Array(length), left, right)),
    lists: {},
    stretchStart: oneEach(length),
    stretchFrom: append(new Int32Array(length), one.stretchFrom, other.stretchFrom),
    stretchTo: append(new Int32Array(length), one.stretchTo, other.stretchTo),
    stretchState: append(new Int8Array(length), one.stretchState, other.stretchState),
    stretchTeam: joinedCodes(one.stretchTeam, other.stretchTeam),
    stretchService: joinedCodes(one.stretchService, other.stretchService),
    stretchSeverity: append(new Int8Array(length), one.stretchSeverity, other.stretchSeverity),
    isSnapshot: append(new Uint8Array(length), one.isSnapshot, other.isSnapshot),
  };
}

type Cells = Int32Array | Float64Array | Int8Array | Uint8Array;

function append<A extends Cells>(into: A, one: A, other: A): A {
  into.set(one);
  into.set(other, one.length);
  return into;
}

function both<C>(
  one: Readonly<Record<string, C>>,
  other: Readonly<Record<string, C>>,
  join: (one: C, other: C) => C,
): Record<string, C> {
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, column]) => {
      const next = other[name];
      return next === undefined ? [] : [[name, join(column, next)]];
    }),
  );
}

function joinedCodes(one: Codes, other: Codes): Codes {
  const dictionary = [...new Set([...one.dictionary, ...other.dictionary])];
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const finals = other.dictionary.map((text) => codeOf.get(text) ?? -1);
  const codes = append(
    new Int32Array(one.codes.length + other.codes.length),
    one.codes,
    other.codes.map((code) => finals[code] ?? -1),
  );
  return { dictionary, codes };
}

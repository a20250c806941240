import { NEVER, type Codes, type ItemColumns, type ListColumn } from '../../../server/event/columns.ts';
import { hashesOf } from '../../../server/event/uid-hash.ts';

/** Numbers from 0 to 1, always the same for a seed (mulberry32, T. Ettinger). */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixing = Math.imul(state ^ (state >>> 15), state | 1);
    mixing ^= mixing + Math.imul(mixing ^ (mixing >>> 7), mixing | 61);
    return ((mixing ^ (mixing >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled<T>(list: readonly T[], chance: () => number): T[] {
  const all = list.map((value) => ({ value, key: chance() }));
  return all.sort((one, other) => one.key - other.key).map(({ value }) => value);
}

/** Where a row of the new columns takes its cells from, and whose uid it bears. */
interface Place {
  readonly cells: number;
  readonly uid: number;
  readonly isDead: boolean;
}

/**
 * Columns that say the same in another way: rows in any order, with dead ones strewn in that bear the uid of one that
 * stands and say what another does; texts in any order, with some that nobody uses; without what no row sets;
 * uids, their hashes and their sources told in one of the ways that there are.
 */
export function disarranged(columns: ItemColumns, seed: number): ItemColumns {
  const chance = chanceFrom(seed);
  const any = (): number => Math.floor(chance() * columns.length);
  const standing = Array.from({ length: columns.length }, (_, row): Place => ({ cells: row, uid: row, isDead: false }));
  const dead = standing.filter(() => chance() < 0.6).map((): Place => ({ cells: any(), uid: any(), isDead: true }));
  const places = shuffled([...standing, ...dead], chance);
  const rows = places.map(({ cells }) => cells);
  const texts = places.map(({ uid }) => columns.uids.at(uid) ?? '');
  const [start, stretches] = spread(columns.stretchStart, rows);
  const pick = <A extends Int32Array | Float64Array | Int8Array | Uint8Array>(from: A, into: A, at: readonly number[]): A => {
    at.forEach((place, index) => {
      into[index] = from[place] ?? 0;
    });
    return into;
  };
  const recoded = (from: Codes, at: readonly number[]): Codes => {
    const dictionary = shuffled([...from.dictionary, 'of no row'], chance);
    return {
      dictionary,
      codes: Int32Array.from(at, (place) => dictionary.indexOf(from.dictionary[from.codes[place] ?? -1] ?? '')),
    };
  };
  const made: ItemColumns = {
    kind: columns.kind,
    length: rows.length,
    dead: dead.length === 0 && chance() < 0.5 ? null : Uint8Array.from(places, ({ isDead }) => (isDead ? 1 : 0)),
    parts: null,
    uids: {
      length: texts.length,
      at: (row) => texts[row],
      ...(chance() < 0.5 ? { sources: shuffled(['desk', 'elsewhere', 'pager'], chance) } : {}),
    },
    hashes: null,
    instants: kept(
      columns.instants,
      (from) => from.some((second) => second !== NEVER),
      (from) => pick(from, new Int32Array(rows.length), rows),
    ),
    numbers: kept(
      columns.numbers,
      (from) => from.some((number) => !Number.isNaN(number)),
      (from) => pick(from, new Float64Array(rows.length), rows),
    ),
    codes: kept(
      columns.codes,
      (from) => from.dictionary.length > 0,
      (from) => recoded(from, rows),
    ),
    lists: kept(
      columns.lists,
      () => true,
      (from) => listOf(from, rows),
    ),
    stretchStart: start,
    stretchFrom: pick(columns.stretchFrom, new Int32Array(stretches.length), stretches),
    stretchTo: pick(columns.stretchTo, new Int32Array(stretches.length), stretches),
    stretchState: pick(columns.stretchState, new Int8Array(stretches.length), stretches),
    stretchTeam: recoded(columns.stretchTeam, stretches),
    stretchService: recoded(columns.stretchService, stretches),
    stretchSeverity: pick(columns.stretchSeverity, new Int8Array(stretches.length), stretches),
    isSnapshot: pick(columns.isSnapshot, new Uint8Array(rows.length), rows),
  };
  return chance() < 0.5 ? made : { ...made, hashes: hashesOf(made) };
}

/** New beginnings of lists of several values, and where each value was. */
function spread(start: Int32Array, rows: readonly number[]): [Int32Array, number[]] {
  const starts = [0];
  const places: number[] = [];
  for (const row of rows) {
    for (let place = start[row] ?? 0; place < (start[row + 1] ?? 0); place += 1) places.push(place);
    starts.push(places.length);
  }
  return [Int32Array.from(starts), places];
}

function listOf({ start, columns }: ListColumn, rows: readonly number[]): ListColumn {
  const [starts, places] = spread(start, rows);
  const pick = (from: Int32Array | Float64Array): Int32Array | Float64Array =>
    from instanceof Int32Array
      ? Int32Array.from(places, (place) => from[place] ?? 0)
      : Float64Array.from(places, (place) => from[place] ?? 0);
  return { start: starts, columns: Object.fromEntries(Object.entries(columns).map(([name, from]) => [name, pick(from)])) };
}

function kept<C>(columns: Readonly<Record<string, C>>, isSet: (column: C) => boolean, make: (column: C) => C): Record<string, C> {
  return Object.fromEntries(Object.entries(columns).flatMap(([name, column]) => (isSet(column) ? [[name, make(column)]] : [])));
}

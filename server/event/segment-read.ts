import { NEVER, type Codes, type ItemColumns, type Part } from './columns.ts';
import { isKind } from './kinds.ts';
import { PackedTexts } from './packed-texts.ts';
import { SegmentReader, type Cells } from './segment-bytes.ts';

export { isSegment } from './segment-bytes.ts';

/** Codes whose texts are still bytes. */
export class PackedCodes implements Codes {
  readonly texts: PackedTexts;
  readonly codes: Int32Array;
  #dictionary: readonly string[] | null = null;

  constructor(texts: PackedTexts, codes: Int32Array) {
    this.texts = texts;
    this.codes = codes;
  }

  get dictionary(): readonly string[] {
    return (this.#dictionary ??= this.texts.all());
  }
}

/**
 * The rows of a segment (encodeSegment), ascending by uid, as one part. Arrays may be views of the
 * bytes, which must not change any more.
 * @throws RangeError where these bytes are no segment of this version; whoever stores them keeps a checksum
 */
export function decodeSegment(bytes: Uint8Array): ItemColumns {
  const reader = new SegmentReader(bytes);
  const kind = reader.text();
  if (!isKind(kind)) throw new RangeError(`This version knows no ${kind}.`);
  const length = reader.number();
  const stretches = reader.number();
  const from = Number(reader.text());
  const until = Number(reader.text());

  const uids = textsFrom(reader);
  const hashes = { high: reader.int32(), low: reader.int32() };
  const isSnapshot = flagsOf(reader.uint8(), length);
  const instants = named(reader, () => reader.int32());
  const numbers = named(reader, () => unpackNumbers(reader.cells()));
  const codes = named(reader, () => codesFrom(reader, length));
  const lists = named(reader, () => ({
    start: startsOf(reader.cells(), length),
    columns: named(reader, () => entriesFrom(reader)),
  }));

  const stretchStart = startsOf(reader.cells(), length);
  const stretchFrom = reader.int32();
  const ends = reader.int32();
  const stretchTo = ends.length === stretches ? ends : endsOf(stretchStart, stretchFrom);
  const states = reader.cells();
  const severities = reader.cells();
  const stretchTeam = codesFrom(reader, stretches);
  const stretchService = codesFrom(reader, stretches);
  const part: Part = { start: 0, end: length, from, until, teams: usedIn(stretchTeam), services: usedIn(stretchService) };
  return {
    kind,
    length,
    dead: null,
    parts: [part],
    uids,
    hashes,
    instants,
    codes,
    numbers,
    lists,
    stretchStart,
    stretchFrom,
    stretchTo,
    stretchState: states instanceof Int8Array && states.length === stretches ? states : new Int8Array(stretches).fill(-1),
    stretchTeam,
    stretchService,
    stretchSeverity: severities instanceof Int8Array && severities.length === stretches ? severities : new Int8Array(stretches),
    isSnapshot,
  };
}

function named<C>(reader: SegmentReader, read: () => C): Record<string, C> {
  const columns: [string, C][] = [];
  for (let left = reader.number(); left > 0; left -= 1) columns.push([reader.text(), read()]);
  return Object.fromEntries(columns);
}

function textsFrom(reader: SegmentReader): PackedTexts {
  const prefix = reader.text();
  const bytes = reader.uint8();
  const offsets = reader.cells();
  if (offsets instanceof Uint16Array || offsets instanceof Uint32Array) return new PackedTexts(prefix, bytes, offsets);
  throw new RangeError('A segment of columns has texts without offsets.');
}

function codesFrom(reader: SegmentReader, length: number): PackedCodes {
  const texts = textsFrom(reader);
  const counts = reader.cells();
  const codes = new Int32Array(length);
  if (counts.length === 0) codes.fill(texts.length === 0 ? -1 : 0);
  else for (let row = 0; row < length; row += 1) codes[row] = (counts[row] ?? 0) - 1;
  return new PackedCodes(texts, codes);
}

function entriesFrom(reader: SegmentReader): Int32Array | Float64Array {
  const cells = reader.cells();
  if (cells instanceof Int32Array || cells instanceof Float64Array) return cells;
  throw new RangeError('A segment of columns has lists of another type.');
}

function usedIn({ texts, codes }: PackedCodes): Int32Array {
  const isNoneNamed = codes.includes(-1);
  return Int32Array.from({ length: texts.length + Number(isNoneNamed) }, (_, index) => index - Number(isNoneNamed));
}

function unpackNumbers(cells: Cells): Float64Array {
  if (cells instanceof Float64Array) return cells;
  const unset = cells instanceof Int8Array ? -128 : cells instanceof Int16Array ? -32_768 : -2_147_483_648;
  const numbers = new Float64Array(cells.length);
  for (let row = 0; row < cells.length; row += 1) {
    const number = cells[row] ?? unset;
    numbers[row] = number === unset ? NaN : number;
  }
  return numbers;
}

function flagsOf(bits: Uint8Array, length: number): Uint8Array {
  const flags = new Uint8Array(length);
  if (bits.length > 0) for (let row = 0; row < length; row += 1) flags[row] = ((bits[row >> 3] ?? 0) >> (row & 7)) & 1;
  return flags;
}

function startsOf(counts: Cells, length: number): Int32Array {
  const starts = new Int32Array(length + 1);
  const isOneEach = counts.length === 0;
  for (let row = 0; row < length; row += 1) starts[row + 1] = (starts[row] ?? 0) + (isOneEach ? 1 : (counts[row] ?? 0));
  return starts;
}

function endsOf(stretchStart: Int32Array, stretchFrom: Int32Array): Int32Array {
  const ends = new Int32Array(stretchFrom.length).fill(NEVER);
  for (let row = 0; row + 1 < stretchStart.length; row += 1) {
    const last = (stretchStart[row + 1] ?? 0) - 1;
    for (let stretch = stretchStart[row] ?? 0; stretch < last; stretch += 1) ends[stretch] = stretchFrom[stretch + 1] ?? NEVER;
  }
  return ends;
}

import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import { compareText } from './facts.ts';
import { NO_SPAN, widen } from './lasting.ts';
import { packTexts } from './packed-texts.ts';
import { pickRows, uidsOf } from './pick-rows.ts';
import { SegmentWriter, type Cells } from './segment-bytes.ts';
import { hashesOf } from './uid-hash.ts';

/**
 * Rows of a kind as bytes: the same rows give the same bytes, in whatever order they and the texts of
 * their dictionaries stood. Texts are well-formed, and uids occur once. decodeSegment gives the rows back.
 */
export function encodeSegment(columns: ItemColumns, rows: Int32Array): Uint8Array {
  const order = ascending(columns, rows);
  const picked = pickRows(columns, order.rows, order.uids);
  const writer = new SegmentWriter();
  const { length, stretchFrom, isSnapshot } = picked;
  writer.word(picked.kind);
  writer.word(length);
  writer.word(stretchFrom.length);
  const span = { ...NO_SPAN };
  widen(span, picked, 0, length);
  writer.word(String(span.from));
  writer.word(String(span.until));

  writeTexts(writer, order.uids);
  const hashes = hashesOf(picked);
  writer.cells(hashes.high);
  writer.cells(hashes.low);
  writer.cells(isSnapshot.includes(1) ? bitsOf(isSnapshot) : new Uint8Array(0));

  writeNamed(writer, picked.instants, (instants) => {
    writer.cells(instants);
  });
  writeNamed(writer, picked.numbers, (numbers) => {
    writer.cells(packNumbers(numbers));
  });
  writeNamed(writer, picked.codes, (codes) => {
    writeCodes(writer, codes);
  });
  writeNamed(writer, picked.lists, ({ start, columns: entries }) => {
    writeCounts(writer, start);
    writeNamed(writer, entries, (cells) => {
      writer.cells(cells);
    });
  });

  writeCounts(writer, picked.stretchStart);
  writer.cells(stretchFrom);
  writer.cells(isGapless(picked) ? new Int32Array(0) : picked.stretchTo);
  writer.cells(picked.stretchState.every((state) => state === -1) ? new Int8Array(0) : picked.stretchState);
  writer.cells(picked.stretchSeverity.every((severity) => severity === 0) ? new Int8Array(0) : picked.stretchSeverity);
  writeCodes(writer, picked.stretchTeam);
  writeCodes(writer, picked.stretchService);
  return writer.bytes();
}

interface Ordered {
  readonly rows: Int32Array;
  readonly uids: readonly string[];
}

/** Rows by uid; of one uid (there are two only where a native id looks like an episode) by when they began. */
function ascending(columns: ItemColumns, rows: Int32Array): Ordered {
  const uids = uidsOf(columns, rows);
  if (uids.every((uid, index) => index === 0 || (uids[index - 1] ?? '') < uid)) return { rows, uids };
  const { stretchStart, stretchFrom } = columns;
  const startOf = (index: number): number => stretchFrom[stretchStart[rows[index] ?? 0] ?? 0] ?? NEVER;
  const order = Array.from(rows.keys()).sort(
    (one, other) => compareText(uids[one] ?? '', uids[other] ?? '') || startOf(one) - startOf(other),
  );
  return { rows: Int32Array.from(order, (index) => rows[index] ?? 0), uids: order.map((index) => uids[index] ?? '') };
}

function writeNamed<C>(writer: SegmentWriter, columns: Readonly<Record<string, C>>, write: (column: C) => void): void {
  const entries = Object.entries(columns);
  writer.word(entries.length);
  for (const [name, column] of entries) {
    writer.word(name);
    write(column);
  }
}

/** @param texts ascending by code unit */
function writeTexts(writer: SegmentWriter, texts: readonly string[]): void {
  const { prefix, bytes, offsets } = packTexts(texts);
  writer.word(prefix);
  writer.cells(bytes);
  writer.cells(offsets);
}

/** One more than each code, so that 0 is not set; nothing where every row has the one text there is, or none. */
function writeCodes(writer: SegmentWriter, { dictionary, codes }: Codes): void {
  writeTexts(writer, dictionary);
  const isUniform = dictionary.length === 0 || (dictionary.length === 1 && !codes.includes(-1));
  if (isUniform) {
    writer.cells(new Uint8Array(0));
    return;
  }
  const counts = new Int32Array(codes.length);
  for (let row = 0; row < counts.length; row += 1) counts[row] = (codes[row] ?? -1) + 1;
  writer.cells(narrowest(counts));
}

function narrowest(counts: Int32Array): Cells {
  let most = 0;
  for (const count of counts) if (count > most) most = count;
  return most < 256 ? new Uint8Array(counts) : most < 65_536 ? new Uint16Array(counts) : counts;
}

function writeCounts(writer: SegmentWriter, stretchStart: Int32Array): void {
  const counts = new Int32Array(stretchStart.length - 1);
  for (let row = 0; row < counts.length; row += 1) counts[row] = (stretchStart[row + 1] ?? 0) - (stretchStart[row] ?? 0);
  writer.cells(counts.every((count) => count === 1) ? new Uint8Array(0) : narrowest(counts));
}

/** True where each stretch of a row ends as the next one begins, and the last one lasts: as those of nearly all items do. */
function isGapless({ length, stretchStart, stretchFrom, stretchTo }: ItemColumns): boolean {
  for (let row = 0; row < length; row += 1) {
    const end = stretchStart[row + 1] ?? 0;
    for (let stretch = stretchStart[row] ?? 0; stretch < end; stretch += 1)
      if (stretchTo[stretch] !== (stretch + 1 < end ? stretchFrom[stretch + 1] : NEVER)) return false;
  }
  return true;
}

/** Whole numbers in as few bytes as they take; the least number of a type stands for none. */
function packNumbers(numbers: Float64Array): Cells {
  let [least, most] = [0, 0];
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    // Written so that -0 is not taken for 0. NaN is written anew, because it has many patterns of bits.
    if (!Object.is(number | 0, number) || number === NEVER) return numbers.map((each) => (Number.isNaN(each) ? NaN : each));
    if (number < least) least = number;
    if (number > most) most = number;
  }
  const { length } = numbers;
  if (least > -128 && most < 128) return filled(new Int8Array(length), numbers, -128);
  if (least > -32_768 && most < 32_768) return filled(new Int16Array(length), numbers, -32_768);
  return filled(new Int32Array(length), numbers, NEVER);
}

function filled(cells: Cells, numbers: Float64Array, unset: number): Cells {
  for (let row = 0; row < cells.length; row += 1) {
    const number = numbers[row] ?? NaN;
    cells[row] = Number.isNaN(number) ? unset : number;
  }
  return cells;
}

function bitsOf(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  for (let row = 0; row < flags.length; row += 1) if (flags[row] === 1) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  return bits;
}

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { endOf, headerOf, isLaterFormat, type End, type Header } from './backup-format.ts';
import type { Shape } from './shape.ts';
import { StoreError } from './store.ts';
import { cellsOf, type Cell } from './table-text.ts';

export type Part =
  | { readonly is: 'header'; readonly header: Header }
  | { readonly is: 'rows'; readonly shape: Shape; readonly rows: readonly Cell[][] }
  | { readonly is: 'end'; readonly end: End };

/** A line of this size is no row of ours. */
const LONGEST_LINE = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

const damaged = (file: string, what: string): StoreError =>
  new StoreError(
    'corrupt',
    `${file} is damaged: ${what}.`,
    'Nothing was changed. Use another backup; this one was whole when it was written, for it was read back then.',
  );

/**
 * Reads a backup from its beginning to its end, in parts, and checks all of it on the way: every row
 * against the columns of its table, counts, digests and the SHA-256. The part `end` comes last, and
 * only where everything held; who writes commits after it.
 * @throws StoreError `corrupt`, `invalid` (no backup at all) or `newer-schema`
 */
export async function* readBackup(file: string): AsyncGenerator<Part> {
  const sums = new Sums(file);
  let header: Header | null = null;
  /** Place in the header's tables; before the first table it is -1. */
  let at = -1;
  let end: End | null = null;
  for await (const block of blocksOf(file)) {
    const text = block.toString();
    let rows: Cell[][] = [];
    let rowsFrom = 0;
    for (let from = 0, to: number; from < text.length; from = to + 1) {
      to = text.indexOf('\n', from);
      if (end !== null) throw damaged(file, 'something follows its end');
      if (header === null) {
        header = headerFrom(text.slice(from, to), file);
        yield { is: 'header', header };
        rowsFrom = to + 1;
        sums.addOther(text.slice(from, to + 1));
        continue;
      }
      const shape = header.tables[at];
      if (text[from] === '[' && shape !== undefined) {
        const cells = cellsOf(shape, text.slice(from, to));
        if (cells === null)
          throw damaged(file, `row ${sums.rowsOf(shape.table) + rows.length + 1} of ${shape.table} cannot be read`);
        rows.push(cells);
        continue;
      }
      if (shape !== undefined && rows.length > 0) yield { is: 'rows', shape, rows };
      if (shape !== undefined) sums.addRows(shape.table, text.slice(rowsFrom, from), rows.length);
      rows = [];
      rowsFrom = to + 1;
      const value = jsonOf(text.slice(from, to));
      const next = header.tables[at + 1];
      if (next === undefined) {
        end = endOf(value);
        if (end === null) throw damaged(file, 'its end cannot be read');
        continue;
      }
      if (tableOf(value) !== next.table) throw damaged(file, `where ${next.table} should begin there is something else`);
      sums.addOther(text.slice(from, to + 1));
      at += 1;
    }
    const shape = header?.tables[at];
    if (shape === undefined || rows.length === 0) continue;
    yield { is: 'rows', shape, rows };
    sums.addRows(shape.table, text.slice(rowsFrom), rows.length);
  }
  if (header === null) throw noBackup(file);
  if (end === null) throw damaged(file, 'it is cut short');
  sums.compare(header, end);
  yield { is: 'end', end };
}

/** Reads a backup to its end for nothing but the checks. */
export async function checkBackup(
  file: string,
  onProgress: (done: number, of: number) => void,
): Promise<{ readonly header: Header; readonly end: End }> {
  let header: Header | null = null;
  let done = 0;
  for await (const part of readBackup(file)) {
    if (part.is === 'header') header = part.header;
    else if (part.is === 'rows') onProgress((done += part.rows.length), rowsIn(header));
    else if (header !== null) return { header, end: part.end };
  }
  throw damaged(file, 'it is cut short');
}

export const rowsIn = (header: Header | null): number => header?.tables.reduce((sum, { rows }) => sum + rows, 0) ?? 0;

/** Counts and digests of what was read so far. */
class Sums {
  readonly #file: string;
  readonly #all = createHash('sha256');
  readonly #tables = new Map<string, { readonly hash: Hash; rows: number }>();
  constructor(file: string) {
    this.#file = file;
  }
  addOther(text: string): void {
    this.#all.update(text);
  }
  addRows(table: string, text: string, rows: number): void {
    this.#all.update(text);
    const sum = this.#of(table);
    sum.hash.update(text);
    sum.rows += rows;
  }
  rowsOf(table: string): number {
    return this.#tables.get(table)?.rows ?? 0;
  }
  compare(header: Header, end: End): void {
    for (const { table, rows } of header.tables) {
      const sum = this.#of(table);
      if (sum.rows !== rows || sum.rows !== end.rows[table])
        throw damaged(this.#file, `it has ${sum.rows} rows of ${table} in the place of ${rows}`);
      if (sum.hash.digest('hex') !== end.digests[table]) throw damaged(this.#file, `${table} is not what was written`);
    }
    if (this.#all.digest('hex') !== end.sha256) throw damaged(this.#file, 'its SHA-256 is not the one that it ends with');
  }
  #of(table: string) {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const sum = { hash: createHash('sha256'), rows: 0 };
    this.#tables.set(table, sum);
    return sum;
  }
}

/** The content in blocks of whole lines. */
async function* blocksOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let held = 0;
  const content: Readable = pipeline(createReadStream(file), createGunzip({ chunkSize: 256 * 1024 }), () => undefined);
  try {
    for await (const chunk of content) {
      if (!Buffer.isBuffer(chunk)) continue;
      const cut = chunk.lastIndexOf(NEWLINE) + 1;
      held = cut === 0 ? held + chunk.length : chunk.length - cut;
      if (held > LONGEST_LINE) throw damaged(file, 'a line of it has no end');
      if (cut > 0) {
        yield Buffer.concat([...rest, chunk.subarray(0, cut)]);
        rest = [];
      }
      if (cut < chunk.length) rest.push(chunk.subarray(cut));
    }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !error.code.startsWith('Z_'))
      throw error;
    if (error.message === 'incorrect header check') throw noBackup(file);
    throw damaged(file, error.code === 'Z_BUF_ERROR' ? 'it is cut short' : error.message);
  }
  if (rest.length > 0) throw damaged(file, 'it is cut short');
}

const noBackup = (file: string): StoreError =>
  new StoreError('invalid', `${file} is not a backup of Quarterdeck.`, 'Name a file that `quarterdeck backup` wrote.');

function headerFrom(line: string, file: string): Header {
  const value = jsonOf(line);
  if (isLaterFormat(value)) {
    throw new StoreError(
      'newer-schema',
      `${file} was written by a newer version of Quarterdeck.`,
      'Restore it with that version.',
    );
  }
  const header = headerOf(value);
  if (header === null) throw noBackup(file);
  return header;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const tableOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'table' in value ? value.table : null;

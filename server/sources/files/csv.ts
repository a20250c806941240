import { isPlain } from './cell.ts';
import { MAXIMUM_ROW, type Line } from './lines.ts';
import type { BadRow } from './mapping.ts';

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** Known to be plain (cell.ts) all over. */
  readonly isPlain: boolean;
}

/**
 * Assembles CSV rows from lines (RFC 4180; a quote inside an unquoted cell is just a quote). Written
 * here because of what must happen when quotes go wrong: the line with the fault is rejected and
 * reading goes on with the very next one, where csv-parse gives up all rows up to the next quote.
 */
export class CsvAssembler {
  readonly #delimiter: string;
  #width: number | null = null;
  #queue: Line[] = [];

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Rows that are complete with these lines. The first row, the header, sets how many cells a row has. */
  push(lines: readonly Line[], isLast: boolean): (CsvRow | BadRow)[] {
    const queue = this.#queue.length === 0 ? lines : [...this.#queue, ...lines];
    const rows: (CsvRow | BadRow)[] = [];
    let index = 0;
    while (index < queue.length) {
      const found = this.#rowAt(queue, index, isLast);
      if (found === null) break;
      index += found.lines;
      if (found.row !== null) rows.push(found.row);
    }
    this.#queue = queue.slice(index);
    return rows;
  }

  /** Null: more lines are needed to tell. */
  #rowAt(queue: readonly Line[], index: number, isLast: boolean): { row: CsvRow | BadRow | null; lines: number } | null {
    const first = queue[index];
    if (first === undefined) return null;
    const line = first.number;
    if (first.text === null) return { row: tooLong(line), lines: 1 };
    if (first.text.trim() === '') return { row: null, lines: 1 };
    if (!first.text.includes('"'))
      return { row: this.#check(line, first.text.split(this.#delimiter), isPlain(first.text)), lines: 1 };

    const cells: string[] = [];
    let open = scan(first.text, this.#delimiter, cells, null);
    let lines = 1;
    let length = first.text.length;
    while (typeof open === 'string') {
      const next = queue[index + lines];
      if (next === undefined && !isLast) return null;
      const isHopeless = this.#width !== null && cells.length >= this.#width;
      length += next?.text?.length ?? 0;
      if (next === undefined || next.text === null || length > MAXIMUM_ROW || isHopeless) {
        return { row: quoteFault(line, `a quote that opens in column ${cells.length + 1} is never closed`), lines: 1 };
      }
      open = scan(next.text, this.#delimiter, cells, `${open}\n`);
      lines += 1;
    }
    if (!open) return { row: quoteFault(line, `text follows the closing quote of column ${cells.length}`), lines: 1 };
    const row = this.#check(line, cells, false);
    // A row of several lines with the wrong number of cells is one stray quote, not several bad rows.
    return { row, lines: 'reason' in row ? 1 : lines };
  }

  #check(line: number, cells: readonly string[], isPlainLine: boolean): CsvRow | BadRow {
    this.#width ??= cells.length;
    if (cells.length === this.#width) return { line, cells, isPlain: isPlainLine };
    const first = cells[0] ?? '';
    if (
      /^\W*(?:(?:grand )?total|sum|count|rows?|records?|end of|generated|exported|\d[\d,.]* (?:rows?|records?|items?)\b)/i.test(
        first,
      )
    ) {
      return {
        line,
        reason: 'this looks like a footer line, not a row',
        fix: "Write 'footer: 1' in this file's settings to pass over it",
      };
    }
    return {
      line,
      reason: `the row has ${cells.length} cells, the header has ${this.#width}`,
      fix: 'Put cells that hold the separator or a line end in double quotes',
    };
  }
}

const tooLong = (line: number): BadRow => ({
  line,
  reason: `the row is longer than ${MAXIMUM_ROW.toLocaleString('en')} characters`,
  fix: 'Leave long texts out of the export',
});
const quoteFault = (line: number, reason: string): BadRow => ({
  line,
  reason,
  fix: 'Write a quote inside a quoted cell twice: ""',
});

/**
 * Cuts one line into cells, appended to `cells`. `open` is what a quoted cell that began on an
 * earlier line holds so far. Returns the text of a quoted cell that goes on, true when the line
 * ended well, false when text follows a closing quote.
 */
const scan = (text: string, delimiter: string, cells: string[], open: string | null): string | boolean => {
  let position = 0;
  let content = open;
  for (;;) {
    if (content === null) {
      if (text[position] !== '"') {
        const end = text.indexOf(delimiter, position);
        cells.push(text.slice(position, end < 0 ? undefined : end));
        if (end < 0) return true;
        position = end + 1;
        continue;
      }
      content = '';
      position += 1;
    }
    const quote = text.indexOf('"', position);
    if (quote < 0) return content + text.slice(position);
    content += text.slice(position, quote);
    if (text[quote + 1] === '"') {
      content += '"';
      position = quote + 2;
      continue;
    }
    cells.push(content);
    content = null;
    if (quote + 1 >= text.length) return true;
    if (text[quote + 1] !== delimiter) return false;
    position = quote + 2;
  }
};

/** The separator that occurs most often in a header line, outside quotes; a comma where none does. */
export const guessDelimiter = (header: string): string => {
  const plain = header.replace(/"(?:[^"]|"")*"/g, '');
  let best = ',';
  let most = 0;
  for (const candidate of [',', ';', '\t', '|']) {
    const count = plain.split(candidate).length - 1;
    if (count > most) [best, most] = [candidate, count];
  }
  return best;
};

/** Header names as columns are addressed: trimmed, the second `category` as `category#2`. */
export const headerNames = (cells: readonly string[]): string[] => {
  const seen = new Map<string, number>();
  return cells.map((cell) => {
    const name = cell.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
};

import { nearest, suggestion } from '../../kpi/spelling.ts';
import { SourceError } from '../source.ts';
import { CsvAssembler, guessDelimiter, headerNames, type CsvRow } from './csv.ts';
import { cleanCell, cleanPlainCell } from './cell.ts';
import { MAXIMUM_ROW, type Line } from './lines.ts';
import type { BadRow, FileMapping, Row, RowReader } from './mapping.ts';

/** Rows of a CSV file, whose first line names its columns. */
export class CsvRows implements RowReader {
  readonly #mapping: FileMapping;
  readonly #label: string;
  readonly #longestNull: number;
  #assembler: CsvAssembler | null = null;
  /** Where in a row each mapped column stands. */
  #places: readonly number[] | null = null;
  /** Rows held back while they may be the footer. */
  #held: (CsvRow | BadRow)[] = [];

  constructor(mapping: FileMapping, label: string) {
    this.#mapping = mapping;
    this.#label = label;
    this.#longestNull = Math.max(0, ...[...mapping.nulls].map(({ length }) => length));
  }

  push(lines: readonly Line[]): (Row | BadRow)[] {
    return this.#take(lines, false);
  }

  end(): { rows: (Row | BadRow)[]; warnings: BadRow[] } {
    const rows = this.#take([], true);
    if (this.#places === null)
      throw new SourceError(this.#label, 'has no header line', 'Export it with the names of its columns in the first line');
    return { rows, warnings: [] };
  }

  #take(lines: readonly Line[], isLast: boolean): (Row | BadRow)[] {
    this.#assembler ??= this.#start(lines);
    if (this.#assembler === null) return [];
    const found = this.#assembler.push(lines, isLast);
    let first = 0;
    if (this.#places === null && found[0] !== undefined) {
      this.#places = this.#readHeader(found[0]);
      first = 1;
    }
    const { footer } = this.#mapping;
    if (footer === 0) return found.slice(first).map((row) => this.#mapped(row));
    this.#held.push(...found.slice(first));
    return this.#held.splice(0, Math.max(0, this.#held.length - footer)).map((row) => this.#mapped(row));
  }

  #start(lines: readonly Line[]): CsvAssembler | null {
    const header = lines.find((line) => line.text === null || line.text.trim() !== '');
    if (header === undefined) return null;
    if (header.text === null)
      throw new SourceError(
        this.#label,
        `has a first line of more than ${MAXIMUM_ROW.toLocaleString('en')} characters`,
        'Check that it is a CSV file',
      );
    return new CsvAssembler(this.#mapping.delimiter ?? guessDelimiter(header.text));
  }

  #readHeader(header: CsvRow | BadRow): number[] {
    if ('reason' in header)
      throw new SourceError(`${this.#label}:${header.line}`, `the header cannot be read: ${header.reason}`, header.fix);
    const names = headerNames(header.cells);
    const missing = this.#mapping.columns.filter((column) => !names.includes(column));
    if (missing.length > 0) {
      const message = `has no column ${missing.map((column) => `'${column}'`).join(', ')}`;
      throw new SourceError(`${this.#label}:${header.line}`, message, missingHint(missing, names));
    }
    return this.#mapping.columns.map((column) => names.indexOf(column));
  }

  #mapped(row: CsvRow | BadRow): Row | BadRow {
    if ('reason' in row) return row;
    const cells: (string | null)[] = [];
    const { nulls } = this.#mapping;
    for (const place of this.#places ?? []) {
      const text = row.cells[place] ?? '';
      const cell = row.isPlain ? cleanPlainCell(text, nulls, this.#longestNull) : cleanCell(text, nulls);
      if (typeof cell === 'object' && cell !== null) return { line: row.line, ...cell };
      cells.push(cell);
    }
    return { line: row.line, cells };
  }
}

/** One hint for all columns that are not there, and the header once. */
const missingHint = (missing: readonly string[], names: readonly string[]): string => {
  const [only = ''] = missing;
  if (missing.length === 1) return suggestion(only, names);
  const meant = missing.flatMap((column) => {
    const near = nearest(column, names);
    return near === null ? [] : [`'${near}' for '${column}'`];
  });
  return `${meant.length === 0 ? '' : `Did you mean ${meant.join(', ')}? `}${suggestion('', names, 'The header has')}`;
};

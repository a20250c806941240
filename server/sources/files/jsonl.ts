import { suggestion } from '../../kpi/spelling.ts';
import { SourceError } from '../source.ts';
import { cleanCell } from './cell.ts';
import { MAXIMUM_ROW, type Line } from './lines.ts';
import type { BadRow, FileMapping, Row, RowReader } from './mapping.ts';

/** One JSON object a line. A column is a key, or a path of keys with points: `status.name`. */
export class JsonRows implements RowReader {
  readonly #mapping: FileMapping;
  readonly #label: string;
  readonly #seenColumns = new Set<string>();
  readonly #keys = new Set<string>();
  #rowCount = 0;

  constructor(mapping: FileMapping, label: string) {
    this.#mapping = mapping;
    this.#label = label;
  }

  push(lines: readonly Line[]): (Row | BadRow)[] {
    return lines.flatMap((line) => (line.text?.trim() === '' ? [] : [this.#read(line)]));
  }

  end(): { rows: (Row | BadRow)[]; warnings: BadRow[] } {
    const missing = this.#rowCount === 0 ? [] : this.#mapping.columns.filter((column) => !this.#seenColumns.has(column));
    const keys = [...this.#keys];
    return {
      rows: [],
      warnings: missing.map((column) => ({ line: 1, reason: `no row has '${column}'`, fix: suggestion(column, keys) })),
    };
  }

  #read({ number, text }: Line): Row | BadRow {
    if (text === null) {
      return {
        line: number,
        reason: `the row is longer than ${MAXIMUM_ROW.toLocaleString('en')} characters`,
        fix: 'Leave long texts out of the export',
      };
    }
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch {
      if (number === 1 && text.trim() === '[') {
        throw new SourceError(
          `${this.#label}:1`,
          'is one JSON list, not one object a line',
          "Turn it into lines, for example with: jq -c '.[]'",
        );
      }
      return { line: number, reason: 'the line is not JSON', fix: 'Each line must be one whole object in braces' };
    }
    if (!isObject(record)) {
      return { line: number, reason: 'the line is not a JSON object', fix: 'Each line must be one whole object in braces' };
    }
    this.#rowCount += 1;
    if (this.#keys.size < 500) for (const key of Object.keys(record)) this.#keys.add(key);
    const cells: (string | null)[] = [];
    for (const column of this.#mapping.columns) {
      const value = valueAt(record, column);
      if (value !== undefined) this.#seenColumns.add(column);
      const cell = textOfValue(value, column);
      if (typeof cell === 'object' && cell !== null) return { line: number, ...cell };
      const clean = cell === null ? null : cleanCell(cell, this.#mapping.nulls);
      if (typeof clean === 'object' && clean !== null) return { line: number, ...clean };
      cells.push(clean);
    }
    return { line: number, cells };
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const valueAt = (record: Readonly<Record<string, unknown>>, column: string): unknown => {
  if (Object.hasOwn(record, column)) return record[column];
  let value: unknown = record;
  for (const key of column.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
};

const textOfValue = (value: unknown, column: string): string | null | { reason: string; fix: string } => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { reason: `'${column}' is too large to be kept`, fix: 'Write a finite number' };
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return { reason: `'${column}' has more digits than a JSON number keeps`, fix: 'Write it in quotes, as text' };
    }
    return String(value);
  }
  if (Array.isArray(value) && value.every((part) => typeof part === 'string' || typeof part === 'number')) return value.join(';');
  return { reason: `'${column}' is a list or an object, not a value`, fix: `Name a value inside it, such as '${column}.name'` };
};

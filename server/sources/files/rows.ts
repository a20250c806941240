import { CsvRows } from './csv-rows.ts';
import { JsonRows } from './jsonl.ts';
import type { FileMapping, RowReader } from './mapping.ts';

export const rowReader = (mapping: FileMapping, format: 'csv' | 'jsonl', label: string): RowReader =>
  format === 'csv' ? new CsvRows(mapping, label) : new JsonRows(mapping, label);

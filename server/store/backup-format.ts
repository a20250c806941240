import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

/**
 * A backup is gzip of lines of JSON, which `zcat` shows: a header; for each table a line that names it
 * and a line for each row, in the order of the key; and an end with counts and digests. The SHA-256 of
 * the end covers every byte before it: `zcat FILE | head -n -1 | sha256sum`.
 */
export const FORMAT = 'quarterdeck-backup/v1';

const ShapeSchema = Type.Object({
  table: Type.String(),
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.Enum(['integer', 'text', 'real', 'blob']) })),
  key: Type.Array(Type.String()),
  /** Rows to come; progress is measured by them. */
  rows: Type.Integer(),
});

const HeaderSchema = Type.Object({
  format: Type.Literal(FORMAT),
  /** Version of Quarterdeck. */
  version: Type.String(),
  /** Database that it was taken from; it goes into either. */
  engine: Type.Enum(['sqlite', 'postgresql']),
  /** ISO instant. */
  at: Type.String(),
  /** Number of the last batch. */
  watermark: Type.Integer(),
  migrations: Type.Array(Type.Object({ number: Type.Integer(), name: Type.String(), checksum: Type.String() })),
  tables: Type.Array(ShapeSchema),
  /** Content of the key file, without which the same people would get other pseudonyms; null where there was none. */
  pseudonymKey: Type.Union([Type.String(), Type.Null()]),
});
export type Header = Static<typeof HeaderSchema>;

const EndSchema = Type.Object({
  end: Type.Object({
    rows: Type.Record(Type.String(), Type.Integer()),
    /** SHA-256 of the lines of each table, by which a restored database is compared. */
    digests: Type.Record(Type.String(), Type.String()),
    sha256: Type.String(),
  }),
});
export type End = Static<typeof EndSchema>['end'];

export const headerText = (header: Header): string => `${JSON.stringify(header)}\n`;
export const tableLine = (table: string): string => `${JSON.stringify({ table })}\n`;
export const endText = (end: End): string => `${JSON.stringify({ end })}\n`;

export function headerOf(value: unknown): Header | null {
  return Value.Check(HeaderSchema, value) ? value : null;
}
export function endOf(value: unknown): End | null {
  return Value.Check(EndSchema, value) ? value.end : null;
}

/** Of a later format this version knows only that it is one. */
export const isLaterFormat = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  typeof value.format === 'string' &&
  value.format.startsWith('quarterdeck-backup/') &&
  value.format !== FORMAT;

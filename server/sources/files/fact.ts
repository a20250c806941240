import { hash } from 'node:crypto';
import type { FieldValue, Fields } from '../../event/event.ts';
import { eventKey } from '../../event/key.ts';

/** A row that cannot be taken. Thrown inside the mappers only; the reader of a file catches it. */
export class RowFault extends Error {
  readonly reason: string;
  readonly fix: string;
  constructor(reason: string, fix: string) {
    super(reason);
    this.name = 'RowFault';
    this.reason = reason;
    this.fix = fix;
  }
}

export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** A key of what is said: the same words give the same key, wherever they stood. */
export const keyOf = (parts: readonly (string | number | null)[]): string => eventKey(digest, parts);

/** Fields in one order, as parts of a key. */
export const partsOf = (fields: Fields): (string | number | null)[] =>
  Object.keys(fields)
    .sort()
    .flatMap((name) => [name, partOf(fields[name] ?? null)]);

const partOf = (value: FieldValue): string | number | null => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : value.join(',');
};

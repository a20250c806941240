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
export const keyOf = (parts: readonly (string | number | null)[]): string => eventKey(shortDigest, parts);

/** The same of parts that are JSON already. */
export const keyOfText = (text: string): string => shortDigest(text);

type Part = string | number | null;

/** The key of parts, then of fields as `partsOf` gives them, then of more parts. */
export function keyOfFields(before: readonly Part[], fields: Fields, after: readonly Part[]): string {
  const names = Object.keys(fields);
  if (!names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name)) names.sort();
  const parts = [...before];
  for (const name of names) parts.push(name, partOf(fields[name] ?? null));
  parts.push(...after);
  return keyOfText(JSON.stringify(parts));
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS = Array.from({ length: 4_096 }, (_, bits) => `${DIGITS[bits >> 6] ?? ''}${DIGITS[bits & 63] ?? ''}`);

/** The first 12 characters of `digest`, without spelling out the rest: there is one for every event. */
const shortDigest = (text: string): string => {
  const bytes = hash('sha256', text, 'binary');
  let digits = '';
  for (let at = 0; at < 9; at += 3) {
    const bits = (bytes.charCodeAt(at) << 16) | (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
    digits += `${PAIRS[bits >> 12] ?? ''}${PAIRS[bits & 4_095] ?? ''}`;
  }
  return digits;
};

/** Fields in one order, as parts of a key. */
export const partsOf = (fields: Fields): (string | number | null)[] =>
  Object.keys(fields)
    .sort()
    .flatMap((name) => [name, partOf(fields[name] ?? null)]);

const partOf = (value: FieldValue): string | number | null => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : value.join(',');
};

import { StoreError } from './store.ts';

/**
 * Reads a JSON column that this room has written.
 * @param is tells whether it has the shape it was written with
 * @throws StoreError `corrupt`, naming the column
 */
export function fromJson<T>(text: string, is: (value: unknown) => value is T, column: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (is(value)) return value;
  throw new StoreError('corrupt', `The database holds something else than ${column}: ${text.slice(0, 80)}`, 'Restore a backup.');
}

export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((part) => typeof part === 'string');

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

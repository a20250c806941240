import type { Instant } from '../../time/period.ts';

/**
 * What a cursor of ours holds after its version, 1. Null for anything else, which reads as "nothing read yet": reading twice is
 * harmless.
 */
export function readCursorText(text: string | null): readonly unknown[] | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  const [version, ...held] = value as readonly unknown[];
  return version === 1 ? held : null;
}

export const isInstantOrNull = (value: unknown): value is Instant | null => value === null || typeof value === 'number';

/** A structure, or the JSON text of one; null for anything else. */
export function memberOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'string') return isMembers(value) ? value : null;
  try {
    const parsed: unknown = JSON.parse(value);
    return isMembers(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const KEY_LENGTH = 12;

/**
 * The short key of a fact, made of its native parts (row id, revision, column …): the first 12
 * characters of their hash. Unique within an item, where a handful of facts share 48 bits or more.
 * `hash` gives hex or base64url text; it is an argument because this room has no built-ins.
 */
export function eventKey(hash: (text: string) => string, parts: readonly (string | number | null)[]): string {
  // JSON keeps ['a', 'b'] and ['a,b'], 1 and '1', null and '' apart.
  return hash(JSON.stringify(parts)).slice(0, KEY_LENGTH);
}

import type { Instant } from '../../server/time/period.ts';
import { AwsError } from './errors.ts';

/** What a call asks for. Reads members by name, and refuses those of another type as the services do. */
export class Input {
  readonly members: Readonly<Record<string, unknown>>;
  readonly #isText: boolean;
  readonly #invalid: string;
  readonly #path: string;

  /** @param isText numbers and flags come as text: a form, a query string, a path */
  constructor(members: Readonly<Record<string, unknown>>, isText: boolean, invalid: string, path = '') {
    this.members = members;
    this.#isText = isText;
    this.#invalid = invalid;
    this.#path = path;
  }

  /** The same call with other members. */
  with(members: Readonly<Record<string, unknown>>): Input {
    return new Input(members, this.#isText, this.#invalid, this.#path);
  }

  has(key: string): boolean {
    return this.#value(key) !== null;
  }

  text(key: string): string | null {
    const value = this.#value(key);
    if (value === null || typeof value === 'string') return value;
    throw this.#mistyped(key, 'a string');
  }

  requiredText(key: string): string {
    const text = this.text(key);
    if (text === null) throw this.refuse(key, 'Member must not be null');
    if (text === '') throw this.refuse(key, 'Member must have length greater than or equal to 1', '');
    return text;
  }

  /** One of a closed list, or null. */
  choice<Name extends string>(key: string, names: readonly Name[]): Name | null {
    const text = this.text(key);
    const name = names.find((each) => each === text);
    if (text !== null && name === undefined)
      throw this.refuse(key, `Member must satisfy enum value set: [${names.join(', ')}]`, text);
    return name ?? null;
  }

  /** A whole number from `least` to `most`, or null. */
  integer(key: string, least: number, most: number): number | null {
    const number = this.number(key);
    if (number === null) return null;
    if (!Number.isInteger(number)) throw this.#mistyped(key, 'an integer');
    if (number < least) throw this.refuse(key, `Member must have value greater than or equal to ${least}`, String(number));
    if (number > most) throw this.refuse(key, `Member must have value less than or equal to ${most}`, String(number));
    return number;
  }

  number(key: string): number | null {
    const value = this.#value(key);
    if (value === null || typeof value === 'number') return value;
    if (this.#isText && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
    throw this.#mistyped(key, 'a number');
  }

  flag(key: string): boolean | null {
    const value = this.#value(key);
    if (value === null || typeof value === 'boolean') return value;
    if (this.#isText && (value === 'true' || value === 'false')) return value === 'true';
    throw this.#mistyped(key, 'a boolean');
  }

  /** Seconds in JSON, ISO 8601 in forms and query strings. */
  instant(key: string): Instant | null {
    const value = this.#value(key);
    if (value === null) return null;
    if (typeof value === 'number') return Math.round(value * 1000);
    const at = this.#isText && typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at)) throw this.#mistyped(key, 'a timestamp');
    return at;
  }

  requiredInstant(key: string): Instant {
    const at = this.instant(key);
    if (at === null) throw this.refuse(key, 'Member must not be null');
    return at;
  }

  texts(key: string): string[] {
    return this.#list(key).map((value) => {
      if (typeof value !== 'string') throw this.#mistyped(key, 'a list of strings');
      return value;
    });
  }

  child(key: string): Input | null {
    const value = this.#value(key);
    return value === null ? null : this.#inputOf(key, value);
  }

  children(key: string): Input[] {
    return this.#list(key).map((value, index) => this.#inputOf(`${key}.${index + 1}.member`, value));
  }

  /** Refuses a member in the words of a validation. */
  refuse(key: string, constraint: string, value: string | null = null): AwsError {
    return new AwsError(
      this.#invalid,
      `1 validation error detected: Value ${value === null ? 'null' : `'${value}'`} at '${this.#path}${key}' failed to satisfy constraint: ${constraint}`,
    );
  }

  #value(key: string): unknown {
    return Object.hasOwn(this.members, key) ? (this.members[key] ?? null) : null;
  }

  #list(key: string): readonly unknown[] {
    const value = this.#value(key);
    if (value === null || value === '') return [];
    if (Array.isArray(value)) return value;
    // A query string that names it once.
    if (this.#isText && typeof value === 'string') return [value];
    throw this.#mistyped(key, 'a list');
  }

  #inputOf(key: string, value: unknown): Input {
    if (!isMembers(value)) throw this.#mistyped(key, 'a structure');
    return new Input(value, this.#isText, this.#invalid, `${this.#path}${key}.`);
  }

  #mistyped(key: string, wanted: string): AwsError {
    return new AwsError(
      this.#isText ? 'MalformedInput' : 'SerializationException',
      `'${this.#path}${key}' can not be converted to ${wanted}`,
    );
  }
}

export const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import type { DocumentPath } from '../kpi/document.ts';
import { parseDuration } from '../time/duration.ts';
import { suggestion } from '../kpi/spelling.ts';

/** Takes note of something wrong at a place of the document. `at: 'key'` points at the key, not its value. */
export type Report = (path: DocumentPath, message: string, fix: string | null, at?: 'key' | 'value') => void;

/**
 * One mapping of sources.yaml, read key by key. A method returns null for a key that is absent, and
 * also for one that is wrong, after it reported what is wrong: readers go on and find the next fault.
 */
export class Settings {
  readonly path: DocumentPath;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #report: Report;

  constructor(value: object, path: DocumentPath, report: Report) {
    this.#values = new Map(Object.entries(value));
    this.path = path;
    this.#report = report;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  raw(key: string): unknown {
    return this.#values.get(key);
  }

  /** Reports a fault of the value of a key (of the whole section where `key` is null). */
  fault(key: string | null, message: string, fix: string | null): null {
    this.#report(key === null ? this.path : [...this.path, key], message, fix);
    return null;
  }

  /** Reports every key that is not in the list, with the one that was probably meant. */
  expect(known: readonly string[]): void {
    for (const key of this.#values.keys()) {
      if (!known.includes(key))
        this.#report([...this.path, key], `there is no setting '${key}' here`, suggestion(key, known), 'key');
    }
  }

  /** Text; a number or flag is taken as it is written (`id: 42`). */
  text(key: string): string | null {
    if (!this.#values.has(key)) return null;
    const value = textOf(this.#values.get(key));
    if (value === null || value === '') return this.fault(key, 'this must be text', `Write '${key}: some text'`);
    return value;
  }

  requiredText(key: string, fix: string): string | null {
    if (this.#values.has(key)) return this.text(key);
    return this.fault(null, `'${key}' is missing`, fix);
  }

  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | null {
    const value = this.text(key);
    if (value === null) return null;
    const found = words.find((word) => word === value);
    return found ?? this.fault(key, `'${value}' is not one of the words for '${key}'`, suggestion(value, words));
  }

  /** A whole number of at least `minimum`. */
  wholeNumber(key: string, minimum: number): number | null {
    if (!this.#values.has(key)) return null;
    const value = this.#values.get(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
    return this.fault(key, 'this must be a whole number', `Write a number, ${minimum} or more, without quotes`);
  }

  /** Milliseconds. */
  duration(key: string): number | null {
    const text = this.text(key);
    if (text === null) return null;
    const value = parseDuration(text);
    if (value !== null && value > 0) return value;
    return this.fault(key, `'${text}' is not a length of time`, 'Write it as 26 hours, 90 minutes or 3 days');
  }

  /** One text or a list of texts, as a list; null words (`null`, `~`) become the text `null`. */
  texts(key: string): string[] | null {
    if (!this.#values.has(key)) return null;
    const value = this.#values.get(key);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const texts: string[] = [];
    for (const [index, part] of list.entries()) {
      const text = part === null ? 'null' : textOf(part);
      if (text === null) this.#report([...this.path, key, index], 'this must be text', 'Write one plain word or number');
      else texts.push(text);
    }
    return texts.length === list.length ? texts : null;
  }

  section(key: string): Settings | null {
    if (!this.#values.has(key)) return null;
    const value = this.#values.get(key);
    if (isSection(value)) return new Settings(value, [...this.path, key], this.#report);
    return this.fault(key, "this must be a list of 'name: value' lines", `Write them indented below '${key}:'`);
  }

  /** A list of sections. */
  sections(key: string): Settings[] | null {
    if (!this.#values.has(key)) return null;
    const value = this.#values.get(key);
    if (!Array.isArray(value) || value.length === 0) {
      return this.fault(key, 'this must be a list with at least one entry', `Start each entry below '${key}:' with a dash`);
    }
    const found: Settings[] = [];
    for (const [index, part] of value.entries()) {
      const path = [...this.path, key, index];
      if (isSection(part)) found.push(new Settings(part, path, this.#report));
      else this.#report(path, "this must be 'name: value' lines", "Write '- name: value', further lines indented below it");
    }
    return found;
  }
}

export const isSection = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Plain text of a scalar, or null where there is none. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

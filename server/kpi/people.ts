import type { Codes, ItemColumns } from '../event/columns.ts';
import { KINDS, type Kind } from '../event/kinds.ts';

/** One numbering of the people whom several columns name, from 0. */
export class People {
  readonly #numbers = new Map<string, number>();
  /** How many numbers are given. */
  length = 0;

  /** The people of a column. */
  named(codes: Codes | undefined): PersonColumn {
    const numbers = Int32Array.from(codes?.dictionary ?? [], (name) => {
      let number = this.#numbers.get(name);
      if (number === undefined) {
        number = this.length;
        this.#numbers.set(name, number);
        this.length += 1;
      }
      return number;
    });
    return new PersonColumn(codes?.codes ?? new Int32Array(0), numbers, -1);
  }

  /**
   * The people that items of a kind speak of. An answer without a name is one person's: a survey asks each
   * person once in its round.
   */
  in({ kind, codes, length }: ItemColumns): PersonColumn {
    const field = personField(kind);
    const own = this.named(field === null ? undefined : codes[field]);
    if (kind !== 'feedback') return own;
    const unnamed = this.length;
    this.length += length;
    return new PersonColumn(own.codes, own.numbers, unnamed);
  }
}

/** Tells the person of a row. */
export class PersonColumn {
  readonly codes: Int32Array;
  /** By code. */
  readonly numbers: Int32Array;
  /** The number of whoever is not named in row 0, the next for row 1; -1 where they are nobody. */
  readonly #unnamed: number;

  constructor(codes: Int32Array, numbers: Int32Array, unnamed: number) {
    this.codes = codes;
    this.numbers = numbers;
    this.#unnamed = unnamed;
  }

  /** Their number; -1 for nobody. */
  at(row: number): number {
    const code = this.codes[row] ?? -1;
    if (code >= 0) return this.numbers[code] ?? -1;
    return this.#unnamed < 0 ? -1 : this.#unnamed + row;
  }
}

const personField = (kind: Kind): string | null =>
  Object.entries(KINDS[kind].fields).find(([, type]) => type === 'person')?.[0] ?? null;

import type { Statistic } from './level-points.ts';
import { extremeOf, summarise, sumOf } from './summary.ts';

/** Below this many values, moving them into place one by one is quicker than calling a sort. */
const FEW = 24;

/**
 * Several values of one timestamp as one, whatever order they came in: sums, first and last go by
 * dimensions and then by value, so that adding up fractions rounds the same way every time.
 * One is used for many timestamps; its arrays grow to the most that ever stood together.
 */
export class Group {
  #length = 0;
  #ranks = new Int32Array(16);
  #values = new Float64Array(16);

  clear(): void {
    this.#length = 0;
  }

  /** `rank`: where its dimensions stand among all, ascending. */
  push(rank: number, value: number): void {
    const index = this.#length;
    if (index === this.#values.length) this.#grow();
    this.#ranks[index] = rank;
    this.#values[index] = value;
    this.#length = index + 1;
  }

  /** Of at least one value. Changes the order they stand in. */
  value(statistic: Statistic): number {
    const values = this.#values;
    const length = this.#length;
    switch (statistic) {
      case 'sum':
        this.#orderByRank();
        return sumOf(values, length);
      case 'first':
        this.#orderByRank();
        return values[0] ?? Number.NaN;
      case 'last':
        this.#orderByRank();
        return values[length - 1] ?? Number.NaN;
      case 'max':
      case 'min':
        return extremeOf(values, statistic, length) ?? Number.NaN;
      default:
        return summarise(ascending(values.subarray(0, length)), statistic) ?? Number.NaN;
    }
  }

  #orderByRank(): void {
    const ranks = this.#ranks;
    const values = this.#values;
    for (let index = 1; index < this.#length; index += 1) {
      const rank = ranks[index] ?? 0;
      const value = values[index] ?? 0;
      let place = index;
      for (; place > 0; place -= 1) {
        const before = ranks[place - 1] ?? 0;
        if (before < rank || (before === rank && (values[place - 1] ?? 0) <= value)) break;
        ranks[place] = before;
        values[place] = values[place - 1] ?? 0;
      }
      ranks[place] = rank;
      values[place] = value;
    }
  }

  #grow(): void {
    const ranks = new Int32Array(this.#ranks.length * 2);
    const values = new Float64Array(this.#values.length * 2);
    ranks.set(this.#ranks);
    values.set(this.#values);
    this.#ranks = ranks;
    this.#values = values;
  }
}

/** Sorts in place. */
const ascending = (values: Float64Array): Float64Array => {
  if (values.length > FEW) return values.sort();
  for (let index = 1; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    let place = index;
    for (; place > 0 && (values[place - 1] ?? 0) > value; place -= 1) values[place] = values[place - 1] ?? 0;
    values[place] = value;
  }
  return values;
};

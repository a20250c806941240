import { sortIntoBuckets, type Buckets } from './buckets.ts';
import { wholeOf, type Collected } from './collected.ts';
import type { Bucket } from './item-pass.ts';
import type { Exclusion } from './measurement.ts';
import type { Found, Sums } from './sums.ts';
import type { Values } from './value-log.ts';

const NONE: readonly Exclusion[] = [];

/**
 * What a finished pass found in one scope and period after another. One object moves over all buckets, of which there may
 * be many thousand.
 */
export class BucketWindow {
  readonly bucket: Bucket;
  readonly #moved: Moved;
  readonly #sums: Sums;
  readonly #periods: number;
  /** Why something was left out, in alphabetical order, so that it does not matter which was met first. */
  readonly #reasons: readonly { readonly reason: string; readonly index: number }[];

  /** @throws Error where the pass has no sums */
  constructor(made: Collected) {
    const { sums, entries, cuts, reasons } = made.pass;
    if (sums === null) throw new Error('a pass without sums has no buckets');
    this.#sums = sums;
    this.#periods = cuts.periods.length;
    this.bucket = this.#moved = new Moved(sums, cuts.periods.length, () =>
      sortIntoBuckets(entries, cuts, made.table.scopes.length, wholeOf(made)),
    );
    const named = reasons.map((reason, index) => ({ reason, index })).slice(1);
    this.#reasons = named.sort((one, other) => (one.reason < other.reason ? -1 : 1));
  }

  /** Puts it over a scope (by its index) and a period. */
  move(scope: number, period: number): void {
    const moved = this.#moved;
    moved.scope = scope;
    moved.period = period;
    moved.index = scope * this.#periods + period;
    this.#sums.read(scope, period, moved);
  }

  /** Of the bucket it is over. */
  exclusions(): readonly Exclusion[] {
    const { scope, period } = this.#moved;
    let exclusions: Exclusion[] | null = null;
    for (const { reason, index } of this.#reasons) {
      const count = this.#sums.leftOut(scope, period, index);
      if (count > 0) (exclusions ??= []).push({ reason, count });
    }
    return exclusions ?? NONE;
  }
}

class Moved implements Found, Bucket {
  scope = 0;
  period = 0;
  index = 0;
  count = 0;
  total = 0;
  besideTotal = 0;
  oldest = Number.POSITIVE_INFINITY;
  readonly #sums: Sums;
  readonly #periods: number;
  readonly #sort: () => Buckets;
  #buckets: Buckets | null = null;

  constructor(sums: Sums, periods: number, sort: () => Buckets) {
    this.#sums = sums;
    this.#periods = periods;
    this.#sort = sort;
  }

  values(): Values {
    return this.#sums.values(this.scope, this.period);
  }

  besideValues(): Values {
    return this.#sums.besideValues(this.scope, this.period);
  }

  members(): Int32Array {
    this.#buckets ??= this.#sort();
    const { start, members } = this.#buckets;
    const at = this.scope * this.#periods + this.period;
    return members.subarray(start[at], start[at + 1]);
  }
}

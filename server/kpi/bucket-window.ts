import { sortIntoBuckets, type Buckets } from './buckets.ts';
import { wholeOf, type Collected } from './collected.ts';
import type { Bucket } from './item-pass.ts';
import type { Exclusion } from './measurement.ts';
import type { Found, Sums } from './sums.ts';
import type { Values } from './value-log.ts';

/** What a finished pass found in one scope and period after another. */
export interface BucketWindow {
  readonly bucket: Bucket;
  /** Puts it over a scope (by its index) and a period. */
  move(scope: number, period: number): void;
  /** Of the bucket it is over, in alphabetical order, so that it does not matter which was met first. */
  exclusions(): readonly Exclusion[];
}

const NONE: readonly Exclusion[] = [];

/** One object moves over all buckets, of which there may be many thousand. */
export const windowOver = (made: Collected): BucketWindow => {
  const { sums, entries, cuts, reasons } = made.pass;
  if (sums === null) throw new Error('a pass without sums has no buckets');
  const bucket = new Moved(sums, cuts.periods.length, () =>
    sortIntoBuckets(entries, cuts, made.table.scopes.length, wholeOf(made)),
  );
  const named = reasons.map((reason, index) => ({ reason, index })).slice(1);
  named.sort((one, other) => (one.reason < other.reason ? -1 : 1));
  return {
    bucket,
    move(scope, period) {
      bucket.scope = scope;
      bucket.period = period;
      bucket.index = scope * cuts.periods.length + period;
      sums.read(scope, period, bucket);
    },
    exclusions() {
      let exclusions = NONE;
      for (const { reason, index } of named) {
        const count = sums.leftOut(bucket.scope, bucket.period, index);
        if (count > 0) exclusions = [...exclusions, { reason, count }];
      }
      return exclusions;
    },
  };
};

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

import { judgedAt, none, some, type Bucket, type Finished, type ItemMeasure, type ItemPass } from './item-pass.ts';
import { collectDurations, type Duration } from './find-durations.ts';
import { summariesOf, summarise } from './summary.ts';

/**
 * Time from one instant to another, in seconds. An item is counted, or left out with a reason, in the
 * period of its `counted_in` instant, or, where it never reached that, in the period it was closed out.
 * Until then it is "still open" as of the end of every period since it began; it is never given "now"
 * as an end. An item without the first instant is outside the population.
 */
export const durationMeasure = (measure: Duration, alsoShow: readonly string[]): ItemMeasure =>
  new DurationMeasure(measure, alsoShow);

class DurationMeasure implements ItemMeasure {
  readonly needs: ItemMeasure['needs'];
  readonly #measure: Duration;
  /** What is shown, the value first. */
  readonly #names: readonly string[];
  readonly #withHarm: boolean;

  constructor(measure: Duration, alsoShow: readonly string[]) {
    this.#measure = measure;
    this.#names = [measure.summarise, ...alsoShow];
    this.#withHarm = alsoShow.includes(TIME_IN_HARM);
    this.needs = { values: true, oldest: true, ...(this.#withHarm ? { beside: 'values' } : {}) };
  }

  collect(pass: ItemPass): void {
    collectDurations(pass, this.#measure, this.#withHarm);
  }

  finish(pass: ItemPass, bucket: Bucket): Finished {
    const names = this.#names;
    const found = summariesOf(bucket.values(), names, bucket.total);
    const also: Record<string, number | null> = {};
    for (let index = 1; index < names.length; index += 1) {
      const name = names[index] ?? '';
      also[name] = name === TIME_IN_HARM ? timeInHarm(bucket, this.#measure.summarise) : (found[index] ?? null);
    }
    if (bucket.oldest !== Number.POSITIVE_INFINITY)
      also['oldest open'] = judgedAt(pass, pass.cuts.asOfPeriod[bucket.period] ?? 0) - bucket.oldest;
    return bucket.count === 0 ? none('none to measure', also) : some(found[0] ?? null, also);
  }
}

const TIME_IN_HARM = 'time in harm';

/** The sums of open stretches of the items that were counted, summarised as their durations are; null where none is known. */
const timeInHarm = (bucket: Bucket, name: Duration['summarise']): number | null => {
  const known = bucket.besideValues().filter((seconds) => !Number.isNaN(seconds));
  return summarise(known.sort(), name);
};

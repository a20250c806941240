import type { Evaluated } from '../../../server/kpi/world.ts';

/** All that is said of numbers but what they were made from, to be held against others. */
export const numbersOf = (all: readonly Evaluated[]): unknown =>
  all.map(({ kpi, scope, period, value, emptiness, count, exclusions, also }) => ({
    kpi,
    scope,
    period,
    value,
    emptiness,
    count,
    exclusions,
    also,
  }));

/** All that is said of them, their digests too. */
export const told = (all: readonly Evaluated[]): unknown => [numbersOf(all), all.map(({ digest }) => digest)];

/** What came out of several runs. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}

/** Milliseconds that something takes, and what it gives. */
export async function timed<T>(run: () => T | Promise<T>): Promise<{ readonly ms: number; readonly given: T }> {
  const startedAt = performance.now();
  const given = await run();
  return { ms: performance.now() - startedAt, given };
}

/** Something was measured; `holds` is null where no figure is wanted. */
export interface Row {
  readonly what: string;
  readonly spread: Spread;
  /** `ms`, `×`, `events/s`, … */
  readonly unit: string;
  /** `at most 0.8`; empty where no figure is wanted. */
  readonly wanted: string;
  readonly holds: boolean | null;
  /** Whether the figure is one of the full size alone: of few rows other things cost more. */
  readonly isOfFullSize: boolean;
}

export const printed = (what: string, values: readonly number[], unit: string): Row => ({
  what,
  spread: spreadOf(values),
  unit,
  wanted: '',
  holds: null,
  isOfFullSize: false,
});

/** A figure: the median of what was measured is held against it. */
export function wanted(
  what: string,
  values: readonly number[],
  unit: string,
  bound: { readonly atMost?: number; readonly atLeast?: number; readonly isOfFullSize?: boolean },
): Row {
  const spread = spreadOf(values);
  const { atMost = Infinity, atLeast = -Infinity } = bound;
  return {
    what,
    spread,
    unit,
    wanted: bound.atMost === undefined ? `at least ${threeDigits(atLeast)}` : `at most ${threeDigits(atMost)}`,
    holds: spread.median <= atMost && spread.median >= atLeast,
    isOfFullSize: bound.isOfFullSize === true,
  };
}

const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** What a smaller size says of the figures of the full one: nothing. */
export const unjudged = (row: Row): Row =>
  row.isOfFullSize ? { ...row, wanted: `(${row.wanted}, full size)`, holds: null } : row;

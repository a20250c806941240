/** A value read from counts by bucket, which say what it lies between, and a value of any other kind, which is known. */
export interface MaybeBounded {
  readonly value: number | null;
  readonly also?: Readonly<Record<string, number | null>>;
}

interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** What a value lies between; null where it is known exactly. */
export function boundsOf({ value, also = {} }: MaybeBounded): Bounds | null {
  if (value === null || also['at most'] === undefined) return null;
  const { 'at least': atLeast, 'at most': atMost } = also;
  if (atLeast === atMost && atLeast !== null) return null;
  return { atLeast: atLeast ?? -Infinity, atMost: atMost ?? Infinity };
}

/** Whether a value lies above all that was told apart: how far, nobody knows. */
export const isOpenEnded = (outcome: MaybeBounded): boolean => boundsOf(outcome)?.atMost === Infinity;

/** `above 1,000 ms`, `420 ms (between 250 ms and 500 ms)`, `60 ms (at most 100 ms)`; as it is where it is known exactly. */
export function withBounds(outcome: MaybeBounded, write: (value: number) => string): string {
  const text = write(outcome.value ?? 0);
  const bounds = boundsOf(outcome);
  if (bounds === null) return text;
  const { atLeast, atMost } = bounds;
  if (atMost === Infinity) return `above ${text}`;
  return `${text} (${atLeast === -Infinity ? `at most ${write(atMost)}` : `between ${write(atLeast)} and ${write(atMost)}`})`;
}

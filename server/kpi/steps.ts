/** Moments in ascending order, with a table that tells of any second nearly where it lies among them. */
export interface Steps {
  /** Those that columns of seconds can hold, or which lie before. All here is in 32 bits, which is asked for every row. */
  readonly at: Int32Array;
  /** What the table begins at, and the seconds of one entry as a power of two. */
  readonly base: number;
  readonly shift: number;
  /** Index of the last moment not after the beginning of each entry. */
  readonly table: Int32Array;
}

/** About 18 hours: no two bounds of periods are nearer, so that hardly any search is left. */
const FINEST = 16;
const LARGEST_TABLE = 65_536;
/** What columns of seconds can hold. */
export const LEAST = -2147483648;
export const GREATEST = 2147483647;

/** `moments`: seconds, ascending and distinct. */
export const stepsOf = (moments: Float64Array): Steps => {
  const at = Int32Array.from(
    moments.filter((second) => second <= GREATEST),
    (second) => Math.max(second, LEAST),
  );
  const base = at[0] ?? GREATEST;
  const reach = (at.at(-1) ?? base) - base;
  let shift = FINEST;
  while (reach / 2 ** shift >= LARGEST_TABLE) shift += 1;
  // Without moments there is nothing to begin at.
  const table = new Int32Array(at.length === 0 ? 0 : Math.floor(reach / 2 ** shift) + 1);
  let index = 0;
  for (let entry = 0; entry < table.length; entry += 1) {
    while ((at[index + 1] ?? Infinity) <= base + entry * 2 ** shift) index += 1;
    table[entry] = index;
  }
  return { at, base, shift, table };
};

/** Index of the last moment that is not after a second of a column; -1 where all are. */
export const stepAt = ({ at, table, base, shift }: Steps, second: number): number => stepIn(at, table, base, shift, second);

/** The same of what steps are made of, for loops that hold it in names of their own. */
export const stepIn = (at: Int32Array, table: Int32Array, base: number, shift: number, second: number): number => {
  if (second < base) return -1;
  const entry = (second - base) >>> shift;
  let index = entry < table.length ? (table[entry] ?? 0) : at.length - 1;
  while (index + 1 < at.length && (at[index + 1] ?? 0) <= second) index += 1;
  return index;
};

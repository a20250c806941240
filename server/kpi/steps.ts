/** Moments in ascending order, with a table that tells of any second nearly where it lies among them. */
export interface Steps {
  readonly at: Float64Array;
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
const LEAST = -2147483648;
const GREATEST = 2147483647;

/** `at`: seconds, ascending and distinct. */
export const stepsOf = (at: Float64Array): Steps => {
  const base = Math.max(at[0] ?? Infinity, LEAST);
  const top = Math.min(at.at(-1) ?? LEAST, GREATEST);
  const reach = Math.max(0, top - base);
  let shift = FINEST;
  while (reach / 2 ** shift >= LARGEST_TABLE) shift += 1;
  const table = new Int32Array(at.length === 0 ? 0 : Math.floor(reach / 2 ** shift) + 1);
  let index = 0;
  for (let entry = 0; entry < table.length; entry += 1) {
    while ((at[index + 1] ?? Infinity) <= base + entry * 2 ** shift) index += 1;
    table[entry] = index;
  }
  return { at, base, shift, table };
};

/** Index of the last moment that is not after a second of a column; -1 where all are. */
export const stepAt = (steps: Steps, second: number): number => {
  const { at, base, table } = steps;
  if (!(second >= base)) return -1;
  const last = at.length - 1;
  const entry = (second - base) >>> steps.shift;
  if (entry >= table.length) return last;
  let index = table[entry] ?? last;
  while (index < last && (at[index + 1] ?? 0) <= second) index += 1;
  return index;
};

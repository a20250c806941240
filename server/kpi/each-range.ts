/** Rows that are looked at in one go. */
export const AT_ONCE = 16_384;

/**
 * Calls back for all rows of ranges, some at a time. A function that is called often is compiled as a whole; one loop
 * over millions of rows, or in a loop over parts, would leave its compiled code again and again. For the same reason
 * `visit` only calls what stands for itself: a function that is made for one evaluation is compiled for that one alone.
 */
export const eachRange = (ranges: Int32Array, visit: (first: number, end: number) => void): void => {
  for (let range = 0; range < ranges.length; range += 2) {
    const end = ranges[range + 1] ?? 0;
    for (let first = ranges[range] ?? 0; first < end; first += AT_ONCE) visit(first, Math.min(end, first + AT_ONCE));
  }
};

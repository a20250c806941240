/** Where and when something happened, and whom a number about it speaks of. */
export interface Cell {
  readonly people: ReadonlySet<string>;
}

/** Prime, and small enough that products stay exact. */
const PRIME = 1_000_003;

/**
 * Up to four people whom somebody could single out who adds and subtracts known sums as they like; null
 * where nobody can. Each known sum is given by the cells it is over. Two ways: what is left of one when
 * another within it is taken away (cells that hold nobody may be left, too); and any combination that
 * speaks of no cell but a group's, which there is exactly where leaving these cells out lowers the rank of
 * the sums. Nobody is taken to know which cells hold nobody. Groups are those of cells, or two or three together.
 */
export const singledOut = (cells: readonly Cell[], known: readonly (readonly boolean[])[]): string[] | null => {
  const sums = [...new Map(known.map((sum) => [sum.map(Number).join(''), sum])).values()];
  for (const sum of [[], ...sums]) {
    for (const other of sums) {
      if (sum.some((isIn, cell) => isIn && other[cell] !== true)) continue;
      const left = other.map((isIn, cell) => isIn && sum[cell] !== true);
      const people = new Set(cells.flatMap((cell, index) => (left[index] === true ? [...cell.people] : [])));
      if (people.size > 0 && people.size < 5) return [...people];
    }
  }
  const whole = rankOf(sums.map((sum) => sum.map(Number)));
  for (const group of groupsOf(cells)) {
    const isWithin = cells.map(({ people }) => people.size > 0 && [...people].every((person) => group.has(person)));
    const rest = sums.map((sum) => sum.flatMap((isIn, cell) => (isWithin[cell] === true ? [] : [Number(isIn)])));
    if (rankOf(rest) < whole) return [...group];
  }
  return null;
};

/** The same of somebody who knows when whom was on call, as everybody may: where nobody was, nothing is hidden. */
export const singledOutByRota = (cells: readonly Cell[], known: readonly (readonly boolean[])[]): string[] | null =>
  singledOut(
    cells.filter(({ people }) => people.size > 0),
    known.map((sum) => sum.filter((_, cell) => (cells[cell]?.people.size ?? 0) > 0)),
  );

const groupsOf = (cells: readonly Cell[]): ReadonlySet<string>[] => {
  const small = distinct(cells.map(({ people }) => people));
  const pairs = distinct(small.flatMap((one) => small.map((other) => new Set([...one, ...other]))));
  return distinct(pairs.flatMap((pair) => small.map((one) => new Set([...pair, ...one]))));
};

const distinct = (groups: readonly ReadonlySet<string>[]): ReadonlySet<string>[] => [
  ...new Map(groups.filter(({ size }) => size > 0 && size < 5).map((group) => [[...group].sort().join(' '), group])).values(),
];

/** Rank of a matrix of whole numbers, modulo a prime. */
const rankOf = (matrix: readonly (readonly number[])[]): number => {
  const rows = matrix.map((row) => [...row]);
  const width = rows[0]?.length ?? 0;
  let rank = 0;
  for (let column = 0; column < width && rank < rows.length; column += 1) {
    const found = rows.findIndex((row, index) => index >= rank && row[column] !== 0);
    const pivot = rows[found];
    if (pivot === undefined) continue;
    rows[found] = rows[rank] ?? pivot;
    rows[rank] = pivot;
    const inverse = powerOf(pivot[column] ?? 1, PRIME - 2);
    for (let index = rank + 1; index < rows.length; index += 1) {
      const row = rows[index] ?? [];
      const factor = ((row[column] ?? 0) * inverse) % PRIME;
      if (factor === 0) continue;
      for (let at = column; at < width; at += 1) row[at] = ((row[at] ?? 0) + (PRIME - factor) * (pivot[at] ?? 0)) % PRIME;
    }
    rank += 1;
  }
  return rank;
};

const powerOf = (base: number, exponent: number): number => {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2), square = (square * square) % PRIME)
    if (rest % 2 === 1) result = (result * square) % PRIME;
  return result;
};

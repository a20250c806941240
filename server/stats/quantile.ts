/**
 * The p-quantile, interpolated as type 7 of Hyndman and Fan (1996), the default of R and NumPy:
 * position (n − 1) × p. Same unit as the values, which need not be sorted and are not changed.
 * Null for no values. Values must be finite; `p` lies in 0 to 1, else a RangeError.
 */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** As `quantile`, of values that ascend already: sorted once, they answer many such questions without a copy. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  const position = positionOf(sorted.length, p);
  const below = Math.floor(position);
  const low = sorted[below];
  if (low === undefined) return null;
  const high = sorted[below + 1] ?? low;
  return low + (position - below) * (high - low);
}

/**
 * The quantiles of several shares, ascending, by selection: the values are put in another order, and
 * none is sorted that need not be. Each is found among those above the one before it.
 */
export function quantilesOf(values: Float64Array | Int32Array, shares: readonly number[]): (number | null)[] {
  if (values instanceof Int32Array && values.length >= MANY) {
    const found = quantilesByBins(values, shares);
    if (found !== null) return found;
  }
  let from = 0;
  return shares.map((p) => {
    const position = positionOf(values.length, p);
    if (values.length === 0) return null;
    const below = Math.floor(position);
    const low = values instanceof Int32Array ? selectWhole(values, below, from) : select(values, below, from);
    from = below;
    // Plus nothing, as below, because -0 then becomes 0.
    if (position === below) return low + 0;
    return low + (position - below) * (leastFrom(values, below + 1) - low);
  });
}

function positionOf(length: number, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile lies in 0 to 1, got ${p}`);
  return (length - 1) * p;
}

/** From so many on it is quicker to count them by size before any is compared. */
const MANY = 40;

/** So many of them are put in order by insertion. */
const FEW_NEAR = 48;

/** Bins of a doubling: from 8 on each is an eighth of one, below they are single numbers, and one more holds what is below 0. */
const BINS = 256;
const countOf = new Int32Array(BINS);
/** 1 for bins that a quantile lies in. */
const isWanted = new Uint8Array(BINS);
/** Values of those bins, and room for one more. */
let chosen = new Int32Array(64);

const binOf = (value: number): number => {
  if (value < 8) return value < 0 ? 0 : value + 1;
  const doublings = 31 - Math.clz32(value);
  return 8 * doublings - 15 + ((value >>> (doublings - 3)) & 7);
};

/**
 * As `quantilesOf`, for whole numbers below 2^30: counted by size, so that of most of them it is known on which side they
 * lie, and those near a quantile alone are put in order. Null where that would be most of them.
 */
function quantilesByBins(values: Int32Array, shares: readonly number[]): (number | null)[] | null {
  const { length } = values;
  countOf.fill(0);
  for (let index = 0; index < length; index += 1) {
    const bin = binOf(values[index] ?? 0);
    countOf[bin] = (countOf[bin] ?? 0) + 1;
  }
  // Positions ascend, and so do their bins.
  let [bin, before, wanted, passed] = [0, 0, 0, 0];
  isWanted.fill(0);
  const places: number[] = [];
  for (const p of shares) {
    const below = Math.floor(positionOf(length, p));
    for (const rank of [below, Math.min(below + 1, length - 1)]) {
      for (; before + (countOf[bin] ?? 0) <= rank; bin += 1) {
        before += countOf[bin] ?? 0;
        if (isWanted[bin] === 1) passed = wanted;
      }
      if (isWanted[bin] === 0) wanted += countOf[bin] ?? 0;
      isWanted[bin] = 1;
      places.push(passed + rank - before);
    }
  }
  if (wanted > length / 2) return null;
  if (wanted >= chosen.length) chosen = new Int32Array(2 * wanted);
  let next = 0;
  for (let index = 0; index < length; index += 1) {
    const value = values[index] ?? 0;
    chosen[next] = value;
    next += isWanted[binOf(value)] ?? 0;
  }
  if (wanted <= FEW_NEAR) inOrder(chosen, 0, wanted - 1);
  else chosen.subarray(0, wanted).sort();
  return shares.map((p, index) => {
    const position = positionOf(length, p);
    const low = chosen[places[2 * index] ?? 0] ?? 0;
    const high = chosen[places[2 * index + 1] ?? 0] ?? 0;
    return low + (position - Math.floor(position)) * (high - low);
  });
}

/** Puts those from `low` to `high` in order, by insertion. */
const inOrder = (values: Int32Array, low: number, high: number): void => {
  for (let next = low + 1; next <= high; next += 1) {
    const held = values[next] ?? 0;
    let place = next;
    for (; place > low && (values[place - 1] ?? 0) > held; place -= 1) values[place] = values[place - 1] ?? 0;
    values[place] = held;
  }
};

/** Fewer are put in order one by one. */
const FEW = 12;

/**
 * Hoare's selection (C. A. R. Hoare, Algorithm 65: Find, 1961) with the median of three as pivot: the value that
 * would stand at `index` if those from `from` on ascended. Afterwards it does stand there, with none above it before
 * it and none below it after it. All before `from` must not be above the others.
 */
export function select(values: Float64Array, index: number, from = 0): number {
  let low = from;
  let high = values.length - 1;
  // Values laid out against the pivots would take a time that grows with their square; they are sorted instead.
  for (let left = 2 * (32 - Math.clz32(values.length)); high - low >= FEW; left -= 1) {
    if (left === 0) {
      values.subarray(low, high + 1).sort();
      return values[index] ?? Number.NaN;
    }
    const pivot = medianOfThree(values[low] ?? 0, values[(low + high) >>> 1] ?? 0, values[high] ?? 0);
    let up = low;
    let down = high;
    while (up <= down) {
      while ((values[up] ?? 0) < pivot) up += 1;
      while ((values[down] ?? 0) > pivot) down -= 1;
      if (up > down) break;
      const held = values[up] ?? 0;
      values[up] = values[down] ?? 0;
      values[down] = held;
      up += 1;
      down -= 1;
    }
    if (index <= down) high = down;
    else if (index >= up) low = up;
    else return pivot;
  }
  for (let next = low + 1; next <= high; next += 1) {
    const held = values[next] ?? 0;
    let place = next;
    for (; place > low && (values[place - 1] ?? 0) > held; place -= 1) values[place] = values[place - 1] ?? 0;
    values[place] = held;
  }
  return values[index] ?? Number.NaN;
}

/**
 * As `select`, for whole numbers from -2^30 up to 2^30 - 1, which differ by what 32 bits hold. Every value is swapped, and
 * the sign of its difference from the pivot says whether the next place moves: no branch depends on the values, which a
 * processor could only guess.
 */
export function selectWhole(values: Int32Array, index: number, from = 0): number {
  let low = from;
  let high = values.length - 1;
  for (let left = 2 * (32 - Math.clz32(values.length)); high - low >= FEW; left -= 1) {
    if (left === 0) {
      values.subarray(low, high + 1).sort();
      return values[index] ?? 0;
    }
    const pivot = medianOfThree(values[low] ?? 0, values[(low + high) >>> 1] ?? 0, values[high] ?? 0);
    const middle = parted(values, low, high, pivot, 0);
    if (index < middle) high = middle - 1;
    else if (middle > low) low = middle;
    else {
      // Nothing is below the pivot: what equals it comes first.
      const above = parted(values, low, high, pivot, 1);
      if (index < above) return pivot;
      low = above;
    }
  }
  inOrder(values, low, high);
  return values[index] ?? 0;
}

/** Puts values below `pivot + more` before the others; gives where the others begin. */
const parted = (values: Int32Array, low: number, high: number, pivot: number, more: 0 | 1): number => {
  let place = low;
  const bound = pivot + more;
  for (let next = low; next <= high; next += 1) {
    const value = values[next] ?? 0;
    values[next] = values[place] ?? 0;
    values[place] = value;
    place += (value - bound) >>> 31;
  }
  return place;
};

const medianOfThree = (one: number, two: number, three: number): number =>
  one < two ? (two < three ? two : Math.max(one, three)) : one < three ? one : Math.max(two, three);

const leastFrom = (values: Float64Array | Int32Array, from: number): number => {
  let least = values[from] ?? Number.NaN;
  for (let index = from + 1; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value < least) least = value;
  }
  return least;
};

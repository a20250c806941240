import type { Codes, SeriesColumns } from '../event/columns.ts';
import type { Instant } from '../time/period.ts';
import type { Store } from '../store/store.ts';

/** Metric series as columns, read again only when a batch touched them. */
export class SeriesCache {
  #watermark = 0;
  readonly #columns = new Map<string, readonly SeriesColumns[]>();

  /** The series that changed, each with the earliest instant at which it did. */
  async refresh(store: Store, until: number): Promise<{ readonly name: string; readonly from: Instant }[]> {
    const touched: { readonly name: string; readonly from: Instant }[] = [];
    for (const { series: name, from } of await store.touchedSeries(this.#watermark, until)) {
      const before = this.#columns.get(name) ?? [];
      const after = withTail(name, before, from, seriesColumns(name, await store.samples(name, from, Infinity, until)));
      this.#columns.set(name, after);
      touched.push({ name, from: firstDifference(before, after) });
    }
    this.#watermark = until;
    return touched;
  }

  /** Up to which batch it was read. */
  get watermark(): number {
    return this.#watermark;
  }

  get all(): ReadonlyMap<string, readonly SeriesColumns[]> {
    return this.#columns;
  }

  columns(series: string): readonly SeriesColumns[] {
    return this.#columns.get(series) ?? [];
  }

  /** Drops everything, so that the next refresh reads all of it. */
  clear(): void {
    this.#watermark = 0;
    this.#columns.clear();
  }
}

/** One SeriesColumns per statistic, ascending in time; several dimensions of one instant stand together. */
export function seriesColumns(
  series: string,
  points: readonly { readonly statistic: string; readonly dimensions: string; readonly at: number; readonly value: number }[],
): SeriesColumns[] {
  const byStatistic = new Map<string, typeof points extends readonly (infer P)[] ? P[] : never>();
  for (const point of points) {
    const list = byStatistic.get(point.statistic);
    if (list === undefined) byStatistic.set(point.statistic, [point]);
    else list.push(point);
  }
  return [...byStatistic].map(([statistic, list]) => {
    list.sort((a, b) => a.at - b.at || (a.dimensions < b.dimensions ? -1 : a.dimensions > b.dimensions ? 1 : 0));
    return {
      series,
      statistic,
      at: sharedNumbers(list.length, (index) => list[index]?.at ?? Number.NaN),
      values: sharedNumbers(list.length, (index) => list[index]?.value ?? Number.NaN),
      dimensions: dimensionCodes(list.map((point) => point.dimensions)),
    };
  });
}

/** In memory that other threads see, so that years of a metric are handed to them without being copied. */
function sharedNumbers(length: number, at?: (index: number) => number): Float64Array {
  const numbers = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  if (at !== undefined) for (let index = 0; index < length; index += 1) numbers[index] = at(index);
  return numbers;
}

const sharedCodes = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));

function dimensionCodes(dimensions: readonly string[]): Codes {
  const dictionary = [...new Set(dimensions)].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const codes = sharedCodes(dimensions.length);
  dimensions.forEach((text, index) => (codes[index] = codeOf.get(text) ?? -1));
  return { dictionary, codes };
}

/** Columns whose points from an instant on are replaced by those of another reading. */
function withTail(
  series: string,
  before: readonly SeriesColumns[],
  from: Instant,
  tails: readonly SeriesColumns[],
): SeriesColumns[] {
  const statistics = [...new Set([...before, ...tails].map((columns) => columns.statistic))].sort();
  return statistics.flatMap((statistic) => {
    const head = before.find((columns) => columns.statistic === statistic);
    const tail = tails.find((columns) => columns.statistic === statistic);
    if (head === undefined) return tail === undefined ? [] : [tail];
    let kept = head.at.length;
    while (kept > 0 && (head.at[kept - 1] ?? 0) >= from) kept -= 1;
    const length = kept + (tail?.at.length ?? 0);
    const at = sharedNumbers(length);
    const values = sharedNumbers(length);
    const codes = sharedCodes(length);
    at.set(head.at.subarray(0, kept));
    values.set(head.values.subarray(0, kept));
    codes.set(head.dimensions.codes.subarray(0, kept));
    if (tail === undefined)
      return [{ series, statistic, at, values, dimensions: { dictionary: head.dimensions.dictionary, codes } }];
    at.set(tail.at, kept);
    values.set(tail.values, kept);
    const dictionary = [...new Set([...head.dimensions.dictionary, ...tail.dimensions.dictionary])].sort();
    const codeOf = new Map(dictionary.map((text, code) => [text, code]));
    const headCodes = head.dimensions.dictionary.map((text) => codeOf.get(text) ?? -1);
    const tailCodes = tail.dimensions.dictionary.map((text) => codeOf.get(text) ?? -1);
    for (let index = 0; index < kept; index += 1) codes[index] = headCodes[codes[index] ?? -1] ?? -1;
    for (let index = kept; index < length; index += 1) codes[index] = tailCodes[tail.dimensions.codes[index - kept] ?? -1] ?? -1;
    return [{ series, statistic, at, values, dimensions: { dictionary, codes } }];
  });
}

/** The first instant at which two readings of a series differ; Infinity where they are the same. */
function firstDifference(before: readonly SeriesColumns[], after: readonly SeriesColumns[]): Instant {
  let first = Infinity;
  const statistics = new Set([...before, ...after].map((columns) => columns.statistic));
  for (const statistic of statistics) {
    const old = before.find((columns) => columns.statistic === statistic);
    const fresh = after.find((columns) => columns.statistic === statistic);
    if (old === undefined || fresh === undefined) {
      first = Math.min(first, (old ?? fresh)?.at[0] ?? Infinity);
      continue;
    }
    let at = 0;
    const dimensionAt = (columns: SeriesColumns): string =>
      columns.dimensions.dictionary[columns.dimensions.codes[at] ?? -1] ?? '';
    while (
      at < old.at.length &&
      old.at[at] === fresh.at[at] &&
      old.values[at] === fresh.values[at] &&
      dimensionAt(old) === dimensionAt(fresh)
    )
      at += 1;
    if (at < old.at.length || at < fresh.at.length) first = Math.min(first, old.at[at] ?? Infinity, fresh.at[at] ?? Infinity);
  }
  return first;
}

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
    for (const name of await store.touchedSeries(this.#watermark)) {
      const before = this.#columns.get(name) ?? [];
      const after = seriesColumns(name, await store.samples(name, -Infinity, Infinity));
      this.#columns.set(name, after);
      touched.push({ name, from: firstDifference(before, after) });
    }
    this.#watermark = until;
    return touched;
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
      at: Float64Array.from(list, (point) => point.at),
      values: Float64Array.from(list, (point) => point.value),
      dimensions: dimensionCodes(list.map((point) => point.dimensions)),
    };
  });
}

function dimensionCodes(dimensions: readonly string[]): Codes {
  const dictionary = [...new Set(dimensions)].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  return { dictionary, codes: Int32Array.from(dimensions, (text) => codeOf.get(text) ?? -1) };
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

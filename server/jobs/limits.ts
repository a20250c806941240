import type { Kpi } from '../kpi/kpi.ts';
import { isJudgedAt, limitsOf, type Valued } from '../review/process.ts';
import type { MeasurementRow, SnapshotRow, StoredLimits } from '../store/store.ts';
import { parsePeriod } from '../time/calendar.ts';
import type { Calendar, Period } from '../time/period.ts';
import type { ValueStore } from './memory-values.ts';
import { isSettled } from './shown.ts';

/** Fewer judged points make no limits, so nothing is worked out for them. */
const LEAST = 12;

/** What a series needs in order to make its limits, or to repeat them. */
interface Series {
  /** From just before the present stretch on; once limits are frozen, the last one alone. */
  values: Valued[];
  limits: StoredLimits | null;
  /** True: a value changed, so that limits which are not frozen must be worked out again. */
  isOutdated: boolean;
}

/**
 * The process limits that settling writes into snapshots. They grow with the first points of a series,
 * and once 24 have made them they are repeated as they are, until a divider or another definition
 * begins anew. Held in memory; read again from the snapshots after a restart.
 */
export class FrozenLimits {
  readonly #series = new Map<string, Series>();
  readonly #known = new Set<string>();

  /** Makes the series of a KPI known before the first of its values settles; `isStored` where some settled before. */
  async open(store: ValueStore, kpi: Kpi, calendar: Calendar, isStored: boolean): Promise<void> {
    if (this.#known.has(kpi.id)) return;
    this.#known.add(kpi.id);
    if (!isStored) return;
    const rows = (await store.latestSnapshots({ kpi: kpi.id }))
      .filter(isSettled)
      .sort((one, other) => one.firstDay - other.firstDay);
    for (const own of Map.groupBy(rows, keyOf).values()) this.#readAgain(kpi, calendar, own);
  }

  /** Forgets a KPI whose definition changed: its values are about to be taken from the beginning. */
  begin(kpi: Kpi): void {
    for (const key of this.#series.keys()) if (key.startsWith(`${kpi.id}|`)) this.#series.delete(key);
    this.#known.add(kpi.id);
  }

  /** The limits of a series with the value that settles now; values come in order. */
  take(kpi: Kpi, period: Period, row: MeasurementRow): StoredLimits | null {
    const key = keyOf(row);
    const series = this.#series.get(key) ?? { values: [], limits: null, isOutdated: false };
    this.#series.set(key, series);
    const last = series.values.at(-1);
    const value: Valued = { period, row: { value: row.value, count: row.count, also: row.also, flags: [] } };
    // Older history that came late: it may still be among the first points, but begins nothing anew.
    if (last !== undefined && period.firstDay < last.period.firstDay) {
      if (isFrozen(series.limits)) return null;
      series.values.push(value);
      series.values.sort((one, other) => one.period.firstDay - other.period.firstDay);
      series.isOutdated = true;
      return null;
    }
    if (kpi.dividers.some(({ on }) => on < period.endDay && on >= (last?.period.endDay ?? period.firstDay))) {
      series.values = last === undefined ? [] : [last];
      series.limits = null;
    }
    if (isFrozen(series.limits)) series.values = [value];
    else {
      series.values.push(value);
      series.isOutdated ||= isJudgedAt(kpi, value);
      if (series.isOutdated) this.#workOut(kpi, series);
    }
    return series.limits;
  }

  /** A settled value was restated: it changes limits only as long as they are not frozen, and those of later snapshots only. */
  restate(row: MeasurementRow): void {
    const series = this.#series.get(keyOf(row));
    const at = series?.values.findIndex(({ period }) => period.id === row.period) ?? -1;
    const old = series?.values[at];
    if (series === undefined || old === undefined) return;
    series.values[at] = { period: old.period, row: { value: row.value, count: row.count, also: row.also, flags: [] } };
    series.isOutdated = !isFrozen(series.limits);
  }

  #workOut(kpi: Kpi, series: Series): void {
    series.isOutdated = false;
    const judged = series.values.reduce((count, value) => count + (isJudgedAt(kpi, value) ? 1 : 0), 0);
    const limits = judged < LEAST ? null : limitsOf(kpi, series.values);
    series.limits = null;
    if (limits === null) return;
    const { mean, lower, upper, isProvisional, from, to } = limits;
    series.limits = { mean, lower, upper, isProvisional, from, to };
    if (!isProvisional) series.values = series.values.slice(-1);
  }

  /** From the last frozen limits of this very definition on, else from the first value. `rows` are one series, oldest first. */
  #readAgain(kpi: Kpi, calendar: Calendar, rows: readonly SnapshotRow[]): void {
    const frozen = rows.findLastIndex((row) => row.definition === kpi.definition && isFrozen(row.limits));
    rows.slice(Math.max(0, frozen)).forEach((row, index) => {
      const period = parsePeriod(calendar, row.period);
      if (period === null) return;
      if (frozen >= 0 && index === 0)
        this.#series.set(keyOf(row), {
          values: [{ period, row: { value: row.value, count: row.count, also: row.also, flags: [] } }],
          limits: row.limits,
          isOutdated: false,
        });
      else this.take(kpi, period, row);
    });
  }
}

const keyOf = (row: MeasurementRow): string => `${row.kpi}|${row.scope}|${row.grain}`;

const isFrozen = (limits: StoredLimits | null): boolean => limits?.isProvisional === false;

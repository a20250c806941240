import type { Kpi } from '../kpi/kpi.ts';
import type { MeasurementRow } from '../store/store.ts';
import type { Instant, Period } from '../time/period.ts';

/** `changed`: those that say something else than what is stored; `all`: as measured now, for a publication. */
export type LiveWanted = 'none' | 'changed' | 'all';

/** What else than items decides the values of a period, as text, and when they were measured. */
export interface Circumstances {
  readonly text: string;
  readonly at: Instant;
}

/** What the stored live values say, so that those that did not change are neither measured nor written again. */
export class LiveValues {
  readonly #told = new Map<string, MeasurementRow>();
  /** Periods of which every scope is known, with the circumstances that they were measured in. */
  readonly #periods = new Map<string, Circumstances>();

  /** Forgets a KPI, or all, so that they are measured and written anew. */
  forget(kpi?: Kpi): void {
    for (const map of [this.#told, this.#periods])
      for (const key of map.keys()) if (kpi === undefined || key.startsWith(`${kpi.id}|`)) map.delete(key);
  }

  /** When every scope of a period was measured in these circumstances; null where they were others. */
  knownSince(kpi: Kpi, period: Period, text: string): Instant | null {
    const known = this.#periods.get(`${kpi.id}|${period.id}`);
    return known?.text === text ? known.at : null;
  }

  /** Those that must be written. */
  changed(rows: readonly MeasurementRow[], wanted: LiveWanted): MeasurementRow[] {
    if (wanted === 'none') return [];
    return rows.filter((row) => wanted === 'all' || !saysTheSame(row, this.#told.get(keyOf(row))));
  }

  /** They are stored; `wholes`: circumstances of the periods among them that were measured for every scope, by KPI and period. */
  keep(rows: readonly MeasurementRow[], wholes: ReadonlyMap<string, Circumstances>): void {
    for (const row of rows) this.#told.set(keyOf(row), row);
    for (const [key, circumstances] of wholes) this.#periods.set(key, circumstances);
  }
}

const keyOf = ({ kpi, scope, period }: MeasurementRow): string => `${kpi}|${scope}|${period}`;

/** Everything but the batch up to which it was known: what was not touched since is known up to now. */
function saysTheSame(row: MeasurementRow, told: MeasurementRow | undefined): boolean {
  return (
    told !== undefined &&
    row.digest === told.digest &&
    row.value === told.value &&
    row.count === told.count &&
    row.emptiness === told.emptiness &&
    row.isStale === told.isStale &&
    row.definition === told.definition &&
    row.firstDay === told.firstDay &&
    row.grain === told.grain &&
    isSameAlso(row.also, told.also) &&
    isSameExclusions(row.exclusions, told.exclusions) &&
    (row.limits === told.limits || JSON.stringify(row.limits) === JSON.stringify(told.limits))
  );
}

type Also = MeasurementRow['also'];

/** In any order. */
function isSameAlso(one: Also, other: Also): boolean {
  let names = 0;
  for (const name in one) {
    if (one[name] !== other[name]) return false;
    names += 1;
  }
  return names === Object.keys(other).length;
}

type Exclusions = MeasurementRow['exclusions'];

/** Both are in alphabetical order. */
const isSameExclusions = (one: Exclusions, other: Exclusions): boolean =>
  one.length === other.length &&
  one.every(({ reason, count }, index) => reason === other[index]?.reason && count === other[index]?.count);

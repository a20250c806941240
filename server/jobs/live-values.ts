import type { Kpi } from '../kpi/kpi.ts';
import type { MeasurementRow } from '../store/store.ts';
import type { Period } from '../time/period.ts';

/** `changed`: those that say something else than what is stored; `all`: as measured now, for a publication. */
export type LiveWanted = 'none' | 'changed' | 'all';

/** What the stored live values say, so that those that did not change are neither measured nor written again. */
export class LiveValues {
  readonly #told = new Map<string, string>();
  /** Periods of which every scope is known, with the circumstances that they were measured in. */
  readonly #periods = new Map<string, string>();

  /** Forgets a KPI, or all, so that they are measured and written anew. */
  forget(kpi?: Kpi): void {
    for (const map of [this.#told, this.#periods])
      for (const key of map.keys()) if (kpi === undefined || key.startsWith(`${kpi.id}|`)) map.delete(key);
  }

  /** `circumstances`: what else than items decides the values, as text. */
  knows(kpi: Kpi, period: Period, circumstances: string): boolean {
    return this.#periods.get(`${kpi.id}|${period.id}`) === circumstances;
  }

  /** Those that must be written. */
  changed(rows: readonly MeasurementRow[], wanted: LiveWanted): MeasurementRow[] {
    if (wanted === 'none') return [];
    return rows.filter((row) => wanted === 'all' || this.#told.get(keyOf(row)) !== sayingOf(row));
  }

  /** They are stored; `wholes`: circumstances of the periods among them that were measured for every scope, by KPI and period. */
  keep(rows: readonly MeasurementRow[], wholes: ReadonlyMap<string, string>): void {
    for (const row of rows) this.#told.set(keyOf(row), sayingOf(row));
    for (const [key, circumstances] of wholes) this.#periods.set(key, circumstances);
  }
}

const keyOf = ({ kpi, scope, period }: MeasurementRow): string => `${kpi}|${scope}|${period}`;

/** Everything but the batch up to which it was known: what was not touched since is known up to now. */
const sayingOf = ({ watermark: _, ...row }: MeasurementRow): string => JSON.stringify(row);

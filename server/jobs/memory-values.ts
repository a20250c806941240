import type { MeasurementRow, Place, RunOutcome, RunRecord, SnapshotQuery, SnapshotRow, Store } from '../store/store.ts';

/** What measuring needs of a store, beside the log: the values it made before, and a place for new ones. */
export type ValueStore = Pick<Store, 'latestSnapshots' | 'latestOf' | 'commitRun' | 'saveMeasurements'>;

/** Values kept in memory while runs are repeated. */
export class MemoryValues implements ValueStore {
  /** Number of the run that is being repeated. */
  run = 0;
  /** Live values of the last measuring. */
  live: readonly MeasurementRow[] = [];
  readonly all: SnapshotRow[] = [];
  readonly #latest = new Map<string, Map<string, SnapshotRow>>();

  async commitRun(_run: RunRecord, { snapshots, measurements }: RunOutcome): Promise<number> {
    this.add(snapshots);
    this.live = measurements ?? [];
    return this.run;
  }

  async saveMeasurements(rows: readonly MeasurementRow[]): Promise<void> {
    this.live = rows;
  }

  add(snapshots: readonly SnapshotRow[]): void {
    for (const row of snapshots) {
      const numbered = { ...row, run: this.run };
      this.all.push(numbered);
      let ofKpi = this.#latest.get(row.kpi);
      if (ofKpi === undefined) this.#latest.set(row.kpi, (ofKpi = new Map<string, SnapshotRow>()));
      ofKpi.set(`${row.scope}|${row.period}`, numbered);
    }
  }

  async latestSnapshots({ kpi, scope, grain, fromDay, toDay }: SnapshotQuery): Promise<SnapshotRow[]> {
    const kpis = kpi === undefined ? [...this.#latest.keys()] : [kpi];
    return kpis
      .flatMap((id) => [...(this.#latest.get(id)?.values() ?? [])])
      .filter(
        (row) =>
          (scope === undefined || row.scope === scope) &&
          (grain === undefined || row.grain === grain) &&
          (fromDay === undefined || row.firstDay >= fromDay) &&
          (toDay === undefined || row.firstDay <= toDay),
      )
      .sort(byKey);
  }

  async latestOf(kpi: string, places: readonly Place[]): Promise<SnapshotRow[]> {
    return places.flatMap(({ scope, period }) => this.latest(kpi, scope, period) ?? []);
  }

  latest(kpi: string, scope: string, period: string): SnapshotRow | undefined {
    return this.#latest.get(kpi)?.get(`${scope}|${period}`);
  }
}

/** As the database answers: by KPI, scope, first day and period, by code unit. */
const byKey = (one: SnapshotRow, other: SnapshotRow): number =>
  compare(one.kpi, other.kpi) ||
  compare(one.scope, other.scope) ||
  one.firstDay - other.firstDay ||
  compare(one.period, other.period);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated } from '../kpi/world.ts';
import type { MeasurementRow } from '../store/store.ts';
import type { Period } from '../time/period.ts';

/** A measurement as it is kept. */
export function rowOf(kpi: Kpi, evaluated: Evaluated, period: Period, watermark: number, stale: boolean): MeasurementRow {
  return {
    kpi: kpi.id,
    scope: evaluated.scope,
    period: period.id,
    grain: period.grain === 'to-date' ? 'week' : period.grain,
    firstDay: period.firstDay,
    value: evaluated.value,
    emptiness: evaluated.emptiness,
    count: evaluated.count,
    exclusions: evaluated.exclusions,
    also: evaluated.also,
    isStale: stale,
    digest: evaluated.digest,
    definition: kpi.definition,
    watermark,
    limits: null,
  };
}

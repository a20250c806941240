import { evaluate } from '../kpi/evaluate.ts';
import type { MeasurementRow, SnapshotQuery, Store } from '../store/store.ts';
import { periodOf, periodsBetween } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { basisOf, isStale } from './coverage.ts';
import type { StoredSeries } from './engine.ts';
import type { KnownThen } from './known-then.ts';
import { MEASURED_GRAINS, scopesFor } from './measure-plan.ts';
import { rowOf } from './measured-row.ts';
import { isSettled, isShownOver } from './shown.ts';

/** Periods of a grain that are evaluated at most; those before had settled long ago. */
const MOST_PERIODS = 160;

/**
 * A series as it was known at an instant: revisions that stood then, and for periods that had none yet
 * the value that would have been live, evaluated again from what had been recorded.
 */
export async function seriesKnownThen(
  store: Store,
  then: KnownThen,
  query: SnapshotQuery & { readonly kpi: string; readonly knownAt: Instant },
): Promise<StoredSeries> {
  const snapshots = await store.latestSnapshots(query);
  const kpi = then.with.kpis.find(({ id }) => id === query.kpi);
  if (kpi === undefined) return { live: [], snapshots };
  const { organisation } = then.with;
  const { calendar } = organisation;
  const today = calendar.zone.dayOf(query.knownAt);
  const scopes = scopesFor(kpi, organisation).filter((scope) => query.scope === undefined || scope === query.scope);
  const pinned = new Map(snapshots.map((row) => [`${row.scope}|${row.period}`, row]));
  const isSettledThen = (scope: string, period: string): boolean => {
    const row = pinned.get(`${scope}|${period}`);
    return row !== undefined && isSettled(row);
  };
  const basis = basisOf(kpi, (id) => then.world.kpi(id));
  const start = then.historyStart(basis);
  if (start === null) return { live: [], snapshots };
  const live: MeasurementRow[] = [];
  for (const grain of MEASURED_GRAINS) {
    if (query.grain !== undefined && query.grain !== grain) continue;
    const begun = periodOf(calendar, grain, calendar.zone.dayOf(start)).firstDay;
    const from = Math.max(begun, query.fromDay ?? begun);
    const to = Math.min(query.toDay ?? today, today) + 1;
    if (from >= to) continue;
    const periods = periodsBetween(calendar, grain, from, to)
      .slice(-MOST_PERIODS)
      .filter((period) => scopes.some((scope) => !isSettledThen(scope, period.id)));
    const byId = new Map(periods.map((period) => [period.id, period]));
    for (const evaluated of evaluate(kpi, then.world, scopes, periods)) {
      const period = byId.get(evaluated.period);
      if (period === undefined || isSettledThen(evaluated.scope, evaluated.period)) continue;
      const row = rowOf(kpi, evaluated, period, then.watermark, isStale(basis, then.sources, period, query.knownAt));
      const early = pinned.get(`${evaluated.scope}|${evaluated.period}`);
      if (early === undefined || !isShownOver(early, row)) live.push(row);
    }
  }
  const isReplaced = new Set(live.map((row) => `${row.scope}|${row.period}`));
  return { live, snapshots: snapshots.filter((row) => !isReplaced.has(`${row.scope}|${row.period}`)) };
}

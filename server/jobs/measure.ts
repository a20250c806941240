import type { Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import type { Cause, Lease, MeasurementRow, SnapshotRow } from '../store/store.ts';
import { parsePeriod, periodOf, periodsBetween } from '../time/calendar.ts';
import type { Calendar, Day, Grain, Instant, Period } from '../time/period.ts';
import {
  affectedFrom,
  causesOf,
  isRelevant,
  linkedIds,
  touchesPeriod,
  uidsBehind,
  type ItemChange,
  type ItemStarts,
} from './changes.ts';
import { FrozenLimits } from './limits.ts';
import { basisOf, isDueToSettle, isStale, reachesBackForEver, type Basis, type KnownSource } from './coverage.ts';
import { organisationChange, type MeasuredWith, type RunDetail } from './measured-with.ts';
import type { ValueStore } from './memory-values.ts';
import { isSame, isSettled } from './shown.ts';

/** Grains at which snapshots are kept. */
export const MEASURED_GRAINS = ['week', 'month', 'quarter'] as const satisfies readonly Grain[];
type MeasuredGrain = (typeof MEASURED_GRAINS)[number];

/** Uids of moved items kept with a revision; their number is kept whole. */
const MOVED_KEPT = 50;

export interface MeasureRequest {
  readonly store: ValueStore;
  readonly with: MeasuredWith;
  /** Hash under which `with` is kept, and the number of the last pull: for the run log. */
  readonly withHash: string;
  readonly pull: number;
  /** The world with everything in it that periods from `since` on can depend on, by stored kind. */
  readonly worldSince: (since: (kind: Kind) => Instant) => World;
  readonly now: Instant;
  /** The first instant that anything behind a KPI speaks of; null where there is nothing yet. */
  readonly historyStart: (basis: Basis) => Instant | null;
  readonly sources: readonly KnownSource[];
  readonly watermark: number;
  /** True once any review was published: values may have revisions before they settle. */
  readonly hasPublications: boolean;
  /** What batches since the last measuring did to items and series. */
  readonly changes: readonly ItemChange[];
  readonly touchedSeries: ReadonlyMap<string, Instant>;
  /** When items began, for what is linked to them. */
  readonly starts: ItemStarts;
  /** False while a history is replayed: live values of a passing moment are nobody's to see. */
  readonly savesLive: boolean;
  readonly lease?: Lease;
}

export interface MeasureResult {
  /** Values evaluated. */
  readonly measured: number;
  readonly settled: number;
  readonly restated: number;
}

/**
 * Measures what may have changed: every period not settled yet, and settled ones that late facts or a
 * changed definition reach back to. Settling writes revision 1; a settled value that came out
 * different is restated with its causes; one that did not is left alone.
 */
export class Measurer {
  /** End day of the last settled period by KPI and grain, and the definition that settled it. */
  readonly #settledThrough = new Map<string, Day>();
  /** What was measured with last, and its hash; null before the first run. */
  #before: { readonly with: MeasuredWith; readonly hash: string } | null;
  #limits = new FrozenLimits();
  #isPrimed = false;

  /** `before`: what the last run in the log measured with. */
  constructor(before: { readonly with: MeasuredWith; readonly hash: string } | null) {
    this.#before = before;
  }

  /** Reads once how far everything is settled. */
  async #prime(store: ValueStore, calendar: Calendar): Promise<void> {
    if (this.#isPrimed) return;
    for (const row of await store.latestSnapshots({ scope: 'organisation' })) {
      if (!isSettled(row)) continue;
      const key = `${row.kpi}|${row.grain}`;
      const endDay = parsePeriod(calendar, row.period)?.endDay ?? row.firstDay + 1;
      if (endDay > (this.#settledThrough.get(key) ?? -Infinity)) {
        this.#settledThrough.set(key, endDay);
      }
    }
    this.#isPrimed = true;
  }

  async measure(request: MeasureRequest): Promise<MeasureResult> {
    try {
      return await this.#measure(request);
    } catch (error) {
      // What was taken in has not been stored: it is read again when it is next needed.
      this.#limits = new FrozenLimits();
      throw error;
    }
  }

  async #measure(request: MeasureRequest): Promise<MeasureResult> {
    const { organisation, kpis } = request.with;
    const { calendar } = organisation;
    await this.#prime(request.store, calendar);
    const { store, now, watermark, sources, lease } = request;
    const reorganised = this.#before === null ? null : organisationChange(this.#before.with, request.with);
    const kpiOf = new Map(kpis.map((kpi) => [kpi.id, kpi]));
    const plans = kpis.flatMap((kpi) => {
      const basis = basisOf(kpi, (id) => kpiOf.get(id));
      const periods = this.#periodsToMeasure(kpi, basis, request, reorganised !== null);
      return periods.length === 0 ? [] : [{ kpi, basis, periods }];
    });
    const since = new Map<Kind, Instant>();
    for (const { kpi, basis, periods } of plans) {
      const isEndless = reachesBackForEver(kpi, (id) => kpiOf.get(id));
      const start = isEndless ? -Infinity : Math.min(...periods.map((period) => period.start));
      for (const kind of [...basis.kinds, ...basis.linked]) since.set(kind, Math.min(start, since.get(kind) ?? Infinity));
    }
    // What a number looks at beside its own kinds is as old as the oldest period, or unbounded where nothing else is measured.
    const bounded = [...since.values()].filter(Number.isFinite);
    const earliest = bounded.length === 0 ? -Infinity : Math.min(...bounded);
    const world = request.worldSince((kind) => since.get(kind) ?? earliest);
    const live: MeasurementRow[] = [];
    const revisions: (SnapshotRow & { readonly isRestated: boolean })[] = [];
    const settledThrough = new Map<string, Day>();
    let measured = 0;

    for (const { kpi, basis, periods } of plans) {
      const scopes = scopesFor(kpi, organisation);
      const results = evaluate(kpi, world, scopes, periods);
      measured += results.length;
      const latest = await this.#latest(store, kpi, periods, request.hasPublications);
      const isDue = periods.map((period) => isDueToSettle(kpi, basis, sources, wholeWeeks(kpi, calendar, period), now));
      const staleness = periods.map((period) => isStale(basis, sources, period, now));
      const isRedefined = this.#isRedefined(kpi);
      if (isRedefined) this.#limits.begin(kpi);
      else if (isDue.includes(true)) await this.#limits.open(store, kpi, calendar, this.#settledThrough.has(`${kpi.id}|week`));
      const relevant = request.changes.filter((change) => isRelevant(basis, change));

      for (const [index, evaluated] of results.entries()) {
        const at = index % periods.length;
        const period = periods[at];
        if (period === undefined || period.grain === 'to-date') continue;
        const row = rowOf(kpi, evaluated, period, watermark, staleness[at] ?? false);
        const before = latest.get(`${row.scope}|${row.period}`);
        if (before !== undefined && isSettled(before)) {
          const kept = before.definition === kpi.definition ? before.limits : null;
          const limits = isRedefined ? this.#limits.take(kpi, period, row) : kept;
          if (isSame(before, row)) continue;
          if (!isRedefined) this.#limits.restate(row);
          const { causes, moved } = explain(kpi, before, evaluated, relevant, period, reorganised);
          revisions.push({
            ...row,
            limits,
            revision: before.revision + 1,
            run: 0,
            recordedAt: now,
            causes,
            moved: kpi.isPersonal ? [] : moved.slice(0, MOVED_KEPT),
            movedCount: kpi.isPersonal ? 0 : moved.length,
            isRestated: true,
          });
        } else if (isDue[at] === true) {
          revisions.push({
            ...row,
            limits: this.#limits.take(kpi, period, row),
            revision: (before?.revision ?? 0) + 1,
            run: 0,
            recordedAt: now,
            causes: ['settled'],
            moved: [],
            movedCount: 0,
            isRestated: false,
          });
          if (row.scope === 'organisation') {
            const key = `${kpi.id}|${row.grain}`;
            settledThrough.set(key, Math.max(settledThrough.get(key) ?? -Infinity, period.endDay));
          }
        } else {
          live.push(row);
        }
      }
    }

    const restated = revisions.filter((row) => row.isRestated).length;
    const shown = request.savesLive ? live : [];
    const isNews = request.changes.length > 0 || request.touchedSeries.size > 0 || this.#before?.hash !== request.withHash;
    // A run that took something in is logged even if it made nothing: what the next one finds changed counts from here.
    if (revisions.length > 0 || isNews) {
      const detail: RunDetail = { with: request.withHash, pull: request.pull };
      await store.commitRun(
        { kind: 'measure', at: now, watermark, detail: JSON.stringify(detail) },
        { snapshots: revisions.map(({ isRestated: _, ...row }) => row), measurements: shown },
        lease,
      );
    } else if (shown.length > 0) await store.saveMeasurements(shown, lease);
    // Older history may settle after younger.
    for (const [key, day] of settledThrough)
      this.#settledThrough.set(key, Math.max(day, this.#settledThrough.get(key) ?? -Infinity));
    this.#before = { with: request.with, hash: request.withHash };
    return { measured, settled: revisions.length - restated, restated };
  }

  /**
   * From the first unsettled period of each grain, or from where a change reaches back to, up to now;
   * in a replay only those that settle or are settled, because nobody sees the others.
   */
  #periodsToMeasure(kpi: Kpi, basis: Basis, request: MeasureRequest, isReorganised: boolean): Period[] {
    const { now, savesLive, sources } = request;
    const { calendar } = request.with.organisation;
    const start = request.historyStart(basis);
    if (start === null) return [];
    const today = calendar.zone.dayOf(now);
    const first = calendar.zone.dayOf(start);
    const isRedefined = this.#isRedefined(kpi);
    const reach = affectedFrom(basis, request.changes, request.touchedSeries, request.starts);
    const reachDay = isReorganised
      ? first
      : reach === null
        ? null
        : Math.max(first, firstDayTouched(kpi, calendar, calendar.zone.dayOf(reach)));

    return MEASURED_GRAINS.flatMap((grain: MeasuredGrain) => {
      const settled = isRedefined ? undefined : this.#settledThrough.get(`${kpi.id}|${grain}`);
      let from = settled ?? first;
      if (settled !== undefined && reachDay !== null) from = Math.min(from, reachDay);
      from = Math.max(from, first);
      const periods = periodsBetween(calendar, grain, periodOf(calendar, grain, from).firstDay, today + 1);
      return savesLive
        ? periods
        : periods.filter(
            (period) =>
              (settled !== undefined && period.firstDay < settled) ||
              isDueToSettle(kpi, basis, sources, wholeWeeks(kpi, calendar, period), now),
          );
    });
  }

  #isRedefined(kpi: Kpi): boolean {
    const known = this.#before?.with.kpis.find(({ id }) => id === kpi.id);
    return known !== undefined && known.definition !== kpi.definition;
  }

  /** What revisions stand for these periods; none can before the first settled one, unless a review was published. */
  async #latest(
    store: ValueStore,
    kpi: Kpi,
    periods: readonly Period[],
    hasPublications: boolean,
  ): Promise<Map<string, SnapshotRow>> {
    const mayHaveSettled = periods.some(
      (period) => period.firstDay < (this.#settledThrough.get(`${kpi.id}|${period.grain}`) ?? -Infinity),
    );
    if (!mayHaveSettled && !hasPublications) return new Map();
    const fromDay = Math.min(...periods.map((period) => period.firstDay));
    const rows = await store.latestSnapshots({ kpi: kpi.id, fromDay });
    return new Map(rows.map((row) => [`${row.scope}|${row.period}`, row]));
  }
}

/** Whether what people bore may be shown depends on all of the weeks that a period touches (kpi/privacy.ts). */
const wholeWeeks = (kpi: Kpi, calendar: Calendar, period: Period): Period =>
  kpi.isPersonal ? { ...period, end: periodOf(calendar, 'week', period.endDay - 1).end } : period;

const firstDayTouched = (kpi: Kpi, calendar: Calendar, day: Day): Day =>
  kpi.isPersonal ? periodOf(calendar, 'week', day).firstDay : day;

/** What people bore is never cut by service; everything else is kept for all scopes. */
export function scopesFor(kpi: Kpi, organisation: Organisation): Scope[] {
  const teams = organisation.teams.map((team): Scope => `team:${team.id}`);
  if (kpi.isPersonal) return ['organisation', ...teams];
  return ['organisation', ...teams, ...organisation.services.map((service): Scope => `service:${service.id}`)];
}

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

/** Why a settled value came out different, and the items that moved it. */
function explain(
  kpi: Kpi,
  before: SnapshotRow,
  evaluated: Evaluated,
  changes: readonly ItemChange[],
  period: Period,
  reorganised: Cause | null,
): { causes: Cause[]; moved: string[] } {
  const causes = new Set<Cause>();
  if (before.definition !== kpi.definition) causes.add('redefined');
  if (reorganised !== null) causes.add(reorganised);
  const evidence = new Set(evaluated.evidence().flatMap(({ uid }) => uidsBehind(uid)));
  const ids = new Set([...evidence].map((uid) => uid.split(':').slice(2).join(':')));
  const moved = changes.filter(
    (change) =>
      evidence.has(change.uid) ||
      touchesPeriod(change, period) ||
      linkedIds(change).some((id) => ids.has(id) || evidence.has(id)),
  );
  for (const change of moved) for (const cause of causesOf(change)) causes.add(cause);
  if (causes.size === 0) causes.add('late');
  return { causes: [...causes].sort(), moved: moved.map((change) => change.uid).sort() };
}

import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import type { Cause, MeasurementRow, SnapshotRow } from '../store/store.ts';
import { parsePeriod, periodOf, periodsBetween } from '../time/calendar.ts';
import type { Calendar, Day, Period } from '../time/period.ts';
import { affectedFrom, isRelevant } from './changes.ts';
import { basisOf, isStale, reachesBackForEver, type Basis } from './coverage.ts';
import { explain } from './explain.ts';
import { GridValues } from './grid-values.ts';
import { FrozenLimits } from './limits.ts';
import { LiveValues, type Circumstances } from './live-values.ts';
import {
  MEASURED_GRAINS,
  EVER,
  circumstancesOf,
  firstDayTouched,
  inOrder,
  isDueAt,
  isUntouched,
  scopesFor,
  sinceOf,
  wholeWeeks,
  type MeasureRequest,
  type Plan,
} from './measure-plan.ts';
import { byPlace, gridOf, inTurn, movedIn, parted, readAhead, type Step } from './measure-step.ts';
import { rowOf } from './measured-row.ts';
import { organisationChange, type MeasuredWith, type RunDetail } from './measured-with.ts';
import type { ValueStore } from './memory-values.ts';
import { isSame, isSettled } from './shown.ts';
import { isSteady } from './steady.ts';
import { NOTHING_TOUCHED, placeOf, touchedBy, type Touched } from './touched.ts';

/** Uids of moved items kept with a revision; their number is kept whole. */
const MOVED_KEPT = 50;

export interface MeasureResult {
  /** Values evaluated. */
  readonly measured: number;
  readonly settled: number;
  readonly restated: number;
}

interface Beside {
  /** Latest revisions by `placeOf`. */
  readonly latest: ReadonlyMap<string, SnapshotRow>;
  /** Null where it is not known which changes moved each. */
  readonly touched: Touched | null;
  readonly request: MeasureRequest;
}

interface Made {
  readonly live: MeasurementRow[];
  readonly revisions: (SnapshotRow & { readonly isRestated: boolean })[];
  /** Circumstances of the live periods measured for every scope, by KPI and period. */
  readonly wholes: Map<string, Circumstances>;
  /** End day of the last period settled now, by KPI and grain. */
  readonly settledThrough: Map<string, Day>;
  measured: number;
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
  readonly #live = new LiveValues();
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
      // What is found out about changes is kept by their list, and more may be added to the one that was given.
      return await this.#measure({ ...request, changes: [...request.changes] });
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
    const { store, now, lease } = request;
    const before = this.#before?.with ?? request.with;
    const reorganised = organisationChange(before, request.with);
    const isRetold = before.privacyRules !== request.with.privacyRules;
    // What nobody stores is not known to be stored.
    if (reorganised !== null || isRetold || request.live === 'none') this.#live.forget();
    const kpiOf = new Map(kpis.map((kpi) => [kpi.id, kpi]));
    const plans = kpis.flatMap((kpi) =>
      this.#plan(
        kpi,
        basisOf(kpi, (id) => kpiOf.get(id)),
        request,
        reorganised ?? (isRetold && kpi.isPersonal ? 'redefined' : null),
      ),
    );
    const world = request.worldSince(sinceOf(plans, (kpi) => reachesBackForEver(kpi, (id) => kpiOf.get(id))));
    const made = await this.#make(plans, world, request);

    const restated = made.revisions.filter((row) => row.isRestated).length;
    const shown = this.#live.changed(made.live, request.live);
    const isNews =
      request.isAllChanged ||
      request.changes.length > 0 ||
      request.touchedSeries.size > 0 ||
      this.#before?.hash !== request.withHash;
    // A run that took something in is logged even if it made nothing: what the next one finds changed counts from here.
    if (made.revisions.length > 0 || isNews) {
      const detail: RunDetail = { with: request.withHash, pull: request.pull };
      await store.commitRun(
        { kind: 'measure', at: now, watermark: request.watermark, detail: JSON.stringify(detail) },
        { snapshots: made.revisions.map(({ isRestated: _, ...row }) => row), measurements: shown },
        lease,
      );
    } else if (shown.length > 0) await store.saveMeasurements(shown, lease);
    this.#live.keep(made.live, made.wholes);
    // Older history may settle after younger.
    for (const [key, day] of made.settledThrough)
      this.#settledThrough.set(key, Math.max(day, this.#settledThrough.get(key) ?? -Infinity));
    this.#before = { with: request.with, hash: request.withHash };
    return { measured: made.measured, settled: made.revisions.length - restated, restated };
  }

  /** Evaluates what is planned, and makes of it what is to be stored. */
  async #make(plans: readonly Plan[], world: World, request: MeasureRequest): Promise<Made> {
    const { store, now } = request;
    const { organisation } = request.with;
    const { calendar } = organisation;
    const made: Made = { live: [], revisions: [], wholes: new Map(), settledThrough: new Map(), measured: 0 };
    const steps: Step[] = [];
    const values = new GridValues(world, request.evaluateLong ?? null);
    try {
      for (const plan of inTurn(plans, world)) {
        const { kpi } = plan;
        const scopes = scopesFor(kpi, organisation);
        const isRedefined = this.#isRedefined(kpi);
        if (isRedefined) {
          this.#limits.begin(kpi);
          this.#live.forget(kpi);
        }
        const touched = plan.isWhole
          ? null
          : isUntouched(plan, request)
            ? NOTHING_TOUCHED
            : touchedBy(
                kpi,
                request.changes,
                world,
                () => request.worldSince(EVER),
                scopes,
                [...plan.reached, ...plan.open].sort(inOrder),
              );
        const step = { plan, scopes, touched, ...this.#gridsOf(plan, touched, request) };
        steps.push(step);
        // Threads evaluate while what changes touch is looked for in others, and while what stands is read.
        await values.add(gridOf(step));
      }
      const read = await readAhead(store, steps);
      for (const [index, step] of steps.entries()) {
        const { plan, touched, whole, some } = step;
        const { kpi } = plan;
        if (whole.length + some.length === 0) continue;
        if (whole.some((period) => isDueAt(plan, period, request)) && !this.#isRedefined(kpi))
          await this.#limits.open(store, kpi, calendar, this.#settledThrough.has(`${kpi.id}|week`));
        for (const period of request.live === 'none' ? [] : whole)
          made.wholes.set(`${kpi.id}|${period.id}`, { text: circumstancesOf(plan, period, request), at: now });
        const standing = await this.#latest(store, kpi, whole, request.hasPublications);
        const before = read.get(step) ?? (await movedIn(store, step));
        read.delete(step);
        const asked = new Set(some.map(({ id }) => id));
        const ofSome = ({ period }: Evaluated): boolean => asked.has(period);
        const [moved, all] = parted(await values.values(index), ofSome);
        this.#judge(plan, all, whole, { latest: standing, touched: null, request }, made);
        this.#judge(plan, moved, some, { latest: before, touched, request }, made);
      }
    } finally {
      await values.ended();
    }
    return made;
  }

  /** Holds what was evaluated against what stands: a first revision, a restatement, a live value, or nothing. */
  #judge(plan: Plan, results: readonly Evaluated[], periods: readonly Period[], beside: Beside, made: Made): void {
    const { kpi, basis, relevant, reorganised } = plan;
    const { latest, touched, request } = beside;
    const { now, sources, watermark } = request;
    const byId = new Map(
      periods.map((period) => [
        period.id,
        { period, isDue: isDueAt(plan, period, request), stale: isStale(basis, sources, period, now) },
      ]),
    );
    const isRedefined = this.#isRedefined(kpi);
    for (const evaluated of results) {
      const known = byId.get(evaluated.period);
      if (known === undefined || known.period.grain === 'to-date') continue;
      const { period, isDue, stale } = known;
      const place = placeOf(evaluated.scope, evaluated.period);
      made.measured += 1;
      const row = rowOf(kpi, evaluated, period, watermark, stale);
      const before = latest.get(place);
      if (before !== undefined && isSettled(before)) {
        const kept = before.definition === kpi.definition ? before.limits : null;
        const limits = isRedefined ? this.#limits.take(kpi, period, row) : kept;
        if (isSame(before, row)) continue;
        if (!isRedefined) this.#limits.restate(row);
        const own = touched === null ? null : [...(touched.places.get(place) ?? [])];
        const { causes, moved } = explain(kpi, before, evaluated, period, own ?? relevant, own !== null, reorganised);
        made.revisions.push({
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
      } else if (isDue) {
        made.revisions.push({
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
          made.settledThrough.set(key, Math.max(made.settledThrough.get(key) ?? -Infinity, period.endDay));
        }
      } else if (request.live !== 'none') {
        made.live.push(row);
      }
    }
  }

  /** What of a KPI may have to be measured; empty where nothing of it is known. */
  #plan(kpi: Kpi, basis: Basis, request: MeasureRequest, reorganised: Cause | null): Plan[] {
    const { now } = request;
    const { calendar } = request.with.organisation;
    const start = request.historyStart(basis);
    if (start === null) return [];
    const today = calendar.zone.dayOf(now);
    const first = calendar.zone.dayOf(start);
    const isRedefined = this.#isRedefined(kpi);
    const relevant = request.changes.filter((change) => isRelevant(basis, change));
    const reach = affectedFrom(basis, relevant, request.touchedSeries, request.starts);
    const reachDay =
      reorganised !== null || request.isAllChanged
        ? first
        : reach === null
          ? null
          : Math.max(first, firstDayTouched(kpi, calendar, calendar.zone.dayOf(Math.max(reach, start))));
    const open: Period[] = [];
    const reached: Period[] = [];
    for (const grain of MEASURED_GRAINS) {
      const settled = isRedefined ? undefined : this.#settledThrough.get(`${kpi.id}|${grain}`);
      const from = Math.max(first, settled ?? first);
      open.push(...periodsBetween(calendar, grain, periodOf(calendar, grain, from).firstDay, today + 1));
      if (reachDay === null) continue;
      const upTo = settled === undefined ? first : Math.min(settled, today + 1);
      const back = Math.max(first, reachDay);
      if (back >= upTo) continue;
      const known = new Set(open.map(({ id }) => id));
      reached.push(
        ...periodsBetween(calendar, grain, periodOf(calendar, grain, back).firstDay, upTo).filter(({ id }) => !known.has(id)),
      );
    }
    const isWhole =
      reorganised !== null ||
      isRedefined ||
      request.isAllChanged ||
      basis.series.some((name) => request.touchedSeries.has(name)) ||
      // Older history than was known opens periods for everyone.
      relevant.some((change) => change.historyFrom !== null);
    return [{ kpi, basis, open, reached, relevant, isWhole, reorganised }];
  }

  /**
   * Periods measured for every scope, and those measured where changes touch them. Closed periods that
   * have not settled are measured once, and then where touched; a running one changes by itself.
   */
  #gridsOf(
    plan: Plan,
    touched: Touched | null,
    request: MeasureRequest,
  ): { readonly whole: Period[]; readonly some: readonly Period[] } {
    const { kpi, open, reached } = plan;
    const isNeeded = (period: Period): boolean =>
      isDueAt(plan, period, request) ||
      request.live === 'all' ||
      (request.live === 'changed' && (touched === null || !this.#isKnown(plan, period, request)));
    const needed = open.filter(isNeeded);
    if (touched === null) return { whole: [...reached, ...needed].sort(inOrder), some: [] };
    const wholes = new Set(needed.map(({ id }) => id));
    const isSettledOrShown = (period: Period): boolean =>
      request.live !== 'none' || period.firstDay < (this.#settledThrough.get(`${kpi.id}|${period.grain}`) ?? -Infinity);
    return { whole: needed, some: touched.periods.filter((period) => !wholes.has(period.id) && isSettledOrShown(period)) };
  }

  /** Whether every value of a period is known, but for what changes touched. */
  #isKnown(plan: Plan, period: Period, request: MeasureRequest): boolean {
    const { kpi } = plan;
    const since = this.#live.knownSince(kpi, period, circumstancesOf(plan, period, request));
    if (since === null || wholeWeeks(kpi, request.with.organisation.calendar, period).end <= since) return since !== null;
    return isSteady(
      kpi,
      (kind) => request.worldSince(EVER).columns(kind),
      request.with.organisation.calendar,
      since,
      request.now,
    );
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
    if (periods.length === 0 || (!mayHaveSettled && !hasPublications)) return new Map();
    const fromDay = Math.min(...periods.map((period) => period.firstDay));
    const rows = await store.latestSnapshots({ kpi: kpi.id, fromDay });
    return byPlace(rows);
  }
}

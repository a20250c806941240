import type { Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Cause, Lease } from '../store/store.ts';
import { periodOf } from '../time/calendar.ts';
import type { Calendar, Day, Grain, Instant, Period } from '../time/period.ts';
import type { ItemChange, ItemStarts } from './changes.ts';
import { isDueToSettle, isStale, sourcesBehind, untilOf, type Basis, type KnownSource } from './coverage.ts';
import type { EvaluateLong } from './grid-values.ts';
import type { LiveWanted } from './live-values.ts';
import type { MeasuredWith } from './measured-with.ts';
import type { ValueStore } from './memory-values.ts';
import { isOnCall } from './steady.ts';

/** Grains at which snapshots are kept. */
export const MEASURED_GRAINS = ['week', 'month', 'quarter'] as const satisfies readonly Grain[];

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
  /** Items changed that are not told one by one. */
  readonly isAllChanged: boolean;
  readonly touchedSeries: ReadonlyMap<string, Instant>;
  /** When items began, for what is linked to them. */
  readonly starts: ItemStarts;
  /** Which values that have not settled are stored: none while a history is replayed, where nobody sees them. */
  readonly live: LiveWanted;
  readonly lease?: Lease;
  /** Evaluates long histories in threads of their own, digests included; null where there is too little for that. */
  readonly evaluateLong?: EvaluateLong | null;
}

/** What of one KPI may have to be measured. */
export interface Plan {
  readonly kpi: Kpi;
  readonly basis: Basis;
  /** Periods from the first that has not settled on. */
  readonly open: readonly Period[];
  /** Settled ones that changes may reach back to. */
  readonly reached: readonly Period[];
  readonly relevant: readonly ItemChange[];
  /** Every scope of them, whatever the changes say. */
  readonly isWhole: boolean;
  /** What else than facts and its definition may have moved what settled. */
  readonly reorganised: Cause | null;
}

/** Whether what people bore may be shown depends on all of the weeks that a period touches (kpi/privacy.ts). */
export const wholeWeeks = (kpi: Kpi, calendar: Calendar, period: Period): Period =>
  kpi.isPersonal ? { ...period, end: periodOf(calendar, 'week', period.endDay - 1).end } : period;

export const isDueAt = (
  { kpi, basis }: Plan,
  period: Period,
  { sources, now, with: { organisation } }: MeasureRequest,
): boolean => isDueToSettle(kpi, basis, sources, wholeWeeks(kpi, organisation.calendar, period), now);

/** What else than items decides a period's values: the definition, and how far the sources behind it are. */
export const circumstancesOf = ({ kpi, basis }: Plan, period: Period, { sources, now }: MeasureRequest): string => {
  const isRunning = period.end > now;
  const stale = isStale(basis, sources, period, now);
  const behind = sourcesBehind(isRunning ? basis : { ...basis, kinds: [...basis.kinds, ...basis.linked] }, sources);
  return JSON.stringify([
    kpi.definition,
    stale,
    isRunning,
    behind.map(({ source, state }) => [source.id, state?.historyFrom, reachOf(untilOf(state, basis), period, isRunning)]),
  ]);
};

/** While it runs, a period is known of once a pass came into it, and then up to now (kpi/emptiness.ts). */
const reachOf = (until: number | null, period: Period, isRunning: boolean): number | boolean | null => {
  if (until === null) return null;
  return isRunning ? until > period.start : Math.min(until, period.end);
};

export const EVER = (): Instant => -Infinity;

/** Whether nothing that changed has a say in a KPI. */
export const isUntouched = ({ kpi, relevant }: Plan, { changes }: MeasureRequest): boolean =>
  relevant.length === 0 && !(kpi.isPersonal && changes.some(({ kind }) => isOnCall(kind)));

/** Weeks, then months, then quarters, each oldest first. */
export const inOrder = (one: Period, other: Period): number =>
  MEASURED_GRAINS.findIndex((grain) => grain === one.grain) - MEASURED_GRAINS.findIndex((grain) => grain === other.grain) ||
  one.firstDay - other.firstDay;

/** How far back the world must be known, by kind. */
export function sinceOf(plans: readonly Plan[], isEndless: (kpi: Kpi) => boolean): (kind: Kind) => Instant {
  const since = new Map<Kind, Instant>();
  for (const { kpi, basis, open, reached } of plans) {
    const start = isEndless(kpi) ? -Infinity : Math.min(...[...open, ...reached].map((period) => period.start));
    for (const kind of [...basis.kinds, ...basis.linked]) since.set(kind, Math.min(start, since.get(kind) ?? Infinity));
  }
  // What a number looks at beside its own kinds is as old as the oldest period, or unbounded where nothing else is measured.
  const bounded = [...since.values()].filter(Number.isFinite);
  const earliest = bounded.length === 0 ? -Infinity : Math.min(...bounded);
  return (kind) => since.get(kind) ?? earliest;
}

export const firstDayTouched = (kpi: Kpi, calendar: Calendar, day: Day): Day =>
  kpi.isPersonal ? periodOf(calendar, 'week', day).firstDay : day;

/** What people bore is never cut by service; everything else is kept for all scopes. */
export function scopesFor(kpi: Kpi, organisation: Organisation): Scope[] {
  const teams = organisation.teams.map((team): Scope => `team:${team.id}`);
  if (kpi.isPersonal) return ['organisation', ...teams];
  return ['organisation', ...teams, ...organisation.services.map((service): Scope => `service:${service.id}`)];
}

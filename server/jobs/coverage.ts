import { KINDS, type Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Coverage } from '../kpi/world.ts';
import type { Source } from '../sources/source.ts';
import type { SourceReach } from '../store/store.ts';
import type { Instant, Period } from '../time/period.ts';

/** What a kind or series is computed from: stored kinds for a derived one, and those linked to it. */
const BASES: Partial<Record<Kind, readonly Kind[]>> = {
  change: ['deployment'],
  closing: ['ticket'],
  seat: ['session'],
  interruption: ['page', 'shift'],
  disrupted_hour: ['page', 'shift'],
  night: ['page', 'shift'],
};

export interface Basis {
  readonly kinds: readonly Kind[];
  readonly series: readonly string[];
  /** Kinds whose links have a say: incidents blame deployments. They are looked at, not counted. */
  readonly linked: readonly Kind[];
}

/** Fields that other kinds decide. */
const DECIDED_BY: ReadonlyMap<string, readonly Kind[]> = new Map([
  ...['change_failed', 'may_have_failed', 'rolled_back', 'recovered'].map((field): [string, readonly Kind[]] => [
    field,
    ['incident', 'ticket', 'link'],
  ]),
  ['reviewed', ['session', 'link']],
  ['reviewed_within', ['session', 'link']],
  ['over_budget', ['page', 'incident']],
]);

/** Kinds that a KPI looks at through links, by the fields it names. */
function linkedKinds({ measure, where, countedIn }: Kpi): readonly Kind[] {
  const fields = [
    ...where.map(({ field }) => field),
    ...(measure.type === 'ratio' ? measure.outOf.map(({ field }) => field) : []),
    ...(measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : []),
    ...(measure.type === 'overlap' ? [measure.oncePer ?? ''] : []),
    countedIn ?? '',
  ];
  const decided = fields.flatMap((field) => DECIDED_BY.get(field) ?? []);
  return fields.some((field) => field.startsWith('caused_by.')) ? [...decided, 'deployment', 'link'] : decided;
}

/** The stored kinds and series that a KPI's numbers rest on, its parts included. */
export function basisOf(kpi: Kpi, kpiOf: (id: string) => Kpi | undefined): Basis {
  const kinds = new Set<Kind>();
  const series = new Set<string>();
  const linked = new Set<Kind>();
  const visit = (one: Kpi, depth: number): void => {
    const { measure } = one;
    if (measure.type === 'combine') {
      if (depth > 8) return;
      for (const part of measure.parts) {
        const found = kpiOf(part);
        if (found !== undefined) visit(found, depth + 1);
      }
      return;
    }
    if (measure.type === 'level') {
      series.add(measure.series);
      return;
    }
    if (measure.type === 'budget') {
      series.add(measure.good);
      series.add(measure.valid);
      return;
    }
    for (const kind of storedKindsOf(measure.of)) kinds.add(kind);
    for (const kind of linkedKinds(one)) linked.add(kind);
    if (measure.type === 'count' && measure.per === '12 hours on call') kinds.add('shift');
    if (measure.type === 'spread') for (const kind of ['membership', 'shift'] as const) kinds.add(kind);
  };
  visit(kpi, 0);
  return { kinds: [...kinds], series: [...series], linked: [...linked].filter((kind) => !kinds.has(kind)) };
}

/** Whether a number may rest on something however long ago: the last one of a kind, and the one before. */
export function reachesBackForEver({ measure }: Kpi, kpiOf: (id: string) => Kpi | undefined, depth = 0): boolean {
  if (measure.type === 'since') return true;
  if (measure.type !== 'combine' || depth > 8) return false;
  return measure.parts.some((part) => {
    const found = kpiOf(part);
    return found !== undefined && reachesBackForEver(found, kpiOf, depth + 1);
  });
}

export const storedKindsOf = (kind: Kind): readonly Kind[] => (KINDS[kind].isDerived ? (BASES[kind] ?? []) : [kind]);

/** What of a source's configuration decides what it vouches for. */
export type SourceShape = Pick<Source, 'id' | 'kinds' | 'series' | 'staleAfterMs'>;

/** A source as configured, beside how far its latest complete pass came; null before the first. */
export interface KnownSource {
  readonly source: SourceShape;
  readonly state: SourceReach | null;
}

/** The sources that give any of a basis. */
export const sourcesBehind = (basis: Basis, sources: readonly KnownSource[]): KnownSource[] =>
  sources.filter(
    ({ source }) =>
      source.kinds.some((kind) => basis.kinds.includes(kind)) || source.series.some((name) => basis.series.includes(name)),
  );

/**
 * What the sources behind a basis vouch for together: complete up to the one furthest behind, and
 * known from the one whose history begins last. Sources that never completed a pass are left to
 * freshness; with none that did, nothing is covered.
 */
export function coverageOf(basis: Basis, sources: readonly KnownSource[]): Coverage {
  let from: Instant | null = null;
  let until: Instant | null = null;
  for (const { state } of sourcesBehind(basis, sources)) {
    if (state?.completeUntil == null) continue;
    until = until === null ? state.completeUntil : Math.min(until, state.completeUntil);
    if (state.historyFrom !== null) from = from === null ? state.historyFrom : Math.max(from, state.historyFrom);
  }
  return { from, until };
}

/** True when a source behind the basis is further behind than it may be, for a period it should know. */
export function isStale(basis: Basis, sources: readonly KnownSource[], period: Period, now: Instant): boolean {
  return sourcesBehind(basis, sources).some(({ source, state }) => {
    const until = state?.completeUntil ?? null;
    if (until === null) return period.end <= now;
    return until < Math.min(period.end, now) && now - until > source.staleAfterMs;
  });
}

/**
 * True once a period's value may settle: `settlesAfterMs` has passed since its end, and every source
 * behind it has completed a pass since then that knew the whole period.
 */
export function isDueToSettle(kpi: Kpi, basis: Basis, sources: readonly KnownSource[], period: Period, now: Instant): boolean {
  const settlesAt = period.end + kpi.settlesAfterMs;
  if (now < settlesAt) return false;
  const behind = sourcesBehind({ ...basis, kinds: [...basis.kinds, ...basis.linked] }, sources);
  return (
    behind.length > 0 &&
    behind.every(
      ({ state }) => (state?.lastCompletedAt ?? -Infinity) >= settlesAt && (state?.completeUntil ?? -Infinity) >= period.end,
    )
  );
}

import { KINDS, type Kind } from '../event/kinds.ts';
import { LINKS } from '../event/links.ts';
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
  /** Those of the linked kinds that have a say only where they blame a deployment. */
  readonly blaming: readonly Kind[];
  /** How long before a change of a linked item numbers may move that it does not name. */
  readonly reachMs: number;
}

/** What another kind's items have to say, and how far before themselves. */
interface Say {
  readonly kinds: readonly Kind[];
  readonly blaming: readonly Kind[];
  readonly reachMs: number;
}

const DAY_MS = 86_400_000;
const BLAMED: Say = { kinds: ['link'], blaming: ['incident', 'ticket'], reachMs: 0 };
const REVIEWED: Say = { kinds: ['session', 'link'], blaming: [], reachMs: 0 };

/** Fields that other kinds decide. */
const DECIDED_BY: ReadonlyMap<string, Say> = new Map([
  ['change_failed', BLAMED],
  ['rolled_back', BLAMED],
  ['recovered', BLAMED],
  // An incident suspects a deployment that finished within 24 h before it, and began up to a week before that.
  ['may_have_failed', { kinds: ['incident', 'link'], blaming: ['ticket'], reachMs: 8 * DAY_MS }],
  ['reviewed', REVIEWED],
  ['reviewed_within', REVIEWED],
  // A page tells of the whole shift; none is longer than what item-cache.ts looks back.
  ['over_budget', { kinds: ['page', 'incident'], blaming: [], reachMs: 40 * DAY_MS }],
]);

/** What a KPI looks at through links, by the fields it names. */
function saysOf({ measure, where, countedIn, alsoShow }: Kpi, of: Kind): Say[] {
  const fields = [
    ...where.map(({ field }) => field),
    ...(measure.type === 'ratio' ? measure.outOf.map(({ field }) => field) : []),
    ...(measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : []),
    ...(measure.type === 'overlap' ? [measure.oncePer ?? ''] : []),
    countedIn ?? '',
    ...(alsoShow.includes('up to') ? ['may_have_failed'] : []),
  ];
  return fields.flatMap((field) => {
    const [link = '', ...rest] = field.split('.');
    const target = rest.length === 0 ? undefined : LINKS[of]?.[link];
    if (target !== undefined) return { kinds: [target, ...alsoBlaming(link)], blaming: [], reachMs: 0 };
    return DECIDED_BY.get(field) ?? [];
  });
}

/** Deployments are blamed by link items, too. */
const alsoBlaming = (link: string): readonly Kind[] => (link === 'caused_by' ? ['link'] : []);

/** The stored kinds and series that a KPI's numbers rest on, its parts included. */
export function basisOf(kpi: Kpi, kpiOf: (id: string) => Kpi | undefined): Basis {
  const kinds = new Set<Kind>();
  const series = new Set<string>();
  const linked = new Set<Kind>();
  const outright = new Set<Kind>();
  let reachMs = 0;
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
    for (const say of saysOf(one, measure.of)) {
      for (const kind of say.kinds) outright.add(kind);
      for (const kind of [...say.blaming, ...say.kinds]) linked.add(kind);
      reachMs = Math.max(reachMs, say.reachMs);
    }
    if (measure.type === 'count' && measure.per === '12 hours on call') kinds.add('shift');
    if (measure.type === 'spread') for (const kind of ['membership', 'shift'] as const) kinds.add(kind);
  };
  visit(kpi, 0);
  const others = [...linked].filter((kind) => !kinds.has(kind));
  return {
    kinds: [...kinds],
    series: [...series],
    linked: others,
    blaming: others.filter((kind) => !outright.has(kind)),
    reachMs,
  };
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
export const sourcesBehind = (basis: Pick<Basis, 'kinds' | 'series'>, sources: readonly KnownSource[]): KnownSource[] =>
  sources.filter(
    ({ source }) =>
      source.kinds.some((kind) => basis.kinds.includes(kind)) || source.series.some((name) => basis.series.includes(name)),
  );

/**
 * Up to when a source knows all that a basis asks of it: a series that it knows less far than the rest holds up what rests on
 * that series, and nothing else. Null where it vouches for nothing.
 */
export function untilOf(state: SourceReach | null, { series }: Pick<Basis, 'series'>): Instant | null {
  let until = state?.completeUntil ?? null;
  for (const lack of state?.lacking ?? [])
    if (until !== null && series.includes(lack.series)) until = lack.until === null ? null : Math.min(until, lack.until);
  return until;
}

/**
 * What the sources behind a basis vouch for together: complete up to the one furthest behind, and
 * known from the one whose history begins last. Sources that never completed a pass are left to
 * freshness; with none that did, nothing is covered.
 */
export function coverageOf(basis: Pick<Basis, 'kinds' | 'series'>, sources: readonly KnownSource[]): Coverage {
  let from: Instant | null = null;
  let until: Instant | null = null;
  for (const { state } of sourcesBehind(basis, sources)) {
    const own = untilOf(state, basis);
    if (own === null) continue;
    until = until === null ? own : Math.min(until, own);
    if (state !== null && state.historyFrom !== null)
      from = from === null ? state.historyFrom : Math.max(from, state.historyFrom);
  }
  return { from, until };
}

/** True when a source behind the basis is further behind than it may be, for a period it should know. */
export function isStale(basis: Basis, sources: readonly KnownSource[], period: Period, now: Instant): boolean {
  return sourcesBehind(basis, sources).some(({ source, state }) => {
    const until = untilOf(state, basis);
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
      ({ state }) => (state?.lastCompletedAt ?? -Infinity) >= settlesAt && (untilOf(state, basis) ?? -Infinity) >= period.end,
    )
  );
}

import type { ScopeTable } from './attribution.ts';
import type { Span, Spans } from './privacy-spans.ts';
import type { Instant } from '../time/period.ts';

/** People are seen by others only in groups of at least this many. */
const SMALLEST_GROUP = 5;

/** Someone of whom the number of a period speaks, in a team's and a service's scope. Indexes, the period's into `Spans.all`. */
export interface Bearer {
  readonly period: number;
  readonly team: number;
  readonly service: number;
  readonly person: string;
}

/**
 * Which (scope, period) buckets of a personal KPI must not be shown: 1 for hidden. The table must
 * hold every team and service, and those of none, so that the answer depends on the data alone.
 *
 * The organisation is shown week by week. A longer range is shown where taking weeks or other ranges
 * away from it leaves nobody or at least five: none of its parts (privacy-spans.ts) has one to four
 * people, and all of its weeks have ended, because a number seen twice tells what came in between.
 * Teams and services have one span, the month (for how a load was spread, the quarter), in those in which
 * the organisation is shown. What was answered is shown by whole months alone, a spread by whole quarters.
 *
 * A group under five is hidden. So that the organisation minus the visible teams does not give it
 * away, the next smallest visible team is hidden with it, until those hidden have five people
 * together, or none is left; the same for services. A service that would leave fewer than five of
 * its team behind it is hidden too, and the other way round.
 */
export const hiddenBuckets = (
  table: ScopeTable,
  spans: Spans,
  bearers: readonly Bearer[],
  now: Instant,
  shownBy: Span = 'week',
): Uint8Array => {
  const { all, parts } = spans;
  const hidden = new Uint8Array(table.scopes.length * all.length).fill(1);
  const byPeriod = Map.groupBy(bearers, (bearer) => bearer.period);
  const sizes = all.map((_, index) => new Set(byPeriod.get(index)?.map((bearer) => bearer.person)).size);
  const isSafe = (part: number): boolean => {
    const size = sizes[part] ?? 0;
    return (all[part]?.end ?? Infinity) <= now && (size === 0 || size >= SMALLEST_GROUP);
  };
  parts.forEach((own, index) => {
    if (own.length === 0 || (sizes[index] ?? 0) < SMALLEST_GROUP || !own.every(isSafe)) return;
    hidden[table.organisation * all.length + index] = 0;
    if (all[index]?.grain !== (shownBy === 'quarter' ? 'quarter' : 'month')) return;
    const within = hiddenScopes(table, byPeriod.get(index) ?? []);
    for (const family of [table.teams, table.services])
      for (const scope of family.values()) if (!within.has(scope)) hidden[scope * all.length + index] = 0;
  });
  return hidden;
};

const hiddenScopes = (table: ScopeTable, bearers: readonly Bearer[]): Set<number> => {
  const people = peopleByScope(bearers);
  const hidden = new Set<number>();
  for (const family of [table.teams, table.services]) {
    const bySize = [...family].map(([name, scope]) => ({ name, scope, size: people.get(scope)?.size ?? 0 })).sort(bySizeThenName);
    for (const { name, scope, size } of bySize) if (size < SMALLEST_GROUP || name === '') hidden.add(scope);
    const together = new Set(bySize.flatMap(({ scope }) => (hidden.has(scope) ? [...(people.get(scope) ?? [])] : [])));
    for (const { scope } of bySize) {
      if (together.size === 0 || together.size >= SMALLEST_GROUP) break;
      if (hidden.has(scope)) continue;
      hidden.add(scope);
      for (const person of people.get(scope) ?? []) together.add(person);
    }
  }
  const teamOf = (bearer: Bearer): number => bearer.team;
  const serviceOf = (bearer: Bearer): number => bearer.service;
  hideWithin(bearers, people, hidden, teamOf, serviceOf);
  hideWithin(bearers, people, hidden, serviceOf, teamOf);
  return hidden;
};

/** Hides parts that lie wholly within a visible whole, smallest first, while taking them all away leaves one to four people. */
const hideWithin = (
  bearers: readonly Bearer[],
  people: ReadonlyMap<number, ReadonlySet<string>>,
  hidden: Set<number>,
  wholeOf: (bearer: Bearer) => number,
  partOf: (bearer: Bearer) => number,
): void => {
  const wholesOfPart = new Map<number, Set<number>>();
  for (const bearer of bearers) {
    const part = partOf(bearer);
    const wholes = wholesOfPart.get(part) ?? new Set<number>();
    wholesOfPart.set(part, wholes.add(wholeOf(bearer)));
  }
  for (const [whole, own] of Map.groupBy(bearers, wholeOf)) {
    if (hidden.has(whole)) continue;
    const parts = [...new Set(own.map(partOf))]
      .filter((part) => !hidden.has(part) && wholesOfPart.get(part)?.size === 1)
      .sort((left, right) => (people.get(left)?.size ?? 0) - (people.get(right)?.size ?? 0) || left - right);
    while (parts.length > 0) {
      const left = new Set(own.filter((bearer) => !parts.includes(partOf(bearer))).map((bearer) => bearer.person));
      if (left.size === 0 || left.size >= SMALLEST_GROUP) break;
      hidden.add(parts.shift() ?? whole);
    }
  }
};

const peopleByScope = (bearers: readonly Bearer[]): Map<number, Set<string>> => {
  const people = new Map<number, Set<string>>();
  for (const { team, service, person } of bearers) {
    for (const scope of [team, service]) {
      const own = people.get(scope) ?? new Set<string>();
      people.set(scope, own.add(person));
    }
  }
  return people;
};

interface Group {
  readonly name: string;
  readonly scope: number;
  readonly size: number;
}

const bySizeThenName = (left: Group, right: Group): number => left.size - right.size || (left.name < right.name ? -1 : 1);

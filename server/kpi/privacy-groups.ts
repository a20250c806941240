import type { ScopeTable } from './attribution.ts';

/** People are seen by others only in groups of at least this many. */
const SMALLEST_GROUP = 5;

/** Someone of whom the number of a period speaks, in a team's and a service's scope. Indexes, the period's into `Spans.all`. */
export interface Bearer {
  readonly period: number;
  readonly team: number;
  readonly service: number;
  readonly person: string;
}

/** Whether so many people are a group that may be seen. */
export const isGroup = (people: number): boolean => people >= SMALLEST_GROUP;
/** Whether so many people may be left when numbers are taken from one another: a group, or nobody. */
export const mayBeLeft = (people: number): boolean => people === 0 || isGroup(people);

export const sizeOf = (bearers: readonly Bearer[]): number => new Set(bearers.map(({ person }) => person)).size;

/**
 * The teams and services of one span that must not be shown. A group under five is hidden. So that the
 * organisation minus the visible teams does not give it away, the next smallest visible team is hidden
 * with it, until those hidden have five people together, or none is left; the same for services. Services
 * that would leave fewer than five people when teams and services are taken from one another are hidden, too.
 */
export const hiddenScopes = (table: ScopeTable, bearers: readonly Bearer[]): Set<number> => {
  const people = peopleByScope(bearers);
  const hidden = new Set<number>();
  for (const family of [table.teams, table.services]) {
    const bySize = groupsOf(family, people);
    for (const { name, scope, size } of bySize) if (!isGroup(size) || name === '') hidden.add(scope);
    const together = new Set(bySize.flatMap(({ scope }) => (hidden.has(scope) ? [...(people.get(scope) ?? [])] : [])));
    for (const { scope } of bySize) {
      if (mayBeLeft(together.size)) break;
      if (hidden.has(scope)) continue;
      hidden.add(scope);
      for (const person of people.get(scope) ?? []) together.add(person);
    }
  }
  hideServices(table, bearers, people, hidden);
  return hidden;
};

/** All hidden teams together, and all hidden services: what the organisation less the visible ones tells of. */
const HIDDEN = -2;

/**
 * Teams are shown beside services, so a sum over some of both can be taken from another. Whatever is left
 * is made of cells: what one visible team, or all hidden ones, have of one visible service, or of all hidden
 * ones. Services are hidden, smallest first, until every cell holds nobody or at least five people.
 */
const hideServices = (
  table: ScopeTable,
  bearers: readonly Bearer[],
  people: ReadonlyMap<number, ReadonlySet<string>>,
  hidden: Set<number>,
): void => {
  const bySize = groupsOf(table.services, people);
  const shownOr = (scope: number): number => (scope < 0 || hidden.has(scope) ? HIDDEN : scope);
  for (let isDone = false; !isDone;) {
    const found = new Set<number>();
    for (const own of Map.groupBy(bearers, (bearer) => shownOr(bearer.team)).values()) {
      const cells = peopleBy(own, (bearer) => shownOr(bearer.service));
      const isSmall = (service: number): boolean => !mayBeLeft(cells.get(service)?.size ?? 0);
      for (const service of cells.keys()) if (service !== HIDDEN && isSmall(service)) found.add(service);
      const smallest = isSmall(HIDDEN) ? bySize.find(({ scope }) => scope !== HIDDEN && cells.has(scope)) : undefined;
      if (smallest !== undefined) found.add(smallest.scope);
    }
    for (const service of found) hidden.add(service);
    isDone = found.size === 0;
  }
};

const peopleBy = (bearers: readonly Bearer[], scopeOf: (bearer: Bearer) => number): Map<number, Set<string>> => {
  const people = new Map<number, Set<string>>();
  for (const bearer of bearers) {
    const scope = scopeOf(bearer);
    const own = people.get(scope) ?? new Set<string>();
    people.set(scope, own.add(bearer.person));
  }
  return people;
};

export const peopleByScope = (bearers: readonly Bearer[]): Map<number, Set<string>> =>
  new Map([...peopleBy(bearers, (bearer) => bearer.team), ...peopleBy(bearers, (bearer) => bearer.service)]);

interface Group {
  readonly name: string;
  readonly scope: number;
  readonly size: number;
}

/** Smallest first; of equal ones by name, so that the order of arrival changes nothing. */
const groupsOf = (family: ReadonlyMap<string, number>, people: ReadonlyMap<number, ReadonlySet<string>>): Group[] =>
  [...family]
    .map(([name, scope]) => ({ name, scope, size: people.get(scope)?.size ?? 0 }))
    .sort((left, right) => left.size - right.size || (left.name < right.name ? -1 : 1));

import type { ScopeTable } from './attribution.ts';

/** People are seen by others only in groups of at least this many. */
const SMALLEST_GROUP = 5;

/** Those of whom the numbers of some days speak: each person once for every team and service in whose scope they do, as columns. */
export interface Group {
  /** More than any number of a person. */
  readonly people: number;
  /** Scope indexes, or -1. */
  readonly team: Int32Array;
  readonly service: Int32Array;
  readonly person: Int32Array;
}

/** Whether so many people are a group that may be seen. */
export const isGroup = (people: number): boolean => people >= SMALLEST_GROUP;
/** Whether so many people may be left when numbers are taken from one another: a group, or nobody. */
export const mayBeLeft = (people: number): boolean => people === 0 || isGroup(people);

/**
 * The teams and services of one span that must not be shown: 1 by scope. A group under five is hidden. So that the
 * organisation minus the visible teams does not give it away, the next smallest visible team is hidden
 * with it, until those hidden have five people together, or none is left; the same for services. Services
 * that would leave fewer than five people when teams and services are taken from one another are hidden, too.
 */
export const hiddenScopes = (table: ScopeTable, group: Group): Uint8Array => {
  const hidden = new Uint8Array(table.scopes.length);
  const teams = new Family(table.teams, group.team, group, hidden);
  const services = new Family(table.services, group.service, group, hidden);
  for (const family of [teams, services]) {
    const { bySize, sizes, unnamed } = family;
    for (const scope of bySize) if (!isGroup(sizes[scope] ?? 0) || scope === unnamed) hidden[scope] = 1;
    const together = new Set<number>();
    const join = (scope: number): void => {
      for (const member of family.membersOf(scope)) {
        // More of them change nothing.
        if (isGroup(together.size)) return;
        together.add(group.person[member] ?? 0);
      }
    };
    for (const scope of bySize) {
      if (isGroup(together.size)) break;
      if (hidden[scope] === 1) join(scope);
    }
    for (const scope of bySize) {
      if (mayBeLeft(together.size)) break;
      if (hidden[scope] === 1) continue;
      hidden[scope] = 1;
      join(scope);
    }
  }
  // Only services are hidden from here on.
  while (services.bySize.some((scope) => hidden[scope] === 0) && hideServices(teams, services, group, hidden));
  return hidden;
};

/** Scopes in which somebody is: 1 by scope. */
export const presentIn = (table: ScopeTable, { team, service }: Group): Uint8Array => {
  const present = new Uint8Array(table.scopes.length);
  for (const scopes of [team, service]) for (const scope of scopes) if (scope >= 0) present[scope] = 1;
  return present;
};

/**
 * Teams are shown beside services, so a sum over some of both can be taken from another. Whatever is left
 * is made of cells: what one visible team, or all hidden ones, have of one visible service, or of all hidden
 * ones. Services are hidden, smallest first, until every cell holds nobody or at least five people: the
 * answer is whether one was hidden, and all must be asked about again.
 */
const hideServices = (teams: Family, services: Family, group: Group, hidden: Uint8Array): boolean => {
  const found = new Set<number>();
  /** Cells of one team: how many people each visible service has, and all hidden ones together. */
  const check = (cells: ReadonlyMap<number, number>, ofHidden: number): void => {
    let smallest = -1;
    for (const [service, people] of cells) {
      if (!mayBeLeft(people)) found.add(service);
      if (smallest < 0 || services.rankOf(service) < services.rankOf(smallest)) smallest = service;
    }
    if (!mayBeLeft(ofHidden) && smallest >= 0) found.add(smallest);
  };
  const counted = new Int32Array(group.people);
  let round = 0;
  /** How many of some members are different people. */
  const peopleAmong = (members: Int32Array, isMeant: (member: number) => boolean): number => {
    round += 1;
    let people = 0;
    for (const member of members) {
      const person = group.person[member] ?? 0;
      if (counted[person] === round || !isMeant(member)) continue;
      counted[person] = round;
      people += 1;
    }
    return people;
  };
  const isOfVisibleService = (member: number): boolean => services.isVisible(group.service[member] ?? -1);
  const isOfHiddenTeam = (member: number): boolean => !teams.isVisible(group.team[member] ?? -1);

  for (const scope of teams.bySize) {
    if (hidden[scope] === 1) continue;
    const members = teams.membersOf(scope);
    const cells = new Map<number, number>();
    for (const member of members) {
      const service = group.service[member] ?? -1;
      // Nobody is twice in the same team and service.
      if (services.isVisible(service)) cells.set(service, (cells.get(service) ?? 0) + 1);
    }
    check(
      cells,
      peopleAmong(members, (member) => !isOfVisibleService(member)),
    );
  }
  const cells = new Map<number, number>();
  for (const scope of services.bySize) {
    const people = hidden[scope] === 1 ? 0 : peopleAmong(services.membersOf(scope), isOfHiddenTeam);
    if (people > 0) cells.set(scope, people);
  }
  const all = group.person.map((_, member) => member);
  check(
    cells,
    peopleAmong(all, (member) => isOfHiddenTeam(member) && !isOfVisibleService(member)),
  );
  for (const service of found) hidden[service] = 1;
  return found.size > 0;
};

/** All teams, or all services, with who is in each. */
class Family {
  /** Scopes, smallest first; of equal ones by name, so that the order of arrival changes nothing. */
  readonly bySize: Int32Array;
  /** By scope: how many different people. */
  readonly sizes: Int32Array;
  /** The scope of what is in none; -1 where there is no such scope. */
  readonly unnamed: number;
  readonly #hidden: Uint8Array;
  /** Members of a scope are `members[start[scope]]` to `members[start[scope + 1]]`. */
  readonly #start: Int32Array;
  readonly #members: Int32Array;
  /** By scope: place in `bySize`. */
  readonly #ranks: Int32Array;

  constructor(names: ReadonlyMap<string, number>, scopes: Int32Array, { people, person }: Group, hidden: Uint8Array) {
    this.#hidden = hidden;
    this.#start = new Int32Array(hidden.length + 1);
    for (const scope of scopes) if (scope >= 0) this.#start[scope + 1] = (this.#start[scope + 1] ?? 0) + 1;
    for (let scope = 0; scope < hidden.length; scope += 1)
      this.#start[scope + 1] = (this.#start[scope + 1] ?? 0) + (this.#start[scope] ?? 0);
    const next = this.#start.slice();
    this.#members = new Int32Array(this.#start[hidden.length] ?? 0);
    scopes.forEach((scope, member) => {
      if (scope < 0) return;
      const place = next[scope] ?? 0;
      this.#members[place] = member;
      next[scope] = place + 1;
    });
    const byName = scopesByName(names);
    this.unnamed = names.get('') ?? -1;
    this.sizes = new Int32Array(hidden.length);
    const seen = new Int32Array(people).fill(-1);
    // Whole numbers, the size before the place by name.
    const order = new Float64Array(byName.length);
    byName.forEach((scope, place) => {
      const end = this.#start[scope + 1] ?? 0;
      let size = 0;
      for (let at = this.#start[scope] ?? 0; at < end; at += 1) {
        const own = person[this.#members[at] ?? 0] ?? 0;
        if (seen[own] === scope) continue;
        seen[own] = scope;
        size += 1;
      }
      this.sizes[scope] = size;
      order[place] = size * byName.length + place;
    });
    order.sort();
    this.bySize = new Int32Array(order.length);
    this.#ranks = new Int32Array(hidden.length);
    for (let rank = 0; rank < order.length; rank += 1) {
      const scope = byName[(order[rank] ?? 0) % order.length] ?? 0;
      this.bySize[rank] = scope;
      this.#ranks[scope] = rank;
    }
  }

  /** Indexes into the group: one for each role, so a person may be there twice. */
  membersOf(scope: number): Int32Array {
    return this.#members.subarray(this.#start[scope], this.#start[scope + 1]);
  }

  rankOf(scope: number): number {
    return this.#ranks[scope] ?? 0;
  }

  isVisible(scope: number): boolean {
    return scope >= 0 && this.#hidden[scope] === 0;
  }
}

const knownOrders = new WeakMap<ReadonlyMap<string, number>, Int32Array>();

const scopesByName = (names: ReadonlyMap<string, number>): Int32Array => {
  let order = knownOrders.get(names);
  if (order === undefined) {
    const sorted = [...names].sort(([one], [other]) => (one < other ? -1 : 1));
    knownOrders.set(names, (order = Int32Array.from(sorted, ([, scope]) => scope)));
  }
  return order;
};

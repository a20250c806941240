import { NEVER, type ItemColumns, type Part } from '../event/columns.ts';
import { layoutOf } from '../event/item-row.ts';
import type { Organisation } from '../event/organisation.ts';
import { ownersOf, type ScopeTable } from './attribution.ts';
import { secondsOf, type Cuts } from './buckets.ts';
import { presentOf } from './item-pass.ts';
import type { Kpi, Measure } from './kpi.ts';
import { endsAfter } from './spans.ts';
import type { Wanted, World } from './world.ts';

/**
 * Rows that an evaluation must look at: all, less the parts that cannot matter to any period or to any
 * scope that is asked about. What people bore is hidden by what everyone bore, so there all do matter.
 */
export const rangesFor = (
  kpi: Kpi,
  measure: Extract<Measure, { type: 'duration' | 'ratio' | 'count' | 'depth' | 'age' | 'overlap' | 'score' | 'spread' }>,
  world: World,
  columns: ItemColumns,
  table: ScopeTable,
  cuts: Cuts,
  wanted: Wanted | null = null,
): Int32Array => {
  const { parts } = columns;
  if (parts === null) return Int32Array.of(0, columns.length);
  if (wanted !== null && !kpi.isPersonal) {
    const reach = reachOf(kpi, measure, columns, presentOf(world));
    return rangesOf(parts, [new OfWanted(reach, columns, table, cuts, world.organisation, wanted)]);
  }
  if (kpi.isPersonal) return rangesOf(parts, []);
  const tests: PartTest[] = [];
  if (table.organisation < 0) tests.push(new InScope(columns, table, world.organisation));
  const reach = reachOf(kpi, measure, columns, presentOf(world));
  if (reach !== null) tests.push(new InTime(reach, cuts));
  return rangesOf(parts, tests);
};

/** Parts that lie side by side are one range: what begins anew with each takes as long as tens of rows. */
const rangesOf = (parts: readonly Part[], tests: readonly PartTest[]): Int32Array => {
  const ranges: number[] = [];
  let before = -1;
  for (const part of parts) {
    if (part.start === part.end || !holdAll(tests, part)) continue;
    if (part.start === before) ranges[ranges.length - 1] = part.end;
    else ranges.push(part.start, part.end);
    before = part.end;
  }
  return Int32Array.from(ranges);
};

/** As many rows to each dead one, or marking rows is quicker than going around them. */
const FEW_DEAD = 256;

/**
 * Ranges that go around dead rows where those are few, so that nobody has to ask each row; else the ranges as they are
 * and the marks of what is dead.
 */
export const rangesWithout = (
  ranges: Int32Array,
  dead: Uint8Array | null,
): { readonly ranges: Int32Array; readonly dead: Uint8Array | null } => {
  if (dead === null) return { ranges, dead };
  const pieces: number[] = [];
  let rows = 0;
  let found = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    let start = ranges[index] ?? 0;
    const end = ranges[index + 1] ?? 0;
    rows += end - start;
    for (const part = dead.subarray(0, end); start < end; found += 1) {
      const next = part.indexOf(1, start);
      if (next < 0) break;
      if (next > start) pieces.push(start, next);
      start = next + 1;
    }
    if (start < end) pieces.push(start, end);
    if (found * FEW_DEAD > rows + DEAD_AT_LEAST) return { ranges, dead };
  }
  return { ranges: Int32Array.from(pieces), dead: null };
};

/** Fewer are always gone around. */
const DEAD_AT_LEAST = 1_000_000;

/** All rows that parts hold, for what looks back without end. */
export const allRanges = ({ parts, length }: ItemColumns): Int32Array =>
  parts === null ? Int32Array.of(0, length) : Int32Array.from(parts.flatMap(({ start, end }) => [start, end]));

/** Classes, because there are many parts: what is made for one evaluation would be compiled for that one alone. */
interface PartTest {
  /** Whether a part may matter. */
  holds(part: Part): boolean;
}

const holdAll = (tests: readonly PartTest[], part: Part): boolean => {
  for (const test of tests) if (!test.holds(part)) return false;
  return true;
};

/** Whether a part reaches into the time from the first period to the end of the last. */
class InTime implements PartTest {
  readonly #reach: Reach;
  readonly #start: number;
  readonly #end: number;

  constructor(reach: Reach, { asOf, periods }: Cuts) {
    this.#reach = reach;
    this.#start = Math.min(...periods.map((period) => secondsOf(period.start)), asOf[0] ?? Infinity);
    this.#end = Math.max(...periods.map((period) => secondsOf(period.end)));
  }

  holds(part: Part): boolean {
    return this.#reach.into(part, this.#start, this.#end);
  }
}

/** Whether a part reaches into the time from one second to another, the last not included. */
class Reach {
  readonly #columns: ItemColumns;
  readonly #now: number;
  /** What never came to one of these is told of in every later period; null where that does not matter. */
  readonly #ends: readonly string[] | null;

  constructor(columns: ItemColumns, now: number, ends: readonly string[] | null) {
    this.#columns = columns;
    this.#now = now;
    this.#ends = ends;
  }

  into(part: Part, start: number, end: number): boolean {
    if (part.from >= end) return false;
    if (part.until >= start) return true;
    return this.#ends !== null && (part.until > this.#now || hasEndless(this.#columns, part, this.#ends));
  }
}

/**
 * Null where any part may reach into any time: known only where every moment that decides is the item's own, as what is
 * linked to it, or derived, may lie anywhere.
 */
const reachOf = (kpi: Kpi, measure: Parameters<typeof rangesFor>[1], columns: ItemColumns, now: number): Reach | null => {
  const stored: readonly string[] = layoutOf(columns.kind).instants;
  const isOwn = (...names: (string | null)[]): boolean => names.every((name) => name === null || stored.includes(name));
  switch (measure.type) {
    case 'count':
    case 'ratio':
      return isOwn(kpi.countedIn) ? new Reach(columns, now, null) : null;
    case 'depth':
    case 'age':
      // A part with something open has no end.
      return new Reach(columns, now, null);
    case 'duration':
    case 'overlap':
      if (!isOwn(measure.from, measure.to, kpi.countedIn)) return null;
      // What never ended is told of in every later period, in whatever state it was left.
      return new Reach(columns, now, [measure.to, kpi.countedIn ?? measure.to, 'cancelled', ...endsAfter(measure.to)]);
    default:
      return null;
  }
};

/** Whether a part may matter to any of the numbers that are wanted: reaches into the time of one, and has its scope in it. */
class OfWanted implements PartTest {
  readonly #reach: Reach | null;
  /** By scope: when its numbers are wanted. */
  readonly #spans: readonly (readonly Span[])[];
  readonly #whole: number;
  /** By code: the scopes that are asked about. */
  readonly #ofTeam: readonly number[];
  readonly #ofService: readonly number[];
  readonly #ofOwners: readonly (readonly number[])[];

  constructor(
    reach: Reach | null,
    { stretchService, stretchTeam }: ItemColumns,
    table: ScopeTable,
    cuts: Cuts,
    organisation: Organisation,
    wanted: Wanted,
  ) {
    const each = cuts.periods.map((period, index) => ({
      period,
      start: Math.min(secondsOf(period.start), cuts.asOfPeriod[index] ?? Infinity),
      end: secondsOf(period.end),
    }));
    const owners = ownersOf(organisation);
    this.#reach = reach;
    this.#spans = table.scopes.map((scope) => united(each.filter(({ period }) => wanted(scope, period))));
    this.#whole = table.organisation;
    this.#ofTeam = stretchTeam.dictionary.map((team) => table.teams.get(team) ?? -1);
    this.#ofService = stretchService.dictionary.map((service) => table.services.get(service) ?? -1);
    this.#ofOwners = stretchService.dictionary.map((service) =>
      (owners.get(service)?.teams ?? []).map((team) => table.teams.get(team) ?? -1),
    );
  }

  holds(part: Part): boolean {
    const { services, teams } = part;
    if (this.#isReached(part, this.#whole)) return true;
    let hasOwners = false;
    for (const team of teams) {
      if (team === -1) hasOwners = true;
      if (this.#isReached(part, this.#ofTeam[team] ?? -1)) return true;
    }
    for (const service of services) {
      if (this.#isReached(part, this.#ofService[service] ?? -1)) return true;
      if (!hasOwners) continue;
      for (const owner of this.#ofOwners[service] ?? NONE) if (this.#isReached(part, owner)) return true;
    }
    return false;
  }

  #isReached(part: Part, scope: number): boolean {
    const own = this.#spans[scope];
    if (own === undefined) return false;
    if (this.#reach === null) return own.length > 0;
    for (const { start, end } of own) if (this.#reach.into(part, start, end)) return true;
    return false;
  }
}

const NONE: readonly number[] = [];

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The same time, in spans between which there is some. */
const united = (spans: readonly Span[]): Span[] => {
  const apart: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = apart.at(-1);
    if (last === undefined || last.end < span.start) apart.push(span);
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return apart;
};

/** By the names asked for. Rows never change in place: those of a part that had all ended have all ended. */
const known = new WeakMap<Part, Map<string, boolean>>();

/** Whether a row of a part has come to none of these moments; rows that others replaced since may count as such. */
const hasEndless = (columns: ItemColumns, part: Part, names: readonly string[]): boolean => {
  let answers = known.get(part);
  if (answers === undefined) known.set(part, (answers = new Map<string, boolean>()));
  const key = names.join();
  let answer = answers.get(key);
  if (answer === undefined) answers.set(key, (answer = findEndless(columns, part, names)));
  return answer;
};

const findEndless = ({ instants }: ItemColumns, { start, end }: Part, names: readonly string[]): boolean => {
  const [most, ...rest] = names.map((name) => instants[name]);
  for (let row = start; row < end; row += 1) {
    if (most !== undefined && most[row] !== NEVER) continue;
    if (rest.every((column) => (column?.[row] ?? NEVER) === NEVER)) return true;
  }
  return false;
};

/** Whether a team or service that is asked about has anything in a part: named, or as the owner of a service at any time. */
class InScope implements PartTest {
  /** By code, one more, so that none named (-1) is a code like any other: there are many parts. */
  readonly #isAskedTeam: Uint8Array;
  readonly #isAskedService: Uint8Array;
  readonly #isOwned: Uint8Array;

  constructor({ stretchService, stretchTeam }: ItemColumns, { services, teams }: ScopeTable, organisation: Organisation) {
    const owners = ownersOf(organisation);
    this.#isAskedTeam = meant(stretchTeam.dictionary, (team) => teams.has(team));
    this.#isAskedService = meant(stretchService.dictionary, (service) => services.has(service));
    this.#isOwned = meant(
      stretchService.dictionary,
      (service) => owners.get(service)?.teams.some((team) => teams.has(team)) === true,
    );
  }

  holds({ services, teams }: Part): boolean {
    if (isAnyOf(teams, this.#isAskedTeam) || isAnyOf(services, this.#isAskedService)) return true;
    return teams.includes(-1) && isAnyOf(services, this.#isOwned);
  }
}

const meant = (dictionary: readonly string[], isMeant: (name: string) => boolean): Uint8Array =>
  Uint8Array.from(['', ...dictionary], (name, code) => Number(code > 0 && isMeant(name)));

const isAnyOf = (codes: Int32Array, isMeant: Uint8Array): boolean => {
  for (let index = 0; index < codes.length; index += 1) if (isMeant[(codes[index] ?? -1) + 1] === 1) return true;
  return false;
};

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
    const isNeeded = placeTest(kpi, measure, columns, table, cuts, presentOf(world), world.organisation, wanted);
    return rangesOf(parts, isNeeded);
  }
  const isInTime = kpi.isPersonal ? always : timeTest(kpi, measure, columns, cuts, presentOf(world));
  const isInScope = kpi.isPersonal ? always : scopeTest(columns, table, world.organisation);
  return rangesOf(parts, (part) => isInScope(part) && isInTime(part));
};

/** Parts that lie side by side are one range: what begins anew with each takes as long as tens of rows. */
const rangesOf = (parts: readonly Part[], isNeeded: PartTest): Int32Array => {
  const ranges: number[] = [];
  let before = -1;
  for (const part of parts) {
    if (part.start === part.end || !isNeeded(part)) continue;
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

type PartTest = (part: Part) => boolean;
const always: PartTest = () => true;

/** Whether a part reaches into the time from one second to another, the last not included. */
type ReachTest = (part: Part, start: number, end: number) => boolean;

/**
 * Whether a part reaches into the time from the first period to the end of the last. Asked only where
 * every moment that decides is the item's own: what is linked to it, or derived, may lie anywhere.
 */
const timeTest = (
  kpi: Kpi,
  measure: Parameters<typeof rangesFor>[1],
  columns: ItemColumns,
  cuts: Cuts,
  now: number,
): PartTest => {
  const reaches = reachTest(kpi, measure, columns, now);
  if (reaches === null) return always;
  const start = Math.min(...cuts.periods.map((period) => secondsOf(period.start)), cuts.asOf[0] ?? Infinity);
  const end = Math.max(...cuts.periods.map((period) => secondsOf(period.end)));
  return (part) => reaches(part, start, end);
};

/** Null where any part may. */
const reachTest = (kpi: Kpi, measure: Parameters<typeof rangesFor>[1], columns: ItemColumns, now: number): ReachTest | null => {
  const stored: readonly string[] = layoutOf(columns.kind).instants;
  const isOwn = (...names: (string | null)[]): boolean => names.every((name) => name === null || stored.includes(name));
  const isWithin: ReachTest = (part, start, end) => part.from < end && part.until >= start;
  switch (measure.type) {
    case 'count':
    case 'ratio':
      return isOwn(kpi.countedIn) ? isWithin : null;
    case 'depth':
    case 'age':
      // A part with something open has no end.
      return isWithin;
    case 'duration':
    case 'overlap': {
      if (!isOwn(measure.from, measure.to, kpi.countedIn)) return null;
      // What never ended is told of in every later period, in whatever state it was left.
      const ends = [measure.to, kpi.countedIn ?? measure.to, 'cancelled', ...endsAfter(measure.to)];
      return (part, start, end) =>
        part.from < end && (part.until >= start || part.until > now || hasEndless(columns, part, ends));
    }
    default:
      return null;
  }
};

/** Whether a part may matter to any of the numbers that are wanted: reaches into the time of one, and has its scope in it. */
const placeTest = (
  kpi: Kpi,
  measure: Parameters<typeof rangesFor>[1],
  columns: ItemColumns,
  table: ScopeTable,
  cuts: Cuts,
  now: number,
  organisation: Organisation,
  wanted: Wanted,
): PartTest => {
  const reaches = reachTest(kpi, measure, columns, now);
  const each = cuts.periods.map((period, index) => ({
    period,
    start: Math.min(secondsOf(period.start), cuts.asOfPeriod[index] ?? Infinity),
    end: secondsOf(period.end),
  }));
  const spans = table.scopes.map((scope) => united(each.filter(({ period }) => wanted(scope, period))));
  const isReached = (part: Part, scope: number): boolean => {
    const own = spans[scope] ?? [];
    if (reaches === null) return own.length > 0;
    return own.some(({ start, end }) => reaches(part, start, end));
  };
  const scopesOf = scopesIn(columns, table, organisation);
  return (part) => scopesOf(part).some((scope) => isReached(part, scope));
};

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
const scopeTest = (columns: ItemColumns, table: ScopeTable, organisation: Organisation): PartTest => {
  if (table.organisation >= 0) return always;
  const owners = ownersOf(organisation);
  const { stretchTeam, stretchService } = columns;
  // One more, so that none named (-1) is a code like any other: there are many parts.
  const isAskedTeam = Uint8Array.from(['', ...stretchTeam.dictionary], (team, code) => Number(code > 0 && table.teams.has(team)));
  const isAskedService = Uint8Array.from(['', ...stretchService.dictionary], (service, code) =>
    Number(code > 0 && table.services.has(service)),
  );
  const isOwned = Uint8Array.from(['', ...stretchService.dictionary], (service, code) =>
    Number(code > 0 && owners.get(service)?.teams.some((team) => table.teams.has(team)) === true),
  );
  return ({ teams, services }) =>
    isAnyOf(teams, isAskedTeam) || isAnyOf(services, isAskedService) || (teams.includes(-1) && isAnyOf(services, isOwned));
};

const isAnyOf = (codes: Int32Array, isMeant: Uint8Array): boolean => {
  for (let index = 0; index < codes.length; index += 1) if (isMeant[(codes[index] ?? -1) + 1] === 1) return true;
  return false;
};

/** Which of the scopes that are asked about may have anything in a part; some of them more than once. */
const scopesIn = (columns: ItemColumns, table: ScopeTable, organisation: Organisation): ((part: Part) => readonly number[]) => {
  const owners = ownersOf(organisation);
  const known = (scope: number | undefined): readonly number[] => (scope === undefined ? [] : [scope]);
  const ofTeam = columns.stretchTeam.dictionary.map((team) => known(table.teams.get(team)));
  const ofService = columns.stretchService.dictionary.map((service) => known(table.services.get(service)));
  const ofOwners = columns.stretchService.dictionary.map((service) =>
    (owners.get(service)?.teams ?? []).flatMap((team) => known(table.teams.get(team))),
  );
  const whole = table.organisation < 0 ? [] : [table.organisation];
  return ({ teams, services }) => {
    const scopes = [...whole];
    for (const team of teams) scopes.push(...(ofTeam[team] ?? []));
    const hasOwners = teams.includes(-1);
    for (const service of services) {
      scopes.push(...(ofService[service] ?? []));
      if (hasOwners) scopes.push(...(ofOwners[service] ?? []));
    }
    return scopes;
  };
};

import type { Alike, Apart } from './alike.ts';
import type { ItemColumns } from '../event/columns.ts';
import type { Scope } from '../event/organisation.ts';
import { hashesOf } from '../event/uid-hash.ts';
import type { Period } from '../time/period.ts';
import { attributionOf, scopeTable, type ScopeTable } from './attribution.ts';
import { Bearers } from './bearers.ts';
import { Entries, cutsOf } from './buckets.ts';
import { durationMeasure } from './evaluate-duration.ts';
import { growthMeasure } from './evaluate-growth.ts';
import { overlapMeasure } from './evaluate-overlap.ts';
import { scoreMeasure } from './evaluate-score.ts';
import { spreadMeasure } from './evaluate-spread.ts';
import { ageMeasure, depthMeasure } from './evaluate-standing.ts';
import { compilerFor, countMeasure, ratioMeasure } from './evaluate-tally.ts';
import { presentOf, reasonIndex, type ItemMeasure, type ItemPass } from './item-pass.ts';
import { HOUR_LANES, HourLanes } from './hour-lanes.ts';
import { asksAboutHours } from './privacy-hours.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { FoundBefore } from './open-spells.ts';
import { addOnCall, onCallTime, type OnCall } from './on-call-time.ts';
import { shareOf, type PassPart, type Share } from './pass-part.ts';
import { People } from './people.ts';
import { AT_ONCE, givePlacings, takePlacings } from './placings.ts';
import { NO_ROTATION, rotationOf, type Rotation } from './rotation.ts';
import { rangesFor, rangesWithout } from './row-ranges.ts';
import { settle } from './settle.ts';
import { takeEntries } from './spare-entries.ts';
import { Sums } from './sums.ts';
import type { Wanted, World } from './world.ts';

export type ItemMeasureOf = Extract<
  Measure,
  { type: 'duration' | 'ratio' | 'count' | 'depth' | 'age' | 'overlap' | 'score' | 'spread' }
>;

export interface Asked {
  readonly kpi: Kpi;
  readonly measure: ItemMeasureOf;
  readonly world: World;
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
  /** Numbers, for headlines. */
  readonly wantsSums: boolean;
  /** Hashes of lists, with the numbers. */
  readonly wantsHashes: boolean;
  /** Each entry, for lists. */
  readonly wantsEntries: boolean;
  /** Of this definition and another, where entries are wanted of rows that only one of them looks at. */
  readonly alike?: Alike | null;
  /** Of whom the numbers speak, to hide those of a few. */
  readonly wantsBearers: boolean;
  /** Which numbers are made: rows that can matter to none of them are left out. Null or absent where all are. */
  readonly wanted?: Wanted | null;
  /** Rows to look at instead of all that stand: those of some items, replaced or not. */
  readonly rows?: Int32Array;
  /** Those of one share of all that it would look at. */
  readonly share?: Share | null;
  /** What passes over all shares found, in the place of looking at any row. */
  readonly parts?: readonly PassPart[] | null;
  /** What other KPIs found over the same scopes and periods. */
  readonly before?: FoundBefore | null;
}

/** A finished pass, and what it takes to read it. */
export interface Collected {
  readonly pass: ItemPass;
  readonly rule: ItemMeasure;
  readonly table: ScopeTable;
  readonly rotation: Rotation | null;
}

/**
 * Finds what a measure counts and leaves out, in all scopes and periods. Headlines and lists both come from
 * here: what differs is whether it is added up, or kept entry by entry.
 */
export const collected = ({
  kpi,
  measure,
  world,
  scopes,
  periods,
  wantsSums,
  wantsHashes,
  wantsEntries,
  wantsBearers,
  alike = null,
  wanted = null,
  rows,
  share = null,
  parts = null,
  before = null,
}: Asked): Collected => {
  const columns = world.columns(measure.of);
  const cuts = cutsOf(periods, world.now);
  const isByOnCall = isOfOnCall(measure);
  const table = tableFor(kpi, world, columns, scopes, isByOnCall || measure.type === 'spread');
  const people = new People();
  const onCall = isPerOnCall(measure) ? onCallTime(world, table, cuts, people) : null;
  const rotation = measure.type === 'spread' ? rotationOf(world, table, cuts, people) : null;
  // How a load was spread is held against numbers by hours, too.
  const isLookedAtByHours = isByHours(kpi, measure) || (measure.type === 'spread' && isByOnCall);
  const hours = wantsBearers && isLookedAtByHours ? new HourLanes(columns, world.organisation) : null;
  const bearers = wantsBearers ? new Bearers(cuts, people, people.in(columns), hours === null ? 1 : HOUR_LANES) : null;
  if (bearers !== null && isByOnCall) {
    // What shares found tells of them already; that people have the same numbers is all it takes.
    if (parts === null) addOnCall(bearers, world, table, cuts, people, hours !== null);
    else people.in(world.columns('shift'));
  }
  const attribution = attributionOf(columns, world.organisation, table);
  const looked = rows === undefined ? rangesFor(kpi, measure, world, columns, table, cuts, wanted) : rangesOf(rows);
  const shared = parts !== null ? new Int32Array(0) : share === null ? looked : shareOf(looked, share);
  const { ranges, dead } = rows === undefined ? rangesWithout(shared, columns.dead) : { ranges: shared, dead: null };
  const compile = compilerFor({ columns, world, attribution }, { ranges, dead });
  const rule = ruleOf(kpi, measure, columns, compile, onCall, table, rotation);
  const reasons = [''];
  const apart = alike === null ? null : alike.apart(kpi, compile, ranges, columns.length);
  const whole = rule.isPlacedByScope === true ? -1 : table.organisation;
  const pass: ItemPass = {
    kpi,
    world,
    columns,
    ranges,
    cuts,
    attribution,
    filter: alike === null ? compile(kpi.where) : alike.filterOf(kpi, compile),
    standing: compile([]),
    moments: takePlacings(),
    leftOut: takePlacings(),
    placings: takePlacings(),
    reads: null,
    sums: wantsSums ? new Sums(cuts, table, whole, rule.needs, wantsHashes ? hashesOf(columns) : null, reasons) : null,
    // Lists of many numbers at once hold most rows; that of one number few.
    entries:
      apart === null ? new Entries(wantsSums && wantsEntries ? rowsIn(ranges) : 0) : takeEntries(roomFor(apart), apart.rows),
    keepsEntries: rule.needsMembers === true || (wantsEntries && apart?.count !== 0),
    apart: apart?.rows ?? null,
    bearers,
    hours,
    before,
    reasons,
    now: presentOf(world),
  };
  addAll(rule, pass);
  for (const part of parts ?? []) take(pass, part);
  if (share === null) pass.sums?.close();
  // Of nights everyone who had one, whatever kind of night is counted.
  if (bearers !== null && columns.kind === 'night')
    addAll(countMeasure({ type: 'count', of: 'night', per: null }, null, []), {
      ...pass,
      filter: pass.standing,
      sums: null,
      keepsEntries: false,
    });
  givePlacings(pass.moments);
  givePlacings(pass.leftOut);
  givePlacings(pass.placings);
  return { pass, rule, table, rotation };
};

/** What a pass over a share of its rows found. */
export const partOf = ({ pass }: Collected, share: Share): PassPart => {
  if (pass.sums === null) throw new Error('a pass without sums has no part');
  return { share, rows: pass.columns.length, sums: pass.sums.part, bearers: pass.bearers?.part ?? null };
};

const take = (pass: ItemPass, { rows, sums, bearers }: PassPart): void => {
  if (rows !== pass.columns.length) throw new Error(`a part of ${rows} rows is none of ${pass.columns.length}`);
  pass.sums?.take(sums, (reason) => reasonIndex(pass, reason));
  if (bearers !== null) pass.bearers?.take(bearers);
};

/** Whoever was on call could have been the one, so all of them are the group among which someone is hidden. */
const isOfOnCall = (measure: ItemMeasureOf): boolean =>
  isPerOnCall(measure) ||
  measure.of === 'interruption' ||
  measure.of === 'disrupted_hour' ||
  measure.of === 'shift' ||
  (measure.type === 'spread' && measure.of === 'page');

/** Whether it is told of whoever was there at some hours, each class of them by itself. */
export const isByHours = (kpi: Kpi, measure: ItemMeasureOf): boolean => isOfOnCall(measure) && asksAboutHours(kpi);

export const isPerOnCall = (measure: Measure): boolean => measure.type === 'count' && measure.per === '12 hours on call';

/** The scope that every entry lies in, beside its team's and its service's; -1 where there is none. */
export const wholeOf = ({ rule, table }: Collected): number => (rule.isPlacedByScope === true ? -1 : table.organisation);

const addAll = (rule: ItemMeasure, pass: ItemPass): void => {
  rule.collect(pass);
  settle(pass);
};

/** What looks at some rows at a time has room for all of them to the end. Of rows that both look at none are kept. */
const roomFor = ({ count }: Apart): number => (count === 0 ? 0 : count + AT_ONCE);

const rowsIn = (ranges: Int32Array): number => {
  let rows = 0;
  for (let range = 0; range < ranges.length; range += 2) rows += (ranges[range + 1] ?? 0) - (ranges[range] ?? 0);
  return rows;
};

/** Single rows as ranges. */
const rangesOf = (rows: Int32Array): Int32Array => {
  const ranges = new Int32Array(rows.length * 2);
  rows.forEach((row, index) => {
    ranges[index * 2] = row;
    ranges[index * 2 + 1] = row + 1;
  });
  return ranges;
};

const ruleOf = (
  kpi: Kpi,
  measure: ItemMeasureOf,
  columns: ItemColumns,
  compile: ReturnType<typeof compilerFor>,
  onCall: OnCall | null,
  table: ScopeTable,
  rotation: Rotation | null,
): ItemMeasure => {
  const { alsoShow } = kpi;
  switch (measure.type) {
    case 'duration':
      return durationMeasure(measure, alsoShow);
    case 'ratio':
      return ratioMeasure(measure, compile, kpi);
    case 'count':
      return countMeasure(measure, onCall, alsoShow);
    case 'depth':
      return measure.growth ? growthMeasure(table.organisation, table.scopes.length) : depthMeasure();
    case 'age':
      return ageMeasure(measure, alsoShow);
    case 'overlap':
      return overlapMeasure(measure, alsoShow);
    case 'score':
      return scoreMeasure(measure);
    case 'spread':
      return spreadMeasure(measure, columns, rotation ?? NO_ROTATION);
  }
};

const tableFor = (kpi: Kpi, world: World, columns: ItemColumns, scopes: readonly Scope[], isOfShifts: boolean): ScopeTable => {
  if (!kpi.isPersonal) return scopeTable(scopes, null, null);
  const { organisation } = world;
  const all = isOfShifts ? [columns, world.columns('shift'), world.columns('membership')] : [columns];
  const services = [
    ...organisation.services.map((service) => service.id),
    ...all.flatMap((each) => each.stretchService.dictionary),
  ];
  const owners = organisation.services.flatMap((service) => service.owners.map((owner) => owner.team));
  const teams = [...organisation.teams.map((team) => team.id), ...owners, ...all.flatMap((each) => each.stretchTeam.dictionary)];
  return scopeTable(scopes, teams, services);
};

import type { ItemColumns } from '../event/columns.ts';
import type { Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { footprint, type Footprint, type FootprintBucket } from '../kpi/footprint.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Place } from '../store/store.ts';
import type { Period } from '../time/period.ts';
import { blamedSides } from './blamed-sides.ts';
import type { ItemChange } from './changes.ts';
import { asksBlame, kindsByOwnFacts } from './own-facts.ts';
import { ownSides, type Side } from './sides.ts';

/** Which values of a KPI changes move. */
export interface Touched {
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
  /** By `placeOf`, each with the changes that moved it; what is not here is what it was. */
  readonly places: ReadonlyMap<string, ReadonlySet<ItemChange>>;
}

export const NOTHING_TOUCHED: Touched = { scopes: [], periods: [], places: new Map() };

/** A value's scope and period as one text; period ids hold no bar. */
export const placeOf = (scope: string, period: string): string => `${scope}|${period}`;

export const fromPlace = (place: string): Place => {
  const bar = place.lastIndexOf('|');
  return { scope: place.slice(0, bar), period: place.slice(bar + 1) };
};

/**
 * The values that changed items alone decide: for each of a KPI's values the items as they were known
 * before are held against the items as they are known now, by themselves. Null where other items have
 * a say in what a changed one counts for.
 * @param all the world of all items, where `world` may hold only those that its periods look at
 */
export function touchedBy(
  kpi: Kpi,
  changes: readonly ItemChange[],
  world: World,
  all: () => World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Touched | null {
  const kinds = kindsByOwnFacts(kpi, (id) => world.kpi(id));
  if (kinds === null) return null;
  const moved = new Map<string, Set<ItemChange>>();
  const scopesFound = new Set<Scope>();
  const periodsFound = new Set<string>();
  for (const kind of kinds) {
    const { before, after, since } =
      kind === 'deployment' && asksBlame(kpi, (id) => world.kpi(id)) ? blamedSides(changes, all()) : ownSides(changes, kind);
    if (before.rows.length + after.rows.length === 0) continue;
    const askedScopes = scopesOf([before, after], scopes, world.organisation);
    const askedPeriods = periods.filter(({ end }) => end > since);
    const print = ({ columns, rows }: Side): Footprint | null =>
      footprint(kpi, only(world, kind, columns), askedScopes, askedPeriods, kind, rows);
    const [was, now] = [print(before), print(after)];
    if (was === null || now === null) return null;
    for (const bucket of new Set([...was.buckets.keys(), ...now.buckets.keys()])) {
      const own = movedIn(before, was.buckets.get(bucket), after, now.buckets.get(bucket));
      if (own.size === 0) continue;
      const scope = askedScopes[Math.floor(bucket / askedPeriods.length)];
      const period = askedPeriods[bucket % askedPeriods.length];
      if (scope === undefined || period === undefined) continue;
      const place = placeOf(scope, period.id);
      moved.set(place, new Set([...own, ...(moved.get(place) ?? [])]));
      scopesFound.add(scope);
      periodsFound.add(period.id);
    }
  }
  return {
    scopes: scopes.filter((scope) => scopesFound.has(scope)),
    periods: periods.filter(({ id }) => periodsFound.has(id)),
    places: moved,
  };
}

/** A world in which there are no other items of a kind. */
const only = (world: World, kind: Kind, columns: ItemColumns): World => ({
  ...world,
  columns: (asked) => (asked === kind ? columns : world.columns(asked)),
});

const NO_ROWS: FootprintBucket = new Map();

/** Changes of items that bring something else to a value than they did. */
function movedIn(before: Side, was: FootprintBucket = NO_ROWS, after: Side, now: FootprintBucket = NO_ROWS): Set<ItemChange> {
  const moved = new Set<ItemChange>();
  const left = new Map<string, number>();
  // Episodes of an item are told apart by their uids.
  for (const row of was.keys()) left.set(before.columns.uids.at(row) ?? '', row);
  for (const [row, hash] of now) {
    const uid = after.columns.uids.at(row) ?? '';
    if (was.get(left.get(uid) ?? -1) !== hash) for (const change of after.changesOf(row)) moved.add(change);
    left.delete(uid);
  }
  for (const row of left.values()) for (const change of before.changesOf(row)) moved.add(change);
  return moved;
}

/** Scopes that the rows were ever in, of those asked for. */
function scopesOf(sides: readonly Side[], scopes: readonly Scope[], { services }: Organisation): Scope[] {
  const found = new Set<string>(['organisation']);
  for (const { columns, rows } of sides) {
    const { stretchStart, stretchTeam, stretchService } = columns;
    for (const row of rows)
      for (let stretch = stretchStart[row] ?? 0; stretch < (stretchStart[row + 1] ?? 0); stretch += 1) {
        found.add(`team:${stretchTeam.dictionary[stretchTeam.codes[stretch] ?? -1] ?? ''}`);
        found.add(`service:${stretchService.dictionary[stretchService.codes[stretch] ?? -1] ?? ''}`);
      }
  }
  for (const service of services)
    if (found.has(`service:${service.id}`)) for (const { team } of service.owners) found.add(`team:${team}`);
  return scopes.filter((scope) => found.has(scope));
}

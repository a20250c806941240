import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { withDerivedFields } from '../event/derived-fields.ts';
import type { Item } from '../event/item.ts';
import type { Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { footprint, type Footprint, type FootprintBucket } from '../kpi/footprint.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Place } from '../store/store.ts';
import type { Period } from '../time/period.ts';
import { startOf, type ItemChange } from './changes.ts';
import { itemUid } from './items-at.ts';
import { kindsByOwnFacts } from './own-facts.ts';

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
 */
export function touchedBy(
  kpi: Kpi,
  changes: readonly ItemChange[],
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Touched | null {
  const kinds = kindsByOwnFacts(kpi, (id) => world.kpi(id));
  if (kinds === null) return null;
  const moved = new Map<string, Set<ItemChange>>();
  const scopesFound = new Set<Scope>();
  const periodsFound = new Set<string>();
  for (const kind of kinds) {
    const { own, before, after, since } = sidesOf(changes, kind);
    if (own.length === 0) continue;
    const askedScopes = scopesOf(own, scopes, world.organisation);
    const askedPeriods = periods.filter(({ end }) => end > since);
    const print = ({ columns }: Side): Footprint | null =>
      footprint(kpi, only(world, kind, columns), askedScopes, askedPeriods, kind, everyRow(columns));
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

/** The changed items of a kind as they were known before and as they are known now. */
interface Sides {
  readonly kind: Kind;
  readonly own: readonly ItemChange[];
  readonly before: Side;
  readonly after: Side;
  /** The earliest instant that any of them speaks of. */
  readonly since: number;
}

interface Side {
  readonly columns: ItemColumns;
  /** Whose each row is. */
  readonly of: readonly (ItemChange | undefined)[];
}

const known = new WeakMap<readonly ItemChange[], Map<Kind, Sides>>();

/** Made once for all KPIs of a kind. */
function sidesOf(changes: readonly ItemChange[], kind: Kind): Sides {
  let byKind = known.get(changes);
  if (byKind === undefined) known.set(changes, (byKind = new Map<Kind, Sides>()));
  let sides = byKind.get(kind);
  if (sides === undefined) {
    const own = changes.filter((change) => change.kind === kind);
    let since = Infinity;
    for (const { before, after } of own) since = Math.min(since, startOf(after), before === null ? Infinity : startOf(before));
    const byUid = new Map(own.map((change) => [change.uid, change]));
    const sideOf = (items: readonly Item[]): Side => {
      const columns = columnsAlone(kind, items);
      return { columns, of: Array.from({ length: columns.length }, (_, row) => byUid.get(itemUid(columns.uids.at(row) ?? ''))) };
    };
    const before = sideOf(own.flatMap((change) => change.before ?? []));
    sides = { kind, own, before, after: sideOf(own.map((change) => change.after)), since };
    byKind.set(kind, sides);
  }
  return sides;
}

function columnsAlone(kind: Kind, items: readonly Item[]): ItemColumns {
  const plain = columnsOf(kind, items);
  return withDerivedFields(kind, plain, (other) => (other === kind ? plain : columnsOf(other, [])));
}

const everyRow = ({ length }: ItemColumns): Int32Array => Int32Array.from({ length }, (_, row) => row);

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
  for (const [row, hash] of was) left.set(before.columns.uids.at(row) ?? '', hash);
  for (const [row, hash] of now) {
    const uid = after.columns.uids.at(row) ?? '';
    const own = after.of[row];
    if (left.get(uid) !== hash && own !== undefined) moved.add(own);
    left.delete(uid);
  }
  if (left.size === 0) return moved;
  for (const row of was.keys()) {
    const own = before.of[row];
    if (left.has(before.columns.uids.at(row) ?? '') && own !== undefined) moved.add(own);
  }
  return moved;
}

/** Scopes that the items were ever in, of those asked for. */
function scopesOf(changes: readonly ItemChange[], scopes: readonly Scope[], { services }: Organisation): Scope[] {
  const found = new Set<string>(['organisation']);
  for (const { before, after } of changes) {
    for (const { team, service } of [...(before?.stretches ?? []), ...after.stretches]) {
      if (team !== null) found.add(`team:${team}`);
      if (service !== null) found.add(`service:${service}`);
    }
  }
  for (const service of services)
    if (found.has(`service:${service.id}`)) for (const { team } of service.owners) found.add(`team:${team}`);
  return scopes.filter((scope) => found.has(scope));
}

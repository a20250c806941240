import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { DERIVED_FIELDS, withDerivedFields } from '../event/derived-fields.ts';
import type { Item } from '../event/item.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi, Measure } from '../kpi/kpi.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import type { Place } from '../store/store.ts';
import type { Period } from '../time/period.ts';
import { startOf, type ItemChange } from './changes.ts';

/** Which values of a KPI changes move, and which changes move each. */
export interface Touched {
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
  /** By `placeOf`; what is not here is what it was. */
  readonly by: ReadonlyMap<string, readonly ItemChange[]>;
}

/** A value's scope and period as one text; period ids hold no bar. */
export const placeOf = (scope: string, period: string): string => `${scope}|${period}`;

export const fromPlace = (place: string): Place => {
  const bar = place.lastIndexOf('|');
  return { scope: place.slice(0, bar), period: place.slice(bar + 1) };
};

type Counting = Extract<Measure, { type: 'duration' | 'ratio' | 'count' | 'depth' | 'age' | 'overlap' }>;

/** Derived fields that an item's own facts decide. */
const OWN: ReadonlySet<string> = new Set(['harm', 'working', 'within_due']);

/**
 * The values that changed items alone decide: for each of a KPI's values the items as they were known
 * before are held against the items as they are known now, each evaluated by themselves. Null where
 * other items have a say in what a changed one counts for: fields that links or neighbours decide,
 * derived kinds, and what people bore, of which groups are hidden.
 */
export function touchedBy(
  kpi: Kpi,
  changes: readonly ItemChange[],
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Touched | null {
  const measure = countingOf(kpi);
  if (measure === null) return null;
  const own = changes.filter(({ kind }) => kind === measure.of);
  if (own.length === 0) return { scopes: [], periods: [], by: new Map() };
  const since = Math.min(
    ...own.map(({ before, after }) => Math.min(startOf(after), before === null ? Infinity : startOf(before))),
  );
  const asked = { scopes: scopesOf(own, scopes, world.organisation), periods: periods.filter(({ end }) => end > since) };
  const evaluated = (items: readonly Item[]): Evaluated[] =>
    evaluate(kpi, only(world, measure.of, items), asked.scopes, asked.periods);
  const before = evaluated(own.flatMap((change) => change.before ?? []));
  const after = evaluated(own.map((change) => change.after));
  const changeOf = new Map(own.map((change) => [change.uid, change]));
  const by = new Map<string, readonly ItemChange[]>();
  for (const [index, now] of after.entries()) {
    const was = before[index];
    if (was === undefined || was.digest === now.digest) continue;
    const moved = [...differences(was, now)].flatMap((uid) => changeOf.get(uid) ?? changeOf.get(uid.replace(/#\d+$/, '')) ?? []);
    by.set(placeOf(now.scope, now.period), [...new Set(moved)]);
  }
  const isTouched = ({ scope, period }: Evaluated): boolean => by.has(placeOf(scope, period));
  const found = after.filter(isTouched);
  const scopesFound = new Set(found.map(({ scope }) => scope));
  const periodsFound = new Set(found.map(({ period }) => period));
  return {
    scopes: asked.scopes.filter((scope) => scopesFound.has(scope)),
    periods: asked.periods.filter(({ id }) => periodsFound.has(id)),
    by,
  };
}

/** The measure, where each item counts by its own facts alone. */
function countingOf(kpi: Kpi): Counting | null {
  const { measure } = kpi;
  if (kpi.isPersonal) return null;
  switch (measure.type) {
    case 'duration':
    case 'ratio':
    case 'depth':
    case 'age':
      break;
    case 'count':
      if (measure.per === '12 hours on call') return null;
      break;
    case 'overlap':
      if (measure.oncePer !== null) return null;
      break;
    default:
      return null;
  }
  if (KINDS[measure.of].isDerived || kpi.alsoShow.includes('up to')) return null;
  return namesIn(kpi, measure).every((name) => isOwn(measure.of, name)) ? measure : null;
}

const namesIn = (kpi: Kpi, measure: Counting): string[] => [
  ...kpi.where.map(({ field }) => field),
  ...(measure.type === 'ratio' ? measure.outOf.map(({ field }) => field) : []),
  ...(measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : []),
  ...(kpi.countedIn === null ? [] : [kpi.countedIn]),
];

/** Linked fields follow a name to another item; of the derived ones most depend on others. */
const isOwn = (kind: Kind, name: string): boolean =>
  !name.includes('.') && (OWN.has(name) || !Object.hasOwn(DERIVED_FIELDS[kind] ?? {}, name));

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

/** A world in which there are no other items of a kind. */
function only(world: World, kind: Kind, items: readonly Item[]): World {
  const plain = columnsOf(kind, items);
  const columns = withDerivedFields(kind, plain, (other) => (other === kind ? plain : columnsOf(other, [])));
  return { ...world, columns: (asked): ItemColumns => (asked === kind ? columns : world.columns(asked)) };
}

/** Uids that stand in one list and not in the other, or with something else. */
function differences(before: Evaluated, after: Evaluated): Set<string> {
  const told = (list: Evaluated): Map<string, string> =>
    new Map(list.evidence().map(({ uid, value, excluded }) => [uid, `${value} ${excluded}`]));
  const [was, now] = [told(before), told(after)];
  return new Set([...was.keys(), ...now.keys()].filter((uid) => was.get(uid) !== now.get(uid)));
}

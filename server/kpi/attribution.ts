import type { ItemColumns } from '../event/columns.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { ownerAt } from '../event/ownership.ts';
import { secondsOf } from './buckets.ts';

/** Scope indexes by name. `organisation` is -1 where it is not asked for. */
export interface ScopeTable {
  readonly scopes: readonly Scope[];
  readonly organisation: number;
  readonly teams: ReadonlyMap<string, number>;
  readonly services: ReadonlyMap<string, number>;
  /** Where items without a team or service go; -1 to leave them to the organisation alone. */
  readonly noTeam: number;
  readonly noService: number;
}

const TEAM = 'team:';
const SERVICE = 'service:';

/**
 * The scopes as a table. A personal KPI needs all teams and services and those who are in none,
 * because what may be shown of one depends on the others and never on what was asked for.
 */
export const scopeTable = (
  asked: readonly Scope[],
  everyTeam: readonly string[] | null,
  everyService: readonly string[] | null,
): ScopeTable => {
  const all = new Set<Scope>(asked);
  const isPersonal = everyTeam !== null && everyService !== null;
  if (isPersonal) {
    all.add('organisation');
    for (const team of everyTeam) all.add(`team:${team}`);
    for (const service of everyService) all.add(`service:${service}`);
    // An empty name is no team's: the column of those without one.
    all.add('team:');
    all.add('service:');
  }
  const scopes = [...all];
  const named = (prefix: string): Map<string, number> =>
    new Map(scopes.flatMap((scope, index) => (scope.startsWith(prefix) ? [[scope.slice(prefix.length), index]] : [])));
  const teams = named(TEAM);
  const services = named(SERVICE);
  return {
    scopes,
    organisation: scopes.indexOf('organisation'),
    teams,
    services,
    noTeam: isPersonal ? (teams.get('') ?? -1) : -1,
    noService: isPersonal ? (services.get('') ?? -1) : -1,
  };
};

interface Owners {
  readonly since: Float64Array;
  readonly teams: readonly string[];
}

/** Who an item belonged to at a moment. Seconds since 2000 throughout. */
export interface Attribution {
  /** The stretch row that covers a second; the item's first before its beginning. */
  stretchAt(row: number, second: number): number;
  /** The team named in the stretch, else the owner of its service at that second; null for neither. */
  teamAt(stretch: number, second: number): string | null;
  serviceAt(stretch: number): string | null;
  /** Seconds from which its service had another owner, ascending, the first owner's included; empty where it names its team. */
  ownersSince(stretch: number): ArrayLike<number>;
  /** Whether its team is the same at every second. */
  isSteady(stretch: number): boolean;
  /** Scope indexes, or -1. */
  teamScope(stretch: number, second: number): number;
  serviceScope(stretch: number): number;
}

export const attributionOf = (columns: ItemColumns, organisation: Organisation, table: ScopeTable): Attribution => {
  const { stretchStart, stretchFrom, stretchTeam, stretchService } = columns;
  const owners = ownersOf(organisation);
  const ownersByCode = stretchService.dictionary.map((service) => owners.get(service) ?? null);
  const scopeOfTeam = (team: string | null): number => (team === null ? table.noTeam : (table.teams.get(team) ?? -1));
  const teamScopes = Int32Array.from(stretchTeam.dictionary, scopeOfTeam);
  const ownerScopes = ownersByCode.map((each) => (each === null ? null : Int32Array.from(each.teams, scopeOfTeam)));
  /** Of services that were never handed over, which is nearly all: their owner's scope. */
  const onlyOwnerScopes = Int32Array.from(ownerScopes, (scopes) =>
    scopes === null ? table.noTeam : (scopes[0] ?? table.noTeam),
  );
  const isHandedOver = Uint8Array.from(ownersByCode, (each) => (each !== null && each.teams.length > 1 ? 1 : 0));
  const serviceScopes = Int32Array.from(stretchService.dictionary, (service) => table.services.get(service) ?? -1);
  const teams = stretchTeam.codes;
  const services = stretchService.codes;

  return {
    stretchAt(row, second) {
      const first = stretchStart[row] ?? 0;
      let stretch = (stretchStart[row + 1] ?? first + 1) - 1;
      while (stretch > first && (stretchFrom[stretch] ?? 0) > second) stretch -= 1;
      return stretch;
    },
    teamAt(stretch, second) {
      const team = stretchTeam.codes[stretch] ?? -1;
      if (team >= 0) return stretchTeam.dictionary[team] ?? null;
      const owned = ownersByCode[stretchService.codes[stretch] ?? -1] ?? null;
      return owned === null ? null : (owned.teams[ownerAt(owned.since, second)] ?? null);
    },
    ownersSince(stretch) {
      if ((teams[stretch] ?? -1) >= 0) return [];
      return ownersByCode[services[stretch] ?? -1]?.since ?? [];
    },
    isSteady(stretch) {
      const service = services[stretch] ?? -1;
      return (teams[stretch] ?? -1) >= 0 || service < 0 || isHandedOver[service] === 0;
    },
    serviceAt: (stretch) => stretchService.dictionary[services[stretch] ?? -1] ?? null,
    teamScope(stretch, second) {
      const team = teams[stretch] ?? -1;
      if (team >= 0) return teamScopes[team] ?? -1;
      const service = services[stretch] ?? -1;
      if (service < 0) return table.noTeam;
      if (isHandedOver[service] === 0) return onlyOwnerScopes[service] ?? -1;
      const owned = ownersByCode[service] ?? null;
      return owned === null ? table.noTeam : (ownerScopes[service]?.[ownerAt(owned.since, second)] ?? -1);
    },
    serviceScope(stretch) {
      const service = services[stretch] ?? -1;
      return service >= 0 ? (serviceScopes[service] ?? -1) : table.noService;
    },
  };
};

export const ownersOf = (organisation: Organisation): Map<string, Owners> =>
  new Map(
    organisation.services
      .filter((service) => service.owners.length > 0)
      .map((service) => [
        service.id,
        {
          since: Float64Array.from(service.owners, (owner) => secondsOf(owner.since)),
          teams: service.owners.map((owner) => owner.team),
        },
      ]),
  );
